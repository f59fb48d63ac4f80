//! Nacos's parameter filter: it runs before every controller and answers with a line of text.

use super::incoming::Incoming;
use super::reply::Reply;

const CHARACTERS: &str = "illegal characters should not appear in the param.";

struct Rule {
    /// The parameters it applies to.
    names: &'static [&'static str],
    /// The name in the refusal.
    shown: &'static str,
    longest: usize,
    legal: fn(&str) -> bool,
}

fn word(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '-' | '_')
}

fn identifier(text: &str) -> bool {
    text.chars()
        .all(|character| word(character) || matches!(character, ':' | '.'))
}

fn words(text: &str) -> bool {
    text.chars().all(word)
}

fn cluster_list(text: &str) -> bool {
    text.chars().all(|character| word(character) || character == ',')
}

fn service(text: &str) -> bool {
    !text.starts_with('@')
        && !text
            .chars()
            .any(|character| character.is_whitespace() || ('\u{4E00}'..='\u{9FA5}').contains(&character))
}

const RULES: &[Rule] = &[
    Rule {
        names: &["namespaceId", "tenant"],
        shown: "namespaceId/tenant",
        longest: 64,
        legal: words,
    },
    Rule {
        names: &["dataId"],
        shown: "dataId",
        longest: 256,
        legal: identifier,
    },
    Rule {
        names: &["groupName", "group"],
        shown: "group",
        longest: 128,
        legal: identifier,
    },
    Rule {
        names: &["serviceName"],
        shown: "serviceName",
        longest: 512,
        legal: service,
    },
];

/// Refuses what the filter refuses; `wildcards` for searches, whose parameters are patterns.
pub(super) fn check(incoming: &Incoming, wildcards: bool) -> Result<(), Reply> {
    if wildcards {
        return Ok(());
    }
    // The namespaces' own controller judges their ids.
    let rules = if incoming.path.contains("/core/namespace") {
        &[]
    } else {
        RULES
    };
    for rule in rules {
        for value in rule.names.iter().filter_map(|name| incoming.get(name)) {
            length(rule.shown, value, rule.longest)?;
            if !(rule.legal)(value) {
                return Err(Reply::illegal(rule.shown, CHARACTERS));
            }
        }
    }
    cluster(incoming)?;
    if let Some(port) = incoming.get("port")
        && !port.parse::<i64>().is_ok_and(|port| (0..=65_535).contains(&port))
    {
        return Err(Reply::illegal("port", "the value should be between 0 and 65535."));
    }
    metadata(incoming)
}

fn length(shown: &str, value: &str, longest: usize) -> Result<(), Reply> {
    if value.chars().count() > longest {
        return Err(Reply::illegal(
            shown,
            &format!("the param length should not exceed {longest}."),
        ));
    }
    Ok(())
}

fn cluster(incoming: &Incoming) -> Result<(), Reply> {
    let Some(cluster) = incoming.get("clusterName") else {
        return Ok(());
    };
    length("cluster", cluster, 64)?;
    let legal = if incoming.path.ends_with("/list") {
        cluster_list(cluster)
    } else {
        words(cluster)
    };
    if legal {
        Ok(())
    } else {
        Err(Reply::illegal("cluster", CHARACTERS))
    }
}

fn metadata(incoming: &Incoming) -> Result<(), Reply> {
    let Some(text) = incoming
        .get("metadata")
        .filter(|_| incoming.path.contains("/ns/instance"))
    else {
        return Ok(());
    };
    let Some(metadata) = super::instances::parse_metadata(text) else {
        let message = format!("ErrCode:400, ErrMsg:metadata format incorrect:{text}");
        return Err(Reply::exception(&message, &incoming.path));
    };
    let size: usize = metadata
        .iter()
        .map(|(key, value)| key.chars().count() + value.as_ref().map_or(0, |value| value.chars().count()))
        .sum();
    length("Metadata", &"x".repeat(size.min(2000)), 1024)
}
