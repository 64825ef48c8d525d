//! A report as HTML that is also well-formed XML.

use std::fmt::Write as _;
use std::string::String;
use std::vec::Vec;

use super::{Finding, Part, Report, Verdict};
use crate::plot::escape;

const STYLE: &str = include_str!("style.css");

pub(super) fn write(report: &Report) -> String {
    let title = escape(&report.title);
    let mut html = String::from("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n");
    html.push_str("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n");
    let _ =
        write!(html, "<title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n");
    html.push_str(&verdicts(report));
    html.push_str(&contents(&report.parts));
    let (mut section, mut figure) = (0, 0);
    for part in &report.parts {
        match part {
            Part::Section(heading) => {
                section += 1;
                let _ = writeln!(html, "<h2 id=\"section-{section}\">{}</h2>", escape(heading));
            }
            Part::Heading(heading) => {
                let _ = writeln!(html, "<h3>{}</h3>", escape(heading));
            }
            Part::Text(text) => {
                for paragraph in text.split("\n\n").filter(|paragraph| !paragraph.trim().is_empty()) {
                    let _ = writeln!(html, "<p>{}</p>", escape(paragraph));
                }
            }
            Part::Preformatted(text) => {
                let _ = writeln!(html, "<pre>{}</pre>", escape(text));
            }
            Part::Table { head, rows } => table(&mut html, head, rows),
            Part::Figure { svg, caption, finding } => {
                figure += 1;
                let _ = writeln!(html, "<figure id=\"figure-{figure}\">\n{svg}<figcaption>");
                html.push_str(&words(figure, caption, finding.as_ref()));
                html.push_str("</figcaption>\n</figure>\n");
            }
        }
    }
    html.push_str("</main>\n</body>\n</html>\n");
    html
}

/// How many claims hold, in a line.
fn verdicts(report: &Report) -> String {
    let counts = [Verdict::Holds, Verdict::Unclear, Verdict::Fails].map(|verdict| (verdict, report.count(verdict)));
    let total: usize = counts.iter().map(|(_, count)| count).sum();
    if total == 0 {
        return String::new();
    }
    let shown = counts.iter().filter(|(_, count)| *count > 0);
    let shown = shown.map(|(verdict, count)| format!("{} {count}", badge(*verdict)));
    format!("<p class=\"verdicts\">Of {total} claims: {}</p>\n", shown.collect::<Vec<_>>().join(" "))
}

/// The sections, where there are several.
fn contents(parts: &[Part]) -> String {
    let headings = parts.iter().filter_map(|part| match part {
        Part::Section(heading) => Some(heading),
        _ => None,
    });
    let entries: Vec<_> = headings
        .enumerate()
        .map(|(index, heading)| format!("<li><a href=\"#section-{}\">{}</a></li>\n", index + 1, escape(heading)))
        .collect();
    if entries.len() < 2 { String::new() } else { format!("<nav>\n<ol>\n{}</ol>\n</nav>\n", entries.concat()) }
}

fn table(html: &mut String, head: &[String], rows: &[Vec<String>]) {
    html.push_str("<div class=\"table\">\n<table>\n<thead><tr>");
    for (column, cell) in head.iter().enumerate() {
        let numbers = rows.iter().filter_map(|row| row.get(column)).all(|cell| is_number(cell));
        let class = if numbers && !rows.is_empty() { " class=\"number\"" } else { "" };
        let _ = write!(html, "<th{class}>{}</th>", escape(cell));
    }
    html.push_str("</tr></thead>\n<tbody>\n");
    for row in rows {
        html.push_str("<tr>");
        for cell in row {
            let class = if is_number(cell) { " class=\"number\"" } else { "" };
            let _ = write!(html, "<td{class}>{}</td>", escape(cell));
        }
        html.push_str("</tr>\n");
    }
    html.push_str("</tbody>\n</table>\n</div>\n");
}

/// Whether it looks like a number, also with a unit or as a dash for none.
fn is_number(cell: &str) -> bool {
    let start = cell.trim_start_matches(['-', '−', '+']);
    start.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '∞' | '–')) || matches!(cell, "-" | "")
}

fn words(number: usize, caption: &str, finding: Option<&Finding>) -> String {
    let caption = escape(caption);
    let Some(Finding { measured, verdict }) = finding else {
        return format!("<b>Figure {number}.</b> {caption}");
    };
    let rows = [("Claim", caption), ("Measured", escape(measured)), ("Verdict", badge(*verdict))];
    let rows = rows.iter().map(|(term, words)| format!("<dt>{term}</dt><dd>{words}</dd>\n"));
    format!("<b>Figure {number}</b>\n<dl>\n{}</dl>\n", rows.collect::<String>())
}

/// A verdict as a sign and a word: colour alone would not tell everybody.
fn badge(verdict: Verdict) -> String {
    let (class, text) = match verdict {
        Verdict::Holds => ("holds", "✓ holds"),
        Verdict::Unclear => ("unclear", "? unclear"),
        Verdict::Fails => ("fails", "✗ does not hold"),
    };
    ["<span class=\"", class, "\">", text, "</span>"].concat()
}
