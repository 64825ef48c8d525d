use shapewise::prelude::*;

network! {
    struct Net: [784] -> [10] { activation(relu), activation("tanh"), dense(10) }
}

fn main() {}
