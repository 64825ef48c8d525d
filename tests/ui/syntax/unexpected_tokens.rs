use shapewise::prelude::*;

network! {
    struct Named: [4] -> [2] { fc-1: dense(8), relu, dense(2) }
}

network! {
    struct Arrows: [4] -> [2] { dense(8) => relu => dense(2) }
}

network! {
    struct Ended: [4] -> [2] { dense(2) };
}

fn main() {}
