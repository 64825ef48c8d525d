//! The optimizers by hand: what one writes from the papers, one plain loop each.
//!
//! The same loop is compiled twice: as it is for the naive version, for the machine's vectors for the best one.
//! Decay is off, except where [`Tensor::decay`] says otherwise.

/// A tensor with its gradient and three arrays of state, of which a rule uses as many as it needs.
#[derive(Debug)]
pub struct Tensor<'a> {
    /// Parameters.
    pub p: &'a mut [f32],
    /// Gradients.
    pub g: &'a [f32],
    /// State, which begins as zeros.
    pub s: [&'a mut [f32]; 3],
    /// Steps, this one included.
    pub t: i32,
    /// Whether it is to decay: biases are not.
    pub decay: bool,
}

/// A rule: moves a tensor.
pub type Rule = fn(Tensor<'_>);

/// `rules! { name: tensor => constants; p g state.. { statements on each parameter } }`
macro_rules! rules {
    ($($(#[$doc:meta])* $name:ident: $tensor:ident => { $($before:stmt;)* } $p:ident $g:ident $($s:ident)* $body:block)*) => {
        $(
            $(#[$doc])*
            #[inline(always)]
            pub fn $name($tensor: Tensor<'_>) {
                $($before)*
                let len = $tensor.p.len();
                let Tensor { p, g, s, .. } = $tensor;
                let [$($s,)* ..] = s;
                let g = &g[..len];
                $(let $s = &mut $s[..len];)*
                for i in 0..len {
                    let ($p, $g $(, $s)*) = (&mut p[i], g[i] $(, &mut $s[i])*);
                    $body
                }
            }
        )*
    };
}

/// `average ← β·average + (1 − β)·value`
#[inline(always)]
fn learn(average: &mut f32, beta: f32, value: f32) -> f32 {
    *average = beta * *average + (1.0 - beta) * value;
    *average
}

/// 1 − βᵗ
fn correction(beta: f32, t: i32) -> f32 {
    1.0 - beta.powi(t)
}

rules! {
    /// Gradient descent.
    sgd: tensor => {} p g { *p -= 0.001 * g; }

    /// Gradient descent with momentum.
    momentum: tensor => {} p g b {
        *b = 0.9 * *b + g;
        *p -= 0.001 * *b;
    }

    /// Adagrad.
    adagrad: tensor => {} p g s {
        *s += g * g;
        *p -= 0.01 * g / (s.sqrt() + 1e-10);
    }

    /// Adadelta.
    adadelta: tensor => {} p g v u {
        let square = learn(v, 0.9, g * g);
        let delta = (*u + 1e-6).sqrt() / (square + 1e-6).sqrt() * g;
        learn(u, 0.9, delta * delta);
        *p -= delta;
    }

    /// `RMSprop`.
    rmsprop: tensor => {} p g v {
        *p -= 0.01 * g / (learn(v, 0.99, g * g).sqrt() + 1e-8);
    }

    /// Adam.
    adam: tensor => {
        let rate = 0.001 / correction(0.9, tensor.t);
        let root = 1.0 / correction(0.999, tensor.t).sqrt();
    } p g m v {
        let (m, v) = (learn(m, 0.9, g), learn(v, 0.999, g * g));
        *p -= rate * m / (v.sqrt() * root + 1e-8);
    }

    /// Adam with decoupled decay.
    adamw: tensor => {
        let rate = 0.001 / correction(0.9, tensor.t);
        let root = 1.0 / correction(0.999, tensor.t).sqrt();
        let kept = if tensor.decay { 1.0 - 0.001 * 0.01 } else { 1.0 };
    } p g m v {
        let (m, v) = (learn(m, 0.9, g), learn(v, 0.999, g * g));
        *p = kept * *p - rate * m / (v.sqrt() * root + 1e-8);
    }

    /// `AdaMax`.
    adamax: tensor => { let rate = 0.002 / correction(0.9, tensor.t); } p g m u {
        *u = (0.999 * *u).max(g.abs() + 1e-8);
        *p -= rate * learn(m, 0.9, g) / *u;
    }

    /// `AMSGrad`.
    amsgrad: tensor => {
        let rate = 0.001 / correction(0.9, tensor.t);
        let root = 1.0 / correction(0.999, tensor.t).sqrt();
    } p g m v w {
        *w = w.max(learn(v, 0.999, g * g));
        *p -= rate * learn(m, 0.9, g) / (w.sqrt() * root + 1e-8);
    }

    /// Lion.
    lion: tensor => {} p g m {
        let c = 0.9 * *m + 0.1 * g;
        *p -= 0.0001 * if c == 0.0 { 0.0 } else { 1_f32.copysign(c) };
        learn(m, 0.99, g);
    }

    /// Nadam.
    nadam: tensor => {
        let momentum = |t: i32| 0.9 * (1.0 - 0.5 * 0.96_f32.powf(t as f32 * 0.004));
        let product = (1..=tensor.t).map(momentum).product::<f32>();
        let (now, next) = (momentum(tensor.t), momentum(tensor.t + 1));
        let (now, next) = (0.002 * (1.0 - now) / (1.0 - product), 0.002 * next / (1.0 - product * next));
        let root = 1.0 / correction(0.999, tensor.t).sqrt();
    } p g m v {
        let (m, v) = (learn(m, 0.9, g), learn(v, 0.999, g * g));
        *p -= (now * g + next * m) / (v.sqrt() * root + 1e-8);
    }

    /// `RAdam`.
    radam: tensor => {
        let rate = 0.001 / correction(0.9, tensor.t);
        let (most, left) = (2.0 / (1.0 - 0.999_f64) - 1.0, 0.999_f64.powi(tensor.t));
        let rho = most - 2.0 * f64::from(tensor.t) * left / (1.0 - left);
        let r = ((rho - 4.0) * (rho - 2.0) * most / ((most - 4.0) * (most - 2.0) * rho)).max(0.0).sqrt();
        let r = r as f32 * correction(0.999, tensor.t).sqrt();
        let rectified = rho > 5.0;
    } p g m v {
        let (m, v) = (learn(m, 0.9, g), learn(v, 0.999, g * g));
        *p -= rate * m * if rectified { r / (v.sqrt() + 1e-8) } else { 1.0 };
    }

    /// The first pass of LAMB: the averages, and the direction into the third array.
    lamb_direction: tensor => {
        let first = 1.0 / correction(0.9, tensor.t);
        let root = 1.0 / correction(0.999, tensor.t).sqrt();
        let decay = if tensor.decay { 0.01 } else { 0.0 };
    } p g m v u {
        let (m, v) = (learn(m, 0.9, g), learn(v, 0.999, g * g));
        *u = first * m / (v.sqrt() * root + 1e-6) + decay * *p;
    }
}

/// LAMB: a direction, two norms, a step.
#[inline(always)]
pub fn lamb(tensor: Tensor<'_>) {
    let Tensor { p, g, s: [m, v, u], t, decay } = tensor;
    lamb_direction(Tensor { p: &mut *p, g, s: [m, v, &mut *u], t, decay });
    let ratio = norm(p) / norm(u);
    let rate = 0.001 * if decay && ratio.is_finite() && ratio > 0.0 { ratio } else { 1.0 };
    for (p, u) in p.iter_mut().zip(u) {
        *p -= rate * *u;
    }
}

#[inline(always)]
fn norm(values: &[f32]) -> f32 {
    // Sums side by side, so that they become vectors.
    let mut sums = [0.0; 64];
    let (rows, rest) = values.as_chunks::<64>();
    for row in rows {
        for (sum, value) in sums.iter_mut().zip(row) {
            *sum += value * value;
        }
    }
    let rest: f32 = rest.iter().map(|value| value * value).sum();
    (sums.iter().sum::<f32>() + rest).sqrt()
}
