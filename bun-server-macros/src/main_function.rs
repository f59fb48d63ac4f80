use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{Item, ItemFn, ReturnType, parse_quote};

use crate::driver::head;
use crate::errors::ErrorSink;
use crate::keys::Keys;
use crate::paths::Paths;

const SHAPE: &str = "write `async fn main() -> AppResult`";

pub(crate) fn expand(arguments: TokenStream, item: TokenStream, errors: &mut ErrorSink) -> TokenStream {
    let mut keys = Keys::parse(arguments, &["crate"], errors);
    let renamed = keys.take_crate(errors);
    keys.finish(errors);
    let paths = Paths::new(renamed.as_ref());
    let function = match syn::parse2::<Item>(item.clone()) {
        Ok(Item::Fn(function)) => function,
        Ok(other) => {
            errors.at(
                &head(&other),
                format!("`#[bun_server::main]` stands on a function: {SHAPE}"),
            );
            return item;
        }
        Err(error) => {
            errors.add(error);
            return item;
        }
    };
    let signature = &function.sig;
    if signature.asyncness.is_none() {
        errors.at(&signature.fn_token, SHAPE);
    }
    if !signature.inputs.is_empty() {
        errors.at(&signature.inputs, format!("`main` takes no arguments: {SHAPE}"));
    }
    if !signature.generics.params.is_empty() {
        errors.at(&signature.generics, format!("`main` has no parameters: {SHAPE}"));
    }
    if errors.is_empty() {
        main(&function, &paths)
    } else {
        broken(function, &paths)
    }
}

fn main(function: &ItemFn, paths: &Paths) -> TokenStream {
    let ItemFn {
        attrs, vis, sig, block, ..
    } = function;
    let output = match &sig.output {
        ReturnType::Default => quote!(()),
        ReturnType::Type(_, ty) => quote!(#ty),
    };
    let mut plain = sig.clone();
    plain.asyncness = None;
    plain.output = parse_quote!(-> #paths::std::process::ExitCode);
    let run = quote_spanned!(output.span()=> #paths::run_main::<#output>);
    quote! {
        #(#attrs)* #vis #plain {
            #run(
                #paths::core::option_env!("CARGO_PKG_VERSION"),
                #paths::std::boxed::Box::pin(async move #block),
            )
        }
    }
}

/// A `main` that nothing else complains about, and the user's function beside it.
fn broken(mut function: ItemFn, paths: &Paths) -> TokenStream {
    let name = function.sig.ident;
    function.sig.ident = format_ident!("__bun_{name}");
    quote! {
        fn #name() -> #paths::std::process::ExitCode { #paths::std::process::ExitCode::SUCCESS }
        #[allow(unused, clippy::all, reason = "one error is enough")]
        #function
    }
}
