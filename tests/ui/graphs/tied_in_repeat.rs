use shapewise::prelude::*;

network! {
    struct Net: [8] -> [8] { repeat(2) { fc: dense(8), relu }, dense(8, tied = fc) }
}

fn main() {}
