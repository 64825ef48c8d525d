use shapewise::prelude::*;

network! {
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
    struct Net: [784] -> [10] { dense(10) }
}

fn main() {}
