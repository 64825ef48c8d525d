use shapewise::prelude::*;

network! {
    struct Net: [1, 8, 8] -> [10] {
        conv2d(4, kernel = 9), relu,
        flatten,
        dense(10),
    }
}

fn main() {
    let _ = Net::boxed(1);
}
