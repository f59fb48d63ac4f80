//! Whether our answer is the captured one, apart from what no two servers have in common.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::capture::Capture;
use crate::rename::Renaming;
use crate::stage::{Parameters, Sent};

/// Moments, and what depends on the machine: only their presence and type is compared.
const VOLATILE: [&str; 18] = [
    "timestamp",
    "lastModified",
    "createTime",
    "modifyTime",
    "accessToken",
    "tokenTtl",
    "lastUpdatedTime",
    "lastRefTime",
    "lastRefreshTime",
    "server_port",
    "responsibleServer",
    "leader",
    "raftGroupMember",
    "raftPort",
    "address",
    "version",
    "server_version",
    "datasource_platform",
];
/// Moments that are 0 or a constant where the server has none.
const CONSTANT_MOMENTS: [u64; 2] = [0, 1_273_017_600_000];

pub(crate) struct Comparison<'a> {
    pub(crate) renaming: &'a mut Renaming,
    pub(crate) ids: &'a mut BTreeMap<String, String>,
    pub(crate) capture: &'a Capture,
    pub(crate) sent_parameters: Parameters,
}

pub(crate) fn differences(comparison: &mut Comparison<'_>, sent: &Sent) -> Option<String> {
    let expected = &comparison.capture.response;
    if sent.status != expected.status {
        return Some(format!(
            "status {} instead of {}: {}",
            sent.status, expected.status, sent.body
        ));
    }
    let content_type = expected.header("content-type");
    if sent.content_type.as_deref() != content_type {
        return Some(format!(
            "content type {:?} instead of {content_type:?}",
            sent.content_type
        ));
    }
    if sent.allow.as_deref() != expected.header("allow") {
        return Some(format!("allow {:?}", sent.allow));
    }
    let body = expected.body.as_deref().unwrap_or_default();
    let (Ok(ours), Ok(theirs)) = (
        serde_json::from_str::<Value>(&sent.body),
        serde_json::from_str::<Value>(body),
    ) else {
        let theirs = comparison.plain(body);
        return (sent.body != theirs).then(|| format!("{:?} instead of {theirs:?}", sent.body));
    };
    if body.contains(r#""type":"NoneSelector","type":"none""#)
        && !sent.body.contains(r#""type":"NoneSelector","type":"none""#)
    {
        return Some("the doubled key is missing".to_owned());
    }
    let theirs = comparison.expected("", theirs);
    comparison.compare("", &ours, &theirs)
}

impl Comparison<'_> {
    /// A text answer: a refusal that names what was sent, a content, or the list of a listener.
    fn plain(&mut self, body: &str) -> String {
        let path = &self.capture.request.path;
        if path.ends_with("/v1/cs/configs")
            && self.capture.request.method == "GET"
            && self.capture.response.status == 200
        {
            return self.renaming.text(body);
        }
        if path.ends_with("/listener") {
            let parts: Vec<String> = body.split("%0").map(str::to_owned).collect();
            let renamed: Vec<String> = parts
                .iter()
                .enumerate()
                .map(|(index, part)| match part.split_at_checked(1) {
                    Some((separator, rest)) if index > 0 => format!("{separator}{}", self.renaming.text(rest)),
                    _ => self.renaming.text(part),
                })
                .collect();
            return renamed.join("%0");
        }
        body.to_owned()
    }

    /// The captured value with our names in it.
    fn expected(&mut self, key: &str, value: Value) -> Value {
        if !self.renaming.is_active() {
            return value;
        }
        match value {
            Value::Object(entries) => {
                let inner = |this: &mut Self, name: &str| match key {
                    "metadata" if !name.starts_with("preserved.") => this.renaming.text(name),
                    "clusterMap" => this.renaming.text(name),
                    _ => name.to_owned(),
                };
                let free = key == "metadata";
                entries
                    .into_iter()
                    .map(|(name, value)| {
                        let child = if free && !name.starts_with("preserved.") {
                            "metadata value".to_owned()
                        } else {
                            name.clone()
                        };
                        (inner(self, &name), self.expected(&child, value))
                    })
                    .collect::<serde_json::Map<_, _>>()
                    .into()
            }
            Value::Array(items) => items.into_iter().map(|item| self.expected(key, item)).collect(),
            Value::String(text) => self.expected_text(key, &text).into(),
            Value::Number(number) => match key {
                "port" => self
                    .renaming
                    .port(&number.to_string())
                    .parse::<u16>()
                    .map_or(Value::Number(number), Value::from),
                "weight" => {
                    let text = number.as_f64().unwrap_or_default().to_string();
                    self.renaming
                        .weight(&text)
                        .parse::<f64>()
                        .map_or(Value::Number(number), Value::from)
                }
                _ => Value::Number(number),
            },
            other => other,
        }
    }

    fn expected_text(&mut self, key: &str, text: &str) -> String {
        match key {
            "ip" => self.renaming.address(text),
            "md5" => self.renaming.md5(text),
            "dataId" | "groupName" | "namespaceId" | "namespace" | "serviceName" | "name" | "clusterName"
            | "content" | "metadata value" | "namespaceShowName" | "appName" | "desc" | "username"
            | "encryptedDataKey" => {
                // The names of public, and of the switches, are of the server.
                if text.starts_with("00-00") {
                    text.to_owned()
                } else {
                    self.renaming.text(text)
                }
            }
            "password" if !text.starts_with("$2a$") => self.renaming.text(text),
            "namespaceDesc" if text != "Default Namespace" => self.renaming.text(text),
            "extInfo" => text.replace(
                "\"c_desc\":\"d\"",
                &format!("\"c_desc\":\"{}\"", self.renaming.text("d")),
            ),
            // The list of publishers.
            "data" if text.contains('#') => self.renaming.client_id(text),
            "clientId" => self.renaming.client_id(text),
            "data" | "message" => self.refusal(text),
            _ => text.to_owned(),
        }
    }

    /// A refusal that quotes what was sent.
    fn refusal(&self, text: &str) -> String {
        let request = &self.capture.request;
        let mut old: Vec<(String, String)> = request.query().into_iter().chain(request.form()).collect();
        old.sort_by_key(|(_, value)| std::cmp::Reverse(value.len()));
        let mut text = text.to_owned();
        for (name, old) in old {
            let Some(new) = self.sent_parameters.get(&name) else {
                continue;
            };
            // A short name might stand in the server's own words.
            text = match old.len() {
                0..3 => text.replace(&format!("@@{old} "), &format!("@@{new} ")),
                _ => text.replace(&old, new),
            };
        }
        text
    }

    fn compare(&mut self, key: &str, ours: &Value, theirs: &Value) -> Option<String> {
        let differ = || Some(format!("{key}: {ours} instead of {theirs}"));
        match (ours, theirs) {
            (Value::Object(left), Value::Object(right)) => {
                if !left.keys().eq(right.keys()) {
                    return Some(format!("{key}: keys {:?} instead of {:?}", left.keys(), right.keys()));
                }
                left.iter()
                    .find_map(|(name, value)| self.compare(name, value, &right[name]))
            }
            (Value::Array(left), Value::Array(right)) => {
                if left.len() != right.len() {
                    return Some(format!("{key}: {ours} instead of {theirs}"));
                }
                let (left, right) = (sorted(left), sorted(right));
                left.iter()
                    .zip(&right)
                    .find_map(|(left, right)| self.compare(key, left, right))
            }
            (Value::String(left), Value::String(right)) if key == "id" && right != "0" => {
                let known = self.ids.entry(right.clone()).or_insert_with(|| left.clone());
                if known == left { None } else { differ() }
            }
            (Value::String(left), Value::String(right)) if key == "password" && right.starts_with("$2a$") => {
                if left.starts_with("$2a$") { None } else { differ() }
            }
            // A random id.
            (Value::String(left), Value::String(right)) if key == "namespace" && right.len() == 36 => {
                if left.len() == 36 { None } else { differ() }
            }
            (Value::Number(left), Value::Number(right)) if VOLATILE.contains(&key) => {
                let constant =
                    |number: &serde_json::Number| number.as_u64().filter(|value| CONSTANT_MOMENTS.contains(value));
                if constant(left) == constant(right) {
                    None
                } else {
                    differ()
                }
            }
            (Value::String(_), Value::String(_)) if VOLATILE.contains(&key) => None,
            // The double has no port when it is called in process.
            (Value::Number(_), Value::Number(_))
                if key == "port" && self.capture.request.path.contains("/cluster/") =>
            {
                None
            }
            _ if ours == theirs => None,
            _ => differ(),
        }
    }
}

/// Lists of instances, namespaces and publishers have no order; rows of a page do, which their ids keep.
fn sorted(items: &[Value]) -> Vec<Value> {
    let mut items = items.to_vec();
    let name = |item: &Value| -> Option<String> {
        if let Some(text) = item.as_str() {
            return Some(text.to_owned());
        }
        if item.get("ip").is_some() {
            return Some(format!("{} {}", item["ip"], item["port"]));
        }
        item.get("namespaceShowName")?.as_str().map(str::to_owned)
    };
    if items.iter().all(|item| name(item).is_some()) {
        items.sort_by_key(name);
    }
    items
}
