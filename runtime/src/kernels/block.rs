//! Parameters as one flat slice: the one cast, and its proof.
//!
//! A declared network is a `repr(C)` struct whose fields are layers, and a layer is a `repr(C)` struct of
//! arrays of scalars. [`Block::FIELDS`] lists the fields of each with their types and offsets, and the compiler checks
//! that they tile it without a gap. So the bytes of a network are an array of its scalars.
#![allow(unsafe_code, reason = "the cast from parameters to a flat slice")]

use core::marker::PhantomData;
use core::mem::{align_of, size_of};

use nalgebra::SMatrix;

/// A field of a [`Block`]: made by generated code only, which names its type and place as they are.
#[derive(Debug)]
pub struct Field<T> {
    offset: usize,
    bytes: usize,
    scalar: PhantomData<T>,
}

impl<T> Field<T> {
    /// The field at `offset`, of type `F`.
    ///
    /// # Panics
    ///
    /// At compile time, when `F` holds anything but scalars.
    pub const fn new<F: Block<T>>(offset: usize) -> Self
    where
        T: 'static,
    {
        assert!(is_filled::<T, F>(), "the parameters of a layer are its scalars alone, without padding");
        Self::plain::<F>(offset)
    }

    /// The field at `offset`, a scalar.
    pub const fn scalar(offset: usize) -> Self {
        Self::plain::<T>(offset)
    }

    const fn plain<F>(offset: usize) -> Self {
        Self { offset, bytes: size_of::<F>(), scalar: PhantomData }
    }
}

/// A struct of layers or of arrays, seen as one slice of scalars.
///
/// Implemented by [`network!`](crate::network) for networks and by [`derive(Parameters)`](macro@crate::Parameters)
/// for a layer's parameters, never by hand: the view rests on fields that are listed as they are.
///
/// ```
/// use shapewise::nalgebra::SVector;
/// use shapewise::{Block, Parameters};
/// #[derive(Parameters)]
/// #[repr(C)]
/// struct Scale {
///     weight: SVector<f32, 2>,
///     bias: SVector<f32, 1>,
/// }
/// let mut scale = Scale { weight: [1.0, 2.0].into(), bias: [3.0].into() };
/// scale.values_mut()[2] = 5.0;
/// assert_eq!(scale.bias[0], 5.0);
/// assert_eq!(scale.values(), [1.0, 2.0, 5.0]);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is nothing that parameters of `{T}` are made of",
    label = "is no array of `{T}`, and does not derive `Parameters` for `{T}`",
    note = "parameters are `SVector`, `SMatrix`, arrays, and structs of these that `#[derive(Parameters)]`"
)]
pub trait Block<T: 'static>: Sized + 'static {
    /// All fields, in the order of declaration.
    const FIELDS: &'static [Field<T>];
    /// Trainable values, which come first.
    const LEN: usize;

    /// The trainable values.
    fn values(&self) -> &[T] {
        &all(self)[..Self::LEN]
    }

    /// The trainable values.
    fn values_mut(&mut self) -> &mut [T] {
        &mut all_mut(self)[..Self::LEN]
    }

    /// The values that are not trained.
    fn buffers(&self) -> &[T] {
        &all(self)[Self::LEN..]
    }

    /// The values that are not trained.
    fn buffers_mut(&mut self) -> &mut [T] {
        &mut all_mut(self)[Self::LEN..]
    }

    /// A block on the heap, all zero, without a detour over the stack.
    #[cfg(feature = "alloc")]
    fn zeroed() -> alloc::boxed::Box<Self>
    where
        T: crate::Real,
    {
        const { assert!(tiles::<T, Self>(), "the fields of a network lie side by side") };
        let mut block = alloc::boxed::Box::<Self>::new_uninit();
        let first = block.as_mut_ptr().cast::<T>();
        for i in 0..size_of::<Self>() / size_of::<T>() {
            // SAFETY: in bounds of the allocation, aligned because `Self` is at least as aligned as a field with
            // values.
            unsafe { first.add(i).write(T::zero()) };
        }
        // SAFETY: `tiles` holds, so `Self` consists of `T`s (and trailing padding) alone, and each was written.
        unsafe { block.assume_init() }
    }
}

impl<T: 'static, const N: usize> Block<T> for [T; N] {
    const FIELDS: &'static [Field<T>] = &[Field::plain::<Self>(0)];
    const LEN: usize = N;
}

