//! The words of `network!`, where editors look them up. A test of the macro compares them with its own.

/// Items for editors alone: the compiler never sees them, nor what is half-typed in them.
#[cfg(rust_analyzer)]
#[macro_export]
#[doc(hidden)]
macro_rules! in_editor {
    ($($item:tt)*) => { $($item)* };
}

/// Items for editors alone: the compiler never sees them, nor what is half-typed in them.
#[cfg(not(rust_analyzer))]
#[macro_export]
#[doc(hidden)]
macro_rules! in_editor {
    ($($item:tt)*) => {};
}

/// How many.
#[derive(Debug)]
pub struct Count<const N: usize>;

/// The shape `[N]`.
#[derive(Debug)]
pub struct Vector<const N: usize>;

/// The shape `[C, L]`.
#[derive(Debug)]
pub struct Sequence<const C: usize, const L: usize>;

/// The shape `[C, H, W]`.
#[derive(Debug)]
pub struct Image<const C: usize, const H: usize, const W: usize>;

/// A function for each word, with the line of the reference as its documentation.
macro_rules! words {
    ($($word:ident = $line:literal,)*) => {
        $(
            #[doc = $line]
            ///
            /// More in the documentation of `network!`.
            pub fn $word() {}
        )*
    };
}

/// The same for layers: of a function's type parameters editors show what they are.
macro_rules! layer_words {
    ($($word:ident = $line:literal,)*) => {
        $(
            #[doc = $line]
            ///
            /// More in the documentation of `network!`.
            #[allow(clippy::extra_unused_type_parameters, reason = "they are what editors show")]
            pub fn $word<Gives, Parameters>() {}
        )*
    };
}

/// What stands for a layer or a block.
pub mod layers {
    layer_words! {
        dense = "`dense(units)`: `bias = true`, `init = ..`, `tied = layer`; `[n] -> [units]`.",
        conv2d = "`conv2d(filters, kernel)`: `stride = 1`, `padding = 0` or `padding = same`, `dilation = 1`, `groups = 1`, `bias = true`, `init = ..`; `[c, h, w] -> [filters, h', w']`.",
        conv1d = "`conv1d(filters, kernel)`: as `conv2d`; `[c, l] -> [filters, l']`.",
        conv_transpose2d = "`conv_transpose2d(filters, kernel)`: as `conv2d` without `padding = same`, and `output_padding = 0`; `[c, h, w] -> [filters, h', w']`.",
        max_pool2d = "`max_pool2d(kernel)`: `stride = kernel`, `padding = 0` or `padding = same`, `rounding = floor` or `rounding = ceil`; `[c, h, w] -> [c, h', w']`, `[c, l] -> [c, l']`.",
        max_pool1d = "`max_pool1d(kernel)`: `stride = kernel`, `padding = 0` or `padding = same`, `rounding = floor` or `rounding = ceil`; `[c, h, w] -> [c, h', w']`, `[c, l] -> [c, l']`.",
        avg_pool2d = "`avg_pool2d(kernel)`: as `max_pool2d`, `count_include_pad = true`.",
        avg_pool1d = "`avg_pool1d(kernel)`: as `max_pool2d`, `count_include_pad = true`.",
        global_avg_pool = "`global_avg_pool`: `[c, h, w] -> [c]`, `[c, l] -> [c]`.",
        upsample = "`upsample(factor)`: `mode = nearest` or `mode = bilinear`; `[c, h, w] -> [c, h · factor, w · factor]`, `[c, l] -> [c, l · factor]`.",
        pad = "`pad(border)`: zeros on all sides; or some of `top`, `bottom`, `left`, `right`; `[c, h, w] -> [c, h', w']`, `[c, l] -> [c, l']`.",
        crop = "`crop(border)`: takes away, as `pad` adds.",
        flatten = "`flatten`: `[a, b, ..] -> [a · b · ..]`.",
        reshape = "`reshape(shape)`: as many values in the same order, e.g. `reshape([8, 7, 7])`; `-> shape`.",
        dropout = "`dropout(p)`: `0 <= p < 1`; unchanged.",
        batch_norm = "`batch_norm`: `eps = 1e-5`, `momentum = 0.1` or `momentum = cumulative`; unchanged; per feature of `[n]`, per map of `[c, h, w]` and `[c, l]`.",
        dropout2d = "`dropout2d(p)`: drops whole maps; `[c, h, w]` or `[c, l]`, unchanged.",
        layer_norm = "`layer_norm`: `eps = 1e-5`; unchanged; over all values of a sample.",
        group_norm = "`group_norm(groups)`: `eps = 1e-5`; unchanged; over groups of the first dimension.",
        prelu = "`prelu`: `shared = true`: one slope for all values, else one each; unchanged.",
        softmax = "`softmax`: `[n]` unchanged.",
        log_softmax = "`log_softmax`: `[n]` unchanged.",
        identity = "`identity`: unchanged.",
        relu = "`relu`: unchanged.",
        selu = "`selu`: unchanged.",
        gelu = "`gelu`: unchanged.",
        gelu_tanh = "`gelu_tanh`: unchanged.",
        silu = "`silu`: unchanged.",
        mish = "`mish`: unchanged.",
        softplus = "`softplus`: unchanged.",
        softsign = "`softsign`: unchanged.",
        sigmoid = "`sigmoid`: unchanged.",
        hard_sigmoid = "`hard_sigmoid`: unchanged.",
        tanh = "`tanh`: unchanged.",
        hard_tanh = "`hard_tanh`: unchanged.",
        leaky_relu = "`leaky_relu`: `slope = 0.01`, above 0; unchanged.",
        elu = "`elu`: `alpha = 1`, above 0; unchanged.",
        layer = "`layer(Type)`: a layer of your own: `config = ..`, `init = ..`; unchanged, or what `-> [..]` asserts.",
        activation = "`activation(function)`: a function of your own: `slope = ..`; unchanged.",
        residual = "`residual`: `{ layers }`: the input is added to the output of the layers; `project = layer` where their shapes differ; that of the layers.",
        add = "`add`: `{ [layers], [layers] }`: every branch gets the input, their outputs are added; that of the branches.",
        concat = "`concat`: `{ [layers], [layers] }`: outputs one behind the other, along the first dimension; the first sizes add up.",
        repeat = "`repeat(n)`: `{ layers }`: n times, each with parameters of its own; names get `_1`, `_2`, .. behind them.",
        heads = "`heads`: `{ name: [layers], name: [layers] }`: the outputs of a network whose signature names them.",
    }
}

