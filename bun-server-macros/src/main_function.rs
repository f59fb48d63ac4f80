use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{ItemFn, ReturnType, parse_quote};

use crate::errors::ErrorSink;
use crate::keys::Keys;
use crate::paths::Paths;

pub(crate) fn expand(arguments: TokenStream, item: TokenStream, errors: &mut ErrorSink) -> TokenStream {
    let mut keys = Keys::parse(arguments, &["crate"], errors);
    let renamed = keys.take_crate(errors);
    keys.finish(errors);
    let paths = Paths::new(renamed.as_ref());
    let mut function = match syn::parse2::<ItemFn>(item.clone()) {
        Ok(function) => function,
        Err(error) => {
            errors.add(error);
            return item;
        }
    };
    if function.sig.asyncness.take().is_none() {
        errors.at(&function.sig.fn_token, "write `async fn main() -> AppResult`");
    }
    if !function.sig.inputs.is_empty() {
        errors.at(&function.sig.inputs, "`main` takes no arguments");
    }
    let ItemFn {
        attrs, vis, sig, block, ..
    } = &function;
    let output = match &sig.output {
        ReturnType::Default => quote!(()),
        ReturnType::Type(_, ty) => quote!(#ty),
    };
    let mut plain = sig.clone();
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
