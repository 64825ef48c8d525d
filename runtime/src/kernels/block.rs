//! Parameters as one flat slice: the one cast, and its proof.
//!
//! A declared network is a `repr(C)` struct whose fields are layers, and a layer is a `repr(C)` struct of
//! scalars. [`Plain`] says so of the layers (the runtime's promise about its own types); [`Block::FIELDS`] lists
//! the fields of the network with their types and offsets, and the compiler checks that they tile it without a
//! gap. Both together make the bytes of a network an array of its scalars.
#![allow(unsafe_code, reason = "the cast from parameters to a flat slice")]

use core::marker::PhantomData;
use core::mem::{align_of, size_of};

use crate::layers::Dense;

/// A type whose memory is nothing but values of `T`.
///
/// # Safety
///
/// `Self` must be `repr(C)` or `repr(transparent)`, consist of `T`s alone, without padding.
pub unsafe trait Plain<T>: 'static {}

// SAFETY: `repr(C)`, two nalgebra arrays, each `repr(transparent)`/`repr(C)` over `[[T; R]; C]`.
unsafe impl<T: 'static, const IN: usize, const OUT: usize, const BIAS: usize> Plain<T> for Dense<T, IN, OUT, BIAS> {}

/// A field of a [`Block`].
#[derive(Debug)]
pub struct Field<T> {
    offset: usize,
    bytes: usize,
    scalar: PhantomData<T>,
}

impl<T> Field<T> {
    /// The field at `offset`, of type `F`.
    pub const fn new<F: Plain<T>>(offset: usize) -> Self {
        Self { offset, bytes: size_of::<F>(), scalar: PhantomData }
    }
}

/// A struct of layers: implemented by generated code only, which lists every field as it is.
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
            // SAFETY: in bounds of the allocation, aligned because `Self` is at least as aligned as its first field.
            unsafe { first.add(i).write(T::zero()) };
        }
        // SAFETY: `tiles` holds, so `Self` consists of `T`s (and trailing padding) alone, and each was written.
        unsafe { block.assume_init() }
    }
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

fn all<T: 'static, B: Block<T>>(block: &B) -> &[T] {
    const { assert!(tiles::<T, B>(), "the fields of a network lie side by side") };
    let first = core::ptr::from_ref(block).cast::<T>();
    // SAFETY: `tiles` holds: the first `values` places of `block` are initialised `T`s, borrowed with it.
    unsafe { core::slice::from_raw_parts(first, values::<T, B>()) }
}

fn all_mut<T: 'static, B: Block<T>>(block: &mut B) -> &mut [T] {
    const { assert!(tiles::<T, B>(), "the fields of a network lie side by side") };
    let first = core::ptr::from_mut(block).cast::<T>();
    // SAFETY: as in `all`, and the borrow is exclusive; any `T` is a valid value of a layer's field.
    unsafe { core::slice::from_raw_parts_mut(first, values::<T, B>()) }
}
