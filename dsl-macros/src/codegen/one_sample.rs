//! One sample on the stack, inside a region compiled for the machine's instruction set.
//!
//! Each output is an array of its own, which the compiler keeps in registers where it is small. A large one takes the place of
//! another that nobody reads any more, so that a deep network needs the stack that its widest part does. (The plan for batches cuts
//! one memory at any place; safe code could not borrow two parts of it by name.)

use std::collections::BTreeMap;

use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};

use super::passes::{buffers, layer_in};
use super::{Generics, own};
use crate::ir::{Call, EdgeId, Program, Step};

/// Values from which on an output shares its place.
const LARGE: usize = 1024;

/// `fn infer_one`: [`emit`] into memory of the caller's.
pub(super) fn infer_one(program: &Program) -> TokenStream {
    let scalar = Generics::of(&program.header).scalar;
    let (x, y) = (own("x"), own("y"));
    let (inputs, outputs) = (program.input.values().in_type(), program.output.values().in_type());
    quote! {
        fn infer_one(&self, #x: &[#scalar], #y: &mut [#scalar]) {
            __rt::one_sample_into::<Self, #scalar, #inputs, #outputs>(self, #x, #y);
        }
    }
}

/// An array that several outputs have one after the other.
struct Place {
    /// The first of them, whose name it has.
    first: EdgeId,
    size: usize,
    /// The last step that reads what is in it now.
    read: usize,
}

/// The places of large outputs.
#[derive(Default)]
struct Places {
    all: Vec<Place>,
    /// Which of them an output is in, and its size.
    outputs: BTreeMap<EdgeId, (usize, usize)>,
}

impl Places {
    /// Every output takes the place that fits best of those whose values nobody reads any more, or makes the largest larger.
    fn plan(program: &Program, last: usize) -> Self {
        let mut places = Self::default();
        let mut last_reads = BTreeMap::new();
        for (index, step) in program.steps.iter().enumerate() {
            last_reads.extend(step.sources().into_iter().map(|edge| (edge, index)));
        }
        for (index, step) in program.steps[..last].iter().enumerate().filter(|(_, step)| !step.is_fork()) {
            let Some(size) = step.output.value().filter(|size| *size >= LARGE) else { continue };
            let read = last_reads.get(&step.y).copied().unwrap_or(index);
            let free = (0..places.all.len()).filter(|&place| places.all[place].read < index);
            let best = free.min_by_key(|&place| {
                let has = places.all[place].size;
                (has < size, has.abs_diff(size))
            });
            let place = best.unwrap_or_else(|| {
                places.all.push(Place { first: step.y, size, read });
                places.all.len() - 1
            });
            let found = &mut places.all[place];
            (found.size, found.read) = (found.size.max(size), read);
            places.outputs.insert(step.y, (place, size));
        }
        places
    }

    /// The memory for an output, as zeros.
    fn space(&self, program: &Program, step: &Step, scalar: &TokenStream) -> TokenStream {
        let name = &program.edges[step.y.0];
        let Some(&(place, size)) = self.outputs.get(&step.y) else {
            let size = step.output.in_type();
            return quote!(let mut #name = [__rt::zero::<#scalar>(); #size];);
        };
        let Place { first, size: most, .. } = self.all[place];
        let [size, most] = [size, most].map(Literal::usize_unsuffixed);
        if first == step.y {
            return quote!(let mut #name = [__rt::zero::<#scalar>(); #most];);
        }
        let first = &program.edges[first.0];
        quote!(#first[..#size].fill(__rt::zero::<#scalar>());)
    }

    /// An output as an array or a part of one.
    fn values(&self, program: &Program, edge: EdgeId) -> TokenStream {
        let Some(&(place, size)) = self.outputs.get(&edge) else {
            let name = &program.edges[edge.0];
            return quote!(#name);
        };
        let place = &self.all[place];
        let first = &program.edges[place.first.0];
        if place.size == size {
            return quote!(#first);
        }
        let size = Literal::usize_unsuffixed(size);
        quote!(#first[..#size])
    }
}

/// `impl OneSample`
pub(super) fn emit(program: &Program) -> TokenStream {
    let Generics { declared, used, scalar, .. } = Generics::of(&program.header);
    let name = &program.header.name;
    let (x, y, network, one) = (own("x"), own("y"), own("network"), own("one"));
    let last = program.steps.iter().rposition(|step| !step.is_fork()).unwrap_or_default();
    let places = Places::plan(program, last);
    let edge = |id: EdgeId, step: usize, output: bool| {
        if id == program.input_edge {
            return quote!(#x);
        }
        let values = places.values(program, id);
        match output {
            true if step == last => quote!(#y),
            true => quote!(&mut #values),
            false => quote!(&#values),
        }
    };
    let calls = program.steps.iter().enumerate().filter(|(_, step)| !step.is_fork());
    let calls = calls.map(|(index, step)| {
        let config = &step.config;
        let (layer, buffers) = (layer_in(&quote!(#network), step), buffers(step, &quote!(#network)));
        let (input, output) = (edge(step.x.value, index, false), edge(step.y, index, true));
        let space = (index != last).then(|| places.space(program, step, &scalar));
        if let Call::Join(join, _) = &step.call {
            let word = format_ident!("{}", join.passes()[0]);
            let inputs = step.sources().into_iter().map(|source| edge(source, index, false));
            return quote!(#space #one.#word(&[#(#inputs),*], #output););
        }
        quote! {
            #space
            #one.infer(#layer, #buffers, #config, #input, #output);
        }
    });
    let copy = program.steps.is_empty().then(|| quote!(#y.copy_from_slice(#x);));
    quote! {
        #[automatically_derived]
        impl #declared __rt::OneSample<#scalar> for #name #used {
            #[inline(always)]
            fn one_sample<__I: __rt::Isa>(&self, #x: &[#scalar], #y: &mut [#scalar]) {
                let (#network, #one) = (self, __rt::One::<__I>::new());
                #(#calls)*
                #copy
            }
        }
    }
}
