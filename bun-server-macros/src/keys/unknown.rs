//! "Did you mean".

/// What is said of a name that is none of those known.
pub(crate) fn unknown(what: &str, name: &str, known: &[&str]) -> String {
    if known == ["crate"] {
        return format!("unknown {what} `{name}`: nothing is expected here");
    }
    let known_ones = list(known);
    match nearest(name, known) {
        Some(near) => format!("unknown {what} `{name}`: did you mean `{near}`? expected one of {known_ones}"),
        None => format!("unknown {what} `{name}`, expected one of {known_ones}"),
    }
}

pub(super) fn list(known: &[&str]) -> String {
    known
        .iter()
        .filter(|key| **key != "crate")
        .map(|key| format!("`{key}`"))
        .collect::<Vec<_>>()
        .join(", ")
}

fn nearest<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    let limit = (name.len() / 3).clamp(1, 3);
    known
        .iter()
        .map(|key| (distance(name, key), *key))
        .min()
        .filter(|(distance, _)| *distance <= limit)
        .map(|(_, key)| key)
}

fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (i, a) in left.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, b) in right.iter().enumerate() {
            let cost = (diagonal + usize::from(a != *b)).min(row[j] + 1).min(row[j + 1] + 1);
            diagonal = std::mem::replace(&mut row[j + 1], cost);
        }
    }
    row[right.len()]
}

#[cfg(test)]
mod tests {
    use super::unknown;

    const KNOWN: &[&str] = &["data_id", "group", "key"];

    #[test]
    fn an_unknown_key_is_told_what_was_meant() {
        assert_eq!(
            unknown("key", "dataid", KNOWN),
            "unknown key `dataid`: did you mean `data_id`? expected one of `data_id`, `group`, `key`"
        );
        assert_eq!(
            unknown("key", "x", KNOWN),
            "unknown key `x`, expected one of `data_id`, `group`, `key`"
        );
    }
}
