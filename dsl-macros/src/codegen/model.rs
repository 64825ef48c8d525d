//! The struct, its gradients, its buffers, and the methods that users call.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::quote;

use super::{Generics, buffers_name, gradients_name};
use crate::ir::{Header, Program, Step};

/// Fields with their types, outside the `const` block: paths are absolute.
pub(super) fn emit(program: &Program) -> TokenStream {
    let header = &program.header;
    let (attributes, visibility, name) = (&header.attributes, &header.visibility, &header.name);
    let (gradients, buffers) = (gradients_name(header), buffers_name(header));
    let Generics { plain, used, .. } = Generics::of(header);
    let fields =
        program.steps.iter().filter(|step| step.parameters.is_some()).map(|step| field(header, step, &step.ty));
    let fields: Vec<_> = fields.collect();
    let buffer_fields: Vec<_> =
        program.steps.iter().filter_map(|step| step.buffers.as_ref().map(|ty| field(header, step, ty))).collect();
    let (buffer_struct, buffer_field) = if buffer_fields.is_empty() {
        (None, None)
    } else {
        let doc = format!(" The running statistics of [`{name}`], by layer.");
        let item = quote! {
            #[doc = #doc]
            #[derive(::core::clone::Clone, ::core::fmt::Debug)]
            #[repr(C)]
            #visibility struct #buffers #plain { #(#buffer_fields)* }
        };
        (Some(item), Some(quote!(/** What is not trained: running statistics. */ pub buffers: #buffers #used,)))
    };
    let table = core::iter::once("").chain(["```text"]).chain(program.summary.lines()).chain(["```"]);
    let table = table.map(|line| if line.is_empty() { String::new() } else { format!(" {line}") });
    let gradients_doc = format!(" The gradient of every parameter of [`{name}`], by layer.");
    quote! {
        #attributes
        #(#[doc = #table])*
        #[repr(C, align(64))]
        #visibility struct #name #plain { #(#fields)* #buffer_field }

        #[doc = #gradients_doc]
        #[derive(::core::clone::Clone, ::core::fmt::Debug)]
        #[repr(C, align(64))]
        #visibility struct #gradients #plain { #(#fields)* }

        #buffer_struct
    }
}

fn field(header: &Header, step: &Step, ty: &TokenStream) -> TokenStream {
    let (name, runtime) = (&step.name, &header.runtime);
    let doc = format!(" The layer `{name}`.");
    let ty = absolute(runtime, ty);
    quote!(#[doc = #doc] pub #name: #ty,)
}

/// A type outside the `const` block, where there is no `__rt`; a user's type stays as it is.
fn absolute(runtime: &TokenStream, ty: &TokenStream) -> TokenStream {
    let mut trees = ty.clone().into_iter();
    match trees.next() {
        Some(TokenTree::Ident(first)) if first == "__rt" => quote!(#runtime::__private #(#trees)*),
        _ => ty.clone(),
    }
}

/// What users call.
pub(super) fn methods(program: &Program) -> TokenStream {
    let Generics { declared, used, scalar, .. } = Generics::of(&program.header);
    let name = &program.header.name;
    // The compiler shows where a method is declared: at the network's name.
    let at = Span::call_site().located_at(name.span());
    let [boxed, forward, forward_batch] = ["boxed", "forward", "forward_batch"].map(|method| Ident::new(method, at));
    let (inputs, outputs) = (program.input.values().in_type(), program.output.values().in_type());
    quote! {
        #[automatically_derived]
        impl #declared #name #used {
            __rt::with_alloc! {
                /// The network on the heap, its parameters set as declared, all from one seed.
                #[must_use]
                pub fn #boxed(seed: u64) -> __rt::Box<Self> {
                    let mut network = <Self as __rt::Block<#scalar>>::zeroed();
                    __rt::Network::initialise(&mut *network, seed);
                    network
                }

                /// Inference for the columns of a matrix, in memory that was allocated once.
                ///
                /// # Errors
                ///
                /// When the matrices have different numbers of columns.
                pub fn #forward_batch<Samples, Inputs, Outputs>(
                    &self,
                    inputs: &__rt::Matrix<#scalar, __rt::Const<#inputs>, Samples, Inputs>,
                    outputs: &mut __rt::Matrix<#scalar, __rt::Const<#outputs>, Samples, Outputs>,
                    memory: &mut __rt::Inference<Self>,
                ) -> __rt::Result<()>
                where
                    Samples: __rt::Dim,
                    Inputs: __rt::Columns<#scalar, #inputs, Samples>,
                    Outputs: __rt::ColumnsMut<#scalar, #outputs, Samples>,
                {
                    memory.forward_batch(self, inputs, outputs)
                }
            }

            /// Inference for one sample.
            #[must_use]
            pub fn #forward(&self, input: &__rt::SVector<#scalar, #inputs>) -> __rt::SVector<#scalar, #outputs> {
                let mut output = __rt::SVector::<#scalar, #outputs>::from_element(__rt::zero());
                __rt::Network::infer_one(self, input.as_slice(), output.as_mut_slice());
                output
            }
        }
    }
}
