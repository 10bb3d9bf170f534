//! The cryptography that protects WeChat's data and our sessions.

use aes::Aes128;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockModeDecrypt, BlockModeEncrypt, KeyIvInit};
use sha1::Sha1;
use sha2::{Digest, Sha256};

/// Why data could not be decrypted. The reasons are few and coarse on purpose, because the client is told them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DecryptError {
    /// Key, iv or data is not base64.
    NotBase64,
    /// Key or iv is not 16 bytes long.
    WrongLength,
    /// The padding is wrong: another key, another iv, or damaged data.
    WrongKey,
}

/// Decrypts AES-128-CBC with PKCS#7 padding; all three arguments are base64, as WeChat hands them out.
pub fn decrypt(session_key: &str, iv: &str, encrypted_data: &str) -> Result<Vec<u8>, DecryptError> {
    let decode = |text: &str| STANDARD.decode(text).map_err(|_| DecryptError::NotBase64);
    let (key, iv, data) = (decode(session_key)?, decode(iv)?, decode(encrypted_data)?);
    cbc::Decryptor::<Aes128>::new_from_slices(&key, &iv)
        .map_err(|_| DecryptError::WrongLength)?
        .decrypt_padded_vec::<Pkcs7>(&data)
        .map_err(|_| DecryptError::WrongKey)
}

/// Encrypts as WeChat does; the answer is base64.
///
/// # Errors
/// `NotBase64` or `WrongLength` if key or iv is not base64 of 16 bytes.
pub fn encrypt(session_key: &str, iv: &str, plain: &[u8]) -> Result<String, DecryptError> {
    let decode = |text: &str| STANDARD.decode(text).map_err(|_| DecryptError::NotBase64);
    let cipher = cbc::Encryptor::<Aes128>::new_from_slices(&decode(session_key)?, &decode(iv)?)
        .map_err(|_| DecryptError::WrongLength)?;
    Ok(STANDARD.encode(cipher.encrypt_padded_vec::<Pkcs7>(plain)))
}

/// WeChat's `signature` of rawData: sha1(rawData + session_key), in hex.
pub fn signature(raw_data: &str, session_key: &str) -> String {
    hex(&Sha1::new().chain_update(raw_data).chain_update(session_key).finalize())
}

/// The form in which the database keeps an skey. A fast hash is enough: the skey has 256 random bits.
pub fn skey_hash(skey: &str) -> [u8; 32] {
    Sha256::digest(skey).into()
}

/// `N` random bytes from the operating system.
///
/// # Panics
/// If the operating system gives no random bytes: no session may be made then.
pub fn random_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    bytes
}

/// `N` random bytes in hex.
pub fn random_hex<const N: usize>() -> String {
    hex(&random_bytes::<N>())
}

/// 16 random bytes in base64: the shape of a session_key and of an iv.
pub fn random_key() -> String {
    STANDARD.encode(random_bytes::<16>())
}

/// `bytes` in hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        text.push(char::from(DIGITS[usize::from(byte >> 4)]));
        text.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
    text
}
