use shapewise::prelude::*;

network! {
    struct Repeated: [4] -> [2] { for _ in 0..3 { dense(8), relu }, dense(2) }
}

network! {
    struct Chosen: [4] -> [2] { dense(8), if DEEP { dense(8) } else { relu }, return dense(2) }
}

fn main() {}
