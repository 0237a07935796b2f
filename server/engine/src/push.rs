//! Web Push: what is said to the browsers that people have asked to be told by, through the push services of
//! those (RFC 8030), encrypted for them alone (RFC 8291) and signed by this installation (RFC 8292).

mod address;
mod seal;
mod vapid;

use std::{pin::pin, sync::Arc, time::Duration};

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD as BASE64};
use http::{HeaderMap, Method, Request, StatusCode, header};
use http_body_util::Full;
use hyper::{body::Bytes, client::conn::http1};
use hyper_util::rt::TokioIo;
use protocol::{Error, limits};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
};
use tokio_rustls::{
    TlsConnector,
    rustls::{ClientConfig, RootCertStore, crypto::ring, pki_types::ServerName},
};

use address::Endpoint;
pub(crate) use vapid::Vapid;

use crate::{
    Actor, Engine, Result,
    db::outside::{self as rows, Push, Subscription},
    now,
};

/// A push service has so long to take something.
const WITHIN: Duration = Duration::from_secs(10);
/// Seconds for which a push service keeps what a device can't be given: a day later it is of no use.
const KEPT_S: u32 = 24 * 60 * 60;

/// Says to a browser what is for it.
pub(crate) struct Sender {
    vapid: Vapid,
    /// Who runs this installation, for the push services.
    subject: Option<String>,
    tls: Arc<ClientConfig>,
    /// May push services be on this machine or in its network, and without TLS? In tests alone.
    anywhere: bool,
}

/// What came of sending.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The push service has it, or it is not to be sent.
    Done,
    /// Not now; not before so long, where the push service says so.
    Later(Option<Duration>),
    /// The browser does not take anything any more.
    Gone,
}

/// Has this person told by the browser of this sign-in, too.
///
/// # Errors
/// The endpoint is no public https address; a key is none.
pub async fn subscribe(engine: &Engine, actor: &Actor, endpoint: &str, p256dh: &str, auth: &str) -> Result<()> {
    Endpoint::parse(endpoint, engine.push().anywhere)
        .ok_or_else(|| Error::invalid("endpoint", "This is no address of a push service."))?;
    let key = |name: &str, text: &str, length: usize| {
        let key = BASE64.decode(text.trim_end_matches('=')).ok().filter(|key| key.len() == length);
        key.ok_or_else(|| Error::invalid(name, "This is no key of a browser."))
    };
    let (p256dh, auth) = (key("p256dh", p256dh, 65)?, key("auth", auth, 16)?);
    seal::check(&p256dh).ok_or_else(|| Error::invalid("p256dh", "This is no key of a browser."))?;
    let (user, session, endpoint) = (actor.id(), actor.session, endpoint.to_owned());
    engine
        .write(move |w| {
            Box::pin(async move {
                let new = Subscription { user, session, endpoint: &endpoint, p256dh: &p256dh, auth: &auth };
                rows::subscribe(&mut w.tx, &new, w.now, limits::PUSHED).await
            })
        })
        .await
}

/// The browser of this sign-in tells nothing any more.
///
/// # Errors
/// The database is away.
pub async fn unsubscribe(engine: &Engine, actor: &Actor) -> Result<()> {
    let session = actor.session;
    engine.write(move |w| Box::pin(async move { rows::unsubscribe(&mut w.tx, session).await.map(drop) })).await
}

