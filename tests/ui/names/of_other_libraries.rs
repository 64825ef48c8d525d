use shapewise::prelude::*;

network! {
    struct Net: [4] -> [2] {
        Linear(8), ReLU, BatchNorm1d, Swish,
        Dropout(0.5),
        fc(2),
    }
}

fn main() {}
