//! What a faulty declaration still gives: the struct with its methods, so that the rest of the file stays green.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use crate::syntax::Declaration;

pub(crate) fn fallback(declaration: &Declaration) -> TokenStream {
    let Declaration { visibility, name, generics, .. } = declaration;
    let (scalar, sizes) = (generics.scalar.iter(), &generics.sizes);
    let declared: Vec<_> =
        scalar.map(|scalar| quote!(#scalar)).chain(sizes.iter().map(|size| quote!(const #size: usize))).collect();
    let used: Vec<_> = generics.scalar.iter().chain(sizes).collect();
    let scalar = generics.scalar.as_ref().map_or(quote!(f32), |scalar| quote!(#scalar));
    let gradients = format_ident!("{name}Gradients");
    let fields = declaration.layers.iter().filter_map(|item| item.name.as_ref());
    let fields: Vec<_> = fields.collect();
    let marker = generics.scalar.as_ref().map(|scalar| quote!(marker: ::core::marker::PhantomData<#scalar>,));
    let _ = (&gradients, &fields);
    quote! {
        #visibility struct #name <#(#declared),*> { #marker }

        const _: () = {
            impl<#(#declared),*> #name <#(#used),*> {
                pub fn boxed(_: u64) -> ::shapewise::__private::Box<Self> {
                    ::core::unreachable!()
                }
                pub fn forward<X, Y>(&self, _: X) -> Y {
                    ::core::unreachable!()
                }
            }
            type Scalar = #scalar;
        };
    }
}
