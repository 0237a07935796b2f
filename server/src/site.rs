//! The built site: the client's files, the stylesheet, icons.

use std::{borrow::Cow, sync::Arc};

use anyhow::{Context, Result};
use app::request::Assets;
use axum::{
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

use crate::{config::Config, headers};

/// Content-hashed files never change: a year, in seconds, is as long as browsers keep anything.
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// Icons and the like: an hour.
const A_WHILE: HeaderValue = HeaderValue::from_static("public, max-age=3600");

/// What shows notifications while no page is open.
const WORKER: &str = "sw.js";

/// The site, as `xtask` built it.
pub struct Site {
    assets: Arc<Assets>,
    files: Files,
}

impl Site {
    /// Reads the site's manifest.
    ///
    /// # Errors
    /// The site isn't built.
    pub fn open(config: &Config) -> Result<Self> {
        let files = Files::of(config);
        let manifest = files.read("manifest.json").with_context(|| {
            format!("the site isn't built: no manifest.json in {}; `cargo xtask serve` builds it", files.place())
        })?;
        let assets = serde_json::from_slice(&manifest).context("the site's manifest.json can't be read")?;
        Ok(Self { assets: Arc::new(assets), files })
    }

    /// Where the client's files are.
    pub fn assets(&self) -> Arc<Assets> {
        self.assets.clone()
    }

    /// The file at this path of the site, compressed if there is such a form and it is accepted.
    pub fn file(&self, path: &str, headers: &HeaderMap) -> Option<Response> {
        let name = path.strip_prefix('/').filter(|name| is_plain(name))?;
        let kind = content_type(name)?;
        let brotli = accepts_brotli(headers).then(|| self.files.read(&format!("{name}.br"))).flatten();
        let encoding = brotli.is_some().then_some((header::CONTENT_ENCODING, HeaderValue::from_static("br")));
        let content = brotli.or_else(|| self.files.read(name))?;
        let fixed = HeaderMap::from_iter([
            (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
            (header::CACHE_CONTROL, if name.starts_with("pkg/") { FOR_EVER } else { A_WHILE }),
            (header::VARY, HeaderValue::from_static("accept-encoding")),
        ]);
        let policy = (name == WORKER)
            .then_some((header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(headers::WORKER_POLICY)));
        let more = HeaderMap::from_iter(encoding.into_iter().chain(policy));
        Some((StatusCode::OK, fixed, more, content.into_owned()).into_response())
    }
}

/// No way out of the site's folder, and nothing hidden.
fn is_plain(name: &str) -> bool {
    name.split('/').all(|part| {
        !part.is_empty()
            && !part.starts_with('.')
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_'))
    })
}

fn content_type(name: &str) -> Option<&'static str> {
    Some(match name.rsplit_once('.')?.1 {
        "bin" => "application/octet-stream",
        "css" => "text/css; charset=utf-8",
        "ico" => "image/x-icon",
        "js" => "text/javascript; charset=utf-8",
        "json" => "application/json",
        "png" => "image/png",
        "svg" => "image/svg+xml",
        "txt" => "text/plain; charset=utf-8",
        "wasm" => "application/wasm",
        "webmanifest" => "application/manifest+json",
        "webp" => "image/webp",
        "woff2" => "font/woff2",
        _ => return None,
    })
}

fn accepts_brotli(headers: &HeaderMap) -> bool {
    headers
        .get_all(header::ACCEPT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|coding| coding.split(';').next().is_some_and(|coding| coding.trim() == "br"))
}

#[cfg(feature = "embed")]
#[derive(rust_embed::RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../target/site-release"]
struct Embedded;

/// The site's files, inside the program.
#[cfg(feature = "embed")]
struct Files;

#[cfg(feature = "embed")]
impl Files {
    fn of(_: &Config) -> Self {
        Self
    }

    fn place(&self) -> &'static str {
        "the program"
    }

    fn read(&self, name: &str) -> Option<Cow<'static, [u8]>> {
        Embedded::get(name).map(|file| file.data)
    }
}

/// The site's files, read from a folder each time.
#[cfg(not(feature = "embed"))]
struct Files(std::path::PathBuf);

#[cfg(not(feature = "embed"))]
impl Files {
    fn of(config: &Config) -> Self {
        Self(config.site_dir.clone())
    }

    fn place(&self) -> std::path::Display<'_> {
        self.0.display()
    }

    fn read(&self, name: &str) -> Option<Cow<'static, [u8]>> {
        std::fs::read(self.0.join(name)).ok().map(Cow::Owned)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_names_are_looked_for() {
        for name in ["favicon.ico", "pkg/boardwalk.0123.wasm", "icons/a-b_c.png"] {
            assert!(is_plain(name), "{name}");
        }
        for name in ["", "/etc/passwd", "../x", "pkg/../../x", "pkg//x", ".git", "a/.b", "a\\b", "a%2e", "a\0b", "pkg/"]
        {
            assert!(!is_plain(name), "{name}");
        }
    }
}
