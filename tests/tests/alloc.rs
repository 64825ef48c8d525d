//! Nothing that runs once a step or once a sample allocates.
#![allow(unsafe_code, reason = "a global allocator that counts")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use shapewise::loss::Mse;
use shapewise::nalgebra::{SMatrix, SVector};
use shapewise::optim::{AdamW, Optimizer, Sgd};
use shapewise::prelude::*;
use shapewise_tests::zoo::{Everything, Wide};

struct Counting;

thread_local! {
    /// Of this thread, so that tests may run side by side.
    static ALLOCATIONS: Cell<usize> = const { Cell::new(0) };
}

fn count() {
    // A thread that ends may allocate when its counter is gone.
    let _ = ALLOCATIONS.try_with(|allocations| allocations.set(allocations.get() + 1));
}

// SAFETY: every call goes to the system's allocator as it is.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count();
        // SAFETY: the caller's promise is passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        count();
        // SAFETY: the caller's promise is passed on.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count();
        // SAFETY: the caller's promise is passed on.
        unsafe { System.realloc(pointer, layout, size) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the caller's promise is passed on.
        unsafe { System.dealloc(pointer, layout) };
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// How often `work` allocates.
fn allocations<T>(work: impl FnOnce() -> T) -> usize {
    let before = ALLOCATIONS.get();
    work();
    ALLOCATIONS.get() - before
}

const BATCHES: [usize; 8] = [1, 2, 15, 16, 17, 33, 100, 300];
const LARGEST: usize = 300;

#[test]
fn the_counter_counts() {
    assert_eq!(allocations(|| std::hint::black_box(Box::new([1_u8; 9]))), 1);
}

#[test]
fn inference() {
    let network = Everything::<f32>::boxed(1);
    let x = SVector::<f32, 4>::repeat(0.5);
    assert_eq!(allocations(|| network.forward(&x)), 0);

    let mut inference = Inference::new();
    let inputs = SMatrix::<f32, 4, 21>::repeat(0.5);
    let mut outputs = SMatrix::<f32, 3, 21>::zeros();
    let run = || inference.forward_batch(&*network, &inputs, &mut outputs).expect("matrices that fit");
    assert_eq!(allocations(run), 0);

    let inputs = vec![0.5; LARGEST * 4];
    let mut outputs = vec![0.0; LARGEST * 3];
    for batch in BATCHES {
        let outputs = &mut outputs[..batch * 3];
        let run = || inference.forward_slice(&network, &inputs[..batch * 4], outputs).expect("slices that fit");
        assert_eq!(allocations(run), 0, "batch of {batch}");
    }
}

#[test]
fn a_step_of_the_workspace() {
    let mut network = Everything::<f32>::boxed(1);
    let mut workspace = Workspace::new(LARGEST);
    let inputs = vec![0.5; LARGEST * 4];
    let targets = vec![0.1; LARGEST * 3];
    for batch in BATCHES {
        let (inputs, targets) = (&inputs[..batch * 4], &targets[..batch * 3]);
        let step = || workspace.step(&mut *network, &Mse, inputs, targets, 0).expect("a batch that fits");
        assert_eq!(allocations(step), 0, "batch of {batch}");
    }
}

#[test]
fn a_step_on_several_threads() {
    let mut network = Wide::<f32, 200>::boxed(1);
    let mut workspace = Workspace::with_threads(LARGEST, 2);
    let (inputs, labels) = (vec![0.5; LARGEST * 200], vec![1; LARGEST]);
    for batch in BATCHES {
        let (inputs, labels) = (&inputs[..batch * 200], &labels[..batch]);
        let step =
            || workspace.step(&mut *network, &CrossEntropy::new(), inputs, labels, 0).expect("a batch that fits");
        assert_eq!(allocations(step), 0, "batch of {batch}");
    }
}

#[test]
fn training_with_each_optimizer() {
    fn train(optimizer: impl Optimizer<f64>) {
        let mut network = Wide::<f64, 20>::boxed(1);
        let mut training = Training::new(&mut *network, CrossEntropy::new(), optimizer);
        training.reserve(LARGEST);
        let inputs = vec![0.5; LARGEST * 20];
        let labels = vec![1; LARGEST];
        training.step(&inputs, &labels).expect("a first step");
        for batch in BATCHES {
            let (inputs, labels) = (&inputs[..batch * 20], &labels[..batch]);
            let step = || training.step(inputs, labels).expect("a batch that fits");
            assert_eq!(allocations(step), 0, "batch of {batch}");
        }
    }
    train(Sgd::new(0.01));
    train(Adam::new(0.01));
    train(AdamW::new(0.01));
}
