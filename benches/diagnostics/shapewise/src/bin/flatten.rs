use shapewise::prelude::*;

network! {
    struct Net: [1, 8, 8] -> [10] {
        conv2d(4, kernel = 3), relu,
        dense(10),
    }
}

fn main() {
    let _ = Net::boxed(1);
}
