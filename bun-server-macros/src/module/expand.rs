use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Expr, Type};

use super::parse::Module;
use crate::definition::{Definition, needs};
use crate::driver::{line, local};
use crate::paths::Paths;
use crate::types::{conditions, place};

pub(super) fn module(module: &Module) -> TokenStream {
    let Module {
        item,
        paths,
        imports,
        providers,
        aliases,
        values,
        controllers,
        exports,
        global,
        discover,
    } = module;
    let name = &item.ident;
    let name_line = line(name.span());
    let add_imports = imports_of(imports, values, paths);
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
            definitions.push(binding(ty, bound_to, false, paths));
        }
    }
    for alias in aliases {
        if let Some(bound_to) = &alias.bound_to {
            definitions.push(binding(&alias.ty, bound_to, true, paths));
        }
    }
    for ty in controllers {
        definitions.push(quote!(<#ty as #paths::Component>::DEFINITION));
        definitions.push(quote!(<#ty as #paths::Controller>::HANDLERS));
    }
    let exports = exports.iter().map(|ty| {
        let line = line(ty.span());
        let token = token(ty, paths);
        quote!(#paths::Export::token(#token, #line))
    });
    let cfgs = conditions(&item.attrs);
    quote! {
        #item
        #(#cfgs)*
        #[allow(deprecated, reason = "what is generated for an item is no use of it")]
        const _: () = {
            use #paths::Plainly as _;
            #[automatically_derived]
            impl #paths::Module for #name {
                const DEFINITION: &'static #paths::ModuleDefinition = &#paths::ModuleDefinition {
                    module: #paths::core::any::TypeId::of::<#name>(),
                    name: #paths::core::any::type_name::<#name>,
                    at: #paths::SourceLocation { file: #paths::core::file!(), line: #name_line },
                    providers: &[#(#definitions),*],
                    exports: &[#(#exports),*],
                    global: #global,
                    module_path: #paths::core::module_path!(),
                    discover: #discover,
                    attachments: &[#(<#controllers as #paths::Controller>::CONTROLLER),*],
                };
                fn imports(self, __bun_imports: &mut #paths::Imports) { #add_imports }
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

/// The token of what stands in a list.
fn token(ty: &Type, paths: &Paths) -> TokenStream {
    match ty {
        Type::TraitObject(_) => quote!(#paths::Token::of::<#ty>()),
        _ => quote!(#paths::Named::<#ty>::TOKEN),
    }
}

/// What is run when the module is imported: imports and values are expressions.
fn imports_of(imports: &[Expr], values: &[Expr], paths: &Paths) -> TokenStream {
    let adds = imports.iter().map(|import| {
        let paths = paths.spanned(import.span());
        let list = local("__bun_imports", import);
        quote_spanned!(import.span()=> #paths::Imports::add(#list, #import);)
    });
    let values = values.iter().map(|value| add_value(value, paths));
    quote!(let _ = &__bun_imports; #(#adds)* #(#values)*)
}

/// `value`, or `value as dyn Trait`.
fn add_value(value: &Expr, paths: &Paths) -> TokenStream {
    let line = line(value.span());
    let (value, bound_to) = match value {
        Expr::Cast(cast) => (&*cast.expr, Some(&*cast.ty)),
        value => (value, None),
    };
    let converted = bound_to.map(|bound_to| {
        let target = target(bound_to, paths);
        quote_spanned!(bound_to.span()=> let __bun_shared: #paths::std::sync::Arc<#target> = __bun_shared;)
    });
    let token = match bound_to {
        Some(bound_to) => bound_token(bound_to, paths),
        None => {
            let (paths, shared) = (paths.spanned(value.span()), local("__bun_shared", value));
            quote_spanned!(place(value)=> #paths::token_of_value(&#shared))
        }
    };
    let (at_value, shared) = (paths.spanned(value.span()), local("__bun_shared", value));
    let add = quote_spanned! {place(value)=>
        #at_value::Imports::value(__bun_imports, __bun_token, #shared, __bun_at);
    };
    quote! {{
        use #paths::{ArcKind as _, OwnedKind as _};
        let __bun_value = #value;
        let __bun_shared = (&#paths::kind_of(&__bun_value)).__bun_share().share(__bun_value);
        #converted
        let __bun_at = #paths::SourceLocation { file: #paths::core::file!(), line: #line };
        let __bun_token = #token;
        #add
    }}
}

/// What is handed on by `as`: the trait, also under a qualifier.
fn target(bound_to: &Type, paths: &Paths) -> TokenStream {
    match bound_to {
        Type::TraitObject(_) => quote!(#bound_to),
        _ => quote!(<#bound_to as #paths::Binding>::Target),
    }
}

fn bound_token(bound_to: &Type, paths: &Paths) -> TokenStream {
    match bound_to {
        Type::TraitObject(_) => quote!(#paths::Token::of::<#bound_to>()),
        _ => quote!(<#bound_to as #paths::Binding>::TOKEN),
    }
}

/// `Repo as dyn OrderRepo`: a component of its own that hands on what exists: a component of this list, or, for an alias,
/// whatever a token means here.
fn binding(ty: &Type, bound_to: &Type, is_alias: bool, paths: &Paths) -> TokenStream {
    let line = line(ty.span());
    let label = format!("as {}", quote!(#bound_to));
    let (target, bound_token) = (target(bound_to, paths), bound_token(bound_to, paths));
    let edge = if is_alias {
        let token = token(ty, paths);
        quote!(#paths::Edge { token: #token, how: #paths::How::One })
    } else {
        quote!(<#paths::std::sync::Arc<#ty> as #paths::Inject>::EDGE)
    };
    let taken = match ty {
        Type::Path(_) if is_alias => {
            quote!(#paths::Named::<#ty>::HERE.__bun_take(__bun_construction))
        }
        _ => quote!(<#paths::std::sync::Arc<#ty> as #paths::Inject>::inject(__bun_construction)),
    };
    let convert = quote_spanned!(bound_to.span()=> let __bun_value: #paths::std::sync::Arc<#target> = __bun_value;);
    let dependency = quote!(#paths::Dependency { edge: #edge, member: #label, line: #line });
    let definition = Definition {
        paths,
        component: quote!((#paths::Named<#ty>, #paths::BoundTo<#bound_to>)),
        name: quote!(#ty),
        line,
        standing: None,
        of: (!is_alias).then_some(ty),
        provides: vec![bound_token],
        needs: needs(paths, &[dependency], false),
        externals: Vec::new(),
        constructor: quote! {
            #paths::Constructor::Function(|__bun_construction| {
                match #taken {
                    #paths::core::result::Result::Ok(__bun_value) => {
                        #convert
                        #paths::Construction::put::<#target>(__bun_construction, 0, __bun_value);
                        #paths::core::result::Result::Ok(())
                    }
                    #paths::core::result::Result::Err(__bun_error) => #paths::core::result::Result::Err(__bun_error),
                }
            })
        },
    };
    quote!(const { #definition })
}