/// nalgebra's matrix is `repr(C)` over the `repr(transparent)` `[[T; R]; C]` and a marker without size.
impl<T: 'static, const R: usize, const C: usize> Block<T> for SMatrix<T, R, C> {
    const FIELDS: &'static [Field<T>] = &[Field::plain::<Self>(0)];
    const LEN: usize = R * C;
}

/// A block at the start of a cache line, where vectors of any width are whole.
#[derive(Clone, Debug)]
#[repr(C, align(64))]
pub(crate) struct Aligned<B>(pub B);

impl<T: 'static, B: Block<T>> Block<T> for Aligned<B> {
    const FIELDS: &'static [Field<T>] = B::FIELDS;
    const LEN: usize = B::LEN;
}

/// Values of `T` in all fields together.
const fn values<T: 'static, B: Block<T>>() -> usize {
    let mut bytes = 0;
    let mut i = 0;
    while i < B::FIELDS.len() {
        bytes += B::FIELDS[i].bytes;
        i += 1;
    }
    bytes / size_of::<T>()
}

/// Whether the fields follow each other without a gap, and nothing but padding follows them.
const fn tiles<T: 'static, B: Block<T>>() -> bool {
    let mut end = 0;
    let mut i = 0;
    while i < B::FIELDS.len() {
        if B::FIELDS[i].offset != end {
            return false;
        }
        end += B::FIELDS[i].bytes;
        i += 1;
    }
    end <= size_of::<B>() && size_of::<B>() - end < align_of::<B>() && B::LEN * size_of::<T>() <= end
}

/// Whether a block is trainable values from its first byte to its last, so that it can be a field of another.
const fn is_filled<T: 'static, B: Block<T>>() -> bool {
    tiles::<T, B>() && B::LEN * size_of::<T>() == size_of::<B>()
}

fn all<T: 'static, B: Block<T>>(block: &B) -> &[T] {
    const { assert!(tiles::<T, B>(), "the fields of a network lie side by side") };
    // A block without values may lie anywhere, a slice without values only where a value might.
    if const { values::<T, B>() == 0 } {
        return &[];
    }
    let first = core::ptr::from_ref(block).cast::<T>();
    // SAFETY: `tiles` holds: the first `values` places of `block` are initialised `T`s, borrowed with it, and `block`
    // is at least as aligned as a field with values.
    unsafe { core::slice::from_raw_parts(first, values::<T, B>()) }
}

fn all_mut<T: 'static, B: Block<T>>(block: &mut B) -> &mut [T] {
    const { assert!(tiles::<T, B>(), "the fields of a network lie side by side") };
    if const { values::<T, B>() == 0 } {
        return &mut [];
    }
    let first = core::ptr::from_mut(block).cast::<T>();
    // SAFETY: as in `all`, and the borrow is exclusive; any `T` is a valid value of a layer's field.
    unsafe { core::slice::from_raw_parts_mut(first, values::<T, B>()) }
}

#[cfg(all(test, feature = "alloc"))]
#[allow(clippy::float_cmp, reason = "values are copied, not computed")]
mod tests {
    use core::mem::offset_of;

    use super::*;
    use crate::__private::Stub;
    use crate::layers::Dense;
    use crate::own::Nothing;

    /// Two layers, the second without bias, and a third that stands for buffers.
    #[repr(C, align(64))]
    struct Net {
        first: Dense<f32, 3, 2>,
        second: Dense<f32, 2, 4, 0>,
        buffers: Dense<f32, 1, 5, 0>,
    }

