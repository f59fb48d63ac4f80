//! Encrypted configurations: those whose data id begins with `cipher-<algorithm>-`.
//!
//! The server stores ciphertext and, beside it, an encrypted data key; it never decrypts for clients. A data id with
//! the prefix but without a data key is stored in clear, and is returned as it is.

#[cfg(feature = "aes")]
mod aes;

use std::fmt;
use std::sync::Arc;

#[cfg(feature = "aes")]
pub use self::aes::AesCipher;
use super::ConfigDocument;
use crate::error::{Error, ErrorKind, Result};

/// An algorithm for configurations: the `aes` in `cipher-aes-app.yaml`.
pub trait ConfigCipher: Send + Sync + fmt::Debug + 'static {
    /// The word in the data id.
    fn algorithm(&self) -> &str;

    /// Turns stored content into the text that was published.
    ///
    /// # Errors
    /// When key or content are not of this algorithm.
    fn decrypt(&self, encrypted_data_key: &str, content: &str) -> Result<String>;

    /// Encrypts under a fresh data key.
    ///
    /// # Errors
    /// When this cipher only decrypts.
    fn encrypt(&self, content: &str) -> Result<Encrypted>;
}

/// What is stored of an encrypted configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Encrypted {
    /// The ciphertext, as text.
    pub content: String,
    /// The encrypted data key.
    pub encrypted_data_key: String,
}

/// What happens to an encrypted configuration whose algorithm nobody registered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum UnknownCipher {
    /// An error of kind [`Unsupported`](ErrorKind::Unsupported).
    #[default]
    Refuse,
    /// The ciphertext is returned as it is.
    PassThrough,
}

/// The algorithm that a data id asks for: `aes` for `cipher-aes-app.yaml`.
#[must_use]
pub fn algorithm_of(data_id: &str) -> Option<&str> {
    let rest = data_id.strip_prefix("cipher-")?;
    rest.split('-').next().filter(|algorithm| !algorithm.is_empty())
}

/// The ciphers of one client.
#[derive(Clone, Debug)]
pub(crate) struct Ciphers {
    known: Vec<Arc<dyn ConfigCipher>>,
    unknown: UnknownCipher,
}

#[cfg(feature = "aes")]
fn built_in() -> Vec<Arc<dyn ConfigCipher>> {
    vec![Arc::new(AesCipher)]
}

#[cfg(not(feature = "aes"))]
fn built_in() -> Vec<Arc<dyn ConfigCipher>> {
    Vec::new()
}

impl Ciphers {
    pub(crate) fn new() -> Self {
        Self {
            known: built_in(),
            unknown: UnknownCipher::default(),
        }
    }

    /// A later one replaces an earlier one of the same algorithm.
    pub(crate) fn add(&mut self, cipher: Arc<dyn ConfigCipher>) {
        self.known.retain(|known| known.algorithm() != cipher.algorithm());
        self.known.push(cipher);
    }

    pub(crate) fn set_unknown(&mut self, unknown: UnknownCipher) {
        self.unknown = unknown;
    }

    /// `None` when the data id asks for no cipher, `Some(None)` when it asks for one that nobody registered.
    fn find(&self, data_id: &str) -> Option<Option<&dyn ConfigCipher>> {
        let algorithm = algorithm_of(data_id)?;
        let cipher = self.known.iter().find(|cipher| cipher.algorithm() == algorithm);
        Some(cipher.map(|cipher| &**cipher))
    }

    /// Decrypts in place what is encrypted.
    pub(crate) fn decrypt(&self, data_id: &str, document: &mut ConfigDocument) -> Result<()> {
        let (Some(key), Some(cipher)) = (&document.encrypted_data_key, self.find(data_id)) else {
            return Ok(());
        };
        match cipher {
            Some(cipher) => {
                document.content = cipher
                    .decrypt(key, &document.content)
                    .map_err(|error| error.with_context(format_args!("cannot decrypt {data_id}")))?;
                Ok(())
            }
            None if self.unknown == UnknownCipher::PassThrough => Ok(()),
            None => Err(Error::new(
                ErrorKind::Unsupported,
                format!(
                    "no cipher for {data_id} is registered; add one with `cipher(..)`, or let it pass with `unknown_cipher(..)`"
                ),
            )),
        }
    }

    /// Encrypts what the data id asks to be encrypted; `None` for everything else.
    #[cfg(feature = "admin")]
    pub(crate) fn encrypt(&self, data_id: &str, content: &str) -> Result<Option<Encrypted>> {
        match self.find(data_id) {
            None => Ok(None),
            Some(Some(cipher)) => cipher.encrypt(content).map(Some),
            Some(None) if self.unknown == UnknownCipher::PassThrough => Ok(None),
            Some(None) => Err(Error::new(
                ErrorKind::Unsupported,
                format!("no cipher for {data_id} is registered; it would be published in clear"),
            )),
        }
    }
}
