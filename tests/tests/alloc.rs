//! Nothing that runs once a step or once a sample allocates.
#![allow(unsafe_code, reason = "a global allocator that counts")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use shapewise::loss::Mse;
use shapewise::nalgebra::{SMatrix, SVector};
use shapewise::optim::{AdamW, Optimizer, Sgd};
use shapewise::prelude::*;
use shapewise::schedule::{Exponential, Per};
use shapewise::train::callback::TerminateOnNan;
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
    // The first question may read `SHAPEWISE_ISA`, which the system gives as a string.
    shapewise::isa::Level::current();
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

#[test]
fn every_setting_of_an_update() {
    let mut network = Wide::<f64, 20>::boxed(1);
    let group = Group { learning_rate: 0.5, l1: 0.1, l2: 0.1, max_norm: Some(1.0), ..Group::default() };
    let training = network.training(CrossEntropy::new(), Adam::new(0.01)).every_layer(group);
    let mut training = training.clip(Clip::Norm(0.1)).average(0.9);
    training.reserve(LARGEST);
    let (inputs, labels) = (vec![0.5; LARGEST * 20], vec![1; LARGEST]);
    let mut step = || {
        for _ in 0..3 {
            training.backward(&inputs, &labels).expect("a batch that fits");
            training.accumulate();
        }
        training.update().expect("settings in range");
    };
    step();
    assert_eq!(allocations(step), 0);
}

#[test]
fn the_trainers_loop_with_and_without_callbacks() {
    /// Allocations of a run of one epoch with so many batches of 8.
    fn run(batches: usize, callbacks: usize) -> usize {
        let data = Dataset::new(20, vec![0.5; batches * 8 * 20], 1, vec![1; batches * 8]).expect("a data set");
        let mut network = Wide::<f64, 20>::boxed(1);
        let mut trainer = network.trainer(CrossEntropy::new(), Adam::new(0.01)).batch_size(8).threads(1);
        trainer = trainer.schedule(Per::Step, Exponential::new(0.99)).progress(Progress::off());
        for _ in 0..callbacks {
            trainer = trainer.callback(TerminateOnNan);
        }
        trainer.fit(&data).expect("a first run");
        allocations(|| trainer.fit(&data).expect("a second run"))
    }
    for callbacks in [0, 2] {
        assert_eq!(run(1, callbacks), run(100, callbacks), "{callbacks} callbacks");
    }
}
