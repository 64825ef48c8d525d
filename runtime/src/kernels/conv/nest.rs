//! Forward and transposed convolution: a register tile of maps × columns × lanes.
//!
//! Both are the same nest of loops over [`Axis`], with the roles of input and output exchanged.
#![allow(unsafe_code, reason = "register tiles through pointers")]

#[cfg(not(all(target_arch = "x86_64", feature = "std")))]
pub(in super::super) mod fast {
    use super::super::{Geometry, forward, transposed};
    use crate::isa::Level;
    use crate::lanes::Lanes;
    use crate::real::Real;

    pub(in super::super::super) fn conv<T: Real>(
        _: Level,
        transpose: bool,
        geometry: Geometry,
        weight: &[T],
        bias: &[T],
        x: &[Lanes<T>],
        y: &mut [Lanes<T>],
        blocks: usize,
        relu: bool,
    ) {
        let pass = if transpose { transposed } else { forward };
        pass(geometry, weight, bias, x, y, blocks, relu);
    }
}

#[cfg(all(target_arch = "x86_64", feature = "std"))]
pub(in super::super) mod fast {
    use super::super::super::simd::{Vector, Vectors};
    use super::super::axis::{Axis, Direction, parts};
    use super::super::{Geometry, forward, transposed};
    use crate::isa::{Kind, Level};
    use crate::lanes::{LANES, Lanes};

    /// `y = conv(x) + b`, or with `transpose` the transposed convolution, which gives an input from an output.
    pub(in super::super::super) fn conv<T: Vectors>(
        level: Level,
        transpose: bool,
        geometry: Geometry,
        weight: &[T],
        bias: &[T],
        x: &[Lanes<T>],
        y: &mut [Lanes<T>],
        blocks: usize,
        relu: bool,
    ) {
        let (inputs, outputs) = if transpose { (&*y, x) } else { (x, &*y) };
        geometry.check_blocks(weight, inputs, outputs, blocks);
        assert!(bias.is_empty() || bias.len() == if transpose { geometry.channels } else { geometry.outputs });
        let nest = Nest::new(geometry, transpose, weight, bias, blocks, relu);
        match level.kind() {
            // SAFETY: the level proves the instructions, the assertions the lengths.
            Kind::Avx512 => unsafe { conv_avx512(nest, x, y) },
            // SAFETY: as above.
            Kind::Avx2 => unsafe { conv_avx2(nest, x, y) },
            Kind::Portable => {
                let pass = if transpose { transposed } else { forward };
                pass(geometry, weight, bias, x, y, blocks, relu);
            }
        }
    }

    /// # Safety
    /// The machine has AVX-512, and the nest fits `x` and `y`.
    #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx2,fma")]
    unsafe fn conv_avx512<T: Vectors>(nest: Nest<'_, T>, x: &[Lanes<T>], y: &mut [Lanes<T>]) {
        // SAFETY: passed on.
        unsafe { nest.run::<T::Avx512, 6, 4>(x, y) }
    }

    /// # Safety
    /// The machine has AVX2 and FMA, and the nest fits `x` and `y`.
    #[target_feature(enable = "avx2,fma")]
    unsafe fn conv_avx2<T: Vectors>(nest: Nest<'_, T>, x: &[Lanes<T>], y: &mut [Lanes<T>]) {
        // SAFETY: passed on.
        unsafe { nest.run::<T::Avx2, 6, 2>(x, y) }
    }

    /// Products a result that are summed before the next results: their weights stay in the nearest caches.
    const SLAB: usize = 1024;

