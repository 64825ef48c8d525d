//! A chunk on its way through the network, forward and back.

use super::{Edge, Place, Slot};
use crate::kernels::block::Block;
use crate::lanes::{Cut, LANES, Lanes};
use crate::layers::Layer;
use crate::real::Real;
use crate::samples::Samples;
#[cfg(feature = "alloc")]
use crate::train::Span;

/// One chunk on its way through the network.
pub struct Pass<'a, T> {
    /// The chunk's edges.
    pub rows: &'a mut [Lanes<T>],
    /// Room for a layer's own use, of the size it asked for.
    pub scratch: &'a mut [Lanes<T>],
    /// What batch-wide layers found out about the whole batch.
    pub shared: &'a [T],
    /// Which samples these are.
    pub place: Place,
    cut: Cut,
    /// The gradient of the parameters is wanted.
    learns: bool,
    /// The inputs of these samples, where their owner has them.
    samples: Samples<'a, T>,
    /// Borrows nothing itself, so that a pass may live shorter where it is lent on.
    observer: Option<&'a mut (dyn Observer<T> + 'static)>,
}

/// Is shown what flows through a training pass. The memory is reused, so it looks at once or never.
pub(crate) trait Observer<T> {
    /// A layer's values in front of its activation, before [`Observer::forward`] shows its output.
    fn linear(&mut self, z: &[Lanes<T>], place: Place);
    /// A layer or join has written its output; its values are flat near the bounds of `range`.
    fn forward(&mut self, y: &[Lanes<T>], range: (f64, f64), place: Place);
    /// A layer or join is about to pass back the gradient of its output.
    fn backward(&mut self, dy: &[Lanes<T>], place: Place);
}

/// The edges around a layer in the backward pass.
#[derive(Clone, Copy, Debug)]
pub struct Ports {
    /// Its input, [`Slot::NONE`] when the layer does not need it.
    pub x: Slot,
    /// Its output, [`Slot::NONE`] when the layer does not need it.
    pub y: Slot,
    /// The gradient of its output.
    pub dy: Slot,
    /// The gradient of its input, [`Slot::NONE`] when nobody needs it.
    pub dx: Slot,
}

const OVERLAP: &str = "the memory plan keeps live edges apart";

impl<'a, T> Pass<'a, T> {
    /// A chunk's memory.
    pub fn new(rows: &'a mut [Lanes<T>], scratch: &'a mut [Lanes<T>], shared: &'a [T], place: Place) -> Self {
        Self { rows, scratch, shared, place, cut: Cut::WHOLE, learns: true, samples: Samples::NONE, observer: None }
    }

    /// The same pass through one chunk of such a span.
    #[cfg(feature = "alloc")]
    pub(crate) fn of(self, span: &Span<T>) -> Self {
        Self { cut: span.cut, learns: span.learns, ..self }
    }

    /// The same pass through a chunk of this length.
    #[cfg(feature = "alloc")]
    pub(crate) fn through(self, cut: Cut) -> Self {
        Self { cut, ..self }
    }

    /// The same pass, with the inputs of the chunk's samples.
    #[must_use]
    pub fn reading(self, samples: Samples<'a, T>) -> Self {
        Self { samples, ..self }
    }

    /// The same pass, shown to somebody.
    #[cfg(feature = "alloc")]
    pub(crate) fn observed(self, observer: &'a mut (dyn Observer<T> + 'static)) -> Self {
        Self { observer: Some(observer), ..self }
    }
}

impl<T> core::fmt::Debug for Pass<'_, T> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Pass").field("place", &self.place).finish_non_exhaustive()
    }
}

