//! A push service on this machine, and browsers that it delivers to.

use std::{
    sync::Mutex,
    time::{SystemTime, UNIX_EPOCH},
};

use axum::http::StatusCode;
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD as BASE64};
use foundations::push::{self, Received};
use ring::{
    aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey},
    agreement::{ECDH_P256, EphemeralPrivateKey, UnparsedPublicKey, agree_ephemeral},
    hkdf::{HKDF_SHA256, KeyType, Salt},
    rand::SystemRandom,
    signature::{self, ECDSA_P256_SHA256_FIXED},
};
use serde_json::{Value, json};

use crate::app::Person;

/// A push service, and browsers that it delivers to.
#[derive(Clone)]
pub struct PushService {
    pub url: String,
    service: push::PushService,
}

impl PushService {
    pub async fn start() -> Self {
        let service = push::PushService::start().await.unwrap();
        Self { url: service.url.clone(), service }
    }

    /// Answers so from now on, and then again as it should.
    pub fn answer(&self, answers: impl IntoIterator<Item = u16>) {
        let status = |code| push::Reply::Status(StatusCode::from_u16(code).unwrap());
        self.service.answer(answers.into_iter().map(status));
    }

    /// What was sent to a browser so far.
    pub fn received(&self, browser: &Browser) -> Vec<Received> {
        self.service.to(&browser.path)
    }

    /// Waits until so many were sent to a browser, and gives them.
    pub async fn until(&self, browser: &Browser, count: usize) -> Vec<Received> {
        self.service.until(&browser.path, count).await
    }

    /// Has somebody told by a browser of theirs.
    pub async fn subscribe(&self, person: &Person) -> Browser {
        let browser = Browser::new(&person.name);
        let answer = person.post("/api/subscribe_push", browser.subscription(&self.url)).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        browser
    }
}

/// A browser with keys of its own.
pub struct Browser {
    path: String,
    /// Used once: what is sent a second time is not read.
    key: Mutex<Option<EphemeralPrivateKey>>,
    public: Vec<u8>,
    auth: [u8; 16],
}

/// What is derived by HKDF, by its length.
struct Length(usize);

impl KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}

fn derive(salt: &[u8], secret: &[u8], info: &[&[u8]], length: usize) -> Vec<u8> {
    let mut derived = vec![0; length];
    let secret = Salt::new(HKDF_SHA256, salt).extract(secret);
    secret.expand(info, Length(length)).unwrap().fill(&mut derived).unwrap();
    derived
}

impl Browser {
    pub fn new(name: &str) -> Self {
        let key = EphemeralPrivateKey::generate(&ECDH_P256, &SystemRandom::new()).unwrap();
        let public = key.compute_public_key().unwrap().as_ref().to_vec();
        let path = format!("/send/{name}-{}", uuid::Uuid::now_v7());
        Self { path, key: Mutex::new(Some(key)), public, auth: [9; 16] }
    }

    /// What it says of itself.
    pub fn subscription(&self, service: &str) -> Value {
        let endpoint = format!("{service}{}", self.path);
        json!({"endpoint": endpoint, "p256dh": BASE64.encode(&self.public), "auth": BASE64.encode(self.auth)})
    }

    /// Reads what was sent to it, as RFC 8291 says. Once.
    pub fn read(&self, received: &Received) -> Value {
        let (salt, rest) = received.body.split_at(16);
        assert_eq!((&rest[..4], rest[4]), (&4096_u32.to_be_bytes()[..], 65), "a head as RFC 8188 has it");
        let (theirs, sealed) = rest[5..].split_at(65);
        let mine = self.key.lock().unwrap().take().expect("it was read before");
        let shared = agree_ephemeral(mine, &UnparsedPublicKey::new(&ECDH_P256, theirs), |secret| {
            derive(&self.auth, secret, &[b"WebPush: info\0", &self.public, theirs], 32)
        })
        .unwrap();
        let key = derive(salt, &shared, &[b"Content-Encoding: aes128gcm\0"], 16);
        let nonce = derive(salt, &shared, &[b"Content-Encoding: nonce\0"], 12);
        let key = LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &key).unwrap());
        let nonce = Nonce::try_assume_unique_for_key(&nonce).unwrap();
        let mut sealed = sealed.to_vec();
        let text = key.open_in_place(nonce, Aad::empty(), &mut sealed).unwrap();
        let (mark, text) = text.split_last().unwrap();
        assert_eq!(*mark, 2, "the last record");
        serde_json::from_slice(text).unwrap()
    }
}

/// The key that signed what was received for the push service at `origin`, as RFC 8292 says.
pub fn signed_for(received: &Received, origin: &str) -> String {
    let vapid = received.header("authorization").strip_prefix("vapid ").unwrap();
    let part = |name: &str| vapid.split(',').find_map(|part| part.trim().strip_prefix(name)).unwrap();
    let (token, key) = (part("t="), part("k="));
    let (said, signature) = token.rsplit_once('.').unwrap();
    let public = signature::UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, BASE64.decode(key).unwrap());
    public.verify(said.as_bytes(), &BASE64.decode(signature).unwrap()).unwrap();
    let (head, claims) = said.split_once('.').unwrap();
    let read = |text: &str| -> Value { serde_json::from_slice(&BASE64.decode(text).unwrap()).unwrap() };
    assert_eq!(read(head), json!({"typ": "JWT", "alg": "ES256"}));
    let claims = read(claims);
    assert_eq!(claims["aud"], origin);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs() as i64;
    let ends = claims["exp"].as_i64().unwrap() - now;
    assert!((0..24 * 60 * 60).contains(&ends), "{ends} s");
    key.to_owned()
}
