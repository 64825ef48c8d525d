//! `#[derive(Parameters)]`: a struct of arrays is seen as one slice of scalars.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{
    ConstParam, Data, DeriveInput, Fields, GenericArgument, GenericParam, Generics, Index, Member, PathArguments, Type,
};

use crate::diag::message;
use crate::syntax::runtime_path;
use crate::tokens::replace;

/// `impl Block`, which lists the fields as they are; with a fault, the fault.
pub(crate) fn parameters(input: TokenStream) -> TokenStream {
    syn::parse2(input).and_then(expand).unwrap_or_else(|fault| fault.to_compile_error())
}

fn expand(mut input: DeriveInput) -> syn::Result<TokenStream> {
    let name = &input.ident;
    let Data::Struct(data) = &input.data else {
        let fault = message!(E44, "parameters are the fields of a struct");
        return Err(fault.help("a layer without parameters is `struct Name;`").on(name));
    };
    let runtime = runtime(&input)?;
    let parameter = scalar_parameter(&input)?;
    if !data.fields.is_empty() && !is_c(&input)? {
        let fault = message!(E45, "parameters must lie in memory in the order of their fields");
        return Err(fault.help(format!("put `#[repr(C)]` in front of `struct {name}`")).on(name));
    }
    let (scalar, bound) = match &parameter {
        Some(parameter) => (parameter.to_token_stream(), None),
        // Without values it suits every scalar.
        None if data.fields.is_empty() => (quote!(__Scalar), Some(syn::parse_quote!(__Scalar))),
        None => {
            let Some(scalar) = data.fields.iter().find_map(|field| scalar_of(&field.ty)) else {
                let fault = message!(E46, "no field of `{name}` tells which scalar its parameters are");
                return Err(fault.help(format!("write `f32` or an array of it, or `struct {name}<T>`")).on(name));
            };
            (scalar.to_token_stream(), None)
        }
    };
    let (mut entries, mut lengths, mut checks) = (Vec::new(), Vec::new(), TokenStream::new());
    for (member, ty) in members(&data.fields) {
        let [entry, length, check] = field([&runtime, &scalar], &input.generics, &member, ty);
        entries.push(entry);
        lengths.push(length);
        checks.extend(check);
    }
    let len = if lengths.is_empty() { quote!(0) } else { quote!(#(#lengths)+*) };
    let used = input.generics.split_for_impl().1.to_token_stream();
    if parameter.is_some() || bound.is_some() {
        input.generics.make_where_clause().predicates.push(syn::parse_quote!(#scalar: 'static));
    }
    input.generics.params.extend::<Option<GenericParam>>(bound);
    let (declared, _, conditions) = input.generics.split_for_impl();
    Ok(quote! {
        #[automatically_derived]
        impl #declared #runtime::Block<#scalar> for #name #used #conditions {
            const FIELDS: &'static [#runtime::__private::Field<#scalar>] = { #checks &[#(#entries),*] };
            const LEN: usize = #len;
        }
    })
}

/// The entry of a field, its number of values, and what the compiler checks of it.
fn field([runtime, scalar]: [&TokenStream; 2], generics: &Generics, member: &Member, ty: &Type) -> [TokenStream; 3] {
    let field = quote!(#runtime::__private::Field::<#scalar>);
    let offset = quote!(#runtime::__private::offset_of!(Self, #member));
    if ty.to_token_stream().to_string() == scalar.to_string() {
        return [quote!(#field::scalar(#offset)), quote!(1), TokenStream::new()];
    }
    // The compiler complains at the type where it is nothing that parameters are made of; the stand-in has no fault.
    let own = quote_spanned!(ty.span()=> <#ty as #runtime::__private::OwnBlock<#scalar>>::FITS);
    let block = match [ty.to_token_stream(), scalar.clone()].map(|tokens| instance(generics, runtime, tokens)) {
        [Some(ty_instance), Some(scalar)] => {
            let probe = quote!(#runtime::__private::Probe::<#ty_instance, #scalar>);
            let is_block = quote!({ use #runtime::__private::Neither as _; #probe::IS_BLOCK });
            quote!(<#runtime::__private::Choice<#is_block> as #runtime::__private::Choose<#ty>>::Chosen)
        }
        _ => ty.to_token_stream(),
    };
    let len = quote!(<#block as #runtime::Block<#scalar>>::LEN);
    [quote!(#field::new::<#block>(#offset)), len, quote!(let () = #own;)]
}

/// Tokens with one scalar and one size in place of the struct's parameters: stable Rust chooses no type by what depends on them.
/// `None` where the scalar is bounded, since that one might not be it.
fn instance(generics: &Generics, runtime: &TokenStream, tokens: TokenStream) -> Option<TokenStream> {
    let is_bounded = generics.type_params().any(|scalar| !scalar.bounds.is_empty()) || generics.where_clause.is_some();
    let is_size = |size: &ConstParam| matches!(&size.ty, Type::Path(ty) if ty.path.is_ident("usize"));
    let simple = !is_bounded && generics.const_params().all(is_size);
    simple.then(|| {
        replace(tokens, &|word| {
            let scalar = generics.type_params().any(|scalar| scalar.ident == *word);
            let size = generics.const_params().any(|size| size.ident == *word);
            if scalar { Some(quote!(#runtime::Exact<f64>)) } else { size.then(|| quote!(1)) }
        })
    })
}

fn members(fields: &Fields) -> impl Iterator<Item = (Member, &Type)> {
    fields.iter().enumerate().map(|(index, field)| {
        let member = field.ident.clone().map_or_else(|| Member::Unnamed(Index::from(index)), Member::Named);
        (member, bare(&field.ty))
    })
}

/// What a `$t:ty` of a user's macro stands for, which is in invisible delimiters.
fn bare(ty: &Type) -> &Type {
    if let Type::Group(group) = ty { bare(&group.elem) } else { ty }
}

/// The path of `#[shapewise(crate = path)]`.
fn runtime(input: &DeriveInput) -> syn::Result<TokenStream> {
    let own = input.attrs.iter().find(|attribute| attribute.path().is_ident("shapewise"));
    own.map_or(Ok(quote!(::shapewise)), |own| {
        runtime_path(own).map_err(|at| {
            let fault = message!(E34, "the attribute `shapewise` names the crate");
            syn::Error::new(at, fault.help("#[shapewise(crate = other_name)]"))
        })
    })
}

/// The one type parameter, which is the scalar.
fn scalar_parameter(input: &DeriveInput) -> syn::Result<Option<&Ident>> {
    let mut scalar = None;
    for parameter in &input.generics.params {
        match parameter {
            GenericParam::Type(ty) => {
                if let Some(first) = scalar.replace(&ty.ident) {
                    let fault = message!(E46, "parameters have one scalar type, and that is `{first}`");
                    return Err(fault.help("name other types as they are").on(&ty.ident));
                }
            }
            GenericParam::Lifetime(lifetime) => {
                let fault = message!(E46, "parameters own their values");
                return Err(fault.help("a struct of parameters has no lifetime").on(lifetime));
            }
            GenericParam::Const(_) => {}
        }
    }
    Ok(scalar)
}

/// Whether it is `repr(C)`, and nothing else that would change its memory.
fn is_c(input: &DeriveInput) -> syn::Result<bool> {
    let mut found = false;
    for attribute in input.attrs.iter().filter(|attribute| attribute.path().is_ident("repr")) {
        attribute.parse_nested_meta(|meta| {
            found |= meta.path.is_ident("C");
            if meta.path.is_ident("C") {
                Ok(())
            } else {
                Err(message!(E45, "parameters are `#[repr(C)]` and nothing else").help("#[repr(C)]").on(&meta.path))
            }
        })?;
    }
    Ok(found)
}

/// `T` of `SVector<T, N>` or `[T; N]`, `f32` or `f64`; a layer without arguments does not tell.
fn scalar_of(ty: &Type) -> Option<&Type> {
    match bare(ty) {
        Type::Array(array) => Some(bare(&array.elem)),
        scalar @ Type::Path(path) if path.path.is_ident("f32") || path.path.is_ident("f64") => Some(scalar),
        Type::Path(path) => {
            let PathArguments::AngleBracketed(arguments) = &path.path.segments.last()?.arguments else { return None };
            arguments.args.iter().find_map(|argument| match argument {
                GenericArgument::Type(inner) => Some(bare(inner)),
                _ => None,
            })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::str::FromStr;

    use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
    use quote::quote;

    fn derived(fields: &str) -> String {
        let source = format!("#[repr(C)] struct Outer {{ {fields} }}");
        super::parameters(TokenStream::from_str(&source).expect("tokens")).to_string()
    }

    #[test]
    fn the_first_field_that_tells_names_the_scalar() {
        for (fields, scalar) in [
            ("a: Inner, gain: f32", "f32"),
            ("a: Inner, b: [f64; 2]", "f64"),
            ("a: Inner, b: my::Layer<f64, 3>, c: f32", "f64"),
        ] {
            let derived = derived(fields);
            assert!(derived.contains(&format!("Block < {scalar} > for Outer")), "{derived}");
        }
        let fault = derived("a: Inner, b: Inner");
        assert!(fault.contains("no field of `Outer` tells which scalar its parameters are"), "{fault}");
    }

    #[test]
    fn a_type_in_invisible_delimiters() {
        for ty in [quote!(f32), quote!([f32; 2]), quote!(SVector<f32, 2>)] {
            let ty = TokenTree::Group(Group::new(Delimiter::None, ty));
            let derived = super::parameters(quote!(#[repr(C)] struct Outer { gain: #ty })).to_string();
            assert!(derived.contains("Block < f32 > for Outer"), "{derived}");
        }
    }
}
