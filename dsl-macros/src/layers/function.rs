//! `activation(function, slope = derivative)` or `activation(Pointwise)`: a function of the user's, value by value.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{format_ident, quote, quote_spanned};

use super::arguments::Arguments;
use super::{Emitted, Layer, Place, Reads};
use crate::diag::{Fault, message};
use crate::ir::{Shape, Size};
use crate::syntax::Value;

/// What the author wrote stands in an item of its own, whose result the compiler need not look behind, so that what it
/// has to say of it is said once.
struct Function {
    /// A `Pointwise`, or a function that has a slope.
    value: Value,
    slope: Option<Value>,
    scalar: TokenStream,
    /// The parameters of the items, declared and used.
    generics: [TokenStream; 2],
}

pub(super) fn parse(arguments: &mut Arguments<'_>) -> Option<Box<dyn Layer>> {
    const EXAMPLE: &str = "activation(|x| x * x, slope = |x| 2.0 * x)";
    let function = arguments.expression("function");
    let slope = arguments.named_expression("slope");
    let Some(function) = function else {
        arguments.missing("a function", EXAMPLE);
        return None;
    };
    let word = function.joined().trim_matches('"').to_string();
    if slope.is_none() && super::words().any(|known| known == word) {
        let fault = message!(E09, "`{word}` is a layer of its own, and no function");
        arguments.error(&function, fault.help(format!("write `{word}`")));
        return None;
    }
    if slope.is_none() && is_function(&function) {
        arguments.error(&function, message!(E09, "`activation` needs the slope of its function").help(EXAMPLE));
        return None;
    }
    let (scalar, generics) = (arguments.scalar(), arguments.mentions.generics());
    Some(Box::new(Function { value: function, slope, scalar, generics }))
}

impl Function {
    /// An item that gives `value`, of which callers see the `bound` alone, which stands at the span that it gets.
    fn item(&self, name: &Ident, value: &Value, bound: impl Fn(Span) -> TokenStream) -> TokenStream {
        let ([declared, _], Value(tokens), expression) = (&self.generics, value, value.expression());
        // The compiler complains at the result's type: from the first token of the value to its last.
        let mut trees = tokens.clone().into_iter();
        let first = trees.next().map_or_else(Span::call_site, |tree| tree.span());
        let last = trees.last().map_or(first, |tree| tree.span());
        let (open, bound) = (quote_spanned!(first=> impl), bound(last));
        quote! {
            #[inline(always)]
            fn #name #declared() -> #open #bound { #expression }
        }
    }
}

fn names(index: usize) -> [Ident; 2] {
    [format_ident!("__value{index}"), format_ident!("__slope{index}")]
}

/// A closure, or a path that ends as functions are called.
fn is_function(value: &Value) -> bool {
    let trees: Vec<TokenTree> = value.0.clone().into_iter().collect();
    match (trees.first(), trees.last()) {
        (Some(TokenTree::Punct(bar)), _) if bar.as_char() == '|' => true,
        (Some(TokenTree::Ident(word)), _) if word == "move" => true,
        (_, Some(TokenTree::Ident(name))) => !name.to_string().starts_with(char::is_uppercase),
        _ => false,
    }
}

impl Layer for Function {
    fn describe(&self) -> String {
        "activation".into()
    }

    fn infer(&self, input: &Shape, _: &str) -> Result<Shape, Fault> {
        Ok(input.clone())
    }

    fn emit(&self, at: &Place<'_>) -> Emitted {
        let (Self { scalar, generics: [_, used], .. }, [value, slope]) = (self, names(at.index));
        let function = match &self.slope {
            Some(_) => quote!(__rt::layers::Functions::new::<#scalar>(#value #used(), #slope #used())),
            None => quote!(#value #used()),
        };
        Emitted { ty: quote!(__rt::layers::Map(#function)), config: quote!(()) }
    }

    fn items(&self, at: &Place<'_>) -> TokenStream {
        let (scalar, [name, slope_name]) = (&self.scalar, names(at.index));
        let Some(slope) = &self.slope else {
            return self.item(&name, &self.value, |span| quote_spanned!(span=> __rt::OwnFunction<#scalar>));
        };
        let function = |span| quote_spanned!(span=> __rt::Fn(#scalar) -> #scalar + __rt::Copy);
        let items = [self.item(&name, &self.value, function), self.item(&slope_name, slope, function)];
        quote!(#(#items)*)
    }

    fn reads(&self) -> Reads {
        Reads { x: true, y: self.slope.is_none() }
    }

    fn flops(&self, input: &Shape, _: &Shape) -> Size {
        input.values()
    }
}
