//! `activation(function, slope = derivative)` or `activation(Pointwise)`: a function of the user's, value by value.

use proc_macro2::{TokenStream, TokenTree};
use quote::quote;

use super::arguments::Arguments;
use super::{Emitted, Layer, Place, Reads};
use crate::diag::{Fault, message};
use crate::ir::{Shape, Size};
use crate::syntax::Value;

struct Function {
    /// The runtime's `Function`.
    value: TokenStream,
    scalar: TokenStream,
    /// The slope may be told from the output.
    reads_y: bool,
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
    let value = function.expression();
    let (scalar, reads_y) = (arguments.scalar(), slope.is_none());
    let value = match slope {
        Some(slope) => quote!(__rt::layers::Functions::new::<#scalar>(#value, #slope)),
        None if is_function(&function) => {
            arguments.error(&function, message!(E09, "`activation` needs the slope of its function").help(EXAMPLE));
            return None;
        }
        None => value,
    };
    Some(Box::new(Function { value, scalar, reads_y }))
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

    fn emit(&self, _: &Place<'_>) -> Emitted {
        let Self { value, scalar, .. } = self;
        Emitted { ty: quote!(__rt::layers::Map::new::<#scalar>(#value)), config: quote!(()) }
    }

    fn reads(&self) -> Reads {
        Reads { x: true, y: self.reads_y }
    }

    fn flops(&self, input: &Shape, _: &Shape) -> Size {
        input.values()
    }
}
