//! The layers, one file each: arguments, shape rule, cost and what is emitted. Nothing else asks a layer's kind.
#![allow(clippy::unnecessary_wraps, reason = "all parsers have one signature, also those that cannot fail")]

mod activation;
mod arguments;
mod batch_norm;
mod bound;
mod conv;
mod custom;
mod dense;
mod dropout;
mod flatten;
mod foreign;
mod frame;
mod function;
mod initialiser;
mod layer_norm;
mod maps;
mod mentions;
mod numbers;
mod passage;
mod pool;
mod prelu;
mod reshape;
mod softmax;
mod upsample;
mod window;

use proc_macro2::{Ident, TokenStream};
use quote::quote;

pub(crate) use activation::{Activation, Family};
pub(crate) use arguments::Arguments;
pub(crate) use initialiser::Chosen;
pub(crate) use mentions::Mentions;
pub(crate) use passage::Passage;

use crate::diag::{Fault, meant, message, nearest};
use crate::ir::{Name, Obligation, Shape, Size};
use crate::syntax::Item;

/// A layer of a declaration, with its arguments understood.
pub(crate) trait Layer {
    /// How the summary shows it, e.g. `dense + relu`.
    fn describe(&self) -> String;

    /// The shape rule. `origin` names the producer of the input, for messages.
    fn infer(&self, input: &Shape, origin: &str) -> Result<Shape, Fault>;

    /// The only shape that it takes, where it says so.
    fn takes(&self) -> Option<&Shape> {
        None
    }

    /// The runtime's type and hyper-parameters; nothing for a view.
    fn emit(&self, _at: &Place<'_>) -> Emitted {
        Emitted { ty: quote!(()), config: quote!(()) }
    }

    /// Items of its own that what is emitted mentions.
    fn items(&self, _at: &Place<'_>) -> TokenStream {
        TokenStream::new()
    }

    /// What it gives is what the author asserts, the inferred shape only without: the macro does not know the layer.
    fn trusts_assertion(&self) -> bool {
        false
    }

    /// What only the compiler can check of it.
    fn obligations(&self, _name: &Name, _input: &Shape, _output: &Shape, _asserted: bool) -> Vec<Obligation> {
        Vec::new()
    }

    /// Trainable values; `None` for a layer without a field.
    fn parameters(&self, _input: &Shape, _output: &Shape) -> Option<Size> {
        None
    }

    /// What files know of its tensors, where that follows from the input's shape and not from its type.
    fn tensors(&self, _ty: &TokenStream, _input: &Shape) -> Option<TokenStream> {
        None
    }

    /// The initialiser's expression, given the activation that follows.
    fn initialiser(&self, _next: Family) -> TokenStream {
        initialiser::zeros()
    }

    /// The type of the running state, if the layer has one.
    fn buffers(&self, _at: &Place<'_>) -> Option<TokenStream> {
        None
    }

    /// What the backward pass looks at.
    fn reads(&self) -> Reads {
        Reads { x: false, y: false }
    }

    /// Whether the backward pass can write the gradient of the input over the input.
    fn overwrites(&self, _input: &Shape) -> bool {
        false
    }

    /// Floating-point operations of one sample's forward pass.
    fn flops(&self, _input: &Shape, _output: &Shape) -> Size {
        Size::default()
    }

    /// Features for the gradient of its parameters from one block, where that is summed up block by block on the way back: the
    /// parameters are few, and a block alone is work enough.
    fn block_gradient(&self, _input: &Shape, _output: &Shape) -> Option<Size> {
        None
    }

    /// Features of scratch memory.
    fn scratch(&self, _input: &Shape, _output: &Shape) -> Size {
        Size::default()
    }

    /// The name of a layer whose weights it shares, as the author gives it.
    fn tied(&self) -> Option<&Ident> {
        None
    }

    /// Whether another layer may share its weights.
    fn lends_weights(&self) -> bool {
        false
    }

    /// The output is the input under another shape: nothing runs.
    fn is_view(&self) -> bool {
        false
    }

    /// Shared values, for a layer that must see the whole batch.
    fn batch_wide(&self, _input: &Shape) -> Option<Size> {
        None
    }

    /// In inference it gives what it gets.
    fn only_trains(&self) -> bool {
        false
    }

    /// ε, if it normalises each feature or map over the batch and scales it.
    fn norm_epsilon(&self) -> Option<&TokenStream> {
        None
    }

    /// Makes room for the batch norm that follows in its own weights and bias; `false` if it can't.
    fn absorb_norm(&mut self) -> bool {
        false
    }

    /// What the lints ask.
    fn role(&self) -> Role<'_> {
        Role::Other
    }

    /// Itself, if it is an activation.
    fn activation(&self) -> Option<&Activation> {
        None
    }

    /// The activation that it has taken into its own kernel.
    fn fused(&self) -> Option<&Activation> {
        None
    }

    /// Values keep what an initialiser cares about: views, dropout, normalisation.
    fn is_transparent(&self) -> bool {
        false
    }

    /// Takes the activation that follows into its own kernel; `false` if it can't.
    fn fuse(&mut self, _activation: &Activation) -> bool {
        false
    }

    /// Applies the activation in front to its own output instead, with the same result; `false` if it can't.
    fn postpone(&mut self, _activation: &Activation) -> bool {
        false
    }
}