impl<T: Real> Pass<'_, T> {
    /// Where the rows of an edge lie.
    #[inline]
    fn range(&self, slot: Slot) -> core::ops::Range<usize> {
        let start = slot.offset * self.cut.blocks();
        start..start + slot.features * self.place.blocks
    }

    /// The rows of an edge.
    #[inline]
    pub fn edge(&mut self, slot: Slot) -> &mut [Lanes<T>] {
        let range = self.range(slot);
        &mut self.rows[range]
    }

    /// An edge to read and one to write.
    ///
    /// # Panics
    ///
    /// When the slots overlap, which a plan of the macro never lets them.
    #[inline]
    pub fn pair(&mut self, x: Slot, y: Slot) -> (&[Lanes<T>], &mut [Lanes<T>]) {
        let ranges = [x, y].map(|slot| self.range(slot));
        let [x, y] = self.rows.get_disjoint_mut(ranges).expect(OVERLAP);
        (x, y)
    }

    /// Whether there is memory for an edge: the gradients that only the gradient of the network's input needs lie
    /// behind all others, and an ordinary step has no memory for them.
    #[inline]
    pub fn has(&self, slot: Slot) -> bool {
        (slot.offset + slot.features) * self.cut.blocks() <= self.rows.len()
    }

    /// An edge if there is memory for it, or [`Slot::NONE`]: see [`Pass::has`].
    #[inline]
    pub fn on_demand(&self, slot: Slot) -> Slot {
        if self.has(slot) { slot } else { Slot::NONE }
    }

    /// The same pass with a part of the shared values: a layer sees its own.
    #[inline]
    pub fn sharing(&mut self, part: core::ops::Range<usize>) -> Pass<'_, T> {
        let observer = self.observer.as_deref_mut();
        let shared = &self.shared[part];
        Pass { rows: self.rows, scratch: self.scratch, shared, observer, ..*self }
    }

    /// Fills the edge of the network's input.
    pub fn gather(&mut self, input: Slot) {
        let (samples, place) = (self.samples, self.place);
        for (block, rows) in self.edge(input).chunks_exact_mut(input.features).enumerate() {
            let mut lanes = [&[][..]; LANES];
            let lanes = &mut lanes[..place.samples_in(block)];
            samples.fill(block * LANES, lanes);
            T::gather(lanes, rows);
        }
    }

    /// Runs a layer as it is used in inference.
    #[inline]
    pub fn infer<L: Layer<T>>(&mut self, layer: &L, buffers: &L::Buffers, config: L::Config, x: Slot, y: Slot) {
        let place = self.place;
        let (x, y) = self.pair(x, y);
        layer.infer(buffers, config, x, y, place);
    }

    /// [`Pass::infer`] of the network's input, which nobody else reads; `x` has room for it.
    #[inline]
    pub fn infer_samples<L: Layer<T>>(&mut self, layer: &L, buffers: &L::Buffers, config: L::Config, x: Slot, y: Slot) {
        if L::infers_samples() {
            return layer.infer_samples(config, self.samples, self.edge(y));
        }
        self.gather(x);
        self.infer(layer, buffers, config, x, y);
    }

    /// Runs a layer as it is used in training.
    ///
    /// # Panics
    ///
    /// When the slots overlap, which a plan of the macro never lets them.
    #[inline]
    pub fn forward<L: Layer<T>>(&mut self, layer: &L, config: L::Config, x: Slot, y: Slot) {
        let (shared, place) = (self.shared, self.place);
        let ranges = [x, y].map(|slot| self.range(slot));
        let [x, y] = self.rows.get_disjoint_mut(ranges).expect(OVERLAP);
        shown::<T, L>(&mut self.observer, config, y, place, |config, y| layer.forward(config, x, y, shared, place));
    }

    /// [`Pass::forward`] of the network's input, which nobody else reads; `x` has room for it.
    #[inline]
    pub fn forward_samples<L: Layer<T>>(&mut self, layer: &L, config: L::Config, x: Slot, y: Slot) {
        if L::reads_samples() {
            let (samples, place, range) = (self.samples, self.place, self.range(y));
            let y = &mut self.rows[range];
            let forward = |config, y: &mut [_]| layer.infer_samples(config, samples, y);
            return shown::<T, L>(&mut self.observer, config, y, place, forward);
        }
        self.gather(x);
        self.forward(layer, config, x, y);
    }

    /// Turns the gradient of a layer's output into the gradient of its input.
    ///
    /// # Panics
    ///
    /// When the slots overlap, which a plan of the macro never lets them.
    #[inline]
    pub fn backward<L: Layer<T>>(&mut self, layer: &L, config: L::Config, ports: Ports) {
        let ranges = [ports.x, ports.y, ports.dy, ports.dx].map(|slot| self.range(slot));
        let [x, y, dy, dx] = self.rows.get_disjoint_mut(ranges).expect(OVERLAP);
        if let Some(observer) = &mut self.observer {
            observer.backward(dy, self.place);
        }
        let dx = if ports.dx.features == 0 { None } else { Some(dx) };
        layer
            .backward(config, Backward { x, y, dy, dx, scratch: self.scratch, shared: self.shared, place: self.place });
    }

    /// Sums up the gradient of a layer's parameters block by block, unless that of the network's input alone is wanted.
    ///
    /// # Panics
    ///
    /// When the slots overlap, which a plan of the macro never lets them.
    #[inline]
    pub fn learn<L: Layer<T> + Block<T>>(&mut self, layer: &L, config: L::Config, [x, dy, of_block]: [Slot; 3]) {
        const { assert!(LANES == 16, "the macro counts by 16 what a block's gradient takes") };
        if !self.learns {
            return;
        }
        let ranges = [x, dy, of_block].map(|slot| self.range(slot));
        let [xs, dys, gradients] = self.rows.get_disjoint_mut(ranges).expect(OVERLAP);
        let blocks = xs.chunks_exact(x.features).zip(dys.chunks_exact(dy.features));
        for (block, ((x, dy), gradient)) in blocks.zip(gradients.chunks_exact_mut(of_block.features)).enumerate() {
            let [x, dy] = [x, dy].map(|rows| Edge::of_block(rows, self.place.samples_in(block)));
            layer.block_gradient(config, x, dy, &mut Lanes::flat_mut(gradient)[..L::LEN]);
        }
    }
}

