use shapewise::prelude::*;

network! {
    struct pub A: [784] -> [10] { dense(10) }
}

network! {
    pub #[derive(Debug)] struct B: [784] -> [10] { dense(10) }
}

fn main() {}
