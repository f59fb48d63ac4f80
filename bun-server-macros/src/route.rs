//! `#[get("/users/{id}")]` and its like, as controllers and service clients have them.

use syn::{Attribute, LitStr};

use crate::errors::ErrorSink;
use crate::types::{self, is_named};

/// A method and a path.
pub(crate) struct Route {
    pub(crate) method: &'static str,
    pub(crate) path: LitStr,
}

const METHODS: [(&str, &str); 5] = [
    ("get", "GET"),
    ("post", "POST"),
    ("put", "PUT"),
    ("patch", "PATCH"),
    ("delete", "DELETE"),
];

/// Reads the route attributes of an item.
pub(crate) fn take(attributes: &mut [Attribute], errors: &mut ErrorSink) -> Vec<Route> {
    let mut routes = Vec::new();
    for attribute in attributes {
        let Some((name, method)) = METHODS.iter().find(|(name, _)| is_named(attribute, name)) else {
            continue;
        };
        match attribute.parse_args::<LitStr>() {
            Ok(path) => routes.push(Route { method, path }),
            Err(_) => errors.at(&attribute, format!("write the path: `#[{name}(\"/path\")]`")),
        }
        types::take(attribute);
    }
    routes
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