/// Where branches part and meet. An edge has its own place, so the edges of one call only meet as inputs.
impl<T: Real> Pass<'_, T> {
    /// `y = Σ xᵢ`: branches that are added, or the gradients of all who read one edge.
    pub fn add<const N: usize>(&mut self, inputs: [Slot; N], y: Slot) {
        for (number, input) in inputs.into_iter().enumerate() {
            let (x, y) = self.pair(input, y);
            if number == 0 {
                y.copy_from_slice(x);
            } else {
                T::accumulate(x, y);
            }
        }
        self.joined(y);
    }

    /// `y = (x₁, x₂, ..)`, feature behind feature.
    pub fn concat<const N: usize>(&mut self, inputs: [Slot; N], y: Slot) {
        let mut first = 0;
        for input in inputs {
            let (x, y) = self.pair(input, y);
            for (x, y) in x.chunks_exact(input.features).zip(y.chunks_exact_mut(features(inputs))) {
                y[first..first + input.features].copy_from_slice(x);
            }
            first += input.features;
        }
        self.joined(y);
    }

    /// The gradient of a sum is the gradient of each branch.
    pub fn copy<const N: usize>(&mut self, dy: Slot, inputs: [Slot; N]) {
        self.parting(dy);
        for input in inputs {
            let (dy, dx) = self.pair(dy, input);
            dx.copy_from_slice(dy);
        }
    }

    /// The gradient of branches one behind the other, each its part.
    pub fn split<const N: usize>(&mut self, dy: Slot, inputs: [Slot; N]) {
        self.parting(dy);
        let mut first = 0;
        for input in inputs {
            let (dy, dx) = self.pair(dy, input);
            for (dy, dx) in dy.chunks_exact(features(inputs)).zip(dx.chunks_exact_mut(input.features)) {
                dx.copy_from_slice(&dy[first..first + input.features]);
            }
            first += input.features;
        }
    }

    fn joined(&mut self, y: Slot) {
        let range = self.range(y);
        if let Some(observer) = &mut self.observer {
            observer.forward(&self.rows[range], (f64::NEG_INFINITY, f64::INFINITY), self.place);
        }
    }

    fn parting(&mut self, dy: Slot) {
        let range = self.range(dy);
        if let Some(observer) = &mut self.observer {
            observer.backward(&self.rows[range], self.place);
        }
    }
}

/// Does `forward(config, y)`, shown to who is there to see it.
#[inline]
fn shown<T: Real, L: Layer<T>>(
    observer: &mut Option<&mut (dyn Observer<T> + 'static)>,
    config: L::Config,
    y: &mut [Lanes<T>],
    place: Place,
    forward: impl Fn(L::Config, &mut [Lanes<T>]),
) {
    if let (Some(observer), Some(config)) = (&mut *observer, L::linear(config)) {
        forward(config, y);
        observer.linear(y, place);
    }
    forward(config, y);
    if let Some(observer) = observer {
        observer.forward(y, L::range(config), place);
    }
}

/// Features of the joined edge.
fn features<const N: usize>(inputs: [Slot; N]) -> usize {
    inputs.iter().map(|input| input.features).sum()
}

/// What a layer sees in the backward pass.
#[derive(Debug)]
pub struct Backward<'a, T> {
    /// Its input, empty unless asked for.
    pub x: &'a [Lanes<T>],
    /// Its output, empty unless asked for.
    pub y: &'a [Lanes<T>],
    /// The gradient of its output; what the layer leaves here is what [`Layer::gradient`] gets.
    pub dy: &'a mut [Lanes<T>],
    /// The gradient of its input, to be overwritten; `None` when nobody needs it. It holds the input itself where the
    /// macro knows that the layer can do with that.
    pub dx: Option<&'a mut [Lanes<T>]>,
    /// Room for the layer's own use.
    pub scratch: &'a mut [Lanes<T>],
    /// What batch-wide layers found out about the whole batch.
    pub shared: &'a [T],
    /// Which samples these are.
    pub place: Place,
}
