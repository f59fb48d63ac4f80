use super::ParseError;
use super::template::Template;
use super::tree::{Node, Value};

/// Puts environment variables in place of `${NAME}`, as far as `variable` knows them; what it does not know may be a key, which
/// is seen when everything is merged.
pub(crate) fn fill_variables(
    node: &mut Node,
    variable: &dyn Fn(&str) -> Option<String>,
    problems: &mut Vec<ParseError>,
) {
    match &mut node.value {
        Value::Null | Value::Unresolved(_) => {}
        Value::List(items) => items
            .iter_mut()
            .for_each(|item| fill_variables(item, variable, problems)),
        Value::Map(entries) => entries
            .values_mut()
            .for_each(|node| fill_variables(node, variable, problems)),
        Value::Scalar(scalar) => match Template::parse(&scalar.text) {
            Ok(Some(template)) => scalar.text = template.fill(variable).to_string(),
            Ok(None) => {}
            Err(message) => problems.push(ParseError::new(node.origin.clone(), message)),
        },
    }
}
