use super::ParseError;
use super::tree::{Node, Value};

/// Replaces `${NAME}` and `${NAME:default}` by environment variables, in local sources.
///
/// `$${` is a literal `${`. A reference to another key (`${other.key}`) is refused: it would be read as a variable.
pub(crate) fn substitute(node: &mut Node, variable: &dyn Fn(&str) -> Option<String>, problems: &mut Vec<ParseError>) {
    match &mut node.value {
        Value::Null => {}
        Value::List(items) => items.iter_mut().for_each(|item| substitute(item, variable, problems)),
        Value::Map(entries) => entries
            .values_mut()
            .for_each(|node| substitute(node, variable, problems)),
        Value::Scalar(scalar) => match replaced(&scalar.text, variable) {
            Ok(Some(text)) => scalar.text = text,
            Ok(None) => {}
            Err(message) => problems.push(ParseError::new(node.origin.clone(), message)),
        },
    }
}

fn replaced(text: &str, variable: &dyn Fn(&str) -> Option<String>) -> Result<Option<String>, String> {
    if !text.contains("${") {
        return Ok(None);
    }
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("${") {
        if let Some(before) = rest[..at].strip_suffix('$') {
            out.push_str(before);
            out.push_str("${");
            rest = &rest[at + 2..];
            continue;
        }
        out.push_str(&rest[..at]);
        let inside = &rest[at + 2..];
        let end = inside
            .find('}')
            .ok_or_else(|| format!("`${{` without `}}` in \"{text}\""))?;
        let (name, default) = match inside[..end].split_once(':') {
            Some((name, default)) => (name, Some(default)),
            None => (&inside[..end], None),
        };
        if name.is_empty()
            || !name
                .chars()
                .all(|character| character.is_ascii_alphanumeric() || character == '_')
        {
            return Err(format!("`${{{name}}}` is not the name of an environment variable"));
        }
        let value = variable(name).or_else(|| default.map(ToOwned::to_owned));
        out.push_str(&value.ok_or_else(|| {
            format!("environment variable {name} is not set: set it, or write `${{{name}:default}}`")
        })?);
        rest = &inside[end + 1..];
    }
    out.push_str(rest);
    Ok(Some(out))
}

#[cfg(test)]
mod tests {
    use super::replaced;

    #[test]
    fn variables_defaults_and_literals() {
        let variable = |name: &str| (name == "USER").then(|| "ann".to_owned());
        let of = |text| replaced(text, &variable);
        assert_eq!(of("plain"), Ok(None));
        assert_eq!(of("hi ${USER}!").unwrap().as_deref(), Some("hi ann!"));
        assert_eq!(
            of("${HOST:127.0.0.1:8848}/x").unwrap().as_deref(),
            Some("127.0.0.1:8848/x")
        );
        assert_eq!(of("${EMPTY:}").unwrap().as_deref(), Some(""));
        assert_eq!(of("$${USER}").unwrap().as_deref(), Some("${USER}"));
        assert!(of("${NONE}").unwrap_err().contains("NONE is not set"));
        assert!(of("${a.b}").unwrap_err().contains("not the name"));
        assert!(of("${USER").is_err());
    }
}
