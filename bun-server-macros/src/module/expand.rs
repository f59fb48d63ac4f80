use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::Type;
use syn::spanned::Spanned;

use super::parse::Module;
use crate::definition::{Definition, needs};
use crate::driver::{line, local};
use crate::paths::Paths;
use crate::types::conditions;

pub(super) fn module(module: &Module) -> TokenStream {
    let Module {
        item,
        paths,
        imports,
        providers,
        controllers,
        exports,
        global,
    } = module;
    let name = &item.ident;
    let name_line = line(name.span());
    let (imports_self, add_imports) = imports_of(imports, paths);
    let mut definitions: Vec<TokenStream> = Vec::new();
    let mut listed: Vec<String> = Vec::new();
    for provider in providers {
        let ty = &provider.ty;
        let text = quote!(#ty).to_string();
        if !listed.contains(&text) {
            definitions.push(quote!(<#ty as #paths::Component>::DEFINITION));
            listed.push(text);
        }
        if let Some(bound_to) = &provider.bound_to {
            definitions.push(binding(ty, bound_to, paths));
        }
    }
    for ty in controllers {
        definitions.push(quote!(<#ty as #paths::Component>::DEFINITION));
        definitions.push(quote!(<#ty as #paths::Controller>::HANDLERS));
    }
    let exports = exports.iter().map(|ty| {
        let line = line(ty.span());
        quote!(#paths::Export::of::<#ty>(#line))
    });
    let cfgs = conditions(&item.attrs);
    quote! {
        #item
        #(#cfgs)*
        #[allow(deprecated, reason = "what is generated for an item is no use of it")]
        const _: () = {
            #[automatically_derived]
            impl #paths::Module for #name {
                const DEFINITION: &'static #paths::ModuleDefinition = &#paths::ModuleDefinition {
                    module: #paths::core::any::TypeId::of::<#name>(),
                    name: #paths::core::any::type_name::<#name>,
                    at: #paths::SourceLocation { file: #paths::core::file!(), line: #name_line },
                    providers: &[#(#definitions),*],
                    exports: &[#(#exports),*],
                    global: #global,
                    attachments: &[#(<#controllers as #paths::Controller>::CONTROLLER),*],
                };
                fn imports(#imports_self, __bun_imports: &mut #paths::Imports) { #add_imports }
            }
            #paths::inventory::submit! { #paths::ModuleRegistration(<#name as #paths::Module>::DEFINITION) }
        };
    }
}

/// The item, and a module that nothing else complains about.
pub(super) fn broken(module: &Module) -> TokenStream {
    let Module { item, paths, .. } = module;
    if !item.generics.params.is_empty() {
        return quote!(#item);
    }
    let name = &item.ident;
    let cfgs = conditions(&item.attrs);
    quote! {
        #item
        #(#cfgs)*
        impl #paths::Module for #name {
            const DEFINITION: &'static #paths::ModuleDefinition = #paths::BROKEN_MODULE;
            fn imports(self, _: &mut #paths::Imports) {}
        }
    }
}

fn imports_of(imports: &[syn::Expr], paths: &Paths) -> (TokenStream, TokenStream) {
    let adds = imports.iter().map(|import| {
        let paths = paths.spanned(import.span());
        let list = local("__bun_imports", import);
        quote_spanned!(import.span()=> #paths::Imports::add(#list, #import);)
    });
    (quote!(self), quote!(let _ = &__bun_imports; #(#adds)*))
}

/// `Repo as dyn OrderRepo`: a component of its own that hands the other on.
fn binding(ty: &Type, bound_to: &Type, paths: &Paths) -> TokenStream {
    let line = line(ty.span());
    let label = format!("as {}", quote!(#bound_to));
    let convert = quote_spanned! {bound_to.span()=>
        fn __bun_as_token(__bun_value: #paths::std::sync::Arc<#ty>) -> #paths::std::sync::Arc<#bound_to> { __bun_value }
    };
    let dependency = quote!(#paths::Dependency {
        edge: <#paths::std::sync::Arc<#ty> as #paths::Inject>::EDGE,
        member: #label,
        line: #line,
    });
    let definition = Definition {
        paths,
        component: quote!((#ty, #paths::BoundTo<#bound_to>)),
        name: quote!(#ty),
        line,
        scope: quote!(#paths::Scope::Inherited),
        provides: vec![quote!(#paths::Token::of::<#bound_to>())],
        needs: needs(paths, &[dependency], false),
        externals: Vec::new(),
        constructor: quote! {
            #paths::Constructor::Function(|__bun_construction| {
                #convert
                match <#paths::std::sync::Arc<#ty> as #paths::Inject>::inject(__bun_construction) {
                    #paths::core::result::Result::Ok(__bun_value) => {
                        #paths::Construction::put::<#bound_to>(__bun_construction, 0, __bun_as_token(__bun_value));
                        #paths::core::result::Result::Ok(())
                    }
                    #paths::core::result::Result::Err(__bun_error) => #paths::core::result::Result::Err(__bun_error),
                }
            })
        },
    };
    quote!(const { #definition })
}
