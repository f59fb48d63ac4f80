use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Type, parse_quote};

use super::parse::{Argument, Client, Method, Place};
use crate::definition::{Definition, Standing, needs};
use crate::driver::line;
use crate::paths::Paths;
use crate::policy::policy_tokens;
use crate::types::{conditions, place};

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
        .map(|_| quote!(, fallback: #paths::std::sync::Arc<dyn #name>));
    let fallback_value = fallback.as_ref().map(|ty| {
        let taken = take(&quote!(#paths::std::sync::Arc<#ty>), paths);
        quote!(, fallback: __bun_as_fallback(#taken))
    });
    let fallback_dependency = fallback.as_ref().map(|ty| {
        let line = line(ty.span());
        quote!(#paths::Dependency { edge: <#paths::std::sync::Arc<#ty> as #paths::Inject>::EDGE, member: "fallback", line: #line })
    });
    let as_fallback = as_fallback(client);
    let taken = take(&quote!(#paths::ServiceClient), paths);
    let conditions = conditions(&item.attrs);
    let docs = format!("The client of [`{name}`]: list it in the providers of a module.");
    let client_dependency = quote!(#paths::Dependency {
        edge: <#paths::ServiceClient as #paths::Inject>::EDGE,
        member: "client",
        line: #client_line,
    });
    let dependencies: Vec<_> = std::iter::once(client_dependency).chain(fallback_dependency).collect();
    let definition = Definition {
        paths,
        component: quote!(#client_name),
        name: quote!(#client_name),
        line: client_line,
        standing: Some(&Standing::default()),
        of: None,
        provides: vec![quote!(#paths::Token::of::<dyn #name>())],
        needs: needs(paths, &dependencies, false),
        externals: Vec::new(),
        constructor: quote! {
            #paths::Constructor::Function(|__bun_construction| {
                #as_fallback
                let __bun_client = #client_name { client: #taken #fallback_value };
                #paths::Construction::put::<dyn #name>(__bun_construction, 0, #paths::std::sync::Arc::new(__bun_client));
                #paths::core::result::Result::Ok(())
            })
        },
    };
    quote! {
        #the_trait

        #(#conditions)*
        #[doc = #docs]
        #visibility struct #client_name { client: #paths::ServiceClient #fallback_field }

        #(#conditions)*
        #[automatically_derived]
        impl #paths::core::fmt::Debug for #client_name {
            fn fmt(&self, __bun_f: &mut #paths::core::fmt::Formatter<'_>) -> #paths::core::fmt::Result {
                #paths::core::fmt::Debug::fmt(&self.client, __bun_f)
            }
        }

        #(#conditions)*
        #[#paths::async_trait]
        impl #name for #client_name { #(#methods)* }

        #(#conditions)*
        #[automatically_derived]
        impl #paths::Component for #client_name {
            const DEFINITION: &'static #paths::Definition = #definition;
        }
        #(#conditions)*
        const _: () = { #paths::inventory::submit! { #paths::Registration(<#client_name as #paths::Component>::DEFINITION) } };
    }
}

/// The error of a fallback that is not what it stands in for is shown at its name.
fn as_fallback(client: &Client) -> Option<TokenStream> {
    let (name, ty) = (&client.item.ident, client.fallback.as_ref()?);
    let paths = client.paths.spanned(place(ty));
    Some(quote_spanned! {place(ty)=>
        fn __bun_as_fallback(__bun_fallback: #paths::std::sync::Arc<#ty>) -> #paths::std::sync::Arc<dyn #name> {
            __bun_fallback
        }
    })
}

/// The trait, and a client that nothing else complains about.
pub(super) fn broken(client: &Client) -> TokenStream {
    let the_trait = the_trait(client);
    let Client { item, paths, .. } = client;
    let client_name = format_ident!("{}Client", item.ident);
    let (visibility, conditions) = (&item.vis, conditions(&item.attrs));
    quote! {
        #the_trait
        #(#conditions)*
        #visibility struct #client_name;
        #(#conditions)*
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
    let this = signature.receiver().map(|receiver| &receiver.self_token);
    let conditions = conditions(&method.item.attrs);
    let service = client.service.as_ref().map(syn::LitStr::value).unwrap_or_default();
    let route = &method.routes[0];
    let (http_method, path) = (route.method, &route.path);
    let policy = policy_tokens(&format!("{service}/{}", signature.ident), &method.policies, paths);
    let written = method.arguments.iter().map(|argument| write(argument, paths));
    let output = &method.output;
    let at_output = output.as_ref().map_or_else(Span::call_site, place);
    let paths_at_output = paths.spanned(at_output);
    let answer = match &client.fallback {
        None => quote_spanned!(at_output=> #paths_at_output::call::<#output>(__bun_request)),
        Some(_) => {
            let (name, function) = (&client.item.ident, &signature.ident);
            let names = method.arguments.iter().filter_map(|argument| argument.name.as_ref());
            quote_spanned! {at_output=>
                #paths_at_output::call_or::<#output>(__bun_request, || <dyn #name as #name>::#function(&*#this.fallback, #(#names),*))
            }
        }
    };
    quote! {
        #(#conditions)*
        #signature {
            static __BUN_SITE: #paths::MethodSite = #paths::MethodSite {
                service: #service,
                method: #http_method,
                path: #path,
                policy: #policy,
            };
            let __bun_request = #paths::ServiceClient::call(&#this.client, &__BUN_SITE);
            #(#written)*
            #answer.await
        }
    }
}

/// Writes an argument into the request. Its type is named once: what cannot be written is told once, there.
fn write(argument: &Argument, paths: &Paths) -> TokenStream {
    let (Some(name), ty) = (&argument.name, &*argument.typed.ty) else {
        return TokenStream::new();
    };
    let label = name.unraw().to_string();
    let (place, paths) = (place(ty), paths.spanned(place(ty)));
    let written = match &argument.place {
        Place::Path => quote_spanned!(place=> #paths::path_argument::<#ty>(__bun_request, #label, &#name)),
        Place::Query(label) => quote_spanned!(place=> #paths::query_argument::<#ty>(__bun_request, #label, &#name)),
        Place::Header(label) => quote_spanned!(place=> #paths::header_argument::<#ty>(__bun_request, #label, &#name)),
        Place::Body => match ty {
            Type::Reference(reference) => {
                let ty = &reference.elem;
                quote_spanned!(place=> #paths::body_argument::<#ty>(__bun_request, #name))
            }
            ty => quote_spanned!(place=> #paths::body_argument::<#ty>(__bun_request, &#name)),
        },
    };
    quote!(let __bun_request = #written;)
}
