use shapewise::prelude::*;

network! {
    struct Net<const N: usize, const M: usize>: [4] -> [M] { dense(N) }
}

fn main() {
    let _ = Net::<2, 3>::boxed(1);
}
