//! The key by which push services know this installation (RFC 8292).

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD as BASE64};
use ring::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair},
};
use serde_json::json;

use crate::{Result, write::internal};

/// Seconds for which a token holds; push services take up to a day.
const HOLDS_S: i64 = 12 * 60 * 60;

/// Signs for this installation.
pub(crate) struct Vapid(EcdsaKeyPair);

impl Vapid {
    /// A new key as it is kept.
    pub(crate) fn fresh() -> Result<String> {
        let key = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new());
        Ok(BASE64.encode(key.map_err(internal)?))
    }

    /// The key that was kept so.
    pub(crate) fn of(kept: &str) -> anyhow::Result<Self> {
        let pkcs8 = BASE64.decode(kept)?;
        let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &pkcs8, &SystemRandom::new());
        Ok(Self(key.map_err(|_| anyhow::anyhow!("the key for push services can't be read"))?))
    }

    /// The public key, a point of the curve.
    pub(super) fn public(&self) -> &[u8] {
        self.0.public_key().as_ref()
    }

    /// Says to the push service at `audience` who sends, at a moment in seconds since 1970.
    pub(super) fn token(&self, audience: &str, subject: Option<&str>, now: i64) -> anyhow::Result<String> {
        let mut claims = json!({"aud": audience, "exp": now + HOLDS_S});
        if let Some(subject) = subject {
            claims["sub"] = subject.into();
        }
        let head = BASE64.encode(r#"{"typ":"JWT","alg":"ES256"}"#);
        let said = format!("{head}.{}", BASE64.encode(claims.to_string()));
        let signature = self.0.sign(&SystemRandom::new(), said.as_bytes());
        let signature = signature.map_err(|_| anyhow::anyhow!("a push can't be signed"))?;
        Ok(format!("{said}.{}", BASE64.encode(signature)))
    }
}
