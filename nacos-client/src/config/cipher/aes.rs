//! The `aes` of Nacos's reference plugin.
//!
//! Its data key is Base64 over the hex digits of the AES key, in clear: it hides a configuration from a glance, not
//! from whoever can read the database. The IV is made of the first 16 of those digits.

use std::fmt::Write as _;
use std::hash::{BuildHasher, RandomState};

use ::aes::cipher::block_padding::Pkcs7;
use ::aes::cipher::{BlockModeDecrypt, BlockModeEncrypt, KeyIvInit};
use ::aes::{Aes128, Aes192, Aes256};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{ConfigCipher, Encrypted};
use crate::error::{Error, ErrorKind, Result};

/// AES in CBC mode with 128, 192 or 256 bits, as `cipher-aes-…` documents use it.
#[derive(Clone, Copy, Debug, Default)]
pub struct AesCipher;

/// Key and IV.
struct Material {
    key: Vec<u8>,
    iv: Vec<u8>,
}

fn refuse(what: &str) -> Error {
    Error::new(ErrorKind::Decode, what)
}

impl Material {
    fn of(encrypted_data_key: &str) -> Result<Self> {
        let digits = STANDARD
            .decode(encrypted_data_key.trim())
            .map_err(|source| refuse("the data key is no Base64").with_source(source))?;
        let text = std::str::from_utf8(&digits).map_err(|_| refuse("the data key holds no hex digits"))?;
        let key = from_hex(text).ok_or_else(|| refuse("the data key holds no hex digits"))?;
        let iv = digits
            .get(..16)
            .ok_or_else(|| refuse("the data key is too short"))?
            .to_vec();
        Ok(Self { key, iv })
    }

    fn decrypt(&self, bytes: &[u8]) -> Result<Vec<u8>> {
        let failed = |_| refuse("the content is not of this data key");
        let length = |_| refuse("the data key has a length that AES does not know");
        match self.key.len() {
            16 => cbc::Decryptor::<Aes128>::new_from_slices(&self.key, &self.iv)
                .map_err(length)?
                .decrypt_padded_vec::<Pkcs7>(bytes)
                .map_err(failed),
            24 => cbc::Decryptor::<Aes192>::new_from_slices(&self.key, &self.iv)
                .map_err(length)?
                .decrypt_padded_vec::<Pkcs7>(bytes)
                .map_err(failed),
            _ => cbc::Decryptor::<Aes256>::new_from_slices(&self.key, &self.iv)
                .map_err(length)?
                .decrypt_padded_vec::<Pkcs7>(bytes)
                .map_err(failed),
        }
    }

    fn encrypt(&self, bytes: &[u8]) -> Result<Vec<u8>> {
        let encryptor = cbc::Encryptor::<Aes128>::new_from_slices(&self.key, &self.iv)
            .map_err(|_| refuse("the data key has a length that AES does not know"))?;
        Ok(encryptor.encrypt_padded_vec::<Pkcs7>(bytes))
    }
}

impl ConfigCipher for AesCipher {
    fn algorithm(&self) -> &'static str {
        "aes"
    }

    fn decrypt(&self, encrypted_data_key: &str, content: &str) -> Result<String> {
        let bytes = from_hex(content.trim()).ok_or_else(|| refuse("the content holds no hex digits"))?;
        let plain = Material::of(encrypted_data_key)?.decrypt(&bytes)?;
        String::from_utf8(plain).map_err(|source| refuse("the decrypted content is no text").with_source(source))
    }

    fn encrypt(&self, content: &str) -> Result<Encrypted> {
        let encrypted_data_key = STANDARD.encode(to_hex(&fresh_key()));
        let cipher = Material::of(&encrypted_data_key)?.encrypt(content.as_bytes())?;
        Ok(Encrypted {
            content: to_hex(&cipher),
            encrypted_data_key,
        })
    }
}

/// 128 bits from the operating system, by way of the standard library. They are published beside the ciphertext, so
/// their secrecy is none.
fn fresh_key() -> Vec<u8> {
    let half = |salt: u8| RandomState::new().hash_one(salt).to_be_bytes();
    [half(0), half(1)].concat()
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes();
    if !digits.len().is_multiple_of(2) {
        return None;
    }
    let value = |digit: u8| {
        char::from(digit)
            .to_digit(16)
            .and_then(|value| u8::try_from(value).ok())
    };
    digits
        .chunks_exact(2)
        .map(|pair| Some(value(*pair.first()?)? << 4 | value(*pair.last()?)?))
        .collect()
}

fn to_hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            // Writing to a String cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY_128: &str = "MDAwMTAyMDMwNDA1MDYwNzA4MDkwYTBiMGMwZDBlMGY=";
    const KEY_256: &str = "MDAwMTAyMDMwNDA1MDYwNzA4MDkwYTBiMGMwZDBlMGYxMDExMTIxMzE0MTUxNjE3MTgxOTFhMWIxYzFkMWUxZg==";

    #[test]
    fn the_vectors_are_decrypted() {
        for (key, content, plain) in [
            (KEY_128, "b505e9e0b38746bf27fabbe4f1b0ae8b", "nacos"),
            (
                KEY_128,
                "a8f88b3f503d1395b65f41b912e5437619cb1a091398cc2f1fe247b24ba3935a3a78f7ace03ea8f87043fb3d2a74f141",
                "spring.datasource.password=秘密-123\n",
            ),
            (KEY_256, "c8a4ecb95e06f844c4f108c716b09a69", "nacos"),
        ] {
            assert_eq!(AesCipher.decrypt(key, content).unwrap(), plain);
        }
        let vector = Material::of(KEY_128).unwrap().encrypt(b"nacos").unwrap();
        assert_eq!(to_hex(&vector), "b505e9e0b38746bf27fabbe4f1b0ae8b");
    }

    #[test]
    fn what_was_encrypted_is_decrypted_under_a_key_of_its_own() {
        let (first, second) = (
            AesCipher.encrypt("密码 😀\n").unwrap(),
            AesCipher.encrypt("密码 😀\n").unwrap(),
        );
        assert_ne!(first, second);
        assert_eq!(
            AesCipher.decrypt(&first.encrypted_data_key, &first.content).unwrap(),
            "密码 😀\n"
        );
    }

    #[test]
    fn what_is_not_of_the_algorithm_is_an_error() {
        for (key, content) in [
            ("", "00"),
            ("!", "00"),
            (KEY_128, "zz"),
            (KEY_128, "00"),
            (KEY_128, "é"),
            ("AAAA", "00"),
        ] {
            assert_eq!(
                AesCipher.decrypt(key, content).unwrap_err().kind(),
                ErrorKind::Decode,
                "{key} {content}"
            );
        }
    }
}