/// What a layer is to the lints.
pub(crate) enum Role<'a> {
    /// Weights times values, plus a bias.
    Linear {
        bias: bool,
        /// Every output sees every feature, or every channel.
        mixes: bool,
        init: Option<&'a Chosen>,
    },
    BatchNorm,
    Dropout {
        /// `None` for an expression.
        p: Option<f64>,
    },
    /// Makes probabilities of logits.
    Probabilities,
    Other,
}

/// Where a layer stands when it is emitted.
pub(crate) struct Place<'a> {
    /// The scalar's type.
    pub(crate) scalar: &'a TokenStream,
    pub(crate) input: &'a Shape,
    /// A number of its own, for random streams.
    pub(crate) index: usize,
}

/// What a layer becomes.
pub(crate) struct Emitted {
    pub(crate) ty: TokenStream,
    pub(crate) config: TokenStream,
}

/// What the backward pass looks at.
#[derive(Clone, Copy)]
pub(crate) struct Reads {
    pub(crate) x: bool,
    pub(crate) y: bool,
}

type Parse = fn(&mut Arguments<'_>) -> Option<Box<dyn Layer>>;

/// Every layer that is no activation: its word and its parser.
const LAYERS: &[(&str, Parse)] = &[
    ("dense", dense::parse),
    ("conv1d", conv::parse_1d),
    ("conv2d", conv::parse_2d),
    ("conv_transpose2d", conv::parse_transposed),
    ("max_pool1d", pool::parse_max1d),
    ("max_pool2d", pool::parse_max2d),
    ("avg_pool1d", pool::parse_avg1d),
    ("avg_pool2d", pool::parse_avg2d),
    ("global_avg_pool", pool::parse_global),
    ("pad", frame::parse_pad),
    ("crop", frame::parse_crop),
    ("flatten", flatten::parse),
    ("reshape", reshape::parse),
    ("dropout", dropout::parse),
    ("dropout2d", dropout::parse_maps),
    ("batch_norm", batch_norm::parse),
    ("layer_norm", layer_norm::parse),
    ("group_norm", layer_norm::parse_group),
    ("upsample", upsample::parse),
    ("prelu", prelu::parse),
    ("softmax", softmax::parse),
    ("log_softmax", softmax::parse_log),
    ("layer", custom::parse),
    ("activation", function::parse),
];

/// Every word that may stand for a layer or a block.
pub(crate) fn words() -> impl Iterator<Item = &'static str> + Clone {
    LAYERS.iter().map(|(word, _)| *word).chain(activation::words()).chain(crate::passes::block_words())
}

/// Whether a layer is meant that goes by another name, or begins with a small letter.
pub(crate) fn is_meant(word: &str) -> bool {
    foreign::layer(word).or_else(|| foreign::absent(word)).is_some()
        || words().any(|known| foreign::plain(known) == foreign::plain(word))
}

/// Whether an option is one of other libraries that no layer has by any name.
pub(crate) fn is_foreign_option(key: &str) -> bool {
    foreign::no_option(key).is_some()
}

/// Understands one layer; faults are reported, and what only the compiler can check is noted.
pub(crate) fn build(item: &Item, mut arguments: Arguments<'_>) -> Option<Box<dyn Layer>> {
    let word = item.word.to_string();
    let layer = if let Some((_, parse)) = LAYERS.iter().find(|(known, _)| *known == word) {
        parse(&mut arguments)
    } else if let Some(row) = activation::find(&word) {
        activation::parse(row, &mut arguments)
    } else {
        let absent = foreign::absent(&word);
        let known = foreign::layer(&word).or_else(|| absent.is_none().then(|| nearest(&word, words())).flatten());
        let help = match (known, absent) {
            (Some(known), _) if !item.qualifier.is_empty() => {
                format!("write `{known}`, without `{}`", item.qualifier).replace(" ::", "::")
            }
            (Some(known), _) => format!("did you mean `{known}`?"),
            (None, Some(instead)) => instead.into(),
            _ if word.starts_with(char::is_uppercase) => format!("a network is a layer by its name alone: `{word}`"),
            _ => meant(&word, words()),
        };
        arguments.error(item.word.span(), message!(E05, "there is no layer `{word}`").help(help));
        return None;
    };
    let is_clear = arguments.finish();
    layer.filter(|_| is_clear)
}

#[cfg(test)]
pub(crate) fn initialiser_words() -> impl Iterator<Item = &'static str> {
    initialiser::words()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_stands_for_one_layer() {
        let mut all: Vec<_> = words().collect();
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count);
    }
}
