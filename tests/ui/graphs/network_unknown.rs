use shapewise::prelude::*;

network! {
    /// Another derives and uses what is not there.
    #[derive(Clone)]
    pub struct Net: [4] -> [2] {
        Encoder, out: dense(2),
    }
}

mod inner {
    use shapewise::prelude::*;

    pub fn local() {
        const WIDTH: usize = 4;
        network! {
            struct Local: [WIDTH] -> [2] { decoder: Decoder, dense(2) }
        }
        Local::boxed(1);
    }
}

fn main() {
    let mut net = Net::boxed(1);
    let y = net.forward(&[0.5; 4].into());
    println!("{} {:?}", y.len(), net.out);
    net.training(Mse, Adam::default());
    inner::local();
}
