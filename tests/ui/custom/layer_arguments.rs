use shapewise::prelude::*;

network! {
    struct Net: [4] -> [2] {
        layer, layer(8), layer(Scale<4>, 4),
        layer(Scale<4>, cofig = 2.0), layer(Scale<4>) { relu },
        layer(init = zeros),
        dense(2),
    }
}

fn main() {}
