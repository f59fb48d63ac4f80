//! A picture of a client at one moment.

use crate::server_list::ServerStatus;

/// What a client knows and does; see [`NacosClient::status`](crate::NacosClient::status).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ClientStatus {
    /// Each server, available or rested.
    pub servers: Vec<ServerStatus>,
    /// The state of the token in words; `None` without credentials.
    pub token: Option<String>,
    /// Each watched configuration and service.
    pub watches: Vec<LoopStatus>,
    /// Each held registration.
    pub registrations: Vec<LoopStatus>,
    /// Background tasks that run.
    pub tasks: usize,
    /// True once [`NacosClient::close`](crate::NacosClient::close) was called.
    pub closed: bool,
}

/// One loop in the background.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct LoopStatus {
    /// What it is about: `namespace/group/name`.
    pub name: String,
    /// The latest failure, cleared by the next success.
    pub last_error: Option<String>,
}
