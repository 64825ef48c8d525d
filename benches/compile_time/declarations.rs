//! The networks whose crates are compiled, as text.

use std::fmt::Write;

/// What stands in a declaration where one layer is edited: a width, which alternates between two values.
pub(crate) const EDITED: &str = "@";

/// A crate to compile.
pub(crate) struct Case {
    pub(crate) name: &'static str,
    /// The whole declaration.
    pub(crate) network: String,
}

pub(crate) fn all() -> Vec<Case> {
    let case = |name, network| Case { name, network };
    vec![
        case("dense_2", dense(2)),
        case("dense_8", dense(8)),
        case("dense_32", dense(32)),
        case("lenet5", lenet()),
        case("vgg16", vgg16()),
        case("vgg16_unfolded", unfolded(&vgg16())),
        case("resnet20", resnet20()),
        case("resnet20_unfolded", unfolded(&resnet20())),
    ]
}

fn struct_of(signature: &str, layers: &str) -> String {
    format!("pub struct Net: {signature} {{\n{layers}\n}}")
}

/// `layers` dense layers of 64 units.
fn dense(layers: usize) -> String {
    let hidden = "dense(64), relu,\n".repeat(layers - 2);
    struct_of("[64] -> [10]", &format!("dense(@), relu,\n{hidden}dense(10),"))
}

fn lenet() -> String {
    struct_of(
        "[1, 28, 28] -> [10]",
        "conv2d(6, kernel = 5), relu, max_pool2d(2),
        conv2d(16, kernel = 5), relu, max_pool2d(2),
        flatten,
        dense(@), relu, dense(84), relu, dense(10),",
    )
}

/// Simonyan, Zisserman, 2014, with batch norm and for small pictures: 13 convolutions and 3 dense layers.
fn vgg16() -> String {
    let mut layers = String::new();
    for (filters, count) in [(64, 2), (128, 2), (256, 3), (512, 3), (512, 3)] {
        let convolution = format!("conv2d({filters}, kernel = 3, padding = same, bias = false), batch_norm, relu,\n");
        layers += &convolution.repeat(count);
        layers += "max_pool2d(2),\n";
    }
    layers += "flatten, dense(@), relu, dropout(0.5), dense(512), relu, dropout(0.5), dense(10),";
    struct_of("[3, 32, 32] -> [10]", &layers)
}

/// He et al., 2015: 19 convolutions in 9 blocks, and a dense layer.
fn resnet20() -> String {
    let mut layers = String::from("conv2d(16, kernel = 3, padding = same, bias = false), batch_norm, relu,\n");
    for (stage, filters) in [16, 32, 64].into_iter().enumerate() {
        for block in 0..3 {
            let (stride, project) = if stage > 0 && block == 0 {
                (2, format!("(project = conv2d({filters}, kernel = 1, stride = 2, bias = false))"))
            } else {
                (1, String::new())
            };
            writeln!(
                layers,
                "residual{project} {{
                    conv2d({filters}, kernel = 3, stride = {stride}, padding = 1, bias = false), batch_norm, relu,
                    conv2d({filters}, kernel = 3, padding = same, bias = false), batch_norm,
                }},
                relu,"
            )
            .expect("text can grow");
        }
    }
    layers += "global_avg_pool, dense(@), relu, dense(10),";
    struct_of("[3, 32, 32] -> [10]", &layers)
}

/// The same with batch norms that cannot be folded: the difference is what the second network costs.
fn unfolded(network: &str) -> String {
    network.replace("batch_norm", "identity, batch_norm")
}
