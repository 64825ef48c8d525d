//! The expansion means the same wherever it stands and whatever else is called what.
#![forbid(unsafe_code)]
#![deny(missing_docs)]

/// No prelude: every name of the expansion must be a path.
mod without_prelude {
    #![no_implicit_prelude]

    ::shapewise::network! {
        /// Every kind of layer.
        #[derive(::std::clone::Clone, ::std::fmt::Debug)]
        #[shapewise(allow(bias_before_batch_norm))]
        pub struct Net<T, const N: usize>: [1, 2, 2] -> [3] {
            flatten -> [4],
            fc1: dense(N, init = orthogonal), batch_norm(momentum = cumulative), relu, dropout(0.5),
            fc2: dense(N, bias = false), prelu, gelu,
            fc3: dense(3, init = constant(0.5)), log_softmax,
        }
    }

    /// Several heads, where a trait of the user's gives every type methods called like the runtime's.
    pub(crate) mod with_a_trait {
        #![allow(dead_code, reason = "it only stands in the way")]

        trait InTheWay {
            fn clone(&self) {}
            fn forward(&self) {}
            fn backward(&self) {}
            fn infer(&self) {}
            fn initialise(&self) {}
        }
        impl<T> InTheWay for T {}

        ::shapewise::network! {
            /// Called by methods.
            pub struct Heads: [2] -> { a: [2], b: [1] } {
                dense(4, bias = false), batch_norm, tanh, heads { a: [dense(2)], b: [dense(1)] },
            }
        }
    }
}

/// Types, traits, modules, macros and constants of the user's that are called like ours or like the prelude's.
#[allow(dead_code, non_camel_case_types, non_upper_case_globals, unused_macros, reason = "they only stand in the way")]
mod shadowed {
    struct Option;
    struct Some;
    struct None;
    struct Box;
    struct Vec;
    struct String;
    struct Result;
    struct Ok;
    struct Default;
    trait Clone {}
    trait Copy {}
    trait Sized {}
    trait Fn {}
    trait Into {}
    struct Network;
    struct Layer;
    struct Real;
    struct Isa;
    struct Block;
    struct Field;
    struct Slot;
    struct Pass;
    struct Arena;
    struct Task;
    struct One;
    struct SVector;
    mod f32 {}
    mod usize {}
    mod core {}
    mod std {}
    mod alloc {}
    mod shapewise {}
    mod layers {}
    mod init {}
    mod activation {}
    mod rt {
        pub(super) const WIDTH: ::core::primitive::usize = 4;
    }
    macro_rules! assert {
        () => {};
    }
    macro_rules! unreachable {
        () => {};
    }
    macro_rules! with_alloc {
        () => {};
    }
    const I: ::core::primitive::usize = 3;

    ::shapewise::network! {
        #[shapewise(allow(bias_before_batch_norm))]
        pub(super) struct Net: [2] -> [2] {
            dense(rt::WIDTH), batch_norm, tanh, dense(I), relu, dropout(0.1), dense(2),
        }
    }
}

/// Layers called like the expansion's own variables and functions.
mod names {
    ::shapewise::network! {
        #[shapewise(allow(bias_before_batch_norm, stacked_linear))]
        pub(super) struct Net: [2] -> [2] {
            pass: dense(3), tanh,
            gradients: dense(3),
            x: dense(3), y: batch_norm,
            network: dense(3), arena: dense(3), shared: batch_norm, phase: dense(3),
            accumulate: dense(3), samples: dense(3), seed: dense(3),
            one: dense(3), rt: dense(3), me: dense(3),
            fc: dense(3), d_fc: dense(3), d_d_fc: dense(3),
            forward: dense(3), boxed: dense(3), r#type: dense(3),
            dense2: dense(3), dense(3),
            d_out: prelu,
            out: dense(2),
        }
    }

