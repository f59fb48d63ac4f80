//! Without feature `rustls` there is no `https://`.

use crate::error::{Error, Result};

#[derive(Clone, Debug, Default)]
pub(crate) struct Tls {
    pub(crate) needed: bool,
}

impl Tls {
    pub(super) fn apply(&self, builder: reqwest::ClientBuilder) -> Result<reqwest::ClientBuilder> {
        if self.needed {
            return Err(Error::invalid(
                "servers",
                "`https://` needs the feature `rustls` of nacos-client",
            ));
        }
        Ok(builder)
    }
}
