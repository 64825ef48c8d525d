use shapewise::prelude::*;

network! {
    struct Net<const N: usize>: [N] -> [3, 4] {
        reshape([3, 4]),
    }
}

fn main() {
    let _ = Net::<12>::boxed(1);
    let _ = Net::<13>::boxed(1);
}
