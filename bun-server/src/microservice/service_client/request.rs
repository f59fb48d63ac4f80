use std::fmt::Write as _;
use std::time::Duration;

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderName, HeaderValue};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::error::Call;
use super::{ClientError, MethodSite, Parameter, ServiceClient, ServiceResponse};

/// A call that is being put together. An argument that does not fit is an error when it is sent.
#[must_use = "a request does nothing until it is sent"]
#[derive(Debug)]
pub struct ServiceRequest {
    client: ServiceClient,
    pub(super) site: Option<&'static MethodSite>,
    pub(super) service: String,
    pub(super) method: &'static str,
    template: String,
    arguments: Vec<(String, String)>,
    query: String,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
    pub(super) timeout: Option<Duration>,
    problem: Option<String>,
}

impl ServiceRequest {
    pub(super) fn new(client: ServiceClient, method: &'static str, service: String, template: String) -> Self {
        Self {
            client,
            site: None,
            service,
            method,
            template,
            arguments: Vec::new(),
            query: String::new(),
            headers: HeaderMap::new(),
            body: Bytes::new(),
            timeout: None,
            problem: None,
        }
    }

    pub(super) fn at(mut self, site: &'static MethodSite) -> Self {
        self.site = Some(site);
        self
    }

    /// Fills `{name}` of the path. Percent-encoded: an argument never changes where a call goes.
    pub fn path(mut self, name: &str, value: impl Parameter) -> Self {
        let mut values = Vec::new();
        value.values(&mut |value| values.push(value.to_owned()));
        match values.as_slice() {
            // An empty argument, or a dot, would name another path.
            [value] if !matches!(value.as_str(), "" | "." | "..") => {
                self.arguments.push((name.to_owned(), encoded(value).to_string()));
            }
            [value] => self.refuse(format!("the path argument `{name}` must not be \"{value}\"")),
            values => self.refuse(format!(
                "the path argument `{name}` needs one value, got {}",
                values.len()
            )),
        }
        self
    }

    /// Adds `name=value` to the query; nothing for `None`, one pair for each item of a list.
    pub fn query(mut self, name: &str, value: impl Parameter) -> Self {
        let query = &mut self.query;
        value.values(&mut |value| {
            let separator = if query.is_empty() { '?' } else { '&' };
            // Writing to a string cannot fail.
            let _ = write!(query, "{separator}{}={}", encoded(name), encoded(value));
        });
        self
    }

    /// Adds a header; nothing for `None`.
    pub fn header(mut self, name: &str, value: impl Parameter) -> Self {
        let mut values = Vec::new();
        value.values(&mut |value| values.push(value.to_owned()));
        let Ok(parsed) = HeaderName::try_from(name) else {
            self.refuse(format!("\"{name}\" is not the name of a header"));
            return self;
        };
        for value in values {
            match HeaderValue::from_bytes(value.as_bytes()) {
                Ok(value) => {
                    self.headers.append(parsed.clone(), value);
                }
                Err(_) => self.refuse(format!(
                    "the value of the header `{name}` has characters that a header cannot hold"
                )),
            }
        }
        self
    }

    /// Sends `body` as JSON.
    pub fn body_json(mut self, body: &(impl Serialize + ?Sized)) -> Self {
        match serde_json::to_vec(body) {
            Ok(bytes) => {
                self.body = bytes.into();
                self.headers
                    .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
            }
            Err(error) => self.refuse(format!("the body cannot be written as JSON: {error}")),
        }
        self
    }

    /// Sends `body` as it is.
    pub fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self
    }

    /// The longest time of one attempt, instead of what is configured.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Sends it; an answer of any status is a success here.
    ///
    /// # Errors
    ///
    /// Every [`ClientError`] but `Status` and `Decode`.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future gives back what it took; the request may have reached the other side.
    pub async fn send(self) -> Result<ServiceResponse, ClientError> {
        let client = self.client.clone();
        client.execute(self).await
    }

    /// Sends it and reads the body of a success as JSON.
    ///
    /// # Errors
    ///
    /// Every [`ClientError`].
    ///
    /// # Cancel safety
    ///
    /// As for [`send`](Self::send).
    pub async fn json<T: DeserializeOwned + 'static>(self) -> Result<T, ClientError> {
        let client = self.client.clone();
        client.execute_json(self).await
    }

    fn refuse(&mut self, problem: String) {
        self.problem.get_or_insert(problem);
    }

    pub(super) fn describe(&self) -> Box<Call> {
        Box::new(Call {
            service: self.service.clone(),
            method: self.method,
            path: self.template.clone(),
            instance: None,
        })
    }

    /// The path with its arguments and the query.
    pub(super) fn path_and_query(&self) -> Result<String, ClientError> {
        let invalid = |message: String| ClientError::InvalidRequest {
            call: self.describe(),
            message,
        };
        if let Some(problem) = &self.problem {
            return Err(invalid(problem.clone()));
        }
        if !self.template.starts_with('/') {
            return Err(invalid(format!("a path begins with `/`: write \"/{}\"", self.template)));
        }
        let mut path = String::with_capacity(self.template.len() + self.query.len() + 16);
        let mut rest = self.template.as_str();
        while let Some((before, after)) = rest.split_once('{') {
            let Some((name, after)) = after.split_once('}') else {
                return Err(invalid("a `{` without `}` in the path".to_owned()));
            };
            let Some((_, value)) = self.arguments.iter().find(|(known, _)| known == name) else {
                return Err(invalid(format!(
                    "the path argument `{name}` is missing: add `.path(\"{name}\", ..)`"
                )));
            };
            path.push_str(before);
            path.push_str(value);
            rest = after;
        }
        path.push_str(rest);
        path.push_str(&self.query);
        Ok(path)
    }
}

/// Everything but unreserved characters (RFC 3986) as `%XX`.
fn encoded(text: &str) -> impl std::fmt::Display {
    const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
    utf8_percent_encode(text, ENCODED)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(template: &str) -> ServiceRequest {
        ServiceRequest::new(ServiceClient::detached(), "GET", "user-service".into(), template.into())
    }

    #[test]
    fn arguments_are_encoded_and_change_nothing_else() {
        let built = request("/users/{id}/orders/{order}")
            .path("id", "a/../b?x#y@z:80 你")
            .path("order", 7_u64)
            .query("q", "a&b=c")
            .query("none", None::<&str>)
            .query("tag", ["x", "y"].as_slice());
        assert_eq!(
            built.path_and_query().unwrap(),
            "/users/a%2F..%2Fb%3Fx%23y%40z%3A80%20%E4%BD%A0/orders/7?q=a%26b%3Dc&tag=x&tag=y"
        );
    }

    #[test]
    fn what_does_not_fit_is_named() {
        let cases = [
            (request("/users/{id}"), "`id` is missing"),
            (request("/users/{id}").path("id", ".."), "`id` must not be \"..\""),
            (request("/users/{id}").path("id", ""), "`id` must not be \"\""),
            (request("/users/{id}").path("id", None::<u8>), "needs one value, got 0"),
            (request("users"), "begins with `/`"),
            (request("/users").header("x y", "1"), "not the name of a header"),
            (request("/users").header("x", "a\r\nb: c"), "cannot hold"),
        ];
        for (request, message) in cases {
            let error = request.path_and_query().unwrap_err().to_string();
            assert!(error.contains(message), "{error}");
        }
    }
}
