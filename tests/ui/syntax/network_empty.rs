use shapewise::prelude::*;

network! {}

fn main() {}
