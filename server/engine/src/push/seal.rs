//! Encrypts what is said to a browser (RFC 8291), as one record of `aes128gcm` (RFC 8188).

use ring::{
    aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey},
    agreement::{ECDH_P256, EphemeralPrivateKey, UnparsedPublicKey, agree_ephemeral},
    error::Unspecified,
    hkdf::{HKDF_SHA256, KeyType, Salt},
    rand::{SecureRandom, SystemRandom},
};

/// Bytes of a record; what we say fits into one.
const RECORD: u32 = 4096;
/// Bytes that may be said: a push service takes 4,096, of which head, mark and seal need some.
const MOST: usize = 4096 - 86 - 17;

/// Encrypts `text` for who holds the private key of `p256dh` and the secret `auth`.
///
/// # Errors
/// The key is no point of the curve; the text is too long.
pub(super) fn seal(p256dh: &[u8], auth: &[u8], text: &[u8]) -> anyhow::Result<Vec<u8>> {
    anyhow::ensure!(text.len() <= MOST, "{} bytes are too long for a push", text.len());
    try_seal(p256dh, auth, text).map_err(|Unspecified| anyhow::anyhow!("the key of a browser is none"))
}

fn try_seal(p256dh: &[u8], auth: &[u8], text: &[u8]) -> Result<Vec<u8>, Unspecified> {
    let random = SystemRandom::new();
    let mut salt = [0; 16];
    random.fill(&mut salt)?;
    let mine = EphemeralPrivateKey::generate(&ECDH_P256, &random)?;
    let public = mine.compute_public_key()?;
    agree_ephemeral(mine, &UnparsedPublicKey::new(&ECDH_P256, p256dh), |secret| {
        encrypt(secret, public.as_ref(), p256dh, auth, salt, text)
    })?
}

/// Is this a point of the curve, to which something can be sealed?
pub(super) fn check(p256dh: &[u8]) -> Option<()> {
    let mine = EphemeralPrivateKey::generate(&ECDH_P256, &SystemRandom::new()).ok()?;
    agree_ephemeral(mine, &UnparsedPublicKey::new(&ECDH_P256, p256dh), |_| ()).ok()
}

/// What is derived by HKDF, by its length.
struct Length(usize);

impl KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}

fn derive<const N: usize>(salt: &[u8], secret: &[u8], info: &[&[u8]]) -> Result<[u8; N], Unspecified> {
    let mut derived = [0; N];
    Salt::new(HKDF_SHA256, salt).extract(secret).expand(info, Length(N))?.fill(&mut derived)?;
    Ok(derived)
}

fn encrypt(
    secret: &[u8],
    public: &[u8],
    p256dh: &[u8],
    auth: &[u8],
    salt: [u8; 16],
    text: &[u8],
) -> Result<Vec<u8>, Unspecified> {
    let shared: [u8; 32] = derive(auth, secret, &[b"WebPush: info\0", p256dh, public])?;
    let key: [u8; 16] = derive(&salt, &shared, &[b"Content-Encoding: aes128gcm\0"])?;
    let nonce: [u8; 12] = derive(&salt, &shared, &[b"Content-Encoding: nonce\0"])?;
    // The mark of the last record.
    let mut sealed = [text, &[2]].concat();
    let key = LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &key)?);
    // The key is of this text alone, so the nonce is used once.
    key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::empty(), &mut sealed)?;
    let length = u8::try_from(public.len()).map_err(|_| Unspecified)?;
    Ok([&salt[..], &RECORD.to_be_bytes(), &[length], public, &sealed].concat())
}

#[cfg(test)]
mod tests {
    use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD as BASE64};

    use super::*;

    fn bytes(text: &str) -> Vec<u8> {
        BASE64.decode(text).unwrap()
    }

    #[test]
    fn the_example_of_the_standard_comes_out_byte_for_byte() {
        // RFC 8291, section 5 and appendix A.
        let sealed = encrypt(
            &bytes("kyrL1jIIOHEzg3sM2ZWRHDRB62YACZhhSlknJ672kSs"),
            &bytes("BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8"),
            &bytes("BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"),
            &bytes("BTBZMqHH6r4Tts7J_aSIgg"),
            bytes("DGv6ra1nlYgDCS1FRnbzlw").try_into().unwrap(),
            b"When I grow up, I want to be a watermelon",
        );
        let expected = "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8w\
                        EqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN";
        assert_eq!(BASE64.encode(sealed.unwrap()), expected);
    }

    #[test]
    fn what_is_sealed_is_never_the_same_and_never_too_long() {
        let p256dh = bytes("BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4");
        let seal = |text: &[u8]| seal(&p256dh, &[7; 16], text);
        assert_ne!(seal(b"x").unwrap(), seal(b"x").unwrap());
        assert_eq!(seal(&[b'x'; MOST]).unwrap().len(), 4096);
        assert!(seal(&[b'x'; MOST + 1]).is_err());
        assert!(super::seal(&[4; 65], &[7; 16], b"x").is_err() && check(&[4; 65]).is_none());
        assert!(check(&p256dh).is_some());
    }
}
