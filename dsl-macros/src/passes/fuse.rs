//! A linear layer takes the activation behind it into its own kernel.
//!
//! AFTER THIS PASS: no fusable activation follows a layer that could take it. The activation's node is gone, and
//! the layer writes the activation's edge.

use crate::ir::{Graph, Operation};
use crate::layers::Activation;

pub(crate) fn fuse(graph: &mut Graph) {
    let mut index = 0;
    while index < graph.nodes.len() {
        let follower = follower(graph, index);
        let fused = match (&mut graph.nodes[index].operation, &follower) {
            (Operation::Layer(layer), Some((_, activation))) => layer.fuse(activation),
            _ => false,
        };
        match follower {
            Some((reader, _)) if fused => {
                graph.nodes[index].output = graph.nodes[reader].output;
                graph.nodes.remove(reader);
            }
            _ => index += 1,
        }
    }
}

/// The activation that alone reads a node's output.
fn follower(graph: &Graph, index: usize) -> Option<(usize, Activation)> {
    let output = graph.nodes[index].output;
    let mut readers = graph.consumers(output);
    let reader = readers.next().filter(|_| output != graph.output)?;
    let activation = graph.nodes[reader].layer()?.activation()?.clone();
    readers.next().is_none().then_some((reader, activation))
}
