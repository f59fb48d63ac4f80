//! What an answer means: the envelope of Nacos, and the many shapes of its errors.

use bytes::Bytes;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use crate::error::{Error, ErrorKind, Result};
use crate::server_list::ServerAddress;

/// The longest text of a server that is put into a message.
const TEXT_LIMIT: usize = 300;

/// An answer of whatever status, with the server that gave it.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Bytes,
    pub(crate) server: ServerAddress,
    /// The index of that server in the list.
    pub(crate) index: usize,
}

/// `{"code", "message", "data"}`.
#[derive(Deserialize)]
struct Envelope<'a> {
    code: i64,
    #[serde(default)]
    message: Option<String>,
    #[serde(borrow, default)]
    data: Option<&'a RawValue>,
}

/// An envelope that says success, in one pass.
#[derive(Deserialize)]
struct Success<T> {
    code: i64,
    data: T,
}

/// Spring's error page, or an envelope: the fields that either may have, of any type.
#[derive(Default, Deserialize)]
struct Loose {
    code: Option<serde_json::Value>,
    message: Option<serde_json::Value>,
    data: Option<serde_json::Value>,
    error: Option<serde_json::Value>,
}

impl Answer {
    /// The `data` of a successful answer.
    pub(crate) fn data<T: DeserializeOwned>(&self) -> Result<T> {
        if (200..300).contains(&self.status)
            && let Ok(Success { code: 0, data }) = serde_json::from_slice(&self.body)
        {
            return Ok(data);
        }
        let data = self.raw_data()?;
        serde_json::from_str(data.map_or("null", RawValue::get))
            .map_err(|source| self.undecodable("its data has an unexpected form").with_source(source))
    }

    /// Success without a look at `data`.
    pub(crate) fn accepted(&self) -> Result<()> {
        self.raw_data().map(|_| ())
    }

    /// The bytes of a zip archive.
    #[cfg(feature = "admin")]
    pub(crate) fn archive(self) -> Result<Bytes> {
        if (200..300).contains(&self.status) && self.body.starts_with(b"PK") {
            return Ok(self.body);
        }
        self.raw_data()?;
        Err(self.undecodable("not a zip archive"))
    }

    fn raw_data(&self) -> Result<Option<&RawValue>> {
        if !(200..300).contains(&self.status) {
            return Err(self.failure());
        }
        if self.body.is_empty() {
            return Err(self.undecodable(
                "HTTP 200 with an empty body: the server swallowed an exception of its own, see its log",
            ));
        }
        match serde_json::from_slice::<Envelope<'_>>(&self.body) {
            Ok(envelope) if envelope.code == 0 => Ok(envelope.data),
            Ok(envelope) => Err(self.business_failure(&envelope)),
            Err(source) => Err(self
                .undecodable("not an answer of the Nacos 3 Open API; check address and context path")
                .with_source(source)),
        }
    }

    fn business_failure(&self, envelope: &Envelope<'_>) -> Error {
        let detail = envelope
            .data
            .and_then(|data| serde_json::from_str::<String>(data.get()).ok());
        self.describe(Some(envelope.code), envelope.message.as_deref(), detail.as_deref())
    }

    /// The error that a status outside 2xx stands for.
    pub(crate) fn failure(&self) -> Error {
        let text = |value: Option<serde_json::Value>| match value {
            Some(serde_json::Value::String(text)) => Some(text),
            _ => None,
        };
        let Ok(loose) = serde_json::from_slice::<Loose>(&self.body) else {
            return self.describe(None, self.plain_text().as_deref(), None);
        };
        let (code, message) = (loose.code.and_then(|code| code.as_i64()), text(loose.message));
        // Spring's page may carry an envelope as the text of its message.
        if let Some(inner) = message
            .as_deref()
            .and_then(|message| serde_json::from_str::<Loose>(message).ok())
        {
            let inner_code = inner.code.and_then(|code| code.as_i64());
            return self.describe(inner_code, text(inner.message).as_deref(), text(inner.data).as_deref());
        }
        self.describe(
            code,
            message.or(text(loose.error)).as_deref(),
            text(loose.data).as_deref(),
        )
    }

    fn describe(&self, code: Option<i64>, message: Option<&str>, detail: Option<&str>) -> Error {
        let said = detail
            .filter(|detail| !detail.is_empty())
            .or(message)
            .unwrap_or("no text");
        let kind = code
            .and_then(|code| kind_of_code(code, self.status, said))
            .unwrap_or_else(|| kind_of_status(self.status, said));
        let said: String = said.trim().chars().take(TEXT_LIMIT).collect();
        Error::new(kind, said + advice(kind, self.status))
            .with_code(code)
            .with_status(self.status)
            .with_server(self.server.authority())
            .with_body(&self.body)
    }

    fn undecodable(&self, what: &str) -> Error {
        Error::new(ErrorKind::Decode, what)
            .with_status(self.status)
            .with_server(self.server.authority())
            .with_body(&self.body)
    }

    fn plain_text(&self) -> Option<String> {
        let text = String::from_utf8_lossy(&self.body);
        let text = text.trim();
        (!text.is_empty() && !text.starts_with('<')).then(|| text.to_owned())
    }
}

