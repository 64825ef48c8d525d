use shapewise::prelude::*;

network! {
    struct Net: [784] -> [10] {
        #[inline] dense(64),
        let fc = dense(32),
        pub hidden: dense(16),
        "out": dense(8), "relu",
        self.last: dense(10),
    }
}

fn main() {}
