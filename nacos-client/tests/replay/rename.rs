//! Replaces names and values by fresh ones of the same class: each letter by a letter, each digit by a digit, the
//! same word always by the same word, and everything else (blanks, illegal characters, Chinese) by itself.

use std::collections::{BTreeMap, BTreeSet};

use nacos_client::ConfigDocument;

/// Words with a meaning of their own.
const KEPT: [&str; 19] = [
    "DEFAULT",
    "GROUP",
    "public",
    "PUBLIC",
    "cipher",
    "aes",
    "nosuch",
    "preserved",
    "true",
    "false",
    "null",
    "NaN",
    "nacos",
    // In names that one capture lists in their order.
    "TEXT",
    "html",
    "json",
    "properties",
    "toml",
    "xml",
];
const NAMES: [&str; 19] = [
    "dataId",
    "groupName",
    "group",
    "namespaceId",
    "namespaceName",
    "namespaceDesc",
    "customNamespaceId",
    "serviceName",
    "serviceNameParam",
    "groupNameParam",
    "clusterName",
    "content",
    "desc",
    "appName",
    "metadata",
    "encryptedDataKey",
    "username",
    "password",
    "role",
];

#[derive(Debug, Default)]
pub(crate) struct Renaming {
    active: bool,
    words: BTreeMap<String, String>,
    taken: BTreeSet<String>,
    addresses: BTreeMap<String, String>,
    ports: BTreeMap<String, String>,
    weights: BTreeMap<String, String>,
    /// Old MD5 to new.
    md5: BTreeMap<String, String>,
}

impl Renaming {
    pub(crate) fn none() -> Self {
        Self::default()
    }

    pub(crate) fn random() -> Self {
        Self {
            active: true,
            ..Self::default()
        }
    }

    pub(crate) fn is_active(&self) -> bool {
        self.active
    }

    /// The value that is sent in place of the captured one.
    pub(crate) fn parameter(&mut self, name: &str, value: &str) -> String {
        if !self.active {
            return value.to_owned();
        }
        match name {
            "ip" => self.address(value),
            "port" => self.port(value),
            "weight" => self.weight(value),
            // Timings are numbers with a meaning.
            "metadata" if value.contains("preserved.") => value.to_owned(),
            "Listening-Configs" => self.listening(value),
            "clientId" => self.client_id(value),
            "content" => {
                let new = self.text(value);
                self.md5
                    .insert(ConfigDocument::md5_of(value), ConfigDocument::md5_of(&new));
                new
            }
            _ if NAMES.contains(&name) => self.text(value),
            _ => value.to_owned(),
        }
    }

    pub(crate) fn header(&self, name: &str, value: &str) -> String {
        if name.eq_ignore_ascii_case("casMd5") {
            self.md5(value)
        } else {
            value.to_owned()
        }
    }

    pub(crate) fn md5(&self, old: &str) -> String {
        self.md5.get(old).cloned().unwrap_or_else(|| old.to_owned())
    }

    /// Word by word.
    pub(crate) fn text(&mut self, text: &str) -> String {
        if !self.active {
            return text.to_owned();
        }
        let mut new = String::with_capacity(text.len());
        let mut word = String::new();
        for character in text.chars() {
            if character.is_ascii_alphanumeric() {
                word.push(character);
            } else {
                new += &self.word(&std::mem::take(&mut word));
                new.push(character);
            }
        }
        new + &self.word(&word)
    }

    fn word(&mut self, word: &str) -> String {
        if word.is_empty() || KEPT.contains(&word) {
            return word.to_owned();
        }
        if let Some(new) = self.words.get(word) {
            return new.clone();
        }
        let new = self.fresh(|| word.chars().map(alike).collect());
        self.words.insert(word.to_owned(), new.clone());
        new
    }

    /// Two words never become one; where a class is used up (one digit, ten words), the last try stands.
    fn fresh(&mut self, mut make: impl FnMut() -> String) -> String {
        let mut new = make();
        for _ in 0..200 {
            if !self.taken.contains(&new) && !KEPT.contains(&&*new) {
                break;
            }
            new = make();
        }
        self.taken.insert(new.clone());
        new
    }

    pub(crate) fn address(&mut self, ip: &str) -> String {
        if !self.active || !ip.starts_with("10.") {
            // Loopback and nothing mean what they say; host names are names.
            return if ip.starts_with("127.") || ip.is_empty() || !self.active {
                ip.to_owned()
            } else {
                self.text(ip)
            };
        }
        if !self.addresses.contains_key(ip) {
            let new = self.fresh(|| format!("10.{}.{}.{}", fastrand::u8(1..), fastrand::u8(..), fastrand::u8(1..)));
            self.addresses.insert(ip.to_owned(), new);
        }
        self.addresses[ip].clone()
    }

    pub(crate) fn port(&mut self, port: &str) -> String {
        let valid = port.parse::<u16>().is_ok_and(|port| port > 0);
        if !self.active || !valid {
            return port.to_owned();
        }
        if !self.ports.contains_key(port) {
            let new = self.fresh(|| fastrand::u16(1..).to_string());
            self.ports.insert(port.to_owned(), new);
        }
        self.ports[port].clone()
    }

    pub(crate) fn weight(&mut self, weight: &str) -> String {
        let valid = weight
            .parse::<f64>()
            .is_ok_and(|weight| weight > 0.0 && weight <= 10_000.0);
        // 1 is the default, which answers name without having been told.
        if !self.active || !valid || weight.parse() == Ok(1.0) {
            return weight.to_owned();
        }
        let new = self.weights.entry(weight.parse::<f64>().unwrap().to_string());
        new.or_insert_with(|| format!("{}.5", fastrand::u16(2..9_000))).clone()
    }

    fn listening(&mut self, value: &str) -> String {
        let mut parts: Vec<String> = value
            .trim_end_matches('\u{1}')
            .split('\u{2}')
            .map(str::to_owned)
            .collect();
        for (index, part) in parts.iter_mut().enumerate() {
            *part = if index == 2 { self.md5(part) } else { self.text(part) };
        }
        parts.join("\u{2}") + "\u{1}"
    }

    pub(crate) fn client_id(&mut self, id: &str) -> String {
        let Some((ip, rest)) = id.split_once(':') else {
            return id.to_owned();
        };
        let Some((port, kind)) = rest.split_once('#') else {
            return id.to_owned();
        };
        format!("{}:{}#{kind}", self.address(ip), self.port(port))
    }
}

fn alike(character: char) -> char {
    match character {
        'a'..='z' => fastrand::lowercase(),
        'A'..='Z' => fastrand::uppercase(),
        // Not 0, so that a number keeps its length.
        '0'..='9' => char::from(b'1' + fastrand::u8(..9)),
        other => other,
    }
}
