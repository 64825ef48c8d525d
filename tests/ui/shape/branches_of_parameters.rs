use shapewise::prelude::*;

network! {
    struct Net<const N: usize, const M: usize>: [8] -> [4] { add { [dense(N)], [dense(M)] }, dense(4) }
}

fn main() {
    let _ = Net::<3, 4>::boxed(1);
}
