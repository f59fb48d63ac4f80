//! What is sent: method, path below the context, parameters.

use std::borrow::Cow;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Everything but the unreserved characters is escaped, in query and form alike.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

const FORM: HeaderValue = HeaderValue::from_static("application/x-www-form-urlencoded; charset=UTF-8");

type Parameter<'a> = (&'static str, Cow<'a, str>);

/// One call to the Open API, not yet bound to a server.
#[derive(Debug)]
pub(crate) struct Call<'a> {
    pub(crate) method: Method,
    pub(crate) path: &'static str,
    query: Vec<Parameter<'a>>,
    form: Vec<Parameter<'a>>,
    /// A body that is not a form, with its content type.
    payload: Option<(HeaderValue, Bytes)>,
    pub(crate) headers: Vec<(HeaderName, HeaderValue)>,
    /// False for login and readiness, which take no token.
    pub(crate) authenticated: bool,
    /// True when doing it twice is the same as doing it once.
    pub(crate) repeatable: bool,
    /// Asked once round the servers, never again: a login must not become a storm.
    pub(crate) once: bool,
    /// The server to try first.
    pub(crate) first: Option<usize>,
    /// Asks only `first`, once: for calls that are about one server.
    pub(crate) only_first: bool,
    /// A longer deadline than the usual one, for calls that wait on purpose.
    pub(crate) wait: Duration,
}

impl<'a> Call<'a> {
    pub(crate) fn new(method: Method, path: &'static str) -> Self {
        Self {
            method,
            path,
            query: Vec::new(),
            form: Vec::new(),
            payload: None,
            headers: Vec::new(),
            authenticated: true,
            repeatable: true,
            once: false,
            first: None,
            only_first: false,
            wait: Duration::ZERO,
        }
    }

    pub(crate) fn get(path: &'static str) -> Self {
        Self::new(Method::GET, path)
    }

    pub(crate) fn post(path: &'static str) -> Self {
        Self::new(Method::POST, path)
    }

    #[cfg(feature = "admin")]
    pub(crate) fn put(path: &'static str) -> Self {
        Self::new(Method::PUT, path)
    }

    pub(crate) fn delete(path: &'static str) -> Self {
        Self::new(Method::DELETE, path)
    }

    pub(crate) fn query(mut self, name: &'static str, value: impl Into<Cow<'a, str>>) -> Self {
        self.query.push((name, value.into()));
        self
    }

    pub(crate) fn form(mut self, name: &'static str, value: impl Into<Cow<'a, str>>) -> Self {
        self.form.push((name, value.into()));
        self
    }

    pub(crate) fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }

    pub(crate) fn anonymous(mut self) -> Self {
        self.authenticated = false;
        self
    }

    /// `origin/context/path?query`.
    pub(crate) fn target(&self, origin: &str, context_path: &str) -> String {
        let values: usize = self
            .query
            .iter()
            .map(|(name, value)| name.len() + value.len() + 2)
            .sum();
        let mut target = String::with_capacity(origin.len() + context_path.len() + self.path.len() + values + 16);
        for part in [origin, context_path, self.path] {
            target += part;
        }
        if !self.query.is_empty() {
            target.push('?');
            encode_into(&mut target, &self.query);
        }
        target
    }

    /// Sends this instead of a form.
    #[cfg(feature = "admin")]
    pub(crate) fn payload(mut self, content_type: HeaderValue, body: impl Into<Bytes>) -> Self {
        self.payload = Some((content_type, body.into()));
        self
    }

    /// The content type and the bytes of the body, if there is one.
    pub(crate) fn body(&self) -> Option<(HeaderValue, Bytes)> {
        if self.payload.is_some() {
            return self.payload.clone();
        }
        (!self.form.is_empty()).then(|| {
            let mut body = String::new();
            encode_into(&mut body, &self.form);
            (FORM, Bytes::from(body))
        })
    }
}

fn encode_into(target: &mut String, parameters: &[Parameter<'_>]) {
    for (index, (name, value)) in parameters.iter().enumerate() {
        if index > 0 {
            target.push('&');
        }
        target.push_str(name);
        target.push('=');
        target.extend(utf8_percent_encode(value, ESCAPED));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_value_leaves_its_parameter() {
        let call = Call::get("/v3/client/cs/config")
            .query("dataId", "a&b=c#d?/ü%")
            .query("groupName", "G");
        assert_eq!(
            call.target("http://h:1", "/nacos"),
            "http://h:1/nacos/v3/client/cs/config?dataId=a%26b%3Dc%23d%3F%2F%C3%BC%25&groupName=G"
        );
        assert!(call.body().is_none());
        let call = Call::post("/x").form("content", "a+b c\r\n");
        assert_eq!(call.body().unwrap().1, "content=a%2Bb%20c%0D%0A");
    }
}
