//! What other libraries call our layers, options and initialisers, and what they have and we have not.
//!
//! Words are compared in small letters and without underscores.

/// In the words of PyTorch, Keras and others; ours.
const LAYERS: &[(&[&str], &str)] = &[
    (&["linear", "fc", "fullyconnected", "affine", "output", "outputlayer", "hidden"], "dense"),
    (&["conv", "convolution", "convolution2d", "convolutional"], "conv2d"),
    (&["convolution1d"], "conv1d"),
    (
        &["deconv", "deconv2d", "deconvolution", "convtranspose", "conv2dtranspose", "transposedconv2d"],
        "conv_transpose2d",
    ),
    (&["zeropad", "zeropad2d", "zeropadding2d"], "pad"),
    (&["cropping2d", "centercrop"], "crop"),
    (&["view", "unflatten"], "reshape"),
    (&["upsampling2d", "resize", "interpolate", "upsample2d"], "upsample"),
    (&["dropout1d", "spatialdropout2d"], "dropout2d"),
    (&["maxpool", "maxpooling", "maxpooling2d"], "max_pool2d"),
    (&["maxpooling1d"], "max_pool1d"),
    (&["avgpool", "averagepool", "averagepooling2d"], "avg_pool2d"),
    (&["averagepooling1d"], "avg_pool1d"),
    (
        &["adaptiveavgpool2d", "adaptiveavgpool1d", "globalaveragepooling2d", "globalaveragepooling1d", "gap"],
        "global_avg_pool",
    ),
    (&["batchnorm1d", "batchnorm2d", "batchnormalization", "bn", "norm"], "batch_norm"),
    (&["layernormalization", "ln"], "layer_norm"),
    (&["groupnormalization", "gn"], "group_norm"),
    (&["swish"], "silu"),
    (&["lrelu"], "leaky_relu"),
    (&["concatenate", "cat"], "concat"),
    (&["skip", "shortcut", "residualblock", "resblock"], "residual"),
];

/// What there is not, and what to do instead.
const ABSENT: &[(&[&str], &str)] = &[
    (
        &["rnn", "lstm", "gru", "simplernn", "bidirectional"],
        "there are no recurrent layers: `conv1d` sees sequences, `layer(Type)` takes a layer of your own",
    ),
    (
        &["attention", "multiheadattention", "transformer", "transformerencoder", "selfattention"],
        "there is no attention: `layer(Type)` takes a layer of your own",
    ),
    (
        &["embedding", "embeddingbag"],
        "there is no embedding: give one-hot values to `dense`, or write `layer(Type)` for a layer of your own",
    ),
    (&["globalmaxpool2d", "globalmaxpooling2d", "adaptivemaxpool2d"], "pool whole maps: `max_pool2d` with their size"),
    (
        &["globalmaxpool1d", "globalmaxpooling1d", "adaptivemaxpool1d"],
        "pool whole sequences: `max_pool1d` with their size",
    ),
    (
        &["globalmaxpool", "globalmaxpooling"],
        "pool all at once: `max_pool2d` or `max_pool1d` with the size of the maps",
    ),
    (
        &["convtranspose1d", "conv1dtranspose"],
        "use `upsample(2), conv1d(..)`, or `reshape([8, 1, 64])` and `conv_transpose2d(4, kernel = (1, 4))`",
    ),
    (
        &["hardswish", "relu6"],
        "there is none: `silu` and `relu` are near, `activation(..)` takes a function of your own",
    ),
    (&["conv3d", "maxpool3d", "avgpool3d", "batchnorm3d"], "maps have rows and columns at most: use the `2d` layer"),
    (
        &["depthwiseconv", "depthwiseconv2d", "separableconv2d"],
        "a convolution with as many `groups` as channels: `conv2d(8, kernel = 3, groups = 8)`",
    ),
    (&["input", "inputlayer"], "leave it out: the signature says what goes in, `[784] -> [10]`"),
    (&["sequential", "model", "modulelist"], "leave it out: the braces hold the layers, `{ dense(64), relu }`"),
];