    /// A pass over blocks, seen from the map that is written.
    #[derive(Clone, Copy)]
    struct Nest<'a, T> {
        geometry: Geometry,
        transpose: bool,
        weight: &'a [T],
        bias: &'a [T],
        blocks: usize,
        relu: bool,
        /// Maps of the source and of the result, in a group.
        from: usize,
        to: usize,
        /// Rows of a map of the source and of the result.
        from_map: usize,
        to_map: usize,
        /// From the weight of one map to that of the next.
        from_stride: usize,
        to_stride: usize,
    }

    impl<'a, T: Vectors> Nest<'a, T> {
        fn new(geometry: Geometry, transpose: bool, weight: &'a [T], bias: &'a [T], blocks: usize, relu: bool) -> Self {
            let input = (geometry.channels_in_group(), geometry.input_map(), geometry.taps() * geometry.outputs);
            let output = (geometry.outputs_in_group(), geometry.output_map(), 1);
            let (from, to) = if transpose { (output, input) } else { (input, output) };
            Self {
                geometry,
                transpose,
                weight,
                bias,
                blocks,
                relu,
                from: from.0,
                to: to.0,
                from_map: from.1,
                to_map: to.1,
                from_stride: from.2,
                to_stride: to.2,
            }
        }

        /// Classes of results in a direction.
        fn classes(&self, direction: usize) -> usize {
            if self.transpose { self.geometry.stride[direction] } else { 1 }
        }

        fn axis(&self, direction: usize, class: usize) -> Axis {
            let direction = Direction {
                input: self.geometry.input[direction],
                output: self.geometry.output[direction],
                kernel: self.geometry.kernel[direction],
                stride: self.geometry.stride[direction],
                padding: self.geometry.padding[direction],
                dilation: self.geometry.dilation[direction],
            };
            if self.transpose { direction.transposed(class) } else { direction.forward() }
        }

        /// # Safety
        /// The nest fits `x` and `y`, and the machine has `V`.
        #[inline(always)]
        unsafe fn run<V: Vector<Scalar = T>, const MAPS: usize, const COLUMNS: usize>(
            &self,
            x: &[Lanes<T>],
            y: &mut [Lanes<T>],
        ) {
            let groups = self.geometry.groups;
            let slab = (SLAB / self.geometry.taps()).clamp(1, self.from);
            for block in 0..self.blocks {
                for group in 0..groups {
                    for first in (0..self.from).step_by(slab) {
                        let source = (block * groups + group) * self.from + first;
                        let result = (block * groups + group) * self.to;
                        // SAFETY: block < blocks, group < groups and first < from, so that maps and weights exist.
                        unsafe {
                            let slab = Slab::<T> {
                                nest: self,
                                x: x.as_ptr().add(source * self.from_map).cast(),
                                w: self
                                    .weight
                                    .as_ptr()
                                    .add(group * self.geometry.outputs_in_group() + first * self.from_stride),
                                b: if self.bias.is_empty() {
                                    core::ptr::null()
                                } else {
                                    self.bias.as_ptr().add(group * self.to)
                                },
                                y: y.as_mut_ptr().add(result * self.to_map).cast(),
                                maps: slab.min(self.from - first),
                                begin: first == 0,
                                relu: self.relu && first + slab >= self.from,
                            };
                            for class in 0..self.classes(0) * self.classes(1) {
                                let rows = self.axis(0, class / self.classes(1));
                                slab.class::<V, MAPS, COLUMNS>(rows, self.axis(1, class % self.classes(1)));
                            }
                        }
                    }
                }
            }
        }
    }

    /// What some maps of a group's source add to all maps of its result.
    #[derive(Clone, Copy)]
    struct Slab<'a, T> {
        nest: &'a Nest<'a, T>,
        x: *const T,
        /// The weight of the first map, the first result and the first tap.
        w: *const T,
        /// Null without bias.
        b: *const T,
        y: *mut T,
        /// Maps of the source.
        maps: usize,
        /// These are the first of them.
        begin: bool,
        relu: bool,
    }

    impl<T: Vectors> Slab<'_, T> {
        /// # Safety
        /// The pointers are to what the nest says, and the machine has `V`.
        #[inline(always)]
        unsafe fn class<V: Vector<Scalar = T>, const MAPS: usize, const COLUMNS: usize>(
            self,
            rows: Axis,
            columns: Axis,
        ) {
            let nest = self.nest;
            let [_, width] = if nest.transpose { nest.geometry.input } else { nest.geometry.output };
            for (map, maps) in parts(nest.to, MAPS) {
                for row in 0..rows.count {
                    for (column, wide) in parts(columns.count, COLUMNS) {
                        let place = map * nest.to_map
                            + (rows.first + row * rows.step) * width
                            + (columns.first + column * columns.step);
                        for part in 0..LANES / V::WIDTH {
                            // SAFETY: the place lies in the maps of the result, the part in its lanes.
                            unsafe {
                                let slab = Self {
                                    x: self.x.add(part * V::WIDTH),
                                    w: self.w.add(map * nest.to_stride),
                                    b: if self.b.is_null() { self.b } else { self.b.add(map) },
                                    y: self.y.add(place * LANES + part * V::WIDTH),
                                    ..self
                                };
                                let tile = Tile::<V> { slab, rows, columns, row, column };
                                match wide {
                                    1 => tile.maps::<1>(maps),
                                    2 => tile.maps::<2>(maps),
                                    3 => tile.maps::<3>(maps),
                                    _ => tile.maps::<4>(maps),
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    struct Tile<'a, V: Vector> {
        /// With pointers to the weights and the results of the tile.
        slab: Slab<'a, V::Scalar>,
        rows: Axis,
        columns: Axis,
        row: usize,
        column: usize,
    }

    impl<V: Vector> Tile<'_, V>
    where
        V::Scalar: Vectors,
    {
        /// # Safety
        /// As `run`; `maps` is between 1 and 6.
        #[inline(always)]
        unsafe fn maps<const COLUMNS: usize>(self, maps: usize) {
            // SAFETY: passed on.
            unsafe {
                match maps {
                    1 => self.edge::<1, COLUMNS>(),
                    2 => self.edge::<2, COLUMNS>(),
                    3 => self.edge::<3, COLUMNS>(),
                    4 => self.edge::<4, COLUMNS>(),
                    5 => self.edge::<5, COLUMNS>(),
                    _ => self.edge::<6, COLUMNS>(),
                }
            }
        }

        /// # Safety
        /// As `run`.
        #[inline(always)]
        unsafe fn edge<const MAPS: usize, const COLUMNS: usize>(self) {
            // SAFETY: passed on.
            unsafe {
                if self.columns.all_inside(self.column, COLUMNS) {
                    self.run::<MAPS, COLUMNS, false>();
                } else {
                    self.run::<MAPS, COLUMNS, true>();
                }
            }
        }

        /// # Safety
        /// `MAPS` maps with `COLUMNS` columns each of the result exist; without `EDGE`, all taps read in their rows.
        #[inline(always)]
        unsafe fn run<const MAPS: usize, const COLUMNS: usize, const EDGE: bool>(self) {
            let Self { slab, rows, columns, .. } = self;
            let (nest, outputs) = (slab.nest, slab.nest.geometry.outputs);
            let to_map = nest.to_map * LANES;
            let y_step = columns.step * LANES;
            let (x_step, tap_step) = (columns.stride * LANES.cast_signed(), columns.dilation * LANES.cast_signed());
            // SAFETY: `rows.inside` gives taps whose row exists, the columns are checked where they are at the edge.
            unsafe {
                let zero = V::splat(core::mem::zeroed());
                let mut sums = [[zero; COLUMNS]; MAPS];
                for o in 0..MAPS {
                    for j in 0..COLUMNS {
                        if !slab.begin {
                            sums[o][j] = V::load(slab.y.add(o * to_map + j * y_step));
                        } else if !slab.b.is_null() {
                            sums[o][j] = V::splat(*slab.b.add(o));
                        }
                    }
                }
                let inside = rows.inside(self.row);
                let start = columns.place(self.column, 0).cast_signed() * LANES.cast_signed();
                for map in 0..slab.maps {
                    for ky in inside.clone() {
                        let row = slab.x.add((map * nest.from_map + rows.place(self.row, ky) * columns.length) * LANES);
                        let tap = (rows.tap + ky * rows.tap_step) * nest.geometry.kernel[1] + columns.tap;
                        let mut w = slab.w.add(map * nest.from_stride + tap * outputs);
                        let mut from = start;
                        for kx in 0..columns.taps {
                            let mut x = [zero; COLUMNS];
                            for j in 0..COLUMNS {
                                if !EDGE || columns.place(self.column + j, kx) < columns.length {
                                    x[j] = V::load(row.offset(from + j.cast_signed() * x_step));
                                }
                            }
                            for o in 0..MAPS {
                                let w = V::splat(*w.add(o * nest.to_stride));
                                for j in 0..COLUMNS {
                                    sums[o][j] = w.fma(x[j], sums[o][j]);
                                }
                            }
                            from += tap_step;
                            w = w.wrapping_add(columns.tap_step * outputs);
                        }
                    }
                }
                for o in 0..MAPS {
                    for j in 0..COLUMNS {
                        let sum = if slab.relu { sums[o][j].relu() } else { sums[o][j] };
                        sum.store(slab.y.add(o * to_map + j * y_step));
                    }
                }
            }
        }
    }
}
