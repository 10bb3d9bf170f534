//! Encrypts what identifies people or opens their data: AES-256-GCM under keys that are kept outside the database.

use crate::crypto;
use aes_gcm::aead::{Aead, Payload};
use aes_gcm::{Aes256Gcm, KeyInit, Nonce};
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use sha2::{Digest, Sha256};

const KEY_BYTES: usize = 32;
const NONCE_BYTES: usize = 12;
/// Neither base64 nor a phone number contains it.
const SEPARATOR: char = ':';

/// A text as the database holds it: encrypted, or plain where no key is configured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed(pub(super) String);

/// The keys. The first encrypts; all of them decrypt, so that a key can be replaced.
#[derive(Default)]
pub struct Vault(Vec<Key>);

struct Key {
    /// The first digits of the key's hash. They stand beside each value that the key encrypted.
    id: String,
    cipher: Aes256Gcm,
}

/// A key is not in the right form.
#[derive(Debug, thiserror::Error)]
#[error("每个密钥须是 64 位十六进制数字，可用 openssl rand -hex 32 生成")]
pub struct KeyError;

/// Why a value cannot be decrypted.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// It was encrypted under a key that is not configured.
    #[error("a value is encrypted under key {0}, which is not among the data keys")]
    UnknownKey(String),
    /// It is damaged, or belongs to another row.
    #[error("an encrypted value is damaged")]
    Damaged,
}

impl Vault {
    /// A vault with these keys, each 64 hexadecimal digits, separated by commas; empty: nothing is encrypted.
    pub fn from_keys(keys: &str) -> Result<Self, KeyError> {
        keys.split(',')
            .map(str::trim)
            .filter(|key| !key.is_empty())
            .map(Key::new)
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// Whether values are encrypted.
    pub fn encrypts(&self) -> bool {
        !self.0.is_empty()
    }

    /// Encrypts `plain` for the row that `owner` names. The value cannot be decrypted in another row.
    pub fn seal(&self, plain: &str, owner: &str) -> Sealed {
        let Some(key) = self.0.first() else { return Sealed(plain.to_owned()) };
        let nonce = crypto::random_bytes::<NONCE_BYTES>();
        let payload = Payload { msg: plain.as_bytes(), aad: owner.as_bytes() };
        let encrypted =
            key.cipher.encrypt(&Nonce::from(nonce), payload).expect("texts of users are shorter than 64 GB");
        Sealed(format!("{}{SEPARATOR}{}", key.id, STANDARD_NO_PAD.encode([&nonce[..], &encrypted].concat())))
    }

    /// Decrypts. A value that was stored before there were keys is plain.
    pub fn open(&self, sealed: &Sealed, owner: &str) -> Result<String, VaultError> {
        let Some((id, encoded)) = sealed.0.split_once(SEPARATOR) else { return Ok(sealed.0.clone()) };
        let key =
            self.0.iter().find(|key| key.id == id).ok_or_else(|| VaultError::UnknownKey(id.to_owned()))?;
        let bytes = STANDARD_NO_PAD.decode(encoded).map_err(|_| VaultError::Damaged)?;
        let (nonce, encrypted) = bytes.split_first_chunk::<NONCE_BYTES>().ok_or(VaultError::Damaged)?;
        let payload = Payload { msg: encrypted, aad: owner.as_bytes() };
        let plain = key.cipher.decrypt(&Nonce::from(*nonce), payload).map_err(|_| VaultError::Damaged)?;
        String::from_utf8(plain).map_err(|_| VaultError::Damaged)
    }

    /// Whether `sealed` is under the first key, or plain if there is no key.
    pub fn is_current(&self, sealed: &Sealed) -> bool {
        sealed.0.split_once(SEPARATOR).map(|(id, _)| id) == self.0.first().map(|key| key.id.as_str())
    }
}

impl Key {
    fn new(digits: &str) -> Result<Self, KeyError> {
        let bytes = hex(digits).ok_or(KeyError)?;
        let id = crypto::hex(&Sha256::digest(bytes)[..4]);
        Ok(Self { id, cipher: Aes256Gcm::new(&bytes.into()) })
    }
}

fn hex(digits: &str) -> Option<[u8; KEY_BYTES]> {
    let mut bytes = [0; KEY_BYTES];
    if digits.len() != KEY_BYTES * 2 || !digits.is_ascii() {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(digits.as_bytes().chunks(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(bytes)
}
