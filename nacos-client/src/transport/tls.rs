//! TLS by rustls with ring, without touching anything of the process.

use std::sync::Arc;

use rustls::crypto::CryptoProvider;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::Verifier;

use crate::error::{Error, Result};

/// What `https://` needs: whether there is such a server, and roots beside those of the operating system.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tls {
    pub(crate) needed: bool,
    pub(crate) roots_pem: Vec<u8>,
}

fn refuse(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::invalid("root_certificates", "cannot be used").with_source(source)
}

impl Tls {
    /// A provider of its own each time: installing one for the process is not a library's to do.
    pub(super) fn apply(&self, builder: reqwest::ClientBuilder) -> Result<reqwest::ClientBuilder> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .map_err(refuse)?;
        let config = if self.needed {
            let verifier = Arc::new(self.verifier(provider)?);
            config.dangerous().with_custom_certificate_verifier(verifier)
        } else {
            // Reading the roots of the operating system takes time that plain http need not spend.
            config.with_root_certificates(RootCertStore::empty())
        };
        Ok(builder.tls_backend_preconfigured(config.with_no_client_auth()))
    }

    fn verifier(&self, provider: Arc<CryptoProvider>) -> Result<Verifier> {
        let roots = CertificateDer::pem_slice_iter(&self.roots_pem)
            .collect::<Result<Vec<_>, _>>()
            .map_err(|error| refuse(error.to_string()))?;
        if roots.is_empty() && !self.roots_pem.is_empty() {
            return Err(refuse("no certificate in it"));
        }
        Verifier::new_with_extra_roots(roots, provider).map_err(refuse)
    }
}