impl Sender {
    pub(crate) fn new(vapid: Vapid, subject: Option<String>, anywhere: bool) -> anyhow::Result<Self> {
        let roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        let tls = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Self { vapid, subject, tls: Arc::new(tls), anywhere })
    }

    /// The public key of this installation, as browsers want it when they subscribe.
    pub(crate) fn public_key(&self) -> String {
        BASE64.encode(self.vapid.public())
    }

    /// Sends something to a browser.
    pub(crate) async fn send(&self, push: &Push, content: &[u8]) -> Outcome {
        match tokio::time::timeout(WITHIN, self.try_send(push, content)).await {
            Ok(Ok((status, headers))) => outcome(status, &headers),
            Ok(Err(error)) => {
                // Neither the endpoint, which is a secret, nor what was to be said.
                tracing::info!(%error, "a push service could not be reached");
                Outcome::Later(None)
            }
            Err(_) => Outcome::Later(None),
        }
    }

    async fn try_send(&self, push: &Push, content: &[u8]) -> anyhow::Result<(StatusCode, HeaderMap)> {
        // What is no such address any more, or belongs to nobody outside, is sent nothing.
        let Some(endpoint) = Endpoint::parse(&push.endpoint, self.anywhere) else {
            return Ok((StatusCode::GONE, HeaderMap::new()));
        };
        let body = seal::seal(&push.p256dh, &push.auth, content)?;
        let token = self.vapid.token(&endpoint.origin(), self.subject.as_deref(), now() / 1000)?;
        let request = Request::builder()
            .method(Method::POST)
            .uri(endpoint.path())
            .header(header::HOST, endpoint.authority())
            .header(header::AUTHORIZATION, format!("vapid t={token}, k={}", self.public_key()))
            .header(header::CONTENT_ENCODING, "aes128gcm")
            .header(header::CONTENT_TYPE, "application/octet-stream")
            .header("ttl", KEPT_S)
            .header("urgency", "high")
            // What is newer of the same row takes its place where the device has not been given it yet.
            .header("topic", format!("n{}", push.notification_id))
            .body(Full::new(Bytes::from(body)))?;
        let tcp = TcpStream::connect(endpoint.resolve(self.anywhere).await?).await?;
        match endpoint.tls() {
            false => ask(tcp, request).await,
            true => {
                let name = ServerName::try_from(endpoint.host().to_owned())?;
                ask(TlsConnector::from(self.tls.clone()).connect(name, tcp).await?, request).await
            }
        }
    }
}

/// Asks over a connection and gives how it was answered; what the answer says besides is left unread.
async fn ask(
    io: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    request: Request<Full<Bytes>>,
) -> anyhow::Result<(StatusCode, HeaderMap)> {
    let (mut sender, connection) = http1::handshake(TokioIo::new(io)).await?;
    let mut answered = pin!(sender.send_request(request));
    let answer = tokio::select! {
        answer = &mut answered => answer,
        ended = connection => {
            ended?;
            // It may have come with the end.
            answered.await
        }
    };
    let (parts, _) = answer?.into_parts();
    Ok((parts.status, parts.headers))
}

/// What an answer of a push service means.
fn outcome(status: StatusCode, headers: &HeaderMap) -> Outcome {
    match status {
        StatusCode::NOT_FOUND | StatusCode::GONE => Outcome::Gone,
        StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT => Outcome::Later(retry_after(headers)),
        status if status.is_server_error() => Outcome::Later(retry_after(headers)),
        status => {
            if !status.is_success() {
                tracing::warn!(%status, "a push service refuses what is sent to it");
            }
            Outcome::Done
        }
    }
}

fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim().parse().ok().map(Duration::from_secs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_of_push_services_mean_what_their_standard_says() {
        let with = |seconds: &'static str| HeaderMap::from_iter([(header::RETRY_AFTER, seconds.parse().unwrap())]);
        for (status, headers, expected) in [
            (201, HeaderMap::new(), Outcome::Done),
            (404, HeaderMap::new(), Outcome::Gone),
            (410, HeaderMap::new(), Outcome::Gone),
            (429, with("120"), Outcome::Later(Some(Duration::from_secs(120)))),
            (503, with("soon"), Outcome::Later(None)),
            (400, HeaderMap::new(), Outcome::Done),
            (301, HeaderMap::new(), Outcome::Done),
        ] {
            assert_eq!(outcome(StatusCode::from_u16(status).unwrap(), &headers), expected, "{status}");
        }
    }
}
