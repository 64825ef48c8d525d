use shapewise::prelude::*;

network! {
    struct Net: [3, 8, 6] -> [2] {
        crop(3) -> [3, 8, 6],
        crop(top = 4, bottom = 4) -> [3, 8],
        crop(1, left = 7) -> [3, 8],
        crop(top = 1) -> [3, 8],
        pad((1, 1)) -> [2],
    }
}

fn main() {}
