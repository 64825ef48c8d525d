use shapewise::prelude::*;

network! {
    struct Net: [4] -> [2] {
        Encoder, dense(2),
    }
}

fn main() {
    Net::boxed(1);
}
