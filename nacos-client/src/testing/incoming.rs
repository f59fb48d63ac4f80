//! One request as a handler sees it.

use std::collections::BTreeMap;

use bytes::Bytes;
use http::{HeaderMap, Method};
use percent_encoding::percent_decode_str;

use super::reply::Reply;

/// Tomcat drops the parameters of a longer form.
const FORM_LIMIT: usize = 2 * 1024 * 1024;

#[derive(Debug)]
pub(super) struct Incoming {
    pub(super) method: Method,
    /// The whole path, with the context.
    pub(super) path: String,
    pub(super) parameters: BTreeMap<String, String>,
    pub(super) headers: HeaderMap,
}

impl Incoming {
    pub(super) fn read(request: http::Request<Bytes>) -> Self {
        let (head, body) = request.into_parts();
        let mut parameters = BTreeMap::new();
        decode_into(&mut parameters, head.uri.query().unwrap_or_default());
        let content_type = head
            .headers
            .get(http::header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok());
        let is_form = content_type.is_some_and(|text| text.starts_with("application/x-www-form-urlencoded"));
        if is_form && body.len() <= FORM_LIMIT {
            decode_into(&mut parameters, &String::from_utf8_lossy(&body));
        }
        Self {
            method: head.method,
            path: head.uri.path().to_owned(),
            parameters,
            headers: head.headers,
        }
    }

    /// The parameter, unless it is absent or blank: Nacos makes no difference.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.parameters
            .get(name)
            .map(String::as_str)
            .filter(|text| !text.trim().is_empty())
    }

    pub(super) fn or<'a>(&'a self, name: &str, default: &'a str) -> &'a str {
        self.get(name).unwrap_or(default)
    }

    /// The parameter, or the refusal of Nacos's JSON controllers.
    pub(super) fn required(&self, name: &str) -> Result<&str, Reply> {
        self.get(name)
            .ok_or_else(|| Reply::parameter_missing(&format!("Required parameter '{name}' type String is not present")))
    }

    pub(super) fn namespace(&self) -> &str {
        self.or("namespaceId", "public")
    }

    pub(super) fn group(&self) -> &str {
        self.or("groupName", "DEFAULT_GROUP")
    }

    pub(super) fn number(&self, name: &str, default: usize) -> usize {
        self.get(name).and_then(|text| text.parse().ok()).unwrap_or(default)
    }

    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The caller's address as Nacos sees it.
    pub(super) fn client_ip(&self) -> &str {
        self.header("x-forwarded-for")
            .and_then(|list| list.split(',').next())
            .map(str::trim)
            .or_else(|| self.header("x-real-ip"))
            .unwrap_or("127.0.0.1")
    }
}

fn decode_into(parameters: &mut BTreeMap<String, String>, text: &str) {
    let decode = |text: &str| {
        percent_decode_str(&text.replace('+', " "))
            .decode_utf8_lossy()
            .into_owned()
    };
    for pair in text.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        parameters.entry(decode(name)).or_insert_with(|| decode(value));
    }
}