/// Options, as `LAYERS`.
const OPTIONS: &[(&[&str], &str)] = &[
    (&["outfeatures", "neurons", "outputs", "size", "n"], "units"),
    (&["outchannels", "channels", "outputs", "n"], "filters"),
    (&["kernelsize", "poolsize", "size", "window"], "kernel"),
    (&["strides", "step"], "stride"),
    (&["pad"], "padding"),
    (&["dilationrate"], "dilation"),
    (&["usebias"], "bias"),
    (&["kernelinitializer", "initializer", "initialiser", "weightinit", "weights"], "init"),
    (&["rate", "prob", "probability", "ratio"], "p"),
    (&["negativeslope", "alpha", "derivative", "gradient"], "slope"),
    (&["epsilon"], "eps"),
    (&["numgroups"], "groups"),
    (&["scalefactor", "scale", "size"], "factor"),
    (&["targetshape", "sizes"], "shape"),
];

/// Options that have no like among ours, and what to do instead.
const NO_OPTIONS: &[(&[&str], &str)] = &[
    (&["activation", "act", "activationfn"], "an activation is a layer of its own: `dense(64), relu`"),
    (
        &[
            "infeatures",
            "inchannels",
            "inputshape",
            "inputdim",
            "inputs",
            "numfeatures",
            "numchannels",
            "normalizedshape",
        ],
        "leave it out: the layer in front tells it",
    ),
    (&["name"], "a name stands in front: `fc1: dense(64)`"),
    (&["dim", "axis", "inplace"], "leave it out"),
];

/// Initialisers, as `LAYERS`.
const INITIALISERS: &[(&[&str], &str)] = &[
    (&["he", "kaiming", "kaimingnormal", "variancescaling"], "he_normal"),
    (&["kaiminguniform"], "he_uniform"),
    (&["glorot", "xavier", "glorotuniform"], "xavier_uniform"),
    (&["glorotnormal"], "xavier_normal"),
    (&["lecun"], "lecun_normal"),
    (&["zero"], "zeros"),
    (&["ones", "one"], "constant(1)"),
    (&["randomnormal", "gaussian"], "normal(0.1)"),
    (&["randomuniform"], "uniform(0.1)"),
];

/// A layer of ours.
pub(super) fn layer(word: &str) -> Option<&'static str> {
    find(LAYERS, word).next()
}

/// Why there is no such layer.
pub(super) fn absent(word: &str) -> Option<&'static str> {
    find(ABSENT, word).next()
}

/// Whether `ours` is what the option `key` is called here.
pub(super) fn is_option(key: &str, ours: &str) -> bool {
    find(OPTIONS, key).any(|known| known == ours)
}

/// What to do instead of an option.
pub(super) fn no_option(key: &str) -> Option<&'static str> {
    find(NO_OPTIONS, key).next()
}

/// An initialiser of ours.
pub(super) fn initialiser(word: &str) -> Option<&'static str> {
    find(INITIALISERS, word).next()
}

/// A word in small letters and without underscores.
pub(super) fn plain(word: &str) -> String {
    word.to_lowercase().replace('_', "")
}

fn find(table: &'static [(&[&str], &str)], word: &str) -> impl Iterator<Item = &'static str> {
    let plain = plain(word);
    table.iter().filter(move |(words, _)| words.contains(&plain.as_str())).map(|(_, ours)| *ours)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_they_are_called_here_is_known() {
        let words: Vec<_> = crate::layers::words().collect();
        assert!(LAYERS.iter().all(|(_, ours)| words.contains(ours)));
        let words: Vec<_> = crate::layers::initialiser_words().collect();
        let plain = |ours: &'static str| ours.split('(').next().unwrap_or(ours);
        assert!(INITIALISERS.iter().all(|(_, ours)| words.contains(&plain(ours))));
    }

    #[test]
    fn words_are_plain_and_stand_for_one_thing() {
        for table in [LAYERS, ABSENT, INITIALISERS, NO_OPTIONS] {
            let mut all: Vec<_> = table.iter().flat_map(|(words, _)| *words).collect();
            assert!(all.iter().all(|word| word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())));
            let count = all.len();
            all.sort_unstable();
            all.dedup();
            assert_eq!(all.len(), count);
        }
    }
}
