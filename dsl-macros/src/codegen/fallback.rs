//! What a faulty declaration still gives: the struct with its methods and traits, so that the rest of the file
//! stays green. None of it runs, since nothing compiles.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::Generics;
use crate::diag::Errors;
use crate::ir::{Header, Shape};
use crate::syntax::{Declaration, Item, Sizes};

pub(crate) fn fallback(declaration: &Declaration) -> TokenStream {
    let header = Header::of(declaration);
    let Header { attributes, runtime, visibility, name, .. } = &header;
    let Generics { plain, declared, used, scalar, .. } = Generics::of(&header);
    let (input, mut output) =
        (vector(declaration, declaration.input.as_ref()), vector(declaration, declaration.output.as_ref()));
    let fields = once(names(&declaration.layers));
    let heads = (!declaration.heads.is_empty()).then(|| {
        let (own, fields) =
            (super::output_name(&header), once(declaration.heads.iter().map(|head| &head.name).collect()));
        output = quote!(#own #used);
        quote!(#visibility struct #own #plain { #(pub #fields: (),)* scalar: ::core::marker::PhantomData<#scalar> })
    });
    quote! {
        #heads
        #attributes
        #visibility struct #name #plain { #(pub #fields: (),)* scalar: ::core::marker::PhantomData<#scalar> }

        const _: () = {
            use #runtime::__private as __rt;

            impl #declared #name #used {
                __rt::with_alloc! {
                    pub fn boxed(_: u64) -> __rt::Box<Self> {
                        __rt::unreachable!()
                    }
                    pub fn fold(&self) -> __rt::Box<Self> {
                        __rt::unreachable!()
                    }
                    pub fn forward_batch<X, Y>(&self, _: &X, _: &mut Y, _: &mut __rt::Inference<Self>) -> __rt::Result<()> {
                        __rt::unreachable!()
                    }
                }
                pub fn forward(&self, _: &#input) -> #output {
                    __rt::unreachable!()
                }
            }
            impl #declared __rt::Block<#scalar> for #name #used {
                const FIELDS: &'static [__rt::Field<#scalar>] = &[];
                const LEN: usize = 0;
            }
            __rt::stub_network!([#declared] #name #used, #scalar);
        };
    }
}

/// The same in a module, for a network whose expansion waits for another's declaration: if there is none, nothing more
/// comes, and if it comes, the names from the module give way to the true ones.
pub(crate) fn stub(mut declaration: Declaration) -> TokenStream {
    let (visibility, module) = (declaration.visibility, format_ident!("__stub_{}", declaration.name));
    declaration.visibility = quote!(pub);
    declaration.attributes = TokenStream::new();
    // A module inside of a function does not see its constants.
    declaration.input = declaration.input.filter(Sizes::is_literal);
    declaration.output = declaration.output.filter(Sizes::is_literal);
    let fallback = fallback(&declaration);
    quote! {
        #[doc(hidden)]
        #[allow(clippy::all, clippy::pedantic, dead_code, non_snake_case, missing_docs, missing_debug_implementations, reason = "nobody uses it but in case of an error")]
        mod #module { #fallback }
        #[allow(unused_imports, unreachable_pub, reason = "the true names hide it")]
        #visibility use #module::*;
    }
}

/// Each name once: that it is no name, or given twice, has been complained about.
fn once(names: Vec<&Ident>) -> Vec<&Ident> {
    let mut fields: Vec<&Ident> = Vec::new();
    for name in names {
        if !fields.contains(&name) && syn::parse_str::<Ident>(&name.to_string()).is_ok() {
            fields.push(name);
        }
    }
    fields
}

/// The names of all items, at any depth.
fn names(items: &[Item]) -> Vec<&Ident> {
    let mut todo: Vec<&Item> = items.iter().rev().collect();
    let mut names = Vec::new();
    while let Some(item) = todo.pop() {
        names.extend(&item.name);
        todo.extend(item.inner());
    }
    names
}

/// The type of a sample, as far as it can be known.
fn vector(declaration: &Declaration, sizes: Option<&Sizes>) -> TokenStream {
    let scalar = declaration.generics.scalar.as_ref().map_or(quote!(f32), |scalar| quote!(#scalar));
    let mut errors = Errors::default();
    let shape = sizes.and_then(|sizes| Shape::parse(sizes, &declaration.generics.sizes, &mut errors));
    errors.forget();
    match shape.map(|shape| shape.values()).filter(|values| !values.is_beyond_types()) {
        Some(values) => {
            let values = values.in_type();
            quote!(__rt::SVector<#scalar, #values>)
        }
        None => quote!(__rt::SVector<#scalar, 1>),
    }
}
