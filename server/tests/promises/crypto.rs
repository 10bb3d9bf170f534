//! AES and signatures, compared with results of other implementations.

use wafer_session_server::crypto::{DecryptError, decrypt, encrypt, signature, skey_hash};

/// The sample that WeChat publishes with its decryption demos.
const SAMPLE_KEY: &str = "tiihtNczf5v6AKRyjwEUhQ==";
const SAMPLE_IV: &str = "r7BXXKkLb8qrSNn05n0qiA==";
const SAMPLE_DATA: &str = concat!(
    "CiyLU1Aw2KjvrjMdj8YKliAjtP4gsMZMQmRzooG2xrDcvSnxIMXFufNstNGTyaGS9uT5geRa0W4oTOb1WT7fJlAC+oNPdbB+3hVb",
    "JSRgv+4lGOETKUQz6OYStslQ142dNCuabNPGBzlooOmB231qMM85d2/fV6ChevvXvQP8Hkue1poOFtnEtpyxVLW1zAo6/1Xx1COx",
    "Fvrc2d7UL/lmHInNlxuacJXwu0fjpXfz/YqYzBIBzD6WUfTIF9GRHpOn/Hz7saL8xz+W//FRAUid1OksQaQx4CMs8LOddcQhULW4",
    "ucetDf96JcR3g0gfRK4PC7E/r7Z6xNrXd2UIeorGj5Ef7b1pJAYB6Y5anaHqZ9J6nKEBvB4DnNLIVWSgARns/8wR2SiRS7MNACwT",
    "yrGvt9ts8p12PKFdlqYTopNHR1Vf7XjfhQlVsAJdNiKdYmYVoKlaRv85IfVunYzO0IKXsyl7JCUjCpoG20f0a04COwfneQAGGwd5",
    "oa+T8yO5hzuyDb/XcxxmK01EpqOyuxINew==",
);

/// Key, iv and results of Node's `crypto.createCipheriv('aes-128-cbc', …)`.
const NODE_KEY: &str = "AAECAwQFBgcICQoLDA0ODw==";
const NODE_IV: &str = "//79/Pv6+fj39vX08/Lx8A==";
const NODE_RESULTS: [(&str, &str); 3] = [
    (
        r#"{"nickName":"小明","watermark":{"appid":"wx1234567890abcdef","timestamp":1700000000}}"#,
        concat!(
            "Oyk+0Xy03lroXBDfEKem22mD1f9HqCZwlDi57w7WE+US0eQbBH2D1aPm9YqsCYz32Hin+oR4aNPRT7jEDwweGU2oY27BPsfcdzmJnkNb",
            "CZvuhQTyEWGlLRz1sssbG6Gg",
        ),
    ),
    ("0123456789abcdef", "1A8DWp3tDmk3I+LVX4XSbYffLzeQ6vZ32SJoimsiAlc="),
    ("", "O5MR0Bv4gcxrfPBfmCnTvg=="),
];

#[test]
fn wechats_published_sample_is_decrypted() {
    let plain = decrypt(SAMPLE_KEY, SAMPLE_IV, SAMPLE_DATA).expect("the sample decrypts");
    let value: serde_json::Value = serde_json::from_slice(&plain).expect("the sample is JSON");
    assert_eq!(value["nickName"], "Band");
    assert_eq!(value["watermark"]["appid"], "wx4f4bc4dec97d474b");
    assert_eq!(value["watermark"]["timestamp"], 1_477_314_187);
}

#[test]
fn what_node_encrypts_is_decrypted_and_encrypted_alike() {
    for (plain, encrypted) in NODE_RESULTS {
        assert_eq!(encrypt(NODE_KEY, NODE_IV, plain.as_bytes()).as_deref(), Ok(encrypted));
        assert_eq!(decrypt(NODE_KEY, NODE_IV, encrypted).as_deref(), Ok(plain.as_bytes()));
    }
}

#[test]
fn signature_and_skey_hash_are_what_node_computes() {
    assert_eq!(signature(r#"{"nickName":"小明"}"#, NODE_KEY), "2c8cf0423dacfdac7923490121b763a2d0fb1b97");
    let hash: String = skey_hash("skey").iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(hash, "d365ce99b72e5b44868033b141d392d1152c7d8ab3e22281396f877d08671bd1");
}

#[test]
fn damaged_arguments_are_told_apart_and_never_panic() {
    let data = NODE_RESULTS[0].1;
    assert_eq!(decrypt(NODE_KEY, NODE_IV, "不是 base64"), Err(DecryptError::NotBase64));
    assert_eq!(decrypt(NODE_KEY, "AAEC", data), Err(DecryptError::WrongLength));
    assert_eq!(decrypt("AAEC", NODE_IV, data), Err(DecryptError::WrongLength));
    assert_eq!(decrypt(SAMPLE_KEY, NODE_IV, data), Err(DecryptError::WrongKey));
    assert_eq!(decrypt(NODE_KEY, NODE_IV, ""), Err(DecryptError::WrongKey));
    assert_eq!(decrypt(NODE_KEY, NODE_IV, "AAEC"), Err(DecryptError::WrongKey), "not a whole block");
}
