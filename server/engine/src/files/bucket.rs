//! Contents of files in a bucket that speaks S3.
//!
//! What comes in is gathered in the data folder, where it is looked at; the bucket gets only what is kept.

use std::{fmt, io, net::IpAddr, ops::Range, path::Path, sync::Arc, time::Duration};

use anyhow::{Context, ensure};
use async_trait::async_trait;
use bytes::Bytes;
use futures::{StreamExt, TryStreamExt, stream::BoxStream};
use http::Uri;
use http_body_util::BodyExt;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector as Tcp},
    rt::{TokioExecutor, TokioTimer},
};
use object_store::{
    ClientOptions, GetOptions, GetRange, MultipartUpload, ObjectStore, ObjectStoreExt, PutPayload, RetryConfig,
    aws::{AmazonS3, AmazonS3Builder, AmazonS3ConfigKey},
    client::{
        HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpRequestBody, HttpResponse,
        HttpResponseBody, HttpService,
    },
    path::Path as Key,
};
use tokio::{fs::File, io::AsyncReadExt, time::timeout};
use tokio_rustls::rustls::crypto::ring;

use super::disk::{SMALL, YOUNG, named, random};
use crate::Result;

/// An answer begins, and each piece of one comes, within so long.
const WITHIN: Duration = Duration::from_secs(20);
/// So long a request is tried again that failed.
const PATIENCE: Duration = Duration::from_secs(10);
/// Bytes of a part of a larger file, the fewest that S3 allows
/// (<https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html>). So much of a file is in memory.
const PART_BYTES: usize = 5 * 1024 * 1024;

/// A bucket, and how it is reached.
#[derive(Clone)]
pub struct Place {
    /// `s3://bucket/prefix`.
    pub url: String,
    /// What the AWS variables of the environment say: `AWS_ENDPOINT_URL`, `AWS_REGION`, `AWS_ACCESS_KEY_ID`, and so on.
    pub options: Vec<(String, String)>,
}

impl fmt::Debug for Place {
    /// Without the keys.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Place").field("url", &self.url).finish_non_exhaustive()
    }
}

/// The bucket.
pub(crate) struct Bucket {
    store: Arc<AmazonS3>,
    prefix: Key,
}

impl Bucket {
    /// Nothing is asked of it yet.
    pub(crate) fn open(place: &Place) -> anyhow::Result<Self> {
        let (bucket, prefix) = place
            .url
            .strip_prefix("s3://")
            .map(|rest| rest.split_once('/').unwrap_or((rest, "")))
            .context("FILES_URL is like s3://bucket/prefix")?;
        ensure!(!bucket.is_empty(), "FILES_URL names no bucket: it is like s3://bucket/prefix");
        let mut builder = AmazonS3Builder::new()
            .with_bucket_name(bucket)
            .with_retry(RetryConfig { max_retries: 3, retry_timeout: PATIENCE, ..RetryConfig::default() })
            // Content by content, as not all that speak S3 know how to take several away at once.
            .with_disable_bulk_delete(true)
            .with_http_connector(Connector);
        for (name, value) in &place.options {
            // Other programs have variables of that beginning, too.
            if let Ok(key) = name.to_ascii_lowercase().parse::<AmazonS3ConfigKey>() {
                builder = builder.with_config(key, value);
            }
        }
        let allowed = place.options.iter().any(|(name, value)| name == "AWS_ALLOW_HTTP" && value == "true");
        let endpoints = [AmazonS3ConfigKey::Endpoint, AmazonS3ConfigKey::S3Endpoint];
        for endpoint in endpoints.iter().filter_map(|key| builder.get_config_value(key)) {
            let encrypted = allowed || !is_open(&endpoint);
            ensure!(encrypted, "the endpoint {endpoint} is not encrypted: use https, or set AWS_ALLOW_HTTP=true");
        }
        let store = builder.build().context("FILES_URL: the bucket can't be used")?;
        Ok(Self { store: Arc::new(store), prefix: Key::parse(prefix.trim_end_matches('/'))? })
    }

