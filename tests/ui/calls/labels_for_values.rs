use shapewise::prelude::*;

network! {
    struct Net: [4] -> [2] { dense(2) }
}

fn main() -> Result<()> {
    let mut net = Net::boxed(1);
    let data = Dataset::new(4, vec![0.0; 8], 1, vec![0_u32, 1])?;
    Trainer::new(&mut *net, Mse, Adam::default()).fit(&data)?;
    Ok(())
}
