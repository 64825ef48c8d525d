//! The words of `network!`, where editors look them up. A test of the macro compares them with its own.

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

words! {
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
