use shapewise::prelude::*;

network! {
    struct Net<T>: [4] -> [2] { dense(2) }
}

fn main() {
    Net::<i32>::boxed(1);
}
