//! What can be made to go wrong.

use std::time::Duration;

/// A fault that every request, or every request to some paths, meets until it is healed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// The connection is dropped without an answer (in process: refused). For a closed port use `TestServer::kill`.
    Refuse,
    /// The request is taken and never answered.
    Hang,
    /// The answer comes so much later.
    Delay(Duration),
    /// This status, with a page that says nothing.
    Status(u16),
    /// HTTP 200 with something that is not of Nacos.
    Garbage,
    /// HTTP 200 with an empty body, as Nacos answers when it swallowed an exception.
    Empty,
    /// Code 20004, as Nacos answers while it writes.
    NotFound,
    /// Reads and logins are served; every write is refused with 503 and nothing is changed.
    ReadOnly,
}