    /// A content, or the small picture of it.
    pub(crate) fn object(&self, content: &str, small: bool) -> Object {
        Object { store: self.store.clone(), key: self.key(content, small) }
    }

    /// Stores what is in a file. Gives the name of the content.
    pub(crate) async fn keep(&self, path: &Path, small: Option<Vec<u8>>) -> io::Result<String> {
        let content = random()?;
        if let Some(small) = small {
            self.store.put(&self.key(&content, true), PutPayload::from(small)).await?;
        }
        self.upload(path, &self.key(&content, false)).await?;
        Ok(content)
    }

    async fn upload(&self, path: &Path, key: &Key) -> io::Result<()> {
        let mut file = File::open(path).await?;
        let first = piece(&mut file).await?;
        if first.len() < PART_BYTES {
            self.store.put(key, PutPayload::from(first)).await?;
            return Ok(());
        }
        let mut upload = self.store.put_multipart(key).await?;
        let sent = async {
            let mut next = first;
            while !next.is_empty() {
                upload.put_part(PutPayload::from(next)).await?;
                next = piece(&mut file).await?;
            }
            upload.complete().await.map_err(io::Error::from)
        };
        if let Err(error) = sent.await {
            if let Err(left) = upload.abort().await {
                tracing::warn!(error = %left, "parts of a file are left in the bucket");
            }
            return Err(error);
        }
        Ok(())
    }

