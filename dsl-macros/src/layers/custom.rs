//! `layer(Type, config = .., init = ..)`: a layer of the user's, which the macro knows nothing of but its type.
//!
//! What it does not know stands in constants of the type: they become part of the expressions that the compiler
//! computes, and of the equalities that it checks.

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote};

use super::arguments::Arguments;
use super::{Chosen, Emitted, Family, Layer, Place, Reads, initialiser};
use crate::diag::{Fault, message};
use crate::ir::{Name, Obligation, Shape, Size};

struct Custom {
    ty: TokenStream,
    scalar: TokenStream,
    /// Both without the struct's parameters: only of such types can stable Rust choose.
    instance: [TokenStream; 2],
    /// Only a use of the struct tells its constants.
    generic: bool,
    config: Option<TokenStream>,
    init: Option<Chosen>,
}

pub(super) fn parse(arguments: &mut Arguments<'_>) -> Option<Box<dyn Layer>> {
    let ty = arguments.ty("the type of a layer", "layer(Scale<8>)");
    let config = arguments.named_expression("config").map(|config| config.expression());
    let init = initialiser::parse(arguments);
    let ty = ty?;
    let (scalar, generic) = (arguments.scalar(), arguments.is_generic(&ty));
    let instance = [&ty, &scalar].map(|tokens| arguments.mentions.instance(tokens.clone()));
    Some(Box::new(Custom { ty, scalar, instance, generic, config, init }))
}

impl Custom {
    /// The type, or a stand-in where it is no layer: that is told once, by the first of the obligations.
    fn checked(&self) -> TokenStream {
        let Self { ty, instance: [ty_instance, scalar], .. } = self;
        let is_layer = quote!({ use __rt::Neither as _; __rt::Probe::<#ty_instance, #scalar>::IS_LAYER });
        quote!(<__rt::Choice<#is_layer> as __rt::Choose<#ty>>::Chosen)
    }

    /// An associated constant, under the name that people shall read.
    fn constant(&self, of: &str, name: &str, shown: &str) -> Size {
        let (ty, scalar) = (self.checked(), &self.scalar);
        let (of, name) = (format_ident!("{of}"), format_ident!("{name}"));
        let tokens = quote!(<#ty as __rt::#of<#scalar>>::#name);
        Size::constant(tokens, format!("{}::{shown}", self.describe()), self.generic)
    }

    /// `SIZES.inputs(given)` or `SIZES.outputs(given)`
    fn size(&self, side: &str, given: &Size) -> Size {
        let (ty, scalar, side) = (self.checked(), &self.scalar, format_ident!("{side}"));
        let tokens = quote!(<#ty as __rt::CustomLayer<#scalar>>::SIZES.#side(#given));
        Size::constant(tokens, self.describe(), self.generic || given.is_generic())
    }
}

impl Layer for Custom {
    /// The type as one writes it: tokens know no spaces.
    fn describe(&self) -> String {
        let mut text = String::new();
        for word in self.ty.to_string().split_whitespace() {
            let wide = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
            if wide(text.chars().last()) && wide(word.chars().next()) || text.ends_with(',') {
                text.push(' ');
            }
            text.push_str(word);
        }
        text
    }

    fn infer(&self, input: &Shape, _: &str) -> Result<Shape, Fault> {
        Ok(input.clone())
    }

    fn trusts_assertion(&self) -> bool {
        true
    }

    fn obligations(&self, name: &Name, input: &Shape, output: &Shape, asserted: bool) -> Vec<Obligation> {
        let ty = self.describe();
        let first = self.ty.clone().into_iter().next();
        let span = first.map_or_else(Span::call_site, |tree| tree.span());
        let (inputs, outputs) = (input.values(), output.values());
        let gives = if asserted {
            message!(E40, "`{name}` is asserted to give {output}, but `{ty}` gives another number of values")
                .help("write behind `->` a shape that holds as many values")
        } else {
            message!(
                E40,
                "`{name}` gets {input}, and the same is expected of it, but `{ty}` gives another number of values"
            )
            .help("write behind it what it gives, `-> [..]`")
        };
        let (written, path, scalar) = (&self.ty, self.checked(), &self.scalar);
        let named = Size::constant(quote!(__rt::named_values::<#scalar, #path>()), ty.clone(), self.generic);
        let is_layer = quote!(let () = <#written as __rt::OwnLayer<#scalar>>::FITS;);
        let takes = message!(E40, "`{name}` gets {input}, but `{ty}` takes another number of values")
            .help("let the layer in front of it give as many, or choose a type that takes them");
        let listed =
            message!(E41, "`{name}`: what `{ty}` lists in `TENSORS` are not its parameters, all in their order")
                .help("list each field there: `TensorInfo::new(\"weight\", &[4], Role::Weight)`");
        vec![
            Obligation { check: is_layer, late: self.generic, span },
            Obligation::same(&self.size("inputs", &inputs), &inputs, &takes, span),
            Obligation::same(&self.size("outputs", &inputs), &outputs, &gives, span),
            Obligation::same(&named, &self.constant("Block", "LEN", "PARAMETERS"), &listed, span),
        ]
    }

    fn emit(&self, _: &Place<'_>) -> Emitted {
        Emitted { ty: self.checked(), config: self.config.clone().unwrap_or_else(|| quote!(__rt::by_default())) }
    }

    fn parameters(&self, _: &Shape, _: &Shape) -> Option<Size> {
        Some(self.constant("Block", "LEN", "PARAMETERS"))
    }

    fn initialiser(&self, next: Family) -> TokenStream {
        initialiser::or_by_activation(self.init.as_ref(), next)
    }

    fn reads(&self) -> Reads {
        Reads { x: true, y: true }
    }

    fn flops(&self, _: &Shape, _: &Shape) -> Size {
        self.constant("CustomLayer", "FLOPS", "FLOPS")
    }

    fn scratch(&self, _: &Shape, _: &Shape) -> Size {
        self.constant("CustomLayer", "SCRATCH", "SCRATCH")
    }
}
