//! What a faulty declaration still gives: the struct with its methods and traits, so that the rest of the file
//! stays green. None of it runs, since nothing compiles.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{format_ident, quote};

use super::{Generics, model};
use crate::diag::Errors;
use crate::ir::{Graph, Header, Node, Shape};
use crate::layers::Place;
use crate::syntax::{Declaration, Item, Sizes};

/// Layers whose shapes are known in `graph` have their types, so that what others write of their fields stays right; a
/// [stub] has none.
pub(crate) fn fallback(declaration: &Declaration, graph: Option<&Graph>) -> TokenStream {
    let header = Header::of(declaration);
    let Header { attributes, runtime, visibility, name, .. } = &header;
    let Generics { plain, declared, used, scalar, .. } = Generics::of(&header);
    // A stub's module does not see the constants of a function that it stands in.
    let is_seen = |sizes: &&Sizes| graph.is_some() || sizes.is_literal();
    let vector = |sizes: Option<&Sizes>| vector(declaration, sizes.filter(is_seen));
    let (input, mut output) = (vector(declaration.input.as_ref()), vector(declaration.output.as_ref()));
    let fields = fields(&header, &once(names(&declaration.layers)), graph);
    let heads = (!declaration.heads.is_empty()).then(|| {
        let (own, names) =
            (super::output_name(&header), once(declaration.heads.iter().map(|head| &head.name).collect()));
        output = quote!(#own #used);
        let types = names.iter().map(|name| {
            let sizes = declaration.heads.iter().find(|head| head.name == **name).map(|head| &head.sizes);
            model::absolute(runtime, &vector(sizes))
        });
        quote! {
            #visibility struct #own #plain { #(pub #names: #types,)* __scalar: ::core::marker::PhantomData<#scalar> }
        }
    });
    quote! {
        #heads
        #attributes
        #visibility struct #name #plain { #fields __scalar: ::core::marker::PhantomData<#scalar> }

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
                    pub fn forward_batch<__X, __Y>(
                        &self, _: &__X, _: &mut __Y, _: &mut __rt::Inference<Self>,
                    ) -> __rt::Result<()> {
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
    declaration.runtime = from_inside(declaration.runtime);
    let fallback = fallback(&declaration, None);
    quote! {
        #[doc(hidden)]
        #[allow(clippy::all, clippy::pedantic, dead_code, non_snake_case, missing_docs, missing_debug_implementations, reason = "nobody uses it but in case of an error")]
        mod #module { #fallback }
        #[allow(unused_imports, unreachable_pub, reason = "the true names hide it")]
        #visibility use #module::*;
    }
}

/// A path as a module inside of this one writes it.
fn from_inside(path: TokenStream) -> TokenStream {
    let mut trees = path.into_iter();
    let first: TokenStream = match trees.next() {
        Some(TokenTree::Ident(word)) if word == "self" => quote!(super),
        Some(TokenTree::Ident(word)) if word == "super" => quote!(super::super),
        other => other.into_iter().collect(),
    };
    first.into_iter().chain(trees).collect()
}

/// The named fields, then those of layers without a name.
fn fields(header: &Header, names: &[&Ident], graph: Option<&Graph>) -> TokenStream {
    let (runtime, Generics { scalar, .. }) = (&header.runtime, Generics::of(header));
    let nodes: Vec<(&Ident, TokenStream)> = graph.map_or_else(Vec::new, |graph| known(graph, &scalar));
    let find = |name: &Ident| nodes.iter().find(|(known, _)| *known == name).map(|(_, ty)| ty.clone());
    // Most layers have a weight and a bias.
    let some = quote!(__rt::layers::Dense<#scalar, 1, 1>);
    let named: Vec<_> = names.iter().map(|name| (*name, find(name).unwrap_or_else(|| some.clone()))).collect();
    let unnamed = nodes.iter().filter(|(name, _)| !names.contains(name)).cloned();
    let fields = named.into_iter().chain(unnamed).map(|(name, ty)| {
        let ty = model::absolute(runtime, &ty);
        quote!(pub #name: #ty,)
    });
    fields.collect()
}

/// The layers with parameters whose input and output are known, and their types in the runtime.
fn known<'a>(graph: &'a Graph, scalar: &TokenStream) -> Vec<(&'a Ident, TokenStream)> {
    let ty = |(index, node): (usize, &'a Node)| {
        let layer = node.layer().filter(|_| !node.name.is_nested())?;
        let (input, output) = (graph.shape(*node.inputs.first()?)?, graph.shape(node.output)?);
        layer.infer(input, "").ok()?;
        layer.parameters(input, output)?;
        let ty = layer.emit(&Place { scalar, input, index }).ty;
        (is_name(node.name.first()) && ty.to_string().contains("__rt")).then_some((node.name.first(), ty))
    };
    graph.nodes.iter().enumerate().filter_map(ty).collect()
}

/// Each name once: that it is no name, or given twice, has been complained about.
fn once(names: Vec<&Ident>) -> Vec<&Ident> {
    let mut fields: Vec<&Ident> = Vec::new();
    for name in names {
        if !fields.contains(&name) && is_name(name) {
            fields.push(name);
        }
    }
    fields
}

fn is_name(name: &Ident) -> bool {
    syn::parse_str::<Ident>(&name.to_string()).is_ok()
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

#[cfg(test)]
mod tests {
    use std::str::FromStr;

    use proc_macro2::TokenStream;
    use quote::ToTokens;

    use crate::expand;

    /// Name, line, column and type of the struct's fields.
    fn fields(source: &str) -> Vec<(String, usize, usize, String)> {
        let tokens = TokenStream::from_str(source).expect("tokens");
        let file: syn::File = syn::parse2(expand::network(&tokens)).expect("items");
        let net = file.items.iter().find_map(|item| match item {
            syn::Item::Struct(item) if item.ident == "Net" => Some(item),
            _ => None,
        });
        let field = |field: &syn::Field| {
            let name = field.ident.as_ref().expect("a name");
            let (start, ty) = (name.span().start(), field.ty.to_token_stream().to_string().replace(' ', ""));
            (name.to_string(), start.line, start.column, ty.replace("::shapewise::__private::layers::", ""))
        };
        net.expect("the struct").fields.iter().map(field).filter(|(name, ..)| name != "__scalar").collect()
    }

    #[test]
    fn fields_have_their_types_and_places() {
        let right = fields("struct Net: [4] -> [2] {\n  fc: dense(8), relu,\n  dense(2) }");
        let field = |name: &str, line, column, ty: &str| (name.to_string(), line, column, ty.to_string());
        assert_eq!(right, [field("fc", 2, 2, "Dense<f32,4,8,8>"), field("dense1", 3, 2, "Dense<f32,8,2,2>")]);
    }

    #[test]
    fn a_fault_leaves_the_fields_in_front_as_they_are() {
        let faulty = fields("struct Net: [4] -> [2] {\n  fc: dense(8), batch_norm, out: den }");
        let field = |name: &str, column, ty: &str| (name.to_string(), 2, column, ty.to_string());
        let expected = [
            field("fc", 2, "Dense<f32,4,8,8>"),
            field("out", 28, "Dense<f32,1,1>"),
            field("batch_norm1", 16, "BatchNorm<f32,8,1>"),
        ];
        assert_eq!(faulty, expected);
    }

    #[test]
    fn a_fault_in_arguments_leaves_the_names() {
        let faulty = fields(
            "struct Net: [4] -> [2] {
                 a: dense(8, init = ), b: dense(8,,), c: dense(8) -> [8,,], residual(x = ) { d: dense(2) }
             }",
        );
        assert_eq!(faulty.iter().map(|(name, ..)| name.as_str()).collect::<Vec<_>>(), ["a", "b", "c", "d"]);
    }

    #[test]
    fn names_that_are_none_are_no_fields() {
        let faulty = fields("struct Net: [4] -> [2] { self: dense(8), fn: dense(8), scalar: dense(2) }");
        assert_eq!(faulty.iter().map(|(name, ..)| name.as_str()).collect::<Vec<_>>(), ["scalar"]);
    }
}
