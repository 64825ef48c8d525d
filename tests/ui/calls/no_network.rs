use shapewise::prelude::*;

network! {
    struct Net: [4] -> [2] { dense(2) }
}

struct Plain;

fn main() {
    let _ = Inference::<Plain>::new();
}
