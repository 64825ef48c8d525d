//! `impl Network` and the flat views.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::ext::IdentExt;

use super::{Generics, one_sample, own, parameters_name, passes};
use crate::ir::{EdgeId, Obligation, Program, Shape, Size, Slots, Step};

pub(super) fn emit(program: &Program) -> TokenStream {
    let Generics { declared, used, scalar, .. } = Generics::of(&program.header);
    let (name, gradients) = (&program.header.name, parameters_name(&program.header));
    let blocks = blocks(program);
    let constants = constants(program);
    let obligations = obligations(program);
    let initialise = initialise(program);
    let functions = passes::emit(program);
    let one_sample = one_sample::emit(program);
    let items = program.steps.iter().map(|step| &step.items);
    quote! {
        #(#items)*
        #blocks
        #obligations
        #[automatically_derived]
        impl #declared __rt::Network for #name #used {
            type Scalar = #scalar;
            type Gradients = #gradients #used;
            #constants
            #initialise
            #functions
        }
        #one_sample
    }
}

fn constants(program: &Program) -> TokenStream {
    let name = program.header.name.unraw().to_string();
    let summary = &program.summary;
    let (input, output) = (dimensions(&program.input), dimensions(&program.output));
    let (inputs, outputs) = (program.input.values(), program.output.values());
    let parameters = parameters(program);
    let flops = program.steps.iter().fold(Size::default(), |sum, step| sum.plus(&step.flops));
    let scratch: Vec<_> =
        program.steps.iter().map(|step| &step.scratch).filter(|size| size.value() != Some(0)).collect();
    let (training, inference) = (&program.training_features, &program.inference_features);
    let on_demand = &program.on_demand_features;
    let shared = &program.shared;
    let scalar = Generics::of(&program.header).scalar;
    let phases = Literal::usize_unsuffixed(program.phases);
    let slots = [
        ("TRAIN_OUTPUT", slot(&program.training, program.output_edge)),
        ("TRAIN_INPUT_GRADIENT", slot(&program.gradient, program.input_edge)),
        ("TRAIN_OUTPUT_GRADIENT", slot(&program.gradient, program.output_edge)),
        ("INFER_OUTPUT", slot(&program.inference, program.output_edge)),
    ];
    let slots = slots.iter().map(|(name, slot)| {
        let name = Ident::new(name, Span::call_site());
        quote!(const #name: __rt::Slot = #slot;)
    });
    // The struct's own constant, an array.
    let heads = (!program.heads.is_empty()).then(|| {
        quote!(
            const HEADS: &'static [usize] = &Self::HEADS;
        )
    });
    let layers = layers(program, &scalar);
    let steps = steps(program);
    quote! {
        const NAME: &'static str = #name;
        const INPUT: &'static [usize] = #input;
        const OUTPUT: &'static [usize] = #output;
        const INPUTS: usize = #inputs;
        const OUTPUTS: usize = #outputs;
        #heads
        const PARAMETERS: usize = #parameters;
        const FLOPS: usize = #flops;
        const SUMMARY: &'static str = #summary;
        const LAYERS: &'static [__rt::LayerInfo] = &[#layers];
        const STEPS: &'static [__rt::StepInfo] = &[#steps];
        const TRAIN_FEATURES: usize = #training;
        const ON_DEMAND_FEATURES: usize = #on_demand;
        const INFER_FEATURES: usize = #inference;
        const SCRATCH_FEATURES: usize = __rt::largest(&[#(#scratch),*]);
        const SHARED: usize = #shared;
        const PHASES: usize = #phases;
        #(#slots)*
    }
}

fn dimensions(shape: &Shape) -> TokenStream {
    let sizes = &shape.0;
    quote!(&[#(#sizes),*])
}

/// Trainable values of the whole network.
fn parameters(program: &Program) -> Size {
    program.steps.iter().filter_map(|step| step.parameters.as_ref()).fold(Size::default(), |sum, size| sum.plus(size))
}

pub(super) fn slot(slots: &Slots, edge: EdgeId) -> TokenStream {
    match slots.get(edge) {
        Some((offset, features)) => quote!(__rt::Slot::new(#offset, #features)),
        None => quote!(__rt::Slot::NONE),
    }
}

fn layers(program: &Program, scalar: &TokenStream) -> TokenStream {
    let mut offset = Size::default();
    let entries = program.steps.iter().filter_map(|step| {
        let size = step.parameters.as_ref()?;
        let (name, ty, start) = (step.name.to_string(), &step.ty, offset.clone());
        offset = offset.plus(size);
        let tensors = match (&step.tensors, &step.tied) {
            (Some(tensors), _) => tensors.clone(),
            (None, None) => quote!(<#ty as __rt::Layer<#scalar>>::TENSORS),
            (None, Some(_)) => quote!(<#ty>::TENSORS),
        };
        Some(quote!(__rt::LayerInfo { name: #name, offset: #start, tensors: #tensors }))
    });
    let entries: Vec<_> = entries.collect();
    quote!(#(#entries),*)
}

/// What runs when, for those who look inside. A fork has nothing of its own to show.
fn steps(program: &Program) -> TokenStream {
    let entries = program.steps.iter().filter(|step| !step.is_fork()).map(|step| {
        let (name, description, output) = (step.name.to_string(), &step.description, dimensions(&step.shape));
        let forward = Literal::usize_unsuffixed(step.phase);
        let backward = if step.has_backward() {
            let phase = Literal::usize_unsuffixed(step.phase_back());
            quote!(__rt::Option::Some(#phase))
        } else {
            quote!(__rt::Option::None)
        };
        quote! {
            __rt::StepInfo {
                name: #name, description: #description, output: #output, forward: #forward, backward: #backward,
            }
        }
    });
    quote!(#(#entries),*)
}

/// The fields as the flat view needs them.
fn blocks(program: &Program) -> TokenStream {
    let Generics { declared, used, scalar, .. } = Generics::of(&program.header);
    let (name, gradients) = (&program.header.name, parameters_name(&program.header));
    let len = parameters(program);
    let fields = |of: &Ident| {
        let fields = program.steps.iter().filter(|step| step.parameters.is_some()).map(|step| {
            let (ty, field) = (&step.ty, &step.name);
            quote!(__rt::Field::<#scalar>::new::<#ty>(__rt::offset_of!(#of #used, #field)))
        });
        fields.collect::<Vec<_>>()
    };
    let (own_fields, gradient_fields) = (fields(name), fields(&gradients));
    let buffer_fields = program.steps.iter().filter_map(|step| {
        let (ty, field) = (step.buffers.as_ref()?, &step.name);
        Some(quote!(__rt::Field::<#scalar>::new::<#ty>(__rt::offset_of!(#name #used, buffers.#field))))
    });
    quote! {
        #[automatically_derived]
        impl #declared __rt::Block<#scalar> for #name #used {
            const FIELDS: &'static [__rt::Field<#scalar>] = &[#(#own_fields,)* #(#buffer_fields,)*];
            const LEN: usize = #len;
        }
        #[automatically_derived]
        impl #declared __rt::Block<#scalar> for #gradients #used {
            const FIELDS: &'static [__rt::Field<#scalar>] = &[#(#gradient_fields,)*];
            const LEN: usize = #len;
        }
    }
}

/// Sizes that only the compiler can compare.
fn obligations(program: &Program) -> TokenStream {
    let Generics { declared, used, .. } = Generics::of(&program.header);
    let name = &program.header.name;
    let (late, early): (Vec<_>, Vec<_>) = program.obligations.iter().partition(|obligation| obligation.late);
    // At one place the first fault is told, and not again for each repetition of its layers.
    let mut places: Vec<(String, Vec<&TokenStream>)> = Vec::new();
    for Obligation { check, span, .. } in early {
        let place = format!("{span:?}");
        match places.iter_mut().find(|(known, _)| *known == place) {
            Some((_, checks)) => checks.push(check),
            None => places.push((place, vec![check])),
        }
    }
    let early = places.iter().map(|(_, checks)| quote!(const _: () = { #(#checks)* };));
    let late: Vec<_> = late.into_iter().map(|obligation| &obligation.check).collect();
    let late = (!late.is_empty()).then(|| {
        quote! {
            impl #declared #name #used {
                const SIZES_AGREE: bool = { #(#late)* true };
            }
        }
    });
    quote!(#(#early)* #late)
}

fn initialise(program: &Program) -> TokenStream {
    let (seed, network, scalar) = (own("seed"), quote!(self), Generics::of(&program.header).scalar);
    // The compiler shows where the constant is used: at what it complains about.
    let late = program.obligations.iter().find(|obligation| obligation.late);
    let check = late.map(|it| quote_spanned!(it.span=> let _ = Self::SIZES_AGREE;));
    let calls = program.steps.iter().enumerate().filter(|(_, step)| step.parameters.is_some()).map(|(index, step)| {
        let Step { name, initialiser, buffers, ty, .. } = step;
        let stream = Literal::usize_unsuffixed(index);
        let buffers = buffers
            .is_some()
            .then(|| quote!(<#ty as __rt::Layer<#scalar>>::initialise_buffers(&mut #network.buffers.#name);));
        if step.tied.is_some() {
            return quote!(#network.#name.initialise(););
        }
        quote! {
            __rt::Layer::<#scalar>::initialise(&mut #network.#name, #initialiser, &mut __rt::Random::stream(#seed, #stream));
            #buffers
        }
    });
    quote! {
        fn initialise(&mut self, #seed: u64) {
            #check
            #(#calls)*
        }
    }
}
