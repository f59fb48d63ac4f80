//! `#[get("/users/{id}")]` and its like, as controllers and service clients have them.

use syn::{Attribute, Expr, LitStr, Meta};

use crate::errors::ErrorSink;
use crate::keys::Keys;
use crate::types::{self, is_named};

/// A method and a path.
pub(crate) struct Route {
    pub(crate) method: &'static str,
    pub(crate) path: LitStr,
    /// `layer = [outer, inner]`: what stands around it.
    pub(crate) layers: Vec<Expr>,
}

/// Where routes stand.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    /// In a controller.
    Server,
    /// In a service client.
    Client,
}

/// The last three are answered, and never called.
const METHODS: [(&str, &str); 8] = [
    ("get", "GET"),
    ("post", "POST"),
    ("put", "PUT"),
    ("patch", "PATCH"),
    ("delete", "DELETE"),
    ("head", "HEAD"),
    ("options", "OPTIONS"),
    ("any", "ANY"),
];

/// Reads the route attributes of an item.
pub(crate) fn take(attributes: &mut [Attribute], side: Side, errors: &mut ErrorSink) -> Vec<Route> {
    let known = match side {
        Side::Server => METHODS.as_slice(),
        Side::Client => &METHODS[..5],
    };
    let mut routes = Vec::new();
    for attribute in attributes {
        let Some((name, method)) = known.iter().find(|(name, _)| is_named(attribute, name)) else {
            continue;
        };
        routes.extend(parse(attribute, name, method, side, errors));
        types::take(attribute);
    }
    routes
}

fn parse(attribute: &Attribute, name: &str, method: &'static str, side: Side, errors: &mut ErrorSink) -> Option<Route> {
    let no_path = format!("write the path: `#[{name}(\"/path\")]`");
    let Meta::List(list) = &attribute.meta else {
        errors.at(&attribute, no_path);
        return None;
    };
    if side == Side::Client {
        let path = list.parse_args::<LitStr>();
        return match path {
            Ok(path) => Some(Route {
                method,
                path,
                layers: Vec::new(),
            }),
            Err(_) => {
                errors.at(&attribute, no_path);
                None
            }
        };
    }
    let mut keys = Keys::parse(list.tokens.clone(), &["layer"], errors);
    let path = keys.take_positional::<LitStr>(&format!("#[{name}(\"/path\")]"), errors);
    let layers = keys.take_list("layer", "[outer, inner]", errors);
    keys.finish(errors);
    match path {
        Ok(Some(path)) => Some(Route { method, path, layers }),
        Ok(None) => {
            errors.at(&attribute, no_path);
            None
        }
        Err(()) => None,
    }
}

impl Route {
    /// Says what is wrong with the path itself.
    pub(crate) fn check_path(&self, may_be_empty: bool, errors: &mut ErrorSink) {
        let path = self.path.value();
        let fits = path.starts_with('/') || (may_be_empty && path.is_empty());
        if !fits {
            errors.at(&self.path, format!("a path begins with `/`: write \"/{path}\""));
        }
        for segment in path.split('/') {
            if let Some(name) = segment.strip_prefix(':') {
                errors.at(
                    &self.path,
                    format!("path arguments stand in braces: write `{{{name}}}` instead of `:{name}`"),
                );
            }
            let opened = segment.matches('{').count();
            if opened != segment.matches('}').count() {
                errors.at(
                    &self.path,
                    format!("a brace of `{segment}` has no partner: write `{{name}}`"),
                );
            }
        }
    }

    /// The names in braces.
    pub(crate) fn arguments(&self) -> Vec<String> {
        let path = self.path.value();
        path.split('{')
            .skip(1)
            .filter_map(|part| part.split_once('}'))
            .map(|(name, _)| name.to_owned())
            .collect()
    }
}
