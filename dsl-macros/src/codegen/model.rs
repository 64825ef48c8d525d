//! The struct, its gradients, its buffers, and the methods that users call.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

use super::{Generics, buffers_name, parameters_name};
use crate::ir::{Part, Program, Step};

/// Fields with their types, outside the `const` block: paths are absolute.
pub(super) fn emit(program: &Program) -> TokenStream {
    let header = &program.header;
    let (attributes, visibility, name) = (&header.attributes, &header.visibility, &header.name);
    let (parameters, buffers) = (parameters_name(header), buffers_name(header));
    let Generics { plain, used, .. } = Generics::of(header);
    let parameter_fields = fields(program, |step| step.parameters.as_ref().map(|_| &step.ty), |part| &part.parameters);
    let buffer_fields = fields(program, |step| step.buffers.as_ref(), |part| &part.buffers);
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
    let doc = format!(" The parameters of [`{name}`] by layer, or their gradient.");
    quote! {
        #attributes
        #(#[doc = #table])*
        #[repr(C, align(64))]
        #visibility struct #name #plain { #(#parameter_fields)* #buffer_field }

        #[doc = #doc]
        #[derive(::core::clone::Clone, ::core::fmt::Debug)]
        #[repr(C)]
        #visibility struct #parameters #plain { #(#parameter_fields)* }

        #buffer_struct
    }
}

/// One field a layer for which `own` has a type, and one a network among the layers that holds such a layer.
fn fields<'a>(
    program: &'a Program,
    own: impl Fn(&'a Step) -> Option<&'a TokenStream>,
    nested: impl Fn(&'a Part) -> &'a TokenStream,
) -> Vec<TokenStream> {
    let runtime = &program.header.runtime;
    let mut seen: Vec<&Ident> = Vec::new();
    let mut fields = Vec::new();
    for step in &program.steps {
        let Some(ty) = own(step) else { continue };
        let field = step.name.first();
        if !step.name.is_nested() {
            let doc = format!(" The layer `{field}`.");
            // Outside the `const` block there is no `__rt`.
            let ty = ty.clone().into_iter().skip(1);
            fields.push(quote!(#[doc = #doc] pub #field: #runtime::__private #(#ty)*,));
        } else if !seen.contains(&field) {
            seen.push(field);
            let part = program.parts.iter().find(|part| part.name.fields() == [field.clone()]);
            let ty = part.map(&nested);
            let doc = format!(" The layers of the network `{field}`.");
            fields.push(quote!(#[doc = #doc] pub #field: #ty,));
        }
    }
    fields
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