    ::shapewise::network! {
        pub(super) struct Maps: [1, 12, 12] -> [2] {
            conv: conv2d(2, kernel = 3), relu, block_conv: conv2d(2, kernel = 3), tanh, d_conv: max_pool2d(2), flatten, dense(2),
        }
    }
    ::shapewise::network! {
        pub(super) struct PlainMaps: [1, 12, 12] -> [2] {
            conv2d(2, kernel = 3), relu, conv2d(2, kernel = 3), tanh, max_pool2d(2), flatten, dense(2),
        }
    }
    ::shapewise::network! {
        pub(super) struct Forks: [2] -> [2] {
            residual { input_1: dense(2), tanh, input_2: dense(2) },
            fc: dense(3), tanh, repeat(2) { residual { fc: dense(3), tanh } }, residual { gelu, fc_2_1: dense(3) }, dense(2),
        }
    }
    ::shapewise::network! {
        pub(super) struct PlainForks: [2] -> [2] {
            residual { a: dense(2), tanh, b: dense(2) },
            c: dense(3), tanh, residual { d: dense(3), tanh }, residual { e: dense(3), tanh }, residual { gelu, f: dense(3) }, dense(2),
        }
    }
    const WIDTH: usize = 3;
    ::shapewise::network! {
        pub(super) struct r#Raw: [2] -> [2] {
            r#x: dense(WIDTH), tanh, input: dense(3), tanh, output: dense(3), tanh, r#pass: dense(3), tanh, r#d_x: dense(3), tanh, repeat(2) { r#type: dense(3), tanh }, dense(2),
        }
    }
    ::shapewise::network! {
        pub(super) struct PlainRaw: [2] -> [2] {
            a: dense(WIDTH), tanh, i: dense(3), tanh, o: dense(3), tanh, b: dense(3), tanh, c: dense(3), tanh, repeat(2) { d: dense(3), tanh }, dense(2),
        }
    }
    ::shapewise::network! { pub(super) struct Fc: [2] -> [2] { fc: dense(2), tanh, dense(2) } }
    ::shapewise::network! { pub(super) struct Nested: [2] -> [2] { x: self::Fc, tanh, d_x: self::Fc } }
    ::shapewise::network! { pub(super) struct PlainNested: [2] -> [2] { a: self::Fc, tanh, b: self::Fc } }
    ::shapewise::network! { pub(super) struct One<const J: usize>: [J] -> [J] { dense(J), one: dense(J) } }
    ::shapewise::network! { pub(super) struct Inner<T>: [2] -> [2] { dense(2) } }
    ::shapewise::network! { pub(super) struct Outer<X>: [2] -> [2] { Inner, tanh, dense(2) } }
    ::shapewise::network! { pub(super) struct I: [2] -> [2] { dense(2) } }
    ::shapewise::network! { pub(super) struct Network<Inputs>: [2] -> [2] { dense(2) } }
    ::shapewise::network! { #[shapewise(allow(bias_before_batch_norm))] pub(super) struct Block<Real>: [2] -> [2] { dense(2), batch_norm } }
}

/// Declared by a macro of the user's.
mod by_a_macro {
    use shapewise_tests::custom::Radial;

    macro_rules! mlp {
        ($visibility:vis $name:ident, $inputs:expr, $hidden:expr, $first:ident) => {
            ::shapewise::network! {
                /// A network of the family.
                $visibility struct $name: [$inputs] -> [2] { $first: dense($hidden), tanh, out: dense(2) }
            }
        };
    }
    macro_rules! gained {
        ($name:ident, $layer:ty, $path:path) => {
            ::shapewise::network! {
                pub(super) struct $name: [2] -> [2] { dense(3), layer($layer), tanh, layer($path) -> [2] }
            }
        };
    }
    gained!(Gained, Radial<f32, 3, 3>, shapewise_tests::custom::Radial<f32, 3, 2>);

    const HIDDEN: usize = 5;
    mlp!(pub(super) Small, 2, 3, first);
    mlp!(pub(super) Computed, 2 + 1, HIDDEN * 2, out1);
}

/// Macros that the struct's attributes need.
mod attributes {
    ::shapewise::network! {
        #[doc(alias = "perceptron")]
        #[derive(Clone, Debug, PartialEq)]
        #[must_use = "a network does nothing on its own"]
        pub(super) struct Net<T>: [2] -> [2] { dense(2) }
    }
    ::shapewise::network! {
        #[derive(Clone, Debug, PartialEq)]
        pub(super) struct Normed<T>: [2] -> [2] { dense(2, bias = false), batch_norm }
    }
    ::shapewise::network! {
        #[derive(Clone, Debug, PartialEq)]
        pub(super) struct Outer<T>: [2] -> [2] { inner: Normed, tanh, dense(2) }
    }
}

use shapewise::nalgebra::SVector;
use shapewise::prelude::*;

/// Trains a network one step, so that every function of its expansion is used.
fn train<N: Network<Scalar = f32>>(network: &mut N) -> f32 {
    // Two blocks, each of which has its place.
    let inputs: Vec<f32> = (0..20 * N::INPUTS).map(|i| (i % 50) as f32 * 0.1).collect();
    let mut training = network.training(CrossEntropy::new(), Adam::default());
    training.step(&inputs, &[0, 1, 0, 1, 1].repeat(4)).expect("a batch that fits")
}

