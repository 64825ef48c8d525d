//! A linear layer takes the activation behind it into its own kernel.
//!
//! AFTER THIS PASS: no fusable activation follows a layer that could take it. The activation's node is gone, and
//! the layer writes the activation's edge.

use crate::ir::Graph;

pub(crate) fn fuse(graph: &mut Graph) {
    let mut index = 0;
    while index < graph.nodes.len() {
        let output = graph.nodes[index].output;
        let readers: Vec<usize> = graph.consumers(output).collect();
        let reader = match readers[..] {
            [reader] if output != graph.output => reader,
            _ => {
                index += 1;
                continue;
            }
        };
        let Some(activation) = graph.nodes[reader].layer.activation().cloned() else {
            index += 1;
            continue;
        };
        if graph.nodes[index].layer.fuse(&activation) {
            graph.nodes[index].output = graph.nodes[reader].output;
            graph.nodes.remove(reader);
        } else {
            index += 1;
        }
    }
}