/// What stands in front of `=` in a layer's arguments.
pub mod options {
    words! {
        units = "`units`: how many values a dense layer gives; first and without a name.",
        filters = "`filters`: how many channels a convolution gives; first and without a name.",
        kernel = "`kernel`: rows and columns of the window: `3`, or `(3, 5)`.",
        stride = "`stride = 1`: steps of the window: `2`, or `(2, 1)`. A pool's default is its kernel.",
        padding = "`padding = 0`: zeros on all sides: `1`, or `(1, 2)`, or `same`.",
        dilation = "`dilation = 1`: distance between the places that a kernel looks at: `2`, or `(2, 1)`.",
        output_padding = "`output_padding = 0`: rows and columns more of a transposed convolution.",
        groups = "`groups = 1`: of channels that see only each other; as many as channels makes a convolution depthwise.",
        bias = "`bias = true`: `false` leaves the bias out.",
        init = "`init = ..`: how the weights begin; without it the activation that follows decides.",
        tied = "`tied = layer`: the weights are those of that dense layer in front, transposed.",
        rounding = "`rounding = floor` or `ceil`: what a pool does with rows and columns that no whole window covers.",
        count_include_pad = "`count_include_pad = true`: whether a mean counts the zeros of the padding.",
        factor = "`factor`: how often each row and column is there: `2`, or `(2, 1)`.",
        mode = "`mode = nearest` or `bilinear`: what lies between the values.",
        border = "`border`: on all sides: `1`, or `(1, 2)`.",
        top = "`top = 0`: rows on this side.",
        bottom = "`bottom = 0`: rows on this side.",
        left = "`left = 0`: columns on this side.",
        right = "`right = 0`: columns on this side.",
        shape = "`shape`: the new shape: `[8, 7, 7]`.",
        p = "`p`: the probability that a value is dropped, `0 <= p < 1`.",
        eps = "`eps = 1e-5`: added to the variance, above 0.",
        momentum = "`momentum = 0.1`: weight of a batch in the running statistics, above 0 and at most 1; or `cumulative`.",
        shared = "`shared = true`: one slope for all values, or one for each.",
        slope = "`slope = ..`: of a leaky rectifier below 0; of a function of your own, its derivative.",
        alpha = "`alpha = 1`: minus the value far below 0, above 0.",
        config = "`config = ..`: hyper-parameters of a layer of your own, an expression.",
        project = "`project = layer`: what gives the input of a `residual` the shape of its output.",
    }
}

/// What stands behind `init =`.
pub mod init {
    words! {
        he_normal = "`he_normal`: normal, variance 2 / fan in; for rectifiers.",
        he_truncated_normal = "`he_truncated_normal`: as `he_normal`, cut off at two deviations.",
        he_uniform = "`he_uniform`: uniform, variance 2 / fan in; for rectifiers.",
        xavier_normal = "`xavier_normal`: normal, variance 2 / (fan in + fan out).",
        xavier_truncated_normal = "`xavier_truncated_normal`: as `xavier_normal`, cut off at two deviations.",
        xavier_uniform = "`xavier_uniform`: uniform, variance 2 / (fan in + fan out).",
        lecun_normal = "`lecun_normal`: normal, variance 1 / fan in; for `selu`.",
        lecun_truncated_normal = "`lecun_truncated_normal`: as `lecun_normal`, cut off at two deviations.",
        lecun_uniform = "`lecun_uniform`: uniform, variance 1 / fan in.",
        orthogonal = "`orthogonal`: rows or columns of length 1, at right angles.",
        zeros = "`zeros`: 0 everywhere.",
        constant = "`constant(value)`: the same everywhere.",
        normal = "`normal(deviation)`: normal around 0.",
        truncated_normal = "`truncated_normal(deviation)`: normal around 0, cut off at two deviations.",
        uniform = "`uniform(bound)`: uniform from -bound to bound.",
        sparse = "`sparse(share_of_zeros)`: normal, but zeros for a share of the outputs of each input.",
    }
}

/// What stands behind `padding =`.
pub mod padding {
    words! {
        same = "`same`: as many zeros as give an output of the input's size at stride 1.",
    }
}

/// What stands behind `rounding =`.
pub mod rounding {
    words! {
        floor = "`floor`: rows and columns that no whole window covers are left out.",
        ceil = "`ceil`: the last window may reach beyond the border.",
    }
}

/// What stands behind `mode =`.
pub mod mode {
    words! {
        nearest = "`nearest`: each value is repeated.",
        bilinear = "`bilinear`: weighted means of the nearest values, which lie in the centres of pixels.",
    }
}

/// What stands behind `momentum =`.
pub mod momentum {
    words! {
        cumulative = "`cumulative`: the mean over all batches so far.",
    }
}
