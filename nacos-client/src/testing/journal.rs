//! What was asked, to assert on.

use std::collections::BTreeMap;

/// One request that reached the server.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Recorded {
    /// `GET`, `POST`, `PUT` or `DELETE`.
    pub method: String,
    /// The path with its context, without query.
    pub path: String,
    /// Query and form together; passwords are replaced by `***`.
    pub parameters: BTreeMap<String, String>,
    /// The headers by lower-case name; tokens are replaced by `***`.
    pub headers: BTreeMap<String, String>,
    /// The status answered; 0 when the request got no answer.
    pub status: u16,
}

impl Recorded {
    /// A parameter of query or form.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.get(name).map(String::as_str)
    }

    /// True when it carried a token.
    #[must_use]
    pub fn has_token(&self) -> bool {
        self.headers.contains_key("accesstoken") || self.headers.contains_key("authorization")
    }
}
