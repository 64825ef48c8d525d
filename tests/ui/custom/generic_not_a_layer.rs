use shapewise::prelude::*;

struct Plain;
struct Scale<T, const N: usize>([T; N]);

network! {
    struct Net<T>: [4] -> [2] { dense(8), layer(Plain), dense(2) }
}

network! {
    struct Sized<T, const N: usize>: [4] -> [2] { dense(N), scale: layer(Scale<T, N>), dense(2) }
}

fn main() {
    let _ = (Net::<f32>::boxed(1), Sized::<f64, 3>::boxed(1).scale);
}
