//! Requests that another site makes a browser send are refused.
//!
//! tower-http's `csrf` compares an origin with the host whatever the scheme; sockets need an exact
//! comparison as well, so both use this one.

use axum::{
    extract::{FromRequestParts, Request, State},
    http::{HeaderMap, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use protocol::Error;

use crate::{config::Config, failure::Failure, state::AppState};

/// The middleware for whatever changes something, server functions included.
///
/// Browsers say `Sec-Fetch-Site`; older ones at least `Origin`, with every POST. What says neither
/// is a program, which nobody can trick into using somebody else's cookie.
pub async fn origin(State(state): State<AppState>, request: Request, next: Next) -> Response {
    if request.method().is_safe() || may_change(request.headers(), &state.config) {
        return next.run(request).await;
    }
    tracing::warn!(origin = ?request.headers().get(header::ORIGIN), "refused a request of another site");
    Failure::from(Error::Forbidden).into_response()
}

fn may_change(headers: &HeaderMap, config: &Config) -> bool {
    match headers.get("sec-fetch-site").map(|site| site.as_bytes()) {
        Some(b"same-origin" | b"none") => true,
        Some(_) => false,
        None => ours(headers, config),
    }
}

/// The `Origin` is absent, or is ours to the letter: `PUBLIC_URL`'s, or else the host that was asked.
fn ours(headers: &HeaderMap, config: &Config) -> bool {
    let Some(origin) = headers.get(header::ORIGIN) else { return true };
    let Ok(origin) = origin.to_str() else { return false };
    match &config.public_url {
        Some(url) => origin == url.origin(),
        None => {
            let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
            let asked = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"));
            !host.is_empty() && asked == Some(host)
        }
    }
}

/// Proof that a socket is not opened by another site: an `Origin` that is present must be ours.
pub struct OurOrigin;

impl FromRequestParts<AppState> for OurOrigin {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Failure> {
        if ours(&parts.headers, &state.config) { Ok(Self) } else { Err(Error::Forbidden.into()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(public_url: Option<&str>, headers: &[(&'static str, &'static str)]) -> bool {
        let headers = headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
        may_change(&headers, &config(public_url))
    }

    fn config(public_url: Option<&str>) -> Config {
        Config {
            settings: engine::Settings {
                data_dir: "unused".into(),
                database_url: None,
                redis_url: None,
                event_retention_days: 30,
                signup: engine::Signup::Open,
                rate_limits: true,
                public_url: None,
                outside: Default::default(),
                push_anywhere: false,
                bucket: None,
                mail: None,
            },
            public_url: public_url.map(|url| url.parse().unwrap()),
            trusted_proxies: Default::default(),
            dev: false,
            patience: Default::default(),
            memory_limit: None,
            #[cfg(not(feature = "embed"))]
            site_dir: "unused".into(),
        }
    }

    #[test]
    fn a_browser_s_own_word_decides() {
        assert!(allowed(None, &[("sec-fetch-site", "same-origin"), ("origin", "null")]));
        assert!(allowed(None, &[("sec-fetch-site", "none")]));
        assert!(!allowed(None, &[("sec-fetch-site", "same-site"), ("origin", "http://h"), ("host", "h")]));
        assert!(!allowed(None, &[("sec-fetch-site", "cross-site")]));
    }

    #[test]
    fn an_older_browser_s_origin_must_be_the_host() {
        assert!(allowed(None, &[("origin", "http://h:3000"), ("host", "h:3000")]));
        assert!(allowed(None, &[("origin", "https://h"), ("host", "h")]));
        for origin in ["http://h", "http://h:3000.evil.com", "http://evil.com", "null", "h:3000", "ftp://h:3000", ""] {
            assert!(!allowed(None, &[("origin", origin), ("host", "h:3000")]), "{origin}");
        }
    }

    #[test]
    fn with_a_public_url_only_that_counts() {
        let public = Some("https://boards.example.com");
        assert!(allowed(public, &[("origin", "https://boards.example.com"), ("host", "10.0.0.7:3000")]));
        assert!(!allowed(public, &[("origin", "http://boards.example.com"), ("host", "boards.example.com")]));
        assert!(!allowed(public, &[("origin", "http://10.0.0.7:3000"), ("host", "10.0.0.7:3000")]));
    }

    #[test]
    fn a_program_says_nothing_and_passes() {
        assert!(allowed(None, &[("host", "h")]));
    }
}
