//! Declared networks of every kind, generic over their scalar, for tests that run the same on all of them.
#![allow(missing_docs, reason = "the declarations speak for themselves")]

use crate::custom::{Factor, Gain, Radial, Swish, cube, cube_slope};
use shapewise::prelude::*;

network! { pub struct Linear<T>: [3] -> [2] { dense(2) } }
network! { pub struct NoBias<T>: [3] -> [2] { dense(4, bias = false), tanh, dense(2, bias = false) } }
network! { pub struct Image<T>: [2, 2, 2] -> [3] { flatten, dense(5), tanh, dense(3) } }
network! { pub struct FlattenLast<T>: [4] -> [2] { dense(2), flatten } }
network! { pub struct Deep<T>: [2] -> [2] { dense(3), tanh, dense(4), sigmoid, dense(3), tanh, dense(2) } }

network! { pub struct Identity<T>: [3] -> [2] { dense(4), identity, dense(2) } }
network! { pub struct Relu<T>: [3] -> [2] { dense(4), relu, dense(2) } }
network! { pub struct LeakyRelu<T>: [3] -> [2] { dense(4), leaky_relu(slope = 0.2), dense(2) } }
network! { pub struct Elu<T>: [3] -> [2] { dense(4), elu(alpha = 0.7), dense(2) } }
network! { pub struct Selu<T>: [3] -> [2] { dense(4), selu, dense(2) } }
network! { pub struct Gelu<T>: [3] -> [2] { dense(4), gelu, dense(2) } }
network! { pub struct GeluTanh<T>: [3] -> [2] { dense(4), gelu_tanh, dense(2) } }
network! { pub struct Silu<T>: [3] -> [2] { dense(4), silu, dense(2) } }
network! { pub struct Mish<T>: [3] -> [2] { dense(4), mish, dense(2) } }
network! { pub struct Softplus<T>: [3] -> [2] { dense(4), softplus, dense(2) } }
network! { pub struct Softsign<T>: [3] -> [2] { dense(4), softsign, dense(2) } }
network! { pub struct Sigmoid<T>: [3] -> [2] { dense(4), sigmoid, dense(2) } }
network! { pub struct HardSigmoid<T>: [3] -> [2] { dense(4), hard_sigmoid, dense(2) } }
network! { pub struct Tanh<T>: [3] -> [2] { dense(4), tanh, dense(2) } }
network! { pub struct HardTanh<T>: [3] -> [2] { dense(4), hard_tanh, dense(2) } }

