use shapewise::prelude::*;

network! {
    struct Net: [784] -> [10] {
        dense(128), relu,
        dense(10),
    }
}

fn main() -> shapewise::Result<()> {
    // Ten classes in the network, letters in the data.
    let data = Dataset::new(784, vec![0.0; 2 * 784], 1, vec![3_u32, 25])?;
    let mut net = Net::boxed(1);
    net.trainer(CrossEntropy::new(), Adam::new(0.001)).progress(Progress::off()).fit(&data)?;
    Ok(())
}
