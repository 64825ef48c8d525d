//! A network in `f64`, without the feature.

use shapewise::prelude::*;

network! {
    struct Net<T>: [2] -> [2] { dense(4), tanh, dense(2) }
}

/// Makes one.
pub fn make() -> usize {
    size_of_val(&*Net::<f64>::boxed(1))
}