network! { pub struct PRelu<T>: [3] -> [2] { dense(4), prelu, dense(2) } }
network! { pub struct PRelus<T>: [3] -> [2] { prelu(shared = false), dense(4), prelu(shared = false), dense(2) } }
network! { #[shapewise(allow(softmax_last))] pub struct Softmax<T>: [3] -> [3] { dense(3), softmax } }
network! { pub struct LogSoftmax<T>: [3] -> [3] { softmax, dense(3), log_softmax } }
network! { pub struct Dropout<T>: [3] -> [2] { dropout(0.2), dense(6), tanh, dropout(0.5), dense(2) } }
network! { #[shapewise(allow(bias_before_batch_norm))] pub struct BatchNorm<T>: [3] -> [2] { dense(4), batch_norm, tanh, dense(2) } }
network! { pub struct BatchNormFirst<T>: [3] -> [2] { batch_norm(eps = 1e-3), dense(2) } }
network! {
    pub struct Everything<T>: [1, 2, 2] -> [3] {
        flatten,
        fc1: dense(5, bias = false), batch_norm, silu, dropout(0.25),
        fc2: dense(4), prelu, batch_norm(momentum = cumulative), gelu,
        fc3: dense(3), softplus, dropout(0.1), batch_norm,
    }
}

network! { pub struct Residual<T>: [3] -> [2] { dense(4), residual { dense(4), tanh }, residual { gelu }, dense(2) } }
network! {
    pub struct Projected<T>: [3] -> [4] {
        residual(project = dense(6)) { dense(5), tanh, dense(6) }, silu,
        outer: residual(project = dense(4, bias = false)) {
            residual { dense(6), tanh, batch_norm },
            dense(4),
        }
    }
}
network! {
    pub struct Branches<T>: [3] -> [4] {
        concat { [a: dense(4), tanh], [gelu, dense(2)], [] },
        add { [dense(5)], [batch_norm, dense(5), sigmoid], [dense(5), dropout(0.2)] },
        dense(4),
    }
}
network! { pub struct Repeated<T>: [3] -> [3] { repeat(3) { fc: dense(3), tanh, residual { batch_norm, silu } } } }
network! {
    /// Layers that are called like the gradients of the edges that others read, too.
    pub struct Numbered<T>: [3] -> [2] {
        residual { input_1: dense(3), tanh, input_2: dense(3) },
        fc: dense(4), tanh, residual { gelu, fc_1: dense(4) }, repeat(2) { residual { fc_1: dense(4), tanh } }, dense(2),
    }
}
network! { pub struct Doubled<T>: [2, 2] -> [8] { dense_in: concat { [flatten], [flatten, dense(4)] } } }

network! { pub struct Conv<T>: [2, 5, 4] -> [2] { conv2d(3, kernel = 3), tanh, flatten, dense(2) } }
network! {
    pub struct ConvAll<T>: [2, 6, 5] -> [3] {
        conv2d(4, kernel = (3, 2), stride = (2, 1), padding = (1, 1), bias = false), gelu,
        conv2d(4, kernel = 3, padding = same, dilation = 2, groups = 2), sigmoid,
        conv2d(4, kernel = 3, padding = same, groups = 4),
        avg_pool2d(2, rounding = ceil),
        conv2d(3, kernel = 1), global_avg_pool,
    }
}
network! {
    pub struct Pools<T>: [2, 6, 7] -> [4] {
        conv2d(3, kernel = 2), avg_pool2d(3, stride = 2, padding = 1, count_include_pad = false, rounding = floor),
        softplus, max_pool2d(2, rounding = ceil), flatten, dense(4),
    }
}
network! {
    #[shapewise(allow(bias_before_batch_norm))]
    pub struct Maps<T>: [1, 4, 4] -> [2] {
        conv2d(2, kernel = 3, padding = 1), batch_norm, tanh,
        residual { conv2d(2, kernel = 3, padding = 1), batch_norm, silu, conv2d(2, kernel = 1) },
        concat { [conv2d(1, kernel = 1)], [conv2d(2, kernel = 3, padding = same)] },
        max_pool2d((2, 4)), flatten, dense(2),
    }
}

network! {
    /// Maps large enough for their weights' gradients to be summed up block by block, a pool whose gradient takes the place of its
    /// input, and branches at the network's input, of which only one has parameters.
    #[shapewise(allow(bias_before_batch_norm))]
    pub struct LargeMaps<T>: [1, 8, 8] -> [2] {
        residual { conv2d(2, kernel = 3, padding = same), batch_norm, tanh, conv2d(1, kernel = 2, padding = same) },
        conv_transpose2d(2, kernel = 2, stride = 2), relu, max_pool2d(2),
        conv2d(2, kernel = 3, groups = 2, padding = same), max_pool2d(2), flatten, dense(2),
    }
}

network! { pub struct PooledMaps<T>: [1, 9, 9] -> [2] { conv2d(2, kernel = 2), relu, max_pool2d(2), flatten, dense(2) } }
network! { pub struct HalfTrained<T>: [4] -> [4] { add { [gelu], [dense(8), tanh, dense(4)] } } }

network! {
    pub struct Norms<T>: [2, 3, 2] -> [3] {
        conv2d(4, kernel = 2), group_norm(2), tanh, dropout2d(0.3), upsample((2, 1)),
        layer_norm(eps = 1e-3), flatten, dense(4), layer_norm, gelu, dense(3),
    }
}

network! { pub struct CustomFirst<T>: [3] -> [2] { layer(Radial<T, 3, 4>) -> [4], dense(2) } }
network! { pub struct CustomLast<T>: [3] -> [3] { dense(4), tanh, layer(Radial<T, 4, 3>, init = constant(0.5)) -> [3] } }
network! {
    pub struct CustomAll<T>: [2, 3] -> [3] {
        layer(Gain, config = Factor(1.5)), flatten, layer(Gain),
        dense(4), residual { radial: layer(crate::custom::Radial<T, 4, 4>), activation(Swish { beta: 1.5 }) },
        cube: activation(cube, slope = cube_slope), activation(|x| x * x + x, slope = |x| x + x + T::one()),
        concat { [layer(Radial::<T, 4, 2>) -> [1, 2], flatten], [layer(Gain)] }, batch_norm, dense(3),
    }
}

network! {
    pub struct Sequence<T>: [2, 9] -> [3] {
        conv1d(4, kernel = 3, stride = 2, padding = 1, bias = false), batch_norm, tanh,
        conv1d(4, kernel = 2, padding = same, dilation = 2, groups = 2), softplus, group_norm(2), dropout2d(0.3),
        concat { [max_pool1d(2, rounding = ceil)], [avg_pool1d(3, stride = 2, padding = 1)] },
        global_avg_pool, dense(3),
    }
}
network! {
    #[shapewise(allow(bias_before_batch_norm))]
    pub struct Transposed<T>: [6] -> [2, 3, 3] {
        dense(8), reshape([4, 2, 1]), tanh,
        conv_transpose2d(4, kernel = (2, 3), stride = (1, 2), groups = 2, dilation = (2, 1)), batch_norm, sigmoid,
        conv_transpose2d(2, kernel = 3, stride = (1, 2), padding = 1, output_padding = (0, 1), bias = false),
        crop(1, right = 2), pad(top = 1), softsign,
    }
}
network! {
    pub struct Resized<T>: [1, 3, 2] -> [4] {
        upsample(2, mode = bilinear), conv2d(2, kernel = 3), gelu, pad((0, 1)), crop(1, left = 2, top = 0),
        reshape([3, 2]), upsample(3, mode = bilinear), pad(1, right = 0), crop(left = 1), conv1d(2, kernel = 4), tanh,
        upsample(2), flatten, dense(4),
    }
}

network! { pub struct Tied<T>: [6] -> [6] { fc: dense(4), tanh, back: dense(6, tied = fc), sigmoid, dense(6) } }
network! {
    #[shapewise(allow(bias_before_batch_norm))]
    pub struct TiedDeep<T>: [6] -> [6] {
        dense(5), tanh, fc1: dense(4, bias = false), gelu, fc2: dense(3, init = orthogonal), tanh,
        dense(4, tied = fc2), batch_norm, gelu, concat { [dense(5, tied = fc1, bias = false)], [dense(1)] },
    }
}
network! { pub struct Inner<T>: [2, 3] -> [3] { flatten, fc: dense(4, bias = false), batch_norm, silu, dense(3) } }
network! { pub struct Outer<T>: [2, 3] -> [4] { inner: Inner -> [3], residual { self::Linear, tanh, dense(3) }, dense(4) } }
network! {
    #[shapewise(allow(stacked_linear))]
    pub struct Nested<T>: [2, 3] -> [5] {
        crate::zoo::Outer, tanh,
        repeat(2) { fc: dense(3), tanh, linear: self::Linear, dense(3), dense(4, tied = fc) },
        dense(5),
    }
}

network! {
    pub struct Heads<T>: [3] -> { digit: [4], values: [2], same: [5] } {
        dense(5), tanh,
        heads {
            values: [residual { tanh }, dense(2)],
            digit: [dense(3), tanh, dense(4)],
            same: [],
        },
    }
}
network! {
    pub struct CustomInner<Scalar>: [3] -> [2] {
        rbf: layer(Radial<Scalar, 3, 2>) -> [2], activation(|x| Scalar::one() - x * x, slope = |x| -(x + x)),
    }
}
network! { pub struct CustomNested<T>: [3] -> [2] { dense(3), CustomInner, dense(2) } }
network! { pub struct Wide<T, const N: usize>: [N] -> [3] { dense(N), tanh, dense(3) } }
network! { pub struct Tower<T, const N: usize>: [2] -> [2] { dense(N), tanh, dense(N), gelu, dense(N), softplus, dense(2) } }
network! {
    #[shapewise(allow(bias_before_batch_norm))]
    pub struct Normed<T, const N: usize>: [3] -> [3] {
        dense(N, bias = false), batch_norm, elu, dropout(0.3), dense(N), batch_norm, mish, dense(3),
    }
}
network! {
    pub struct CustomWide<T, const N: usize>: [3] -> [2] {
        dense(N), layer(Radial<T, N, N>), activation(Swish { beta: 0.5 }), layer(Radial<T, N, 2>) -> [2],
    }
}
network! { pub struct Sloped<T, const N: usize>: [4] -> [2] { dense(N), prelu(shared = false), dense(N), silu, dense(2) } }

/// Calls a macro with every network of fixed size.
#[macro_export]
macro_rules! for_each_network {
    ($callback:ident) => {
        $callback! {
            Linear NoBias Image FlattenLast Deep
            Identity Relu LeakyRelu Elu Selu Gelu GeluTanh Silu Mish Softplus Softsign Sigmoid HardSigmoid Tanh HardTanh
            PRelu PRelus Softmax LogSoftmax Dropout BatchNorm BatchNormFirst Everything
            Residual Projected Branches Repeated Numbered Doubled
            Conv ConvAll Pools Maps LargeMaps PooledMaps HalfTrained Norms
            CustomFirst CustomLast CustomAll CustomNested
            Sequence Transposed Resized
            Tied TiedDeep Inner Outer Nested Heads
        }
    };
}
