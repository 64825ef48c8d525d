//! The passes through the network, one call a step.

use std::collections::BTreeSet;

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{format_ident, quote};
use syn::ext::IdentExt;

use super::network::slot;
use super::{BLOCK_GRADIENT, GRADIENT, Generics, one_sample, own};
use crate::ir::{Call, EdgeId, Program, Step};

pub(super) fn emit(program: &Program) -> TokenStream {
    let one = one_sample::infer_one(program);
    let infer = infer(program);
    let forward = phases(
        program,
        "forward",
        |step| step.phase,
        false,
        |step, edges| {
            let config = &step.config;
            let (layer, pass) = (layer_of(step), pass_of(step));
            if step.is_fork() {
                return None;
            }
            join(step, edges).or_else(|| {
                let (x, y) = (edges.value(step.x.value), edges.value(step.y));
                let forward =
                    format_ident!("{}", if program.reads_samples(step) { "forward_samples" } else { "forward" });
                Some(quote!(#pass.#forward(#layer, #config, #x, #y);))
            })
        },
    );
    let backward = phases(program, "backward", Step::phase_back, true, |step, edges| {
        let call = backward(step, edges);
        if step.has_backward() {
            return Some(call);
        }
        let (pass, dx) = (own("pass"), edges.gradient(step.x.gradient));
        Some(quote!(if #pass.has(#dx) { #call }))
    });
    let before = prepare(
        program,
        "prepare",
        |step| step.phase,
        |step, edges, shared| {
            let config = &step.config;
            let (layer, arena) = (layer_of(step), own("arena"));
            let x = edges.value(step.x.value);
            quote!(__rt::BatchWide::prepare(#layer, #config, #arena.edge(#x), #shared);)
        },
    );
    let before_backward = prepare(program, "prepare_backward", Step::phase_back, |step, edges, shared| {
        let config = &step.config;
        let (layer, arena) = (layer_of(step), own("arena"));
        let (x, dy) = (edges.value(step.x.value), edges.gradient(step.y));
        quote!(__rt::BatchWide::prepare_backward(#layer, #config, #arena.edge(#x), #arena.edge(#dy), #shared);)
    });
    let gradients = gradients(program);
    let update = update_buffers(program);
    quote!(#one #infer #forward #backward #before #before_backward #gradients #update)
}

/// The way back through a step.
fn backward(step: &Step, edges: &mut Edges<'_>) -> TokenStream {
    let pass = pass_of(step);
    match &step.call {
        Call::Fork(parts) => {
            let parts: Vec<_> = parts.iter().map(|part| edges.gradient(*part)).collect();
            let sum = edges.gradient(step.x.gradient);
            quote!(#pass.add([#(#parts),*], #sum);)
        }
        Call::Join(join, ports) => {
            let back = format_ident!("{}", join.passes()[1]);
            let parts: Vec<_> = ports.iter().map(|port| edges.gradient(port.gradient)).collect();
            let dy = edges.gradient(step.y);
            quote!(#pass.#back(#dy, [#(#parts),*]);)
        }
        Call::Layer => {
            let (layer, config, none) = (layer_of(step), &step.config, quote!(__rt::Slot::NONE));
            let x = if step.reads.x && !step.in_place { edges.value(step.x.value) } else { none.clone() };
            let y = if step.reads.y { edges.value(step.y) } else { none };
            let (dy, dx) = (edges.gradient(step.y), edges.gradient(step.x.gradient));
            // A step that runs on demand runs where its input's gradient is wanted.
            let on_demand = (!step.passes_on && step.has_backward()).then(|| {
                let whole = own("pass");
                quote!(let #dx = #whole.on_demand(#dx);)
            });
            let learn = step.block_gradient.is_some().then(|| {
                let (whole, x, of_block) = (own("pass"), edges.value(step.x.value), edges.block_gradient(step.y));
                quote!(#whole.learn(#layer, #config, [#x, #dy, #of_block]);)
            });
            quote!(#on_demand #pass.backward(#layer, #config, __rt::Ports { x: #x, y: #y, dy: #dy, dx: #dx }); #learn)
        }
    }
}

/// The forward call of a join; `None` for a layer.
fn join(step: &Step, edges: &mut Edges<'_>) -> Option<TokenStream> {
    let Call::Join(join, _) = &step.call else { return None };
    let (word, pass) = (format_ident!("{}", join.passes()[0]), own("pass"));
    let inputs: Vec<_> = step.sources().into_iter().map(|edge| edges.value(edge)).collect();
    let y = edges.value(step.y);
    Some(quote!(#pass.#word([#(#inputs),*], #y);))
}

/// The layer of `network` as an expression: a field, a value without content, or a view of two fields.
pub(super) fn layer_in(network: &TokenStream, step: &Step) -> TokenStream {
    let Step { name, ty, .. } = step;
    match (&step.tied, &step.parameters) {
        (Some(source), _) => quote!(&__rt::layers::Tied::new(&#network.#source, &#network.#name)),
        (None, Some(_)) => quote!(&#network.#name),
        (None, None) => quote!(&#ty),
    }
}

fn layer_of(step: &Step) -> TokenStream {
    layer_in(&quote!(self), step)
}

/// What a slot holds of an edge.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Held {
    Values,
    Gradient,
    BlockGradient,
}

/// The slots that a function uses, each bound to a name once.
struct Edges<'a> {
    program: &'a Program,
    inference: bool,
    used: BTreeSet<(EdgeId, Held)>,
}

impl<'a> Edges<'a> {
    fn new(program: &'a Program, inference: bool) -> Self {
        Self { program, inference, used: BTreeSet::new() }
    }

    fn value(&mut self, edge: EdgeId) -> TokenStream {
        self.slot(edge, Held::Values)
    }

    fn gradient(&mut self, edge: EdgeId) -> TokenStream {
        self.slot(edge, Held::Gradient)
    }

    fn block_gradient(&mut self, edge: EdgeId) -> TokenStream {
        self.slot(edge, Held::BlockGradient)
    }

    fn slot(&mut self, edge: EdgeId, held: Held) -> TokenStream {
        self.used.insert((edge, held));
        let name = self.name(edge, held);
        quote!(#name)
    }

    fn name(&self, edge: EdgeId, held: Held) -> Ident {
        let edge = &self.program.edges[edge.0];
        let prefix = match held {
            Held::Values => return edge.clone(),
            Held::Gradient => GRADIENT,
            Held::BlockGradient => BLOCK_GRADIENT,
        };
        format_ident!("{prefix}{}", edge.unraw(), span = Span::mixed_site())
    }

    fn declare(&self) -> TokenStream {
        let Program { training, gradient, block_gradients, inference, .. } = self.program;
        let lets = self.used.iter().map(|&(edge, held)| {
            let slots = match held {
                Held::Values if self.inference => inference,
                Held::Values => training,
                Held::Gradient => gradient,
                Held::BlockGradient => block_gradients,
            };
            let (name, slot) = (self.name(edge, held), slot(slots, edge));
            quote!(let #name = #slot;)
        });
        quote!(#(#lets)*)
    }
}

pub(super) fn buffers(step: &Step, network: &TokenStream) -> TokenStream {
    let name = &step.name;
    if step.buffers.is_some() { quote!(&#network.buffers.#name) } else { quote!(&()) }
}

/// Turns samples into blocks, where no layer alone reads them.
fn gather(program: &Program, edges: &mut Edges<'_>) -> Option<TokenStream> {
    if !program.gathers() {
        return None;
    }
    let (pass, input) = (own("pass"), edges.value(program.input_edge));
    Some(quote!(#pass.gather(#input);))
}

/// `fn infer`: a chunk, with what training has learned.
fn infer(program: &Program) -> TokenStream {
    let scalar = Generics::of(&program.header).scalar;
    let pass = own("pass");
    let mut edges = Edges::new(program, true);
    let gather = gather(program, &mut edges);
    let calls: Vec<_> = program
        .steps
        .iter()
        .filter(|step| !step.is_fork())
        .map(|step| {
            let config = &step.config;
            let (layer, buffers) = (layer_of(step), buffers(step, &quote!(self)));
            join(step, &mut edges).unwrap_or_else(|| {
                let (x, y) = (edges.value(step.x.value), edges.value(step.y));
                let infer = format_ident!("{}", if program.reads_samples(step) { "infer_samples" } else { "infer" });
                quote!(#pass.#infer(#layer, #buffers, #config, #x, #y);)
            })
        })
        .collect();
    let lets = edges.declare();
    quote! {
        fn infer(&self, #pass: &mut __rt::Pass<'_, #scalar>) {
            #lets
            #gather
            #(#calls)*
        }
    }
}

/// `fn forward` or `fn backward`: one arm a phase.
fn phases(
    program: &Program,
    name: &str,
    phase_of: impl Fn(&Step) -> usize,
    reverse: bool,
    call: impl Fn(&Step, &mut Edges<'_>) -> Option<TokenStream>,
) -> TokenStream {
    let scalar = Generics::of(&program.header).scalar;
    let (name, pass, phase) = (format_ident!("{name}"), own("pass"), own("phase"));
    let bodies: Vec<_> = (0..program.phases)
        .map(|number| {
            let mut edges = Edges::new(program, false);
            let steps = program.steps.iter().filter(|step| phase_of(step) == number);
            let mut calls: Vec<_> = steps.filter_map(|step| call(step, &mut edges)).collect();
            if reverse {
                calls.reverse();
            }
            let gather = if reverse || number > 0 { None } else { gather(program, &mut edges) };
            let lets = edges.declare();
            quote!(#lets #gather #(#calls)*)
        })
        .collect();
    let body = match &bodies[..] {
        [only] => only.clone(),
        [rest @ .., last] => {
            let numbers = (0..rest.len()).map(Literal::usize_unsuffixed);
            quote!(match #phase { #(#numbers => { #rest })* _ => { #last } })
        }
        [] => TokenStream::new(),
    };
    quote! {
        fn #name(&self, #phase: usize, #pass: &mut __rt::Pass<'_, #scalar>) {
            #body
        }
    }
}

/// `fn prepare` or `fn prepare_backward`, only where a layer must see the whole batch.
fn prepare(
    program: &Program,
    name: &str,
    phase_of: impl Fn(&Step) -> usize,
    call: impl Fn(&Step, &mut Edges<'_>, TokenStream) -> TokenStream,
) -> TokenStream {
    let wide: Vec<_> = program.steps.iter().filter(|step| step.shared.is_some()).collect();
    if wide.is_empty() {
        return TokenStream::new();
    }
    let scalar = Generics::of(&program.header).scalar;
    let (name, arena, phase, shared) = (format_ident!("{name}"), own("arena"), own("phase"), own("shared"));
    let arms = wide.iter().map(|step| {
        let mut edges = Edges::new(program, false);
        let number = Literal::usize_unsuffixed(phase_of(step));
        let part = shared_part(step);
        let call = call(step, &mut edges, quote!(&mut #shared[#part]));
        let lets = edges.declare();
        quote!(#number => { #lets #call })
    });
    quote! {
        fn #name(&self, #phase: usize, #arena: __rt::Arena<'_, #scalar>, #shared: &mut [#scalar]) {
            match #phase { #(#arms)* _ => {} }
        }
    }
}

/// A batch-wide layer's own part of the shared values.
fn shared_part(step: &Step) -> Option<TokenStream> {
    step.shared.as_ref().map(|(start, end)| quote!(#start..#end))
}

/// The pass as a layer sees it: of the shared values, its own. Always a reference: a trait of the user's for all types,
/// whose methods are called like those of the pass, would come first with a value.
fn pass_of(step: &Step) -> TokenStream {
    let pass = own("pass");
    shared_part(step).map_or(quote!(#pass), |part| quote!((&mut #pass.sharing(#part))))
}

fn gradients(program: &Program) -> TokenStream {
    let scalar = Generics::of(&program.header).scalar;
    let (arena, shared) = (own("arena"), own("shared"));
    let (gradients, accumulate) = (own("gradients"), own("accumulate"));
    let mut edges = Edges::new(program, false);
    let calls: Vec<_> = program
        .steps
        .iter()
        .filter(|step| step.parameters.is_some())
        .map(|step| {
            let Step { name, config, .. } = step;
            if step.block_gradient.is_some() {
                let of_block = edges.block_gradient(step.y);
                return quote!(#arena.sum_blocks(#of_block, &mut #gradients.#name, #accumulate););
            }
            let (x, dy) = (edges.value(step.x.value), edges.gradient(step.y));
            let shared = shared_part(step).map_or(quote!(&[]), |part| quote!(&#shared[#part]));
            if let Some(source) = &step.tied {
                let layer = layer_of(step);
                return quote! {
                    (#layer).gradient_of_both(
                        #arena.edge(#x), #arena.edge(#dy), &mut #gradients.#source, &mut #gradients.#name, #accumulate,
                    );
                };
            }
            if program.reads_samples(step) {
                return quote! {
                    #arena.gradient_samples(&self.#name, #config, [#x, #dy], &mut #gradients.#name, #accumulate);
                };
            }
            quote! {
                __rt::Layer::gradient(
                    &self.#name, #config, #arena.edge(#x), #arena.edge(#dy), #shared, &mut #gradients.#name, #accumulate,
                );
            }
        })
        .collect();
    let lets = edges.declare();
    quote! {
        fn gradients(
            &self,
            #arena: __rt::Arena<'_, #scalar>,
            #shared: &[#scalar],
            #gradients: &mut Self::Gradients,
            #accumulate: bool,
        ) {
            #lets
            #(#calls)*
        }
    }
}

fn update_buffers(program: &Program) -> TokenStream {
    let scalar = Generics::of(&program.header).scalar;
    let (shared, samples) = (own("shared"), own("samples"));
    let calls: Vec<_> = program
        .steps
        .iter()
        .filter(|step| step.shared.is_some() && step.buffers.is_some())
        .map(|step| {
            let Step { name, ty, config, .. } = step;
            let part = shared_part(step);
            quote! {
                <#ty as __rt::BatchWide<#scalar>>::update(&mut self.buffers.#name, #config, &#shared[#part], #samples);
            }
        })
        .collect();
    if calls.is_empty() {
        return TokenStream::new();
    }
    quote! {
        fn update_buffers(&mut self, #shared: &[#scalar], #samples: usize) {
            #(#calls)*
        }
    }
}
