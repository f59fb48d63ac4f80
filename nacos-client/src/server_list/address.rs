//! One server's address.

use std::sync::Arc;

use crate::error::{Error, Result};

/// The port of a Nacos server when an address names none.
const DEFAULT_PORT: u16 = 8848;

/// One server: `scheme://host:port`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ServerAddress {
    pub(crate) origin: Arc<str>,
    pub(crate) https: bool,
    pub(crate) loopback: bool,
}

impl ServerAddress {
    /// Reads `host`, `host:port`, `[v6]:port`, `http://…` or `https://…`.
    pub(crate) fn parse(text: &str) -> Result<Self> {
        let refuse = |why: &str| {
            Error::invalid(
                "servers",
                format_args!("{why}; write `host:port`, `http://host:port` or `https://host:port`"),
            )
        };
        let (https, rest) = match text.split_once("://") {
            Some(("http", rest)) => (false, rest),
            Some(("https", rest)) => (true, rest),
            Some(_) => return Err(refuse("unknown scheme")),
            None => (false, text),
        };
        if rest.contains('@') {
            // The text is not echoed: it may hold a password.
            return Err(refuse(
                "credentials do not belong into an address, use `credentials(..)`",
            ));
        }
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        let (host, port) = match rest.strip_prefix('[').and_then(|inner| inner.split_once(']')) {
            Some((v6, "")) => (v6, None),
            Some((v6, port)) => (v6, port.strip_prefix(':')),
            None => match rest.split_once(':') {
                Some((host, port)) => (host, Some(port)),
                None => (rest, None),
            },
        };
        let port = match port {
            None => DEFAULT_PORT,
            Some(port) => port
                .parse()
                .ok()
                .filter(|port| *port != 0)
                .ok_or_else(|| refuse(&format!("`{text}` has no valid port")))?,
        };
        let address: Option<std::net::IpAddr> = host.parse().ok();
        let named = !host.is_empty()
            && host.len() <= 253
            && host
                .chars()
                .all(|character| character.is_ascii_alphanumeric() || matches!(character, '-' | '.' | '_'));
        let authority = match address {
            Some(std::net::IpAddr::V6(v6)) => format!("[{v6}]:{port}"),
            Some(std::net::IpAddr::V4(v4)) => format!("{v4}:{port}"),
            None if named => format!("{host}:{port}"),
            None => return Err(refuse(&format!("`{}` is no host", text.escape_debug()))),
        };
        let scheme = if https { "https" } else { "http" };
        Ok(Self {
            origin: format!("{scheme}://{authority}").into(),
            https,
            loopback: address.map_or(host.eq_ignore_ascii_case("localhost"), |address| address.is_loopback()),
        })
    }

    /// The part after `scheme://`, for messages.
    pub(crate) fn authority(&self) -> &str {
        self.origin
            .split_once("://")
            .map_or(&*self.origin, |(_, authority)| authority)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_in_every_form() {
        for (text, origin) in [
            ("localhost", "http://localhost:8848"),
            ("10.0.0.1:80", "http://10.0.0.1:80"),
            ("[::1]:9", "http://[::1]:9"),
            ("[::1]", "http://[::1]:8848"),
            ("http://nacos:1/", "http://nacos:1"),
            ("https://nacos.example.com", "https://nacos.example.com:8848"),
        ] {
            assert_eq!(&*ServerAddress::parse(text).unwrap().origin, origin, "{text}");
        }
        for bad in ["", "ftp://a", "a:b", "a:0", "a b", "a/b", "http://u:secret@h", "::1"] {
            let error = ServerAddress::parse(bad).unwrap_err();
            assert_eq!(error.field(), Some("servers"), "{bad}");
            assert!(!error.to_string().contains("secret"));
        }
    }
}