    impl Block<f32> for Net {
        const FIELDS: &'static [Field<f32>] = &[
            Field::new::<Dense<f32, 3, 2>>(offset_of!(Self, first)),
            Field::new::<Dense<f32, 2, 4, 0>>(offset_of!(Self, second)),
            Field::new::<Dense<f32, 1, 5, 0>>(offset_of!(Self, buffers)),
        ];
        const LEN: usize = 6 + 2 + 8;
    }

    #[test]
    fn a_zeroed_block_is_aligned_and_zero() {
        let net = Net::zeroed();
        assert_eq!(core::ptr::from_ref(&*net).addr() % 64, 0);
        assert_eq!(net.values(), [0.0; 16]);
        assert_eq!(net.buffers(), [0.0; 5]);
    }

    #[test]
    fn values_lie_in_the_order_of_the_fields() {
        let mut net = Net::zeroed();
        for (i, value) in net.values_mut().iter_mut().enumerate() {
            *value = i as f32;
        }
        assert_eq!(net.first.weight.as_slice(), [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]);
        // Column by column: the weights of one input side by side.
        assert_eq!(net.first.weight[(1, 2)], 5.0);
        assert_eq!(net.first.bias.as_slice(), [6.0, 7.0]);
        assert_eq!(net.second.weight.as_slice(), [8.0, 9.0, 10.0, 11.0, 12.0, 13.0, 14.0, 15.0]);
        assert!(net.second.bias.as_slice().is_empty());
        assert_eq!(net.buffers(), [0.0; 5], "buffers are not values");
    }

    #[test]
    fn fields_and_buffers_are_the_same_memory() {
        let mut net = Net::zeroed();
        net.first.bias[1] = -1.0;
        assert_eq!(net.values()[7], -1.0);
        net.buffers_mut().copy_from_slice(&[1.0, 2.0, 3.0, 4.0, 5.0]);
        assert_eq!(net.buffers.weight.as_slice(), [1.0, 2.0, 3.0, 4.0, 5.0]);
        assert_eq!(net.buffers(), [1.0, 2.0, 3.0, 4.0, 5.0]);
    }

    /// A gap between fields, as `repr(Rust)` or another type in between would leave.
    #[repr(C)]
    struct Gap {
        first: Dense<f32, 1, 1>,
        between: u64,
        second: Dense<f32, 1, 1>,
    }

    impl Block<f32> for Gap {
        const FIELDS: &'static [Field<f32>] = &[
            Field::new::<Dense<f32, 1, 1>>(offset_of!(Self, first)),
            Field::new::<Dense<f32, 1, 1>>(offset_of!(Self, second)),
        ];
        const LEN: usize = 4;
    }

    /// A field that the list forgets.
    #[repr(C)]
    struct Forgotten {
        first: Dense<f32, 1, 1>,
        last: u64,
    }

    impl Block<f32> for Forgotten {
        const FIELDS: &'static [Field<f32>] = &[Field::new::<Dense<f32, 1, 1>>(offset_of!(Self, first))];
        const LEN: usize = 2;
    }

    /// A layer of arrays, of another layer and of a scalar, as `derive(Parameters)` writes it.
    #[repr(C)]
    struct Nested {
        array: [f32; 2],
        inner: Dense<f32, 1, 2>,
        scalar: f32,
    }

    impl Block<f32> for Nested {
        const FIELDS: &'static [Field<f32>] = &[
            Field::new::<[f32; 2]>(offset_of!(Self, array)),
            Field::new::<Dense<f32, 1, 2>>(offset_of!(Self, inner)),
            Field::scalar(offset_of!(Self, scalar)),
        ];
        const LEN: usize = 2 + 4 + 1;
    }

    #[test]
    fn blocks_nest() {
        let mut nested = Nested::zeroed();
        for (i, value) in nested.values_mut().iter_mut().enumerate() {
            *value = i as f32;
        }
        assert_eq!(nested.array, [0.0, 1.0]);
        assert_eq!(nested.inner.values(), [2.0, 3.0, 4.0, 5.0]);
        assert_eq!(nested.scalar, 6.0);
        const { assert!(is_filled::<f32, Nested>()) };
        const { assert!(!is_filled::<f32, Net>(), "its buffers are not trained") };
    }

    #[test]
    fn a_block_without_values_may_lie_anywhere() {
        fn assert_empty<B: Block<f32>>() {
            // What takes no memory is at the lowest address on the heap.
            let mut block = B::zeroed();
            assert!(!core::ptr::from_ref(&*block).cast::<f32>().is_aligned());
            assert!(block.values().is_empty() && block.buffers().is_empty());
            assert!(block.values_mut().is_empty() && block.buffers_mut().is_empty());
        }
        assert_empty::<Nothing>();
        assert_empty::<Stub<f32>>();
    }

    #[test]
    fn gaps_and_forgotten_fields_do_not_tile() {
        const { assert!(tiles::<f32, Net>()) };
        const { assert!(!tiles::<f32, Gap>()) };
        const { assert!(!tiles::<f32, Forgotten>()) };
        let _ = (offset_of!(Gap, between), offset_of!(Forgotten, last));
    }
}
