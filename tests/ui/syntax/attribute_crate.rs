use shapewise::prelude::*;

network! {
    #[shapewise(crate = "sw")]
    struct Net: [4] -> [2] { dense(2) }
}

network! {
    #[shapewise(path = sw)]
    struct Other: [4] -> [2] { dense(2) }
}

fn main() {}
