use shapewise::prelude::*;

network! { struct Encoder: [4] -> [4] { dense(4) } }

network! {
    struct Net: [4] -> [4] {
        residual(project = Encoder) { dense(4) },
        residual(project = residual { dense(4) }) { dense(4) },
        residual(project = dense(4), project = dense(4)) { dense(4) },
    }
}

fn main() {}
