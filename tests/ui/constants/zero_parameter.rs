use shapewise::prelude::*;

network! {
    struct Net<const N: usize>: [4] -> [2] {
        dense(N), relu, dense(2),
    }
}

fn main() {
    let _ = Net::<0>::boxed(1);
}
