use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

use super::parse::Registration;
use crate::driver::line;
use crate::paths::Paths;
use crate::types::conditions;

pub(super) fn registration(registration: &Registration) -> TokenStream {
    let Registration {
        item,
        paths,
        name,
        version,
        weight,
        group,
        cluster,
        metadata,
    } = registration;
    let owner = &item.ident;
    let (line, cfgs) = (line(owner.span()), conditions(&item.attrs));
    let (name, version) = (optional(name.as_ref(), paths), optional(version.as_ref(), paths));
    let (group, cluster) = (optional(group.as_ref(), paths), optional(cluster.as_ref(), paths));
    let weight = optional(weight.as_ref(), paths);
    let metadata = metadata.iter().map(|(key, value, _)| quote!((#key, #value)));
    quote! {
        #item
        #(#cfgs)*
        #paths::inventory::submit! {
            #paths::ServiceRegistration {
                owner: #paths::core::any::TypeId::of::<#owner>(),
                at: #paths::SourceLocation { file: #paths::core::file!(), line: #line },
                name: #name,
                version: #version,
                weight: #weight,
                group: #group,
                cluster: #cluster,
                metadata: &[#(#metadata),*],
            }
        }
    }
}

fn optional(value: Option<&impl ToTokens>, paths: &Paths) -> TokenStream {
    match value {
        Some(value) => quote!(#paths::core::option::Option::Some(#value)),
        None => quote!(#paths::core::option::Option::None),
    }
}
