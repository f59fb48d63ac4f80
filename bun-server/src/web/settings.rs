use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use serde::Deserialize;

/// The section `server`.
#[derive(Clone, Debug, Deserialize)]
#[serde(default)]
pub(crate) struct ServerSettings {
    /// Default: 0.0.0.0.
    pub(crate) address: IpAddr,
    /// 0 is any free port. Default: 8080.
    pub(crate) port: u16,
    /// Default: 30 s.
    pub(crate) request_timeout: Duration,
    /// For the head of a request. Default: 10 s.
    pub(crate) header_read_timeout: Duration,
}

impl Default for ServerSettings {
    fn default() -> Self {
        Self {
            address: IpAddr::V4(Ipv4Addr::UNSPECIFIED),
            port: 8080,
            request_timeout: Duration::from_secs(30),
            header_read_timeout: Duration::from_secs(10),
        }
    }
}

/// The section `management`.
#[derive(Clone, Debug, Deserialize)]
#[serde(default)]
pub(crate) struct ManagementSettings {
    /// Default: 127.0.0.1.
    pub(crate) address: IpAddr,
    /// Without it there is no management server.
    pub(crate) port: Option<u16>,
}

impl Default for ManagementSettings {
    fn default() -> Self {
        Self {
            address: IpAddr::V4(Ipv4Addr::LOCALHOST),
            port: None,
        }
    }
}
