//! A scene as SVG text.

use std::fmt::Write as _;
use std::string::String;

use super::color::{Color, Tone};
use super::png;
use super::scene::{Anchor, Image, Point, Scene, Shape, Stroke, Text};

/// An element of an HTML page when `inline`, a file of its own otherwise.
pub(super) fn write(scene: &Scene, inline: bool) -> String {
    let Scene { width, height, shapes } = scene;
    let writer = Writer { inline };
    let mut svg = String::from("<svg ");
    if !inline {
        svg.push_str("xmlns=\"http://www.w3.org/2000/svg\" ");
    }
    let _ =
        write!(svg, "viewBox=\"0 0 {} {}\" width=\"{}\" height=\"{}\" ", n(*width), n(*height), n(*width), n(*height));
    svg.push_str("font-family=\"system-ui, sans-serif\" role=\"img\">\n");
    if !inline {
        svg.push_str("<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n");
    }
    for shape in shapes {
        writer.shape(&mut svg, shape);
    }
    svg.push_str("</svg>\n");
    svg
}

struct Writer {
    inline: bool,
}

impl Writer {
    fn shape(&self, svg: &mut String, shape: &Shape) {
        match shape {
            Shape::Polyline { points, stroke } => self.polyline(svg, points, *stroke),
            Shape::Polygon { points, fill } => {
                let _ = writeln!(svg, "<polygon points=\"{}\" {}/>", list(points), self.paint("fill", *fill));
            }
            Shape::Circle { center: (x, y), radius, fill } => {
                let fill = self.paint("fill", *fill);
                let _ = writeln!(svg, "<circle cx=\"{}\" cy=\"{}\" r=\"{}\" {fill}/>", n(*x), n(*y), n(*radius));
            }
            Shape::Text(text) => self.text(svg, text),
            Shape::Image { corner, size, image } => picture(svg, *corner, *size, image),
        }
    }

    fn polyline(&self, svg: &mut String, points: &[Point], stroke: Stroke) {
        let mut points = std::borrow::Cow::Borrowed(points);
        if let [only] = *points {
            // A point alone is drawn by the round end of a line without length.
            points.to_mut().push(only);
        }
        let paint = self.paint("stroke", stroke.color);
        let _ = write!(svg, "<polyline points=\"{}\" fill=\"none\" {paint} ", list(&points));
        let _ = write!(svg, "stroke-width=\"{}\" stroke-linejoin=\"round\" stroke-linecap=\"round\"", n(stroke.width));
        if stroke.dash > 0.0 {
            let _ = write!(svg, " stroke-dasharray=\"{}\"", n(stroke.dash));
        }
        svg.push_str("/>\n");
    }

    fn text(&self, svg: &mut String, text: &Text) {
        let Text { at: (x, y), size, .. } = *text;
        let anchor = match text.anchor {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        };
        let fill = self.paint("fill", text.color);
        let _ = write!(
            svg,
            "<text x=\"{}\" y=\"{}\" font-size=\"{}\" text-anchor=\"{anchor}\" {fill}",
            n(x),
            n(y),
            n(size)
        );
        if text.bold {
            svg.push_str(" font-weight=\"600\"");
        }
        if text.upwards {
            let _ = write!(svg, " transform=\"rotate(-90 {} {})\"", n(x), n(y));
        }
        let _ = writeln!(svg, ">{}</text>", escape(&text.text));
    }

    /// The attributes of a colour. Ink and paper of a page are what its style says.
    fn paint(&self, what: &str, color: Color) -> String {
        let mut paint = match color.tone {
            Tone::Ink if self.inline => format!("{what}=\"currentColor\""),
            Tone::Ink => format!("{what}=\"{}\"", hex(super::INK)),
            Tone::Paper if self.inline => format!("style=\"{what}:var(--paper,#fff)\""),
            Tone::Paper => format!("{what}=\"#fff\""),
            Tone::Rgb(rgb) => format!("{what}=\"{}\"", hex(rgb)),
        };
        if color.opacity < 1.0 {
            let _ = write!(paint, " {what}-opacity=\"{}\"", n(color.opacity));
        }
        paint
    }
}

fn picture(svg: &mut String, (x, y): Point, (width, height): Point, image: &Image) {
    let data = png::base64(&png::encode(image));
    let _ = write!(svg, "<image x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" ", n(x), n(y), n(width), n(height));
    let _ = writeln!(
        svg,
        "preserveAspectRatio=\"none\" image-rendering=\"optimizeSpeed\" style=\"image-rendering:pixelated\" href=\"data:image/png;base64,{data}\"/>"
    );
}

fn list(points: &[Point]) -> String {
    let mut list = String::new();
    for (x, y) in points {
        if !list.is_empty() {
            list.push(' ');
        }
        let _ = write!(list, "{},{}", n(*x), n(*y));
    }
    list
}

/// Two decimals, as few digits as it takes.
fn n(value: f64) -> String {
    let text = format!("{value:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".into() } else { text.into() }
}

fn hex([r, g, b]: [u8; 3]) -> String {
    format!("#{r:02x}{g:02x}{b:02x}")
}

/// Text as it may stand in XML and HTML, also in attributes. Control characters have no place there and are left out.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '\n' | '\t' => escaped.push(c),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => {}
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::{escape, n};

    #[test]
    fn text_cannot_leave_its_place() {
        assert_eq!(escape("a<b> & \"c\" 'd'\u{1}"), "a&lt;b&gt; &amp; &quot;c&quot; &#39;d&#39;");
    }

    #[test]
    fn numbers_are_short() {
        assert_eq!([n(1.0), n(-0.001), n(2.345), n(1200.0)], ["1", "0", "2.35", "1200"].map(String::from));
    }
}
