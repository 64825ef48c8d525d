use shapewise::prelude::*;

network! {
    struct Net: [1, 9, 9] -> [10] {
        conv2d(4, kernel = 3), relu,
        max_pool2d(2),
        max_pool2d(2),
        flatten -> [16],
        dense(10),
    }
}

fn main() {
    let _ = Net::boxed(1);
}
