//! What the server is told at its start.

use std::str::FromStr;

use anyhow::{Result, ensure};
use axum::http::Uri;

use crate::{patience::Patience, proxies::TrustedProxies};

/// Everything that can be set.
#[derive(Debug)]
pub struct Config {
    /// What the engine is told.
    pub settings: engine::Settings,
    /// The address people type, if it isn't the one listened on.
    pub public_url: Option<PublicUrl>,
    /// Whose `X-Forwarded-For` is believed.
    pub trusted_proxies: TrustedProxies,
    /// Do pages load again by themselves when the server was started anew? For who works on it.
    pub dev: bool,
    /// How long the other side of a connection is waited for.
    pub patience: Patience,
    /// Bytes of memory that the process may take, if not as many as its container.
    pub memory_limit: Option<u64>,
    /// Where the built site is.
    #[cfg(not(feature = "embed"))]
    pub site_dir: std::path::PathBuf,
}

impl Config {
    /// Do people come over TLS, as far as we know?
    pub fn secure(&self) -> bool {
        self.public_url.as_ref().is_some_and(|url| url.origin().starts_with("https:"))
    }
}

/// An address without a path, as a browser writes an origin: `https://boards.example.com`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl(String);

impl PublicUrl {
    /// Scheme, host and, where it isn't the scheme's own, port.
    pub fn origin(&self) -> &str {
        &self.0
    }
}

impl FromStr for PublicUrl {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self> {
        let url: Uri = text.parse()?;
        let scheme = url.scheme_str().unwrap_or_default();
        ensure!(matches!(scheme, "http" | "https"), "it begins with http:// or https://");
        ensure!(url.path() == "/" && url.query().is_none(), "it has no path: Boardwalk is at the root of its address");
        let host = url.host().unwrap_or_default().to_ascii_lowercase();
        let own_port = if scheme == "https" { 443 } else { 80 };
        Ok(Self(match url.port_u16() {
            Some(port) if port != own_port => format!("{scheme}://{host}:{port}"),
            _ => format!("{scheme}://{host}"),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_public_url_is_written_as_browsers_write_an_origin() {
        for (text, origin) in [
            ("https://Boards.Example.com/", "https://boards.example.com"),
            ("https://example.com:443", "https://example.com"),
            ("http://example.com:8080", "http://example.com:8080"),
            ("http://[::1]:3000", "http://[::1]:3000"),
        ] {
            assert_eq!(text.parse::<PublicUrl>().unwrap().origin(), origin);
        }
        for text in ["example.com", "ftp://example.com", "https://example.com/boards", "https://example.com/?a=b"] {
            assert!(text.parse::<PublicUrl>().is_err(), "{text}");
        }
    }
}
