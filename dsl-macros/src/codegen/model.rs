//! The struct, its gradients, its buffers, and the methods that users call.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};

use super::{Generics, buffers_name, output_name, own, parameters_name};
use crate::ir::{Header, Program, Size, Step, mentions};
use crate::tokens::replace;

/// Fields with their types, outside the `const` block: paths are absolute.
pub(super) fn emit(program: &Program) -> TokenStream {
    let header = &program.header;
    let (attributes, visibility, name, runtime) =
        (&header.attributes, &header.visibility, &header.name, &header.runtime);
    let (parameters, buffers) = (parameters_name(header), buffers_name(header));
    let Generics { plain, used, .. } = Generics::of(header);
    let mut parameter_fields = fields(program, |step| step.parameters.as_ref().map(|_| &step.ty), "Parameters");
    parameter_fields.extend(unused_scalar(header, &parameter_fields));
    // What the struct's fields are made of can be compared if the struct can.
    let compared = mentions(&header.attributes, &[format_ident!("PartialEq")]);
    let compared = compared.then(|| quote!(, ::core::cmp::PartialEq));
    let buffer_fields = fields(program, |step| step.buffers.as_ref(), "Buffers");
    let (buffer_struct, buffer_field, buffer_type) = if buffer_fields.is_empty() {
        (None, None, quote!(()))
    } else {
        let doc = format!(" The running statistics of [`{name}`], by layer.");
        let item = quote! {
            #[doc = #doc]
            #[derive(::core::clone::Clone, ::core::fmt::Debug #compared)]
            #[repr(C)]
            #visibility struct #buffers #plain { #(#buffer_fields)* }
        };
        (
            Some(item),
            Some(quote!(/** What is not trained: running statistics. */ pub buffers: #buffers #used,)),
            quote!(#buffers #used),
        )
    };
    let table = core::iter::once("").chain(["```text"]).chain(program.summary.lines()).chain(["```"]);
    let table = table.map(|line| if line.is_empty() { String::new() } else { format!(" {line}") });
    let output = output(program);
    let doc = format!(" The parameters of [`{name}`] by layer, or their gradient.");
    quote! {
        #attributes
        #(#[doc = #table])*
        #[repr(C, align(64))]
        #visibility struct #name #plain { #(#parameter_fields)* #buffer_field }

        #[doc = #doc]
        #[derive(::core::clone::Clone, ::core::fmt::Debug #compared)]
        #[repr(C)]
        #visibility struct #parameters #plain { #(#parameter_fields)* }

        impl #plain #runtime::__private::Part for #name #used {
            type Parameters = #parameters #used;
            type Buffers = #buffer_type;
        }

        #buffer_struct
        #output
    }
}

/// A field without values where no other mentions the scalar: the compiler wants every type parameter used.
fn unused_scalar(header: &Header, fields: &[TokenStream]) -> Option<TokenStream> {
    let scalar = header.scalar.as_ref()?;
    let used = fields.iter().any(|field| mentions(field, core::slice::from_ref(scalar)));
    (!used).then(|| quote!(#[doc(hidden)] pub __scalar: ::core::marker::PhantomData<#scalar>,))
}

/// The struct of the outputs of a network with several heads.
fn output(program: &Program) -> Option<TokenStream> {
    let Header { name, visibility, runtime, .. } = &program.header;
    let Generics { plain, scalar, .. } = Generics::of(&program.header);
    let output = output_name(&program.header);
    let fields = program.heads.iter().map(|(head, shape)| {
        let (doc, values) = (format!(" The output `{head}`, {shape}."), shape.values().in_type());
        quote!(#[doc = #doc] pub #head: #runtime::__private::SVector<#scalar, #values>,)
    });
    let doc = format!(" What [`{name}`] gives for one sample, by head.");
    (!program.heads.is_empty()).then(|| {
        quote! {
            #[doc = #doc]
            #[derive(::core::clone::Clone, ::core::fmt::Debug, ::core::cmp::PartialEq)]
            #visibility struct #output #plain { #(#fields)* }
        }
    })
}

/// One field a layer for which `own` has a type, and one a network among the layers that holds such a layer.
fn fields<'a>(
    program: &'a Program,
    own: impl Fn(&'a Step) -> Option<&'a TokenStream>,
    nested: &str,
) -> Vec<TokenStream> {
    let runtime = &program.header.runtime;
    let mut seen: Vec<&Ident> = Vec::new();
    let mut fields = Vec::new();
    for step in &program.steps {
        let Some(ty) = own(step) else { continue };
        let field = step.name.first();
        if !step.name.is_nested() {
            let parameters = step.parameters.as_ref().map_or_else(|| "0".into(), Size::grouped);
            let doc = format!(" `{}`: gives `{}`, has {parameters} parameters.", step.description, step.shape);
            let ty = absolute(runtime, ty);
            fields.push(quote!(#[doc = #doc] pub #field: #ty,));
        } else if !seen.contains(&field) {
            seen.push(field);
            let part = program.parts.iter().find(|part| part.name.fields() == [field.clone()]);
            let (ty, nested) = (part.map(|part| &part.ty), format_ident!("{nested}"));
            let doc = format!(" The layers of the network `{field}`.");
            fields.push(quote!(#[doc = #doc] pub #field: <#ty as #runtime::__private::Part>::#nested,));
        }
    }
    fields
}

/// A type outside the `const` block, where there is no `__rt`.
pub(super) fn absolute(runtime: &TokenStream, ty: &TokenStream) -> TokenStream {
    replace(ty.clone(), &|word| (word == "__rt").then(|| quote!(#runtime::__private)))
}

/// What users call.
pub(super) fn methods(program: &Program) -> TokenStream {
    let Generics { plain, bound, used, scalar, .. } = Generics::of(&program.header);
    let name = &program.header.name;
    // The compiler shows where a method and its arguments are declared: at the network's name.
    let at = Span::call_site().located_at(name.span());
    let [boxed, forward, forward_batch] = ["boxed", "forward", "forward_batch"].map(|method| Ident::new(method, at));
    let (inputs, outputs) = (program.input.values().in_type(), program.output.values().in_type());
    let only = bound.as_ref().map(|bound| quote!(where #bound));
    let (one, heads) = (self::forward(program, &forward, [&inputs, &outputs], only.as_ref()), heads(program));
    let initialise = quote_spanned!(at=> __rt::Network::initialise(&mut *network, seed););
    let batch = quote_spanned! {at=>
        (
            &self,
            inputs: &__rt::Matrix<#scalar, __rt::Const<#inputs>, __Samples, __Inputs>,
            outputs: &mut __rt::Matrix<#scalar, __rt::Const<#outputs>, __Samples, __Outputs>,
            memory: &mut __rt::Inference<Self>,
        )
    };
    quote! {
        impl #plain #name #used {
            __rt::with_alloc! {
                /// The network on the heap, its parameters set as declared, all from one seed.
                #[must_use]
                pub fn #boxed(seed: u64) -> __rt::Box<Self> #only {
                    let mut network = <Self as __rt::Block<#scalar>>::zeroed();
                    #initialise
                    network
                }

                /// Inference for the columns of a matrix, in memory that was allocated once.
                ///
                /// # Errors
                ///
                /// When the matrices have different numbers of columns.
                pub fn #forward_batch<__Samples, __Inputs, __Outputs> #batch -> __rt::Result<()>
                where
                    #bound
                    __Samples: __rt::Dim,
                    __Inputs: __rt::Columns<#scalar, #inputs, __Samples>,
                    __Outputs: __rt::ColumnsMut<#scalar, #outputs, __Samples>,
                {
                    memory.forward_batch(self, inputs, outputs)
                }
            }

            #one
        }
        #heads
    }
}

/// `fn forward`: the vector of outputs, or the struct of heads.
fn forward(
    program: &Program,
    name: &Ident,
    [inputs, outputs]: [&TokenStream; 2],
    bound: Option<&TokenStream>,
) -> TokenStream {
    let Generics { used, scalar, .. } = Generics::of(&program.header);
    let output = quote!(__rt::one_sample::<Self, #scalar, #inputs, #outputs>(self, input.as_slice()));
    let (ty, value) = if program.heads.is_empty() {
        (quote!(__rt::SVector<#scalar, #outputs>), output)
    } else {
        let heads = output_name(&program.header);
        (quote!(#heads #used), quote!(<#heads #used as ::core::convert::From<_>>::from(&#output)))
    };
    let arguments = quote_spanned!(name.span()=> (&self, input: &__rt::SVector<#scalar, #inputs>));
    quote! {
        /// Inference for one sample.
        #[must_use]
        pub fn #name #arguments -> #ty #bound {
            #value
        }
    }
}

/// How the outputs of one sample fall into heads.
fn heads(program: &Program) -> Option<TokenStream> {
    let Generics { declared, used, scalar, .. } = Generics::of(&program.header);
    let (name, output, all) = (&program.header.name, output_name(&program.header), program.output.values().in_type());
    let sizes: Vec<_> = program.heads.iter().map(|(_, shape)| shape.values()).collect();
    let (mut end, values) = (Size::default(), own("values"));
    let fields = program.heads.iter().map(|(head, shape)| {
        let start = end.clone();
        end = start.plus(&shape.values());
        quote!(#head: __rt::SVector::from_column_slice(&#values.as_slice()[#start..#end]),)
    });
    let fields: Vec<_> = fields.collect();
    let heads = Literal::usize_unsuffixed(sizes.len());
    (!program.heads.is_empty()).then(|| {
        quote! {
            impl #declared #name #used {
                /// Values of each head, which `MultiTask` asks for.
                pub const HEADS: [usize; #heads] = [#(#sizes),*];
            }
            #[automatically_derived]
            impl #declared ::core::convert::From<&__rt::SVector<#scalar, #all>> for #output #used {
                fn from(#values: &__rt::SVector<#scalar, #all>) -> Self {
                    Self { #(#fields)* }
                }
            }
        }
    })
}
