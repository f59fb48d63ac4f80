//! `#[get("/users/{id}")]` and its like, as controllers and service clients have them.

use syn::{Attribute, LitStr};

use crate::errors::ErrorSink;

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

/// Takes the route attributes off an item.
pub(crate) fn take(attributes: &mut Vec<Attribute>, errors: &mut ErrorSink) -> Vec<Route> {
    let mut routes = Vec::new();
    attributes.retain(|attribute| {
        let Some((name, method)) = METHODS.iter().find(|(name, _)| attribute.path().is_ident(name)) else {
            return true;
        };
        match attribute.parse_args::<LitStr>() {
            Ok(path) => routes.push(Route { method, path }),
            Err(_) => errors.at(attribute, format!("write the path: `#[{name}(\"/path\")]`")),
        }
        false
    });
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
                errors.at(&self.path, format!("a brace of `{segment}` is not closed"));
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
