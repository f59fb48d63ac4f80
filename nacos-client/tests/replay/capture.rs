//! One captured exchange.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use serde_json::Value;

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Capture {
    pub(crate) name: String,
    pub(crate) profile: String,
    pub(crate) request: Request,
    pub(crate) response: Response,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) path: String,
    query: BTreeMap<String, Value>,
    form: BTreeMap<String, Value>,
    pub(crate) headers: BTreeMap<String, String>,
    body: Option<Value>,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Response {
    pub(crate) status: u16,
    headers: BTreeMap<String, String>,
    pub(crate) body: Option<String>,
}

fn texts(parameters: &BTreeMap<String, Value>) -> BTreeMap<String, String> {
    let text = |value: &Value| match value {
        Value::String(text) => expand(text),
        other => other.to_string(),
    };
    parameters
        .iter()
        .map(|(name, value)| (name.clone(), text(value)))
        .collect()
}

/// Long contents are captured as `xxx...<3000000 chars>`.
fn expand(text: &str) -> String {
    let Some((head, count)) = text.strip_suffix(" chars>").and_then(|text| text.split_once("...<")) else {
        return text.to_owned();
    };
    head[..1].repeat(count.parse().unwrap())
}

impl Request {
    pub(crate) fn query(&self) -> BTreeMap<String, String> {
        texts(&self.query)
    }

    pub(crate) fn form(&self) -> BTreeMap<String, String> {
        texts(&self.form)
    }

    /// A body that is not a form.
    pub(crate) fn raw_body(&self) -> Option<String> {
        self.body
            .as_ref()
            .map(|body| body.as_str().map_or_else(|| body.to_string(), str::to_owned))
    }
}

impl Response {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| &**value)
    }
}

pub(crate) fn read(version: &str) -> Vec<Capture> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/captures");
    let text = std::fs::read_to_string(folder.join(format!("{version}.jsonl"))).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}
