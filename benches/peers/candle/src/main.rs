//! candle on its CPU backend without a BLAS, as the package comes.

use std::hint::black_box;

use candle_core::{DType, Device, ModuleT, Result, Tensor};
use candle_nn::{AdamW, BatchNormConfig, Dropout, Linear, Optimizer, ParamsAdamW, VarBuilder, VarMap};
use peers_harness::{Case, inputs, labels, measure, serve};

/// A network by its forward pass; the flag says whether it trains.
type Net = Box<dyn Fn(&Tensor, bool) -> Result<Tensor>>;

fn mlp(vb: &VarBuilder, widths: &[usize], activation: fn(&Tensor) -> Result<Tensor>) -> Result<Net> {
    let dense = |(i, pair): (usize, &[usize])| candle_nn::linear(pair[0], pair[1], vb.pp(i.to_string()));
    let layers = widths.windows(2).enumerate().map(dense).collect::<Result<Vec<Linear>>>()?;
    Ok(Box::new(move |x, train| {
        let mut x = x.clone();
        for (i, layer) in layers.iter().enumerate() {
            x = layer.forward_t(&x, train)?;
            if i + 1 < layers.len() {
                x = activation(&x)?;
            }
        }
        Ok(x)
    }))
}

fn normed(vb: &VarBuilder) -> Result<Net> {
    let hidden = candle_nn::linear(784, 256, vb.pp("hidden"))?;
    let norm = candle_nn::batch_norm(256, BatchNormConfig::default(), vb.pp("norm"))?;
    let dropout = Dropout::new(0.5);
    let out = candle_nn::linear(256, 10, vb.pp("out"))?;
    Ok(Box::new(move |x, train| {
        let x = norm.forward_t(&hidden.forward_t(x, train)?, train)?.relu()?;
        out.forward_t(&dropout.forward(&x, train)?, train)
    }))
}

fn lenet(vb: &VarBuilder) -> Result<Net> {
    let conv1 = candle_nn::conv2d(1, 6, 5, candle_nn::Conv2dConfig::default(), vb.pp("conv1"))?;
    let conv2 = candle_nn::conv2d(6, 16, 5, candle_nn::Conv2dConfig::default(), vb.pp("conv2"))?;
    let dense = mlp(&vb.pp("dense"), &[256, 120, 84, 10], Tensor::relu)?;
    Ok(Box::new(move |x, train| {
        let x = x.reshape(((), 1, 28, 28))?;
        let x = conv1.forward_t(&x, train)?.relu()?.max_pool2d(2)?;
        let x = conv2.forward_t(&x, train)?.relu()?.max_pool2d(2)?;
        dense(&x.flatten_from(1)?, train)
    }))
}

type Make = fn(&VarBuilder) -> Result<Net>;

fn infer(make: Make, batch: usize, features: usize) -> Result<Case> {
    let net = make(&VarBuilder::from_varmap(&VarMap::new(), DType::F32, &Device::Cpu))?;
    let x = Tensor::from_vec(inputs(batch * features), (batch, features), &Device::Cpu)?;
    let output = move || black_box(net(&x, false)?).get(0)?.get(0)?.to_scalar();
    Ok(Box::new(move |time| measure(time, || output().expect("shapes fit"))))
}

fn train(make: Make, batch: usize, features: usize, classes: usize) -> Result<Case> {
    let x = Tensor::from_vec(inputs(batch * features), (batch, features), &Device::Cpu)?;
    let y: Vec<u32> = labels(batch, classes).into_iter().map(|class| class as u32).collect();
    let y = Tensor::from_vec(y, batch, &Device::Cpu)?;
    Ok(Box::new(move |time| {
        let variables = VarMap::new();
        let net = make(&VarBuilder::from_varmap(&variables, DType::F32, &Device::Cpu)).expect("a network");
        // Without decay it is Adam.
        let settings = ParamsAdamW { lr: 1e-3, weight_decay: 0.0, ..ParamsAdamW::default() };
        let mut adam = AdamW::new(variables.all_vars(), settings).expect("an optimizer");
        let mut step = || {
            let loss = candle_nn::loss::cross_entropy(&net(&x, true)?, &y)?;
            adam.backward_step(&loss)?;
            loss.to_scalar()
        };
        measure(time, || step().expect("shapes fit"))
    }))
}

fn find(name: &str) -> Option<Case> {
    let tiny: Make = |vb| mlp(vb, &[4, 32, 32, 2], Tensor::tanh);
    let small: Make = |vb| mlp(vb, &[784, 128, 64, 10], Tensor::relu);
    let wide: Make = |vb| mlp(vb, &[784, 512, 512, 10], Tensor::relu);
    let case = match name {
        "tiny_infer_b1" => infer(tiny, 1, 4),
        "tiny_train_b32" => train(tiny, 32, 4, 2),
        "mlp_infer_b1" => infer(small, 1, 784),
        "mlp_infer_b128" => infer(small, 128, 784),
        "mlp_train_b32" => train(small, 32, 784, 10),
        "mlp_train_b128" => train(small, 128, 784, 10),
        "wide_train_b128" => train(wide, 128, 784, 10),
        "bn_train_b128" => train(normed, 128, 784, 10),
        "lenet_infer_b1" => infer(lenet, 1, 784),
        "lenet_train_b128" => train(lenet, 128, 784, 10),
        _ => return None,
    };
    Some(case.expect("a network"))
}

fn main() {
    serve(find);
}
