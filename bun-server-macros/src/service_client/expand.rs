use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Ident, parse_quote};

use super::parse::{Argument, Client, Method, Place};
use crate::driver::line;
use crate::paths::Paths;
use crate::policy::policy_tokens;

pub(super) fn client(client: &Client) -> TokenStream {
    let Client {
        item, paths, fallback, ..
    } = client;
    let (name, visibility) = (&item.ident, &item.vis);
    let client_name = format_ident!("{name}Client");
    let client_line = line(name.span());
    let the_trait = the_trait(client);
    let methods = client
        .methods
        .iter()
        .filter(|method| !method.routes.is_empty())
        .map(|method| call(client, method));
    let fallback_field = fallback
        .as_ref()
        .map(|ty| quote!(, fallback: #paths::std::sync::Arc<#ty>));
    let fallback_value = fallback.as_ref().map(|ty| {
        let taken = take(&quote!(#paths::std::sync::Arc<#ty>), paths);
        quote!(, fallback: #taken)
    });
    let fallback_dependency = fallback.as_ref().map(|ty| {
        let line = line(ty.span());
        quote!(, #paths::Dependency { edge: <#paths::std::sync::Arc<#ty> as #paths::Inject>::EDGE, member: "fallback", line: #line })
    });
    let fallback_check = fallback
        .as_ref()
        .map(|ty| quote_spanned!(ty.span()=> const _: fn(&#ty) -> &dyn #name = |__bun_fallback| __bun_fallback;));
    let taken = take(&quote!(#paths::ServiceClient), paths);
    let docs = format!("The client of [`{name}`]: list it in the providers of a module.");
    quote! {
        #the_trait

        #[doc = #docs]
        #visibility struct #client_name { client: #paths::ServiceClient #fallback_field }

        #[automatically_derived]
        impl #paths::core::fmt::Debug for #client_name {
            fn fmt(&self, __bun_f: &mut #paths::core::fmt::Formatter<'_>) -> #paths::core::fmt::Result {
                #paths::core::fmt::Debug::fmt(&self.client, __bun_f)
            }
        }

        #[#paths::async_trait]
        impl #name for #client_name { #(#methods)* }

        #fallback_check

        #[automatically_derived]
        impl #paths::Component for #client_name {
            const DEFINITION: &'static #paths::Definition = &#paths::Definition {
                component: #paths::core::any::TypeId::of::<#client_name>(),
                name: #paths::core::any::type_name::<#client_name>,
                at: #paths::SourceLocation { file: #paths::core::file!(), line: #client_line },
                provides: #paths::std::borrow::Cow::Borrowed(&[#paths::Token::of::<dyn #name>()]),
                dependencies: #paths::std::borrow::Cow::Borrowed(&[
                    #paths::Dependency { edge: <#paths::ServiceClient as #paths::Inject>::EDGE, member: "client", line: #client_line }
                    #fallback_dependency
                ]),
                externals: &[],
                constructor: #paths::Constructor::Function(|__bun_construction| {
                    let __bun_client = #client_name { client: #taken #fallback_value };
                    #paths::Construction::put::<dyn #name>(__bun_construction, 0, #paths::std::sync::Arc::new(__bun_client));
                    #paths::core::result::Result::Ok(())
                }),
            };
        }
        #paths::inventory::submit! { #paths::Registration(<#client_name as #paths::Component>::DEFINITION) }
    }
}

/// The trait, and a client that nothing else complains about.
pub(super) fn broken(client: &Client) -> TokenStream {
    let the_trait = the_trait(client);
    let Client { item, paths, .. } = client;
    let client_name = format_ident!("{}Client", item.ident);
    let visibility = &item.vis;
    quote! {
        #the_trait
        #visibility struct #client_name;
        impl #paths::Component for #client_name {
            const DEFINITION: &'static #paths::Definition = #paths::BROKEN_COMPONENT;
        }
    }
}

/// The user's trait, made fit for `Arc<dyn Trait>`.
fn the_trait(client: &Client) -> TokenStream {
    let paths = &client.paths;
    let mut item = client.item.clone();
    for bound in [
        parse_quote!(#paths::core::marker::Send),
        parse_quote!(#paths::core::marker::Sync),
        parse_quote!('static),
    ] {
        item.supertraits.push(bound);
    }
    item.colon_token = Some(parse_quote!(:));
    quote!(#[#paths::async_trait] #item)
}

fn take(ty: &TokenStream, paths: &Paths) -> TokenStream {
    quote! {
        match <#ty as #paths::Inject>::inject(__bun_construction) {
            #paths::core::result::Result::Ok(__bun_field) => __bun_field,
            #paths::core::result::Result::Err(__bun_error) => return #paths::core::result::Result::Err(__bun_error),
        }
    }
}

fn call(client: &Client, method: &Method) -> TokenStream {
    let paths = &client.paths;
    let signature = &method.item.sig;
    let service = client.service.as_ref().map(syn::LitStr::value).unwrap_or_default();
    let route = &method.routes[0];
    let (http_method, path) = (route.method, &route.path);
    let policy = policy_tokens(&format!("{service}/{}", signature.ident), &method.policies, paths);
    let written = method.arguments.iter().map(write);
    let output = method
        .output
        .as_ref()
        .map(ToTokens::to_token_stream)
        .unwrap_or_default();
    let result = quote_spanned!(output.span()=> <#output as #paths::ClientResult>);
    let finish = match &client.fallback {
        None => quote!(#result::from_client(__bun_answer)),
        Some(_) => {
            let (name, method) = (&client.item.ident, &signature.ident);
            let names = method_names(client, method);
            quote! {
                match __bun_answer {
                    #paths::core::result::Result::Ok(__bun_value) => {
                        #result::from_client(#paths::core::result::Result::Ok(__bun_value))
                    }
                    #paths::core::result::Result::Err(__bun_error) => {
                        #paths::falling_back(&__bun_error);
                        <_ as #name>::#method(&*self.fallback, #(#names),*).await
                    }
                }
            }
        }
    };
    quote! {
        #signature {
            static __BUN_SITE: #paths::MethodSite = #paths::MethodSite {
                service: #service,
                method: #http_method,
                path: #path,
                policy: #policy,
            };
            let __bun_request = self.client.call(&__BUN_SITE) #(#written)*;
            let __bun_answer = __bun_request.json::<#result::Value>().await;
            #finish
        }
    }
}

fn method_names<'a>(client: &'a Client, method: &Ident) -> Vec<&'a Ident> {
    let found = client.methods.iter().find(|other| other.item.sig.ident == *method);
    found
        .into_iter()
        .flat_map(|method| &method.arguments)
        .filter_map(|argument| argument.name.as_ref())
        .collect()
}

fn write(argument: &Argument) -> TokenStream {
    let Some(name) = &argument.name else {
        return TokenStream::new();
    };
    let value = quote_spanned!(argument.typed.ty.span()=> &#name);
    match &argument.place {
        Place::Path => {
            let label = name.to_string();
            quote!(.path(#label, #value))
        }
        Place::Query(label) => quote!(.query(#label, #value)),
        Place::Header(label) => quote!(.header(#label, #value)),
        Place::Body => quote!(.body_json(#value)),
    }
}
