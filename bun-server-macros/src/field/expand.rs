use proc_macro2::TokenStream;
use quote::quote;
use syn::Member;
use syn::ext::IdentExt as _;

use super::{ComponentField, Literal, Source, ValuePlace, ValueSource};
use crate::paths::Paths;

fn label(member: &Member) -> String {
    match member {
        Member::Named(name) => name.unraw().to_string(),
        Member::Unnamed(index) => index.index.to_string(),
    }
}

pub(crate) fn dependency(field: &ComponentField, paths: &Paths) -> Option<TokenStream> {
    let Source::Inject = field.source else { return None };
    let (ty, label, line, cfgs) = (&field.ty, label(&field.member), field.line, &field.cfgs);
    let qualified = field
        .qualifier
        .as_ref()
        .map(|qualifier| quote!(.qualified::<#qualifier>()));
    Some(quote! {
        #(#cfgs)*
        #paths::Dependency { edge: <#ty as #paths::Inject>::EDGE #qualified, member: #label, line: #line }
    })
}

pub(crate) fn external(field: &ComponentField, paths: &Paths) -> Option<TokenStream> {
    let Source::Value(value) = &field.source else {
        return None;
    };
    let (ty, label, line, cfgs) = (&field.ty, label(&field.member), field.line, &field.cfgs);
    let spec = value_spec(value, ty, paths);
    let optional = (!value.required && value.default.is_none()).then(|| quote!(#paths::check_optional::<#ty>();));
    Some(quote! {
        #(#cfgs)*
        #paths::External {
            member: #label,
            line: #line,
            spec: #spec,
            check: { #optional #paths::check_field::<#ty> },
        }
    })
}

fn value_spec(value: &ValueSource, ty: &syn::Type, paths: &Paths) -> TokenStream {
    let optional = |text: &Option<syn::LitStr>| match text {
        Some(text) => quote!(#paths::core::option::Option::Some(#text)),
        None => quote!(#paths::core::option::Option::None),
    };
    let source = match &value.place {
        ValuePlace::Merged { path } => quote!(#paths::ValueSource::Merged { path: #path }),
        ValuePlace::Document {
            data_id,
            group,
            namespace,
            key,
        } => {
            let (group, namespace, key) = (optional(group), optional(namespace), optional(key));
            quote!(#paths::ValueSource::Document { data_id: #data_id, group: #group, namespace: #namespace, key: #key })
        }
    };
    let default = match &value.default {
        None => quote!(#paths::core::option::Option::None),
        Some(Literal { text, quoted: true }) => {
            quote!(#paths::core::option::Option::Some(#paths::Literal::Text(#text)))
        }
        Some(Literal { text, quoted: false }) => {
            quote!(#paths::core::option::Option::Some(#paths::Literal::Plain(#text)))
        }
    };
    let required = value.required;
    // An inherent constant goes before one of a trait, where the bounds of its impl hold.
    quote! {
        const {
            use #paths::NoValidator as _;
            &#paths::ValueSpec {
                source: #source,
                default: #default,
                required: #required,
                validator: #paths::first_validator(
                    <#paths::ValidatorOf<#ty>>::VALIDATOR,
                    <#paths::ValidatorOf<#ty>>::OPTIONAL,
                ),
            }
        }
    }
}

pub(crate) fn field_value(field: &ComponentField, paths: &Paths) -> TokenStream {
    let ty = &field.ty;
    let taken = match &field.source {
        Source::Default(None) => return quote!(<#ty as #paths::DefaultField>::default_field()),
        Source::Default(Some(expr)) => return quote!(#expr),
        Source::Inject => quote!(<#ty as #paths::Inject>::inject(__bun_construction)),
        Source::Value(value) => {
            let spec = value_spec(value, ty, paths);
            quote!(#paths::read_field::<#ty>(__bun_construction, #spec))
        }
    };
    // Not `?`: that would convert the error once more for each field.
    quote! {
        match #taken {
            #paths::core::result::Result::Ok(__bun_field) => __bun_field,
            #paths::core::result::Result::Err(__bun_error) => return #paths::core::result::Result::Err(__bun_error),
        }
    }
}
