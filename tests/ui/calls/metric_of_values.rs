use shapewise::prelude::*;

network! {
    struct Net: [4] -> [2] { dense(2) }
}

fn main() {
    let mut net = Net::boxed(1);
    let _ = Trainer::new(&mut *net, CrossEntropy::new(), Adam::default())
        .metric(shapewise::train::metrics::MeanAbsoluteError::new());
}
