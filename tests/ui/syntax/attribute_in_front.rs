use shapewise::prelude::*;

network! {
    //! Reads
    //! digits.
    #[cfg(test)]
    struct Net: [4] -> [2] { dense(2) }
}

fn main() {}