    /// Removes a content, which may be gone already.
    pub(crate) async fn remove(&self, content: &str) -> io::Result<()> {
        for small in [true, false] {
            match self.store.delete(&self.key(content, small)).await {
                Ok(()) | Err(object_store::Error::NotFound { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    /// The contents of one shard that have been there for a day, whether anything knows them or not.
    pub(crate) async fn contents(&self, shard: u8) -> io::Result<Vec<String>> {
        let folder = self.prefix.clone().join(format!("{shard:02x}"));
        let before = chrono::Utc::now() - YOUNG;
        let mut contents = Vec::new();
        let mut objects = self.store.list(Some(&folder));
        while let Some(object) = objects.try_next().await? {
            if object.last_modified < before
                && let Some(name) = object.location.filename()
            {
                contents.push(name.trim_end_matches(SMALL).to_owned());
            }
        }
        contents.sort_unstable();
        contents.dedup();
        Ok(contents)
    }

    fn key(&self, content: &str, small: bool) -> Key {
        let (shard, name) = named(content, small);
        self.prefix.clone().join(shard).join(name)
    }
}

/// A content in the bucket.
pub struct Object {
    store: Arc<AmazonS3>,
    key: Key,
}

impl fmt::Debug for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Object").field(&self.key).finish()
    }
}

impl Object {
    /// Bytes.
    ///
    /// # Errors
    /// [`protocol::Error::NotFound`] where it is not there; the bucket can't be reached.
    pub async fn size(&self) -> Result<u64> {
        self.store.head(&self.key).await.map(|object| object.size).map_err(|error| self.fault(error))
    }

    /// Its bytes as they come, or some of them, with how many there are in all.
    ///
    /// # Errors
    /// As [`Object::size`].
    pub async fn read(&self, part: Option<Range<u64>>) -> Result<(u64, BoxStream<'static, io::Result<Bytes>>)> {
        let options = GetOptions { range: part.map(GetRange::Bounded), ..GetOptions::default() };
        let found = self.store.get_opts(&self.key, options).await.map_err(|error| self.fault(error))?;
        let size = found.meta.size;
        let pieces = futures::stream::unfold(found.into_stream(), async |mut pieces| {
            let piece = match timeout(WITHIN, pieces.next()).await {
                Ok(piece) => piece?.map_err(Into::into),
                Err(late) => Err(late.into()),
            };
            Some((piece, pieces))
        });
        Ok((size, pieces.boxed()))
    }

    fn fault(&self, error: object_store::Error) -> protocol::Error {
        match error {
            object_store::Error::NotFound { .. } => {
                tracing::error!(key = %self.key, "a file is not in the bucket");
                protocol::Error::NotFound
            }
            error => {
                tracing::error!(%error, "the bucket does not give a file");
                protocol::Error::Unavailable
            }
        }
    }
}

/// What comes next in a file, as much as a part has; nothing at its end.
async fn piece(file: &mut File) -> io::Result<Vec<u8>> {
    let mut piece = Vec::new();
    file.take(PART_BYTES as u64).read_to_end(&mut piece).await?;
    Ok(piece)
}

/// Is it reached without encryption, over a network?
fn is_open(endpoint: &str) -> bool {
    let uri: Option<Uri> = endpoint.parse().ok();
    let host = uri.as_ref().and_then(Uri::host).unwrap_or_default();
    let address: Option<IpAddr> = host.trim_matches(['[', ']']).parse().ok();
    let here = host == "localhost" || address.is_some_and(|address| address.is_loopback());
    !here && uri.is_none_or(|uri| uri.scheme_str() != Some("https"))
}

/// Requests go out by what the program has anyway, rather than by another client with another TLS.
#[derive(Debug)]
struct Connector;

impl HttpConnector for Connector {
    fn connect(&self, _: &ClientOptions) -> object_store::Result<HttpClient> {
        let tls = HttpsConnectorBuilder::new()
            .with_provider_and_webpki_roots(ring::default_provider())
            .map_err(|error| object_store::Error::Generic { store: "S3", source: error.into() })?
            .https_or_http()
            .enable_http1()
            .build();
        let client = Client::builder(TokioExecutor::new()).pool_timer(TokioTimer::new()).build(tls);
        Ok(HttpClient::new(Requests(client)))
    }
}

#[derive(Debug)]
struct Requests(Client<HttpsConnector<Tcp>, HttpRequestBody>);

#[async_trait]
impl HttpService for Requests {
    async fn call(&self, request: HttpRequest) -> std::result::Result<HttpResponse, HttpError> {
        let answer = timeout(WITHIN, self.0.request(request)).await;
        let answer = answer.map_err(|late| HttpError::new(HttpErrorKind::Timeout, late))?.map_err(|error| {
            let kind = if error.is_connect() { HttpErrorKind::Connect } else { HttpErrorKind::Interrupted };
            HttpError::new(kind, error)
        })?;
        Ok(answer
            .map(|body| HttpResponseBody::new(body.map_err(|error| HttpError::new(HttpErrorKind::Interrupted, error)))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_over_a_network_is_encrypted() {
        for (endpoint, open) in [
            ("https://s3.example.org", false),
            ("http://127.0.0.1:9000", false),
            ("http://[::1]:9000", false),
            ("http://localhost:9000", false),
            ("http://minio:9000", true),
            ("http://10.0.0.1", true),
            ("minio", true),
        ] {
            assert_eq!(is_open(endpoint), open, "{endpoint}");
        }
    }

    #[test]
    fn an_address_names_a_bucket() {
        let opened = |url: &str, options: &[(&str, &str)]| {
            let options = options.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
            Bucket::open(&Place { url: url.to_owned(), options }).map(|bucket| bucket.prefix.to_string())
        };
        assert_eq!(opened("s3://files", &[]).unwrap(), "");
        assert_eq!(
            opened("s3://files/boardwalk/a/", &[("AWS_REGION", "x"), ("AWS_PROFILE", "y")]).unwrap(),
            "boardwalk/a"
        );
        for url in ["files", "https://files", "s3://", "s3:///a"] {
            assert!(opened(url, &[]).is_err(), "{url}");
        }
        assert!(opened("s3://files", &[("AWS_ENDPOINT_URL", "http://minio:9000")]).is_err());
        let allowed = [("AWS_ENDPOINT_URL", "http://minio:9000"), ("AWS_ALLOW_HTTP", "true")];
        assert!(opened("s3://files", &allowed).is_ok());
    }
}
