use shapewise::prelude::*;

network! {
    struct Net<N>: [4] -> [2] { dense(N), relu, dense(N) -> [N], relu, dense(2) }
}

fn main() {
    Net::<8>::boxed(1);
}
