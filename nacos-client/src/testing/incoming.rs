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
    /// The file of a multipart form.
    pub(super) file: Option<Bytes>,
    /// A body of JSON.
    pub(super) json: Option<Bytes>,
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
        let boundary = content_type
            .filter(|text| text.starts_with("multipart/form-data"))
            .and_then(|text| text.split_once("boundary="))
            .map(|(_, boundary)| boundary.trim_matches('"'));
        let file = boundary.and_then(|boundary| read_parts(&body, boundary, &mut parameters));
        let is_json = content_type.is_some_and(|text| text.starts_with("application/json"));
        Self {
            file,
            json: is_json.then(|| body.clone()),
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

/// Takes the fields of a multipart form into `parameters`, and answers its file.
fn read_parts(body: &Bytes, boundary: &str, parameters: &mut BTreeMap<String, String>) -> Option<Bytes> {
    let delimiter = format!("\r\n--{boundary}");
    let mut file = None;
    let mut at = body.find_after(format!("--{boundary}").as_bytes(), 0)?;
    while let Some(end) = body.find(delimiter.as_bytes(), at) {
        let part = body.slice(at..end);
        at = end + delimiter.len();
        let Some(content) = part.find_after(b"\r\n\r\n", 0) else {
            continue;
        };
        let head = String::from_utf8_lossy(part.get(..content).unwrap_or_default()).into_owned();
        let Some((name, _)) = head.split_once("name=\"").and_then(|(_, rest)| rest.split_once('"')) else {
            continue;
        };
        let content = part.slice(content..);
        if head.contains("filename=") {
            file = Some(content);
        } else {
            parameters
                .entry(name.to_owned())
                .or_insert_with(|| String::from_utf8_lossy(&content).into_owned());
        }
    }
    file
}

trait Find {
    fn find(&self, needle: &[u8], from: usize) -> Option<usize>;

    fn find_after(&self, needle: &[u8], from: usize) -> Option<usize> {
        self.find(needle, from).map(|at| at + needle.len())
    }
}

impl Find for Bytes {
    fn find(&self, needle: &[u8], from: usize) -> Option<usize> {
        let rest = self.get(from..)?;
        rest.windows(needle.len())
            .position(|window| window == needle)
            .map(|at| at + from)
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
