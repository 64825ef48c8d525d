//! `#[derive(Parameters)]`: a struct of arrays is seen as one slice of scalars.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Data, DeriveInput, Fields, GenericArgument, GenericParam, Index, Member, PathArguments, Type};

use crate::syntax::runtime_path;

/// `impl Block`, which lists the fields as they are; with a fault, the fault.
pub(crate) fn parameters(input: TokenStream) -> TokenStream {
    syn::parse2(input).and_then(expand).unwrap_or_else(|fault| fault.to_compile_error())
}

fn expand(mut input: DeriveInput) -> syn::Result<TokenStream> {
    let name = &input.ident;
    let Data::Struct(data) = &input.data else {
        return Err(fault(
            name,
            "parameters are the fields of a struct",
            "a layer without parameters is `struct Name;`",
        ));
    };
    let runtime = runtime(&input)?;
    let parameter = scalar_parameter(&input)?;
    if !data.fields.is_empty() && !is_c(&input)? {
        let help = format!("put `#[repr(C)]` in front of `struct {name}`");
        return Err(fault(name, "parameters must lie in memory in the order of their fields", &help));
    }
    let (scalar, bound) = match (&parameter, data.fields.iter().next()) {
        (Some(parameter), _) => (parameter.to_token_stream(), None),
        (None, Some(first)) => (scalar_of(&first.ty).to_token_stream(), None),
        // Without values it suits every scalar.
        (None, None) => (quote!(__Scalar), Some(syn::parse_quote!(__Scalar))),
    };
    let (entries, lengths): (Vec<_>, Vec<_>) =
        members(&data.fields).map(|(member, ty)| field(&runtime, &scalar, &member, ty)).unzip();
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
            const FIELDS: &'static [#runtime::__private::Field<#scalar>] = &[#(#entries),*];
            const LEN: usize = #len;
        }
    })
}

/// The entry of a field, and its number of values.
fn field(runtime: &TokenStream, scalar: &TokenStream, member: &Member, ty: &Type) -> (TokenStream, TokenStream) {
    let offset = quote!(#runtime::__private::offset_of!(Self, #member));
    if ty.to_token_stream().to_string() == scalar.to_string() {
        return (quote!(#runtime::__private::Field::<#scalar>::scalar(#offset)), quote!(1));
    }
    // The compiler complains at the type where it is nothing that parameters are made of.
    let new = quote_spanned!(ty.span()=> new::<#ty>);
    (quote!(#runtime::__private::Field::<#scalar>::#new(#offset)), quote!(<#ty as #runtime::Block<#scalar>>::LEN))
}

fn members(fields: &Fields) -> impl Iterator<Item = (Member, &Type)> {
    fields.iter().enumerate().map(|(index, field)| {
        let member = field.ident.clone().map_or_else(|| Member::Unnamed(Index::from(index)), Member::Named);
        (member, &field.ty)
    })
}

/// The path of `#[shapewise(crate = path)]`.
fn runtime(input: &DeriveInput) -> syn::Result<TokenStream> {
    let own = input.attrs.iter().find(|attribute| attribute.path().is_ident("shapewise"));
    own.map_or(Ok(quote!(::shapewise)), |own| {
        runtime_path(own).map_err(|at| {
            syn::Error::new(at, "the attribute `shapewise` names the crate\n  = help: #[shapewise(crate = other_name)]")
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
                    let text = format!("parameters have one scalar type, and that is `{first}`");
                    return Err(fault(&ty.ident, &text, "name other types as they are"));
                }
            }
            GenericParam::Lifetime(lifetime) => {
                return Err(fault(lifetime, "parameters own their values", "a struct of parameters has no lifetime"));
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
                Err(fault(&meta.path, "parameters are `#[repr(C)]` and nothing else", "#[repr(C)]"))
            }
        })?;
    }
    Ok(found)
}

/// `T` of `SVector<T, N>`, `[T; N]` or `T`.
fn scalar_of(ty: &Type) -> &Type {
    match ty {
        Type::Array(array) => &array.elem,
        Type::Path(path) => {
            let arguments = path.path.segments.last().map(|segment| &segment.arguments);
            let Some(PathArguments::AngleBracketed(arguments)) = arguments else { return ty };
            let first = arguments.args.iter().find_map(|argument| match argument {
                GenericArgument::Type(inner) => Some(inner),
                _ => None,
            });
            first.unwrap_or(ty)
        }
        _ => ty,
    }
}

fn fault(at: &impl ToTokens, text: &str, help: &str) -> syn::Error {
    syn::Error::new_spanned(at, format!("{text}\n  = help: {help}"))
}
