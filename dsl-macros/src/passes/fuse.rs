//! A linear layer takes the activation behind it into its own kernel, unless a max pool behind that can apply it to
//! fewer values.
//!
//! AFTER THIS PASS: no fusable activation stands beside a layer that could take it. The activation's node is gone; a
//! linear layer writes the activation's edge, a pool reads what the activation read.

use crate::ir::{Graph, Operation};
use crate::layers::{Activation, Layer};

pub(crate) fn fuse(graph: &mut Graph) {
    postpone(graph);
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

/// Pools take the activations in front of them.
fn postpone(graph: &mut Graph) {
    let mut index = 0;
    while index < graph.nodes.len() {
        let activation = graph.nodes[index].layer().and_then(Layer::activation).cloned();
        let reader = activation.and_then(|activation| Some((only_reader(graph, index)?, activation)));
        let taken = reader.filter(|(reader, activation)| match &mut graph.nodes[*reader].operation {
            Operation::Layer(layer) => layer.postpone(activation),
            Operation::Join(_) => false,
        });
        if let Some((reader, _)) = taken {
            graph.nodes[reader].inputs = std::mem::take(&mut graph.nodes[index].inputs);
            graph.nodes.remove(index);
        } else {
            index += 1;
        }
    }
}

/// The activation that alone reads a node's output.
fn follower(graph: &Graph, index: usize) -> Option<(usize, Activation)> {
    let reader = only_reader(graph, index)?;
    Some((reader, graph.nodes[reader].layer()?.activation()?.clone()))
}

/// The node that alone reads a node's output.
fn only_reader(graph: &Graph, index: usize) -> Option<usize> {
    let output = graph.nodes[index].output;
    let mut readers = graph.consumers(output);
    let reader = readers.next().filter(|_| output != graph.output)?;
    readers.next().is_none().then_some(reader)
}
