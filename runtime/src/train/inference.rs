//! The memory of inference on batches.

use alloc::vec;
use alloc::vec::Vec;

use nalgebra::{Const, Dim, IsContiguous, Matrix, RawStorage, RawStorageMut};

use crate::arena::{Pass, Place};
use crate::error::{Error, Result, samples};
use crate::kernels::Kernels;
use crate::lanes::{CHUNK, Cut, LANES, Lanes};
use crate::network::{self, Network};
use crate::real::Real;
use crate::samples::Samples;

/// Up to so many samples are faster one by one than as a block with empty lanes.
///
/// Where each of many weights is used once a sample, reading them is what takes the time, and a block reads them once for all.
/// One sample keeps its values on the stack, so networks with many of them do without: a thread's has 2 MB.
const fn few<N: Network>() -> usize {
    if N::INFER_FEATURES * size_of::<N::Scalar>() > 1 << 19 {
        0
    } else if N::PARAMETERS > 16_384 && N::FLOPS < 3 * N::PARAMETERS {
        2
    } else {
        6
    }
}

/// What a network needs to run on many samples at once, allocated once.
///
/// Batches of any size go through it, one chunk after the other; nothing else is allocated.
///
/// ```
/// use shapewise::prelude::*;
///
/// fn predict<N: Network<Scalar = f32>>(network: &N, inputs: &[f32]) -> Result<Vec<f32>> {
///     let mut outputs = vec![0.0; inputs.len() / N::INPUTS * N::OUTPUTS];
///     Inference::<N>::new().forward_slice(network, inputs, &mut outputs)?;
///     Ok(outputs)
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Inference<N: Network> {
    rows: Vec<Lanes<N::Scalar>>,
    cut: Cut,
}

impl<N: Network> Default for Inference<N> {
    fn default() -> Self {
        Self::new()
    }
}

impl<N: Network> Inference<N> {
    /// Memory for one chunk.
    pub fn new() -> Self {
        let cut = network::cut::<N>(N::INFER_FEATURES, Cut::LONGEST);
        Self { rows: vec![Lanes::splat(N::Scalar::zero()); cut.blocks() * N::INFER_FEATURES], cut }
    }

    /// How many samples go through the network together.
    pub(super) fn cut(&self) -> Cut {
        self.cut
    }

    /// Runs `network` on the columns of a matrix: features × samples, with a static or dynamic number of samples.
    ///
    /// Another number of features than the network's does not compile. No sample at all is fine.
    ///
    /// # Errors
    ///
    /// [`Error::Length`] when the dynamic numbers of columns differ.
    ///
    /// ```
    /// use shapewise::nalgebra::{Const, Dyn, OMatrix, SMatrix};
    /// use shapewise::prelude::*;
    ///
    /// fn predict<N: Network<Scalar = f32>>(network: &N) -> Result<()> {
    ///     let mut inference = Inference::<N>::new();
    ///     let inputs = SMatrix::<f32, 4, 100>::zeros();
    ///     let mut outputs = SMatrix::<f32, 3, 100>::zeros();
    ///     inference.forward_batch(network, &inputs, &mut outputs)?;
    ///     let inputs = OMatrix::<f32, Const<4>, Dyn>::zeros(17);
    ///     let mut outputs = OMatrix::<f32, Const<3>, Dyn>::zeros(17);
    ///     inference.forward_batch(network, &inputs, &mut outputs)
    /// }
    /// ```
    pub fn forward_batch<const IN: usize, const OUT: usize, B: Dim, X, Y>(
        &mut self,
        network: &N,
        inputs: &Matrix<N::Scalar, Const<IN>, B, X>,
        outputs: &mut Matrix<N::Scalar, Const<OUT>, B, Y>,
    ) -> Result<()>
    where
        X: RawStorage<N::Scalar, Const<IN>, B> + IsContiguous,
        Y: RawStorageMut<N::Scalar, Const<OUT>, B> + IsContiguous,
    {
        const { assert!(IN == N::INPUTS, "the matrix must have as many rows as the network has inputs") };
        const { assert!(OUT == N::OUTPUTS, "the matrix must have as many rows as the network has outputs") };
        self.forward_slice(network, inputs.as_slice(), outputs.as_mut_slice())
    }

    /// Runs `network` on samples that lie one behind the other. No sample at all is fine.
    ///
    /// # Errors
    ///
    /// [`Error::Samples`] when `inputs` is not a whole number of samples, [`Error::Length`] when `outputs` has room for another number.
    pub fn forward_slice(&mut self, network: &N, inputs: &[N::Scalar], outputs: &mut [N::Scalar]) -> Result<()> {
        let samples = samples(inputs.len(), N::INPUTS)?;
        if outputs.len() != samples * N::OUTPUTS {
            return Err(Error::Length { what: "outputs", expected: samples * N::OUTPUTS, found: outputs.len() });
        }
        self.run(network, inputs, outputs);
        Ok(())
    }

    /// [`Inference::forward_slice`] where the lengths are known to fit.
    pub(super) fn run(&mut self, network: &N, inputs: &[N::Scalar], outputs: &mut [N::Scalar]) {
        let samples = inputs.len() / N::INPUTS;
        let tail = if samples % LANES <= few::<N>() { samples % LANES } else { 0 };
        let (inputs, few_inputs) = inputs.split_at((samples - tail) * N::INPUTS);
        let (outputs, few_outputs) = outputs.split_at_mut((samples - tail) * N::OUTPUTS);

        let length = self.cut.samples();
        let chunks = inputs.chunks(length * N::INPUTS).zip(outputs.chunks_mut(length * N::OUTPUTS));
        for (first_block, (x, y)) in (0..).step_by(self.cut.blocks()).zip(chunks) {
            self.chunk(network, x, y, first_block);
        }
        // Compiled only where it may happen, since its values would enlarge this function's frame.
        if const { few::<N>() > 0 } {
            for (x, y) in few_inputs.chunks_exact(N::INPUTS).zip(few_outputs.chunks_exact_mut(N::OUTPUTS)) {
                network.infer_one(x, y);
            }
        }
    }

    fn chunk(&mut self, network: &N, inputs: &[N::Scalar], outputs: &mut [N::Scalar], first_block: usize) {
        let samples = inputs.len() / N::INPUTS;
        let place = Place { blocks: samples.div_ceil(LANES), samples, first_block, seed: 0 };
        let cut = if place.blocks > CHUNK { self.cut } else { Cut::WHOLE };
        let pass = Pass::new(&mut self.rows, &mut [], &[], place).through(cut);
        let mut pass = pass.reading(Samples::in_turn(inputs, N::INPUTS));
        network.infer(&mut pass);
        let blocks = outputs.chunks_mut(LANES * N::OUTPUTS);
        for (y, rows) in blocks.zip(pass.edge(N::INFER_OUTPUT).chunks_exact(N::OUTPUTS)) {
            N::Scalar::scatter(rows, y);
        }
    }
}
