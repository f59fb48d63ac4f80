//! The shapes in which Nacos answers.

use bytes::Bytes;
use http::HeaderValue;
use http::header::{ALLOW, AUTHORIZATION, CONTENT_TYPE};
use serde::Serialize;
use serde_json::Value;

use crate::clock::iso_now;

const JSON: &str = "application/json";
const TEXT: &str = "text/plain;charset=UTF-8";
const NOT_FOUND_PAGE: &str = include_str!("not_found.html");

#[derive(Clone, Debug)]
pub(super) struct Reply {
    pub(super) status: u16,
    content_type: Option<&'static str>,
    body: Bytes,
    extra: Option<(http::HeaderName, String)>,
    /// An exception that escaped the controller: with authentication on the server swallows it.
    pub(super) exception: bool,
}

/// `Err` is an answer too: it ends the handler early.
pub(super) type Outcome = Result<Reply, Reply>;

#[derive(Serialize)]
struct Envelope<'a, T> {
    code: i64,
    message: &'a str,
    data: T,
}

#[derive(Serialize)]
struct Spring<'a> {
    timestamp: String,
    status: u16,
    error: &'a str,
    message: &'a str,
    path: &'a str,
}

fn json<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

impl Reply {
    fn new(status: u16, content_type: Option<&'static str>, body: impl Into<Bytes>) -> Self {
        Self {
            status,
            content_type,
            body: body.into(),
            extra: None,
            exception: false,
        }
    }

    pub(super) fn ok(data: impl Serialize) -> Self {
        Self::raw(&Envelope {
            code: 0,
            message: "success",
            data,
        })
    }

    pub(super) fn done() -> Self {
        Self::ok("ok")
    }

    /// JSON without the envelope.
    pub(super) fn raw(value: &impl Serialize) -> Self {
        Self::new(200, Some(JSON), json(value))
    }

    pub(super) fn raw_text(text: String, content_type: &'static str) -> Self {
        Self::new(200, Some(content_type), text)
    }

    /// A zip archive to be saved.
    pub(super) fn archive(bytes: Vec<u8>) -> Self {
        Self::new(200, Some("application/octet-stream"), bytes)
    }

    pub(super) fn failure(status: u16, code: i64, message: &str, data: impl Into<Value>) -> Self {
        let body = json(&Envelope {
            code,
            message,
            data: data.into(),
        });
        Self::new(status, Some(JSON), body)
    }

    pub(super) fn parameter_missing(detail: &str) -> Self {
        Self::failure(400, 10000, "parameter missing", detail)
    }

    pub(super) fn resource_not_found() -> Self {
        Self::failure(200, 20004, "resource not found", Value::Null)
    }

    pub(super) fn text(status: u16, text: impl Into<String>) -> Self {
        Self::new(status, Some(TEXT), text.into())
    }

    pub(super) fn text_as(status: u16, text: &str, content_type: &'static str) -> Self {
        Self::new(status, Some(content_type), text.to_owned())
    }

    /// A refusal of the parameter filter: one line, without a content type.
    pub(super) fn illegal(parameter: &str, why: &str) -> Self {
        Self::new(400, None, format!("Param '{parameter}' is illegal, {why}\r\n"))
    }

    pub(super) fn spring(status: u16, message: &str, path: &str) -> Self {
        let error = match status {
            400 => "Bad Request",
            403 => "Forbidden",
            404 => "Not Found",
            405 => "Method Not Allowed",
            410 => "Gone",
            _ => "Internal Server Error",
        };
        let body = json(&Spring {
            timestamp: iso_now(),
            status,
            error,
            message,
            path,
        });
        Self::new(status, Some(JSON), body)
    }

    /// Spring's page for an exception that no controller caught.
    pub(super) fn exception(message: &str, path: &str) -> Self {
        let mut reply = Self::spring(500, message, path);
        reply.exception = true;
        reply
    }

    pub(super) fn method_not_allowed(method: &http::Method, allowed: &str, path: &str) -> Self {
        let mut reply = Self::spring(405, &format!("Method '{method}' is not supported."), path);
        reply.extra = Some((ALLOW, allowed.to_owned()));
        reply
    }

    pub(super) fn no_such_page() -> Self {
        Self::new(
            404,
            Some("text/html;charset=utf-8"),
            NOT_FOUND_PAGE.trim_end().to_owned(),
        )
    }

    pub(super) fn empty(status: u16) -> Self {
        Self::new(status, None, String::new())
    }

    pub(super) fn with_bearer(mut self, token: &str) -> Self {
        self.extra = Some((AUTHORIZATION, format!("Bearer {token}")));
        self
    }

    pub(super) fn without_body(mut self) -> Self {
        self.body.clear();
        self
    }

    pub(super) fn into_response(self) -> http::Response<Bytes> {
        let mut response = http::Response::new(self.body);
        *response.status_mut() = http::StatusCode::from_u16(self.status).unwrap_or_default();
        let headers = response.headers_mut();
        if let Some(content_type) = self.content_type {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        }
        if let Some((name, value)) = self.extra
            && let Ok(value) = HeaderValue::try_from(value)
        {
            headers.insert(name, value);
        }
        response
    }
}
