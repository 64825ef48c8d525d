//! The layers as a table: a constant, and the struct's documentation.

use syn::ext::IdentExt;

use crate::ir::{EdgeId, Graph, Shape, Size, Step};

/// A line a layer: name, type, output, parameters; then the totals.
pub(super) fn summary(graph: &Graph, steps: &[Step]) -> String {
    let mut rows = vec![["layer", "type", "output", "parameters"].map(String::from)];
    let shape = |shape: Option<&Shape>| shape.map(Shape::to_string).unwrap_or_default();
    rows.push(["input".into(), String::new(), shape(graph.shape(EdgeId(0))), String::new()]);
    // Every node but a view has a step, in the same order. Names are slow to compare inside the compiler.
    let mut runs = steps.iter().filter(|step| !step.is_fork());
    for node in &graph.nodes {
        let step = if node.is_view() { None } else { runs.next() };
        let parameters = step.and_then(|step| step.parameters.as_ref());
        rows.push([
            node.name.to_string(),
            node.describe(),
            shape(graph.shape(node.output)),
            parameters.map_or("0".into(), Size::grouped),
        ]);
    }
    let parameters =
        steps.iter().filter_map(|step| step.parameters.as_ref()).fold(Size::default(), |sum, n| sum.plus(n));
    let flops = steps.iter().fold(Size::default(), |sum, step| sum.plus(&step.flops));
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<_> = (0..4).map(width).collect();
    let mut table = format!("{}\n", graph.header.name.unraw());
    for row in &rows {
        let line = format!(
            "{:<w0$}  {:<w1$}  {:<w2$}  {:>w3$}",
            row[0],
            row[1],
            row[2],
            row[3],
            w0 = widths[0],
            w1 = widths[1],
            w2 = widths[2],
            w3 = widths[3]
        );
        table.push_str(line.trim_end());
        table.push('\n');
    }
    table + &format!("{} parameters, {} FLOPs a sample", parameters.grouped(), flops.grouped())
}