/// Whether a 403 says that this identity lacks the permission: the one refusal that a new login cannot mend.
fn lacks_permission(text: &str) -> bool {
    text.contains("authorization failed")
}

fn kind_of_code(code: i64, status: u16, text: &str) -> Option<ErrorKind> {
    Some(match code {
        20004 | 21003 | 21008 | 22001 | 100_001 => ErrorKind::NotFound,
        20005 | 21007 | 21009 | 22002 | 409 => ErrorKind::Conflict,
        10001 if lacks_permission(text) => ErrorKind::Forbidden,
        10001 => ErrorKind::Unauthorized,
        10000
        | 20001..=20003
        | 20008
        | 20010..=20013
        | 21000..=21002
        | 21004..=21006
        | 21010
        | 21011
        | 22000
        | 5034
        // An import that holds nothing to import.
        | 100_002..=100_006 => ErrorKind::InvalidArgument,
        5031..=5033 => ErrorKind::Forbidden,
        10002 | 23000 => ErrorKind::Unavailable,
        40000 | 40001 => ErrorKind::Unsupported,
        30000 if text.contains("server limit match") => ErrorKind::RateLimited,
        30000 if text.contains("is persistent service") || text.contains("is ephemeral service") => ErrorKind::Conflict,
        // A parameter that the server could not convert: a 500 that no other server would answer better.
        30000 if text.starts_with("Validation failed for argument") => ErrorKind::InvalidArgument,
        // For a moment after a registration: "cluster DEFAULT is not found!".
        30000 if status == 404 => ErrorKind::NotFound,
        30000 if status < 300 => ErrorKind::Unavailable,
        _ => return None,
    })
}

fn kind_of_status(status: u16, text: &str) -> ErrorKind {
    match status {
        403 if lacks_permission(text) => ErrorKind::Forbidden,
        // A code that nobody documented.
        200..=299 => ErrorKind::Decode,
        401 | 403 => ErrorKind::Unauthorized,
        408 => ErrorKind::Timeout,
        409 => ErrorKind::Conflict,
        429 => ErrorKind::RateLimited,
        300..=399 | 404..=406 | 410 | 501 => ErrorKind::Unsupported,
        400..=499 => ErrorKind::InvalidArgument,
        500 if text.contains("ErrCode:400") => ErrorKind::InvalidArgument,
        _ => ErrorKind::Unavailable,
    }
}

fn advice(kind: ErrorKind, status: u16) -> &'static str {
    match (kind, status) {
        (ErrorKind::Unsupported, 300..=399) => "; redirects are not followed, name the server itself",
        (ErrorKind::Unsupported, 404) => "; check the context path, and that this is a Nacos 3 server",
        (ErrorKind::Unsupported, 410) => "; this operation is switched off on the server",
        (ErrorKind::Unauthorized, _) => "; check username and password",
        (ErrorKind::Forbidden, 403) => "; grant this user the permission",
        _ => "",
    }
}

#[cfg(test)]
#[path = "answer_tests.rs"]
mod tests;
