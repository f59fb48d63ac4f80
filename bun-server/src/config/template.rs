//! Texts with `${NAME:default}` and `${other.key}`; `$${` is a literal `${`.

use std::fmt;

/// A text taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Template(pub(crate) Vec<Part>);

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Text(String),
    Reference { name: String, default: Option<Template> },
}

/// A default may hold references again.
const DEEPEST: usize = 8;

impl Template {
    /// `None`: a text without any.
    pub(crate) fn parse(text: &str) -> Result<Option<Self>, String> {
        if !text.contains("${") {
            return Ok(None);
        }
        let mut rest = text;
        let template = parts(&mut rest, false, 0).map_err(|reason| format!("{reason} in \"{text}\""))?;
        Ok(Some(template))
    }

    /// Puts values in place of the names that `value` knows.
    pub(crate) fn fill(self, value: &dyn Fn(&str) -> Option<String>) -> Self {
        let fill = |part| match part {
            Part::Reference { name, default } => match value(&name) {
                Some(value) => Part::Text(value),
                None => Part::Reference {
                    name,
                    default: default.map(|default| default.fill(value)),
                },
            },
            text @ Part::Text(_) => text,
        };
        Self(self.0.into_iter().map(fill).collect())
    }
}

fn parts(rest: &mut &str, nested: bool, depth: usize) -> Result<Template, String> {
    if depth > DEEPEST {
        return Err("references are nested too deeply".to_owned());
    }
    let mut parts = Vec::new();
    let mut text = String::new();
    loop {
        if let Some(after) = rest.strip_prefix("$${") {
            text.push_str("${");
            *rest = after;
        } else if let Some(after) = rest.strip_prefix("${") {
            if !text.is_empty() {
                parts.push(Part::Text(std::mem::take(&mut text)));
            }
            *rest = after;
            parts.push(reference(rest, depth)?);
        } else if nested && rest.starts_with('}') {
            break;
        } else if let Some(next) = rest.chars().next() {
            text.push(next);
            *rest = &rest[next.len_utf8()..];
        } else if nested {
            return Err("`${` without `}`".to_owned());
        } else {
            break;
        }
    }
    if !text.is_empty() {
        parts.push(Part::Text(text));
    }
    Ok(Template(parts))
}

fn reference(rest: &mut &str, depth: usize) -> Result<Part, String> {
    let end = rest.find(['}', ':']).ok_or("`${` without `}`")?;
    let name = rest[..end].to_owned();
    if name.is_empty() || name.contains(['$', '{', ' ']) {
        return Err(format!("`${{{name}}}` names neither a variable nor a key"));
    }
    let with_default = rest[end..].starts_with(':');
    *rest = &rest[end + 1..];
    let mut default = None;
    if with_default {
        default = Some(parts(rest, true, depth + 1)?);
        *rest = &rest[1..];
    }
    Ok(Part::Reference { name, default })
}

impl fmt::Display for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|part| match part {
            Part::Text(text) => f.write_str(&text.replace("${", "$${")),
            Part::Reference { name, default: None } => write!(f, "${{{name}}}"),
            Part::Reference {
                name,
                default: Some(default),
            } => write!(f, "${{{name}:{default}}}"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_are_taken_apart_and_put_together() {
        let fill = |text: &str| {
            Template::parse(text).map(|template| {
                template.map(|template| {
                    template
                        .fill(&|name| (name == "USER").then(|| "a${b}".to_owned()))
                        .to_string()
                })
            })
        };
        assert_eq!(fill("plain $ {}"), Ok(None));
        assert_eq!(fill("hi ${USER}!").unwrap().as_deref(), Some("hi a$${b}!"));
        assert_eq!(fill("${X:${USER}:1}").unwrap().as_deref(), Some("${X:a$${b}:1}"));
        assert_eq!(fill("$${USER} ${a.b}").unwrap().as_deref(), Some("$${USER} ${a.b}"));
        assert!(fill("${USER").unwrap_err().contains("without `}`"));
        assert!(fill("${}").is_err());
        assert!(fill("${X:{}}").unwrap().is_some());
    }
}