/// The parameters behind a step.
fn trained<N: Network<Scalar = f32>>() -> Vec<f32> {
    let mut network = N::zeroed();
    network.initialise(1);
    train(&mut *network);
    network.values().to_vec()
}

#[test]
fn names_change_nothing() {
    assert_eq!(trained::<names::Maps>(), trained::<names::PlainMaps>());
    assert_eq!(trained::<names::Forks>(), trained::<names::PlainForks>());
    assert_eq!(trained::<names::Raw>(), trained::<names::PlainRaw>());
    assert_eq!(trained::<names::Nested>(), trained::<names::PlainNested>());
}

#[test]
fn all_of_them_train() {
    assert!(train(&mut *without_prelude::Net::<f32, 6>::boxed(1)).is_finite());
    let heads = without_prelude::with_a_trait::Heads::boxed(1);
    assert_eq!(heads.forward(&SVector::zeros()).b.len(), 1);
    assert!(train(&mut *shadowed::Net::boxed(1)).is_finite());
    assert!(train(&mut *names::Net::boxed(1)).is_finite());
    assert!(train(&mut *names::One::<3>::boxed(1)).is_finite());
    assert!(train(&mut *names::I::boxed(1)).is_finite());
    assert!(train(&mut *names::Network::<f32>::boxed(1)).is_finite());
    assert!(train(&mut *names::Outer::<f32>::boxed(1)).is_finite());
    assert!(train(&mut *names::Block::<f32>::boxed(1)).is_finite());
    assert!(train(&mut *by_a_macro::Small::boxed(1)).is_finite());
    assert!(train(&mut *by_a_macro::Computed::boxed(1)).is_finite());
    assert!(train(&mut *by_a_macro::Gained::boxed(1)).is_finite());
    assert!(train(&mut *attributes::Net::<f32>::boxed(1)).is_finite());
}

#[test]
fn a_raw_name_is_saved_without_its_mark() {
    assert!(names::Net::LAYERS.iter().any(|layer| layer.name == "type"));
}

#[test]
fn attributes_reach_the_struct() {
    let network = attributes::Net::<f64>::boxed(1);
    assert_eq!(network.clone(), network);
}

#[test]
fn networks_with_buffers_and_networks_inside_can_be_compared() {
    let network = attributes::Outer::<f32>::boxed(1);
    let mut other = network.clone();
    assert_eq!(other, network);
    assert_eq!(network.fold(), other.fold());
    other.buffers.inner.batch_norm1.running_mean[0] = 1.0;
    assert_ne!(other, network);
}

#[test]
fn a_scalar_that_no_field_mentions() {
    network! {
        #[derive(Clone, Debug, PartialEq)]
        struct View<T>: [4] -> [2, 2] { relu, reshape([2, 2]) }
    }
    assert_eq!(View::<f64>::boxed(1).forward(&[-1.0, 2.0, 3.0, 4.0].into()).as_slice(), [0.0, 2.0, 3.0, 4.0]);
    assert_eq!(View::<f32>::boxed(1), View::<f32>::boxed(2));
}

#[test]
#[deny(unused_braces, unused_parens)]
fn sizes_in_braces_and_parentheses() {
    network! { struct Net: [{ 2 }] -> [(1)] { dense({ 3 }), tanh, dense((1)) } }
    assert_eq!(Net::boxed(1).dense1.bias.len(), 3);
}

#[test]
fn a_declaration_in_a_function() {
    const WIDTH: usize = 4;
    network! {
        struct Local: [2] -> [1] { dense(WIDTH), relu, dense(1) }
    }
    assert_eq!(Local::boxed(1).forward(&SVector::zeros()).len(), 1);
}

#[test]
fn expressions_of_every_form() {
    const WIDE: bool = true;
    network! {
        struct Local: [2] -> [1] {
            dense(if WIDE { 4 } else { 2 }), relu,
            dropout(match WIDE {
                true => 0.5,
                false => 0.1,
            }),
            dense(1),
        }
    }
    assert_eq!(Local::boxed(1).dense1.bias.len(), 4);
}

#[test]
fn two_networks_of_one_name_in_two_scopes() {
    let first = {
        network! { struct Net: [2] -> [1] { dense(1) } }
        Net::PARAMETERS
    };
    network! { struct Net: [3] -> [1] { dense(1) } }
    assert_eq!((first, Net::PARAMETERS), (3, 4));
}
