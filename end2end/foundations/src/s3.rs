//! A bucket that speaks as much of S3 as Boardwalk asks for, in memory: objects whole and in parts, a range of one, lists.

use std::{
    collections::{BTreeMap, HashMap},
    ops::Range,
    sync::{Arc, Mutex, PoisonError},
};

use anyhow::Context;
use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, Query, Request, State},
    http::{HeaderMap, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use chrono::{DateTime, TimeDelta, Utc};
use tokio::{net::TcpListener, task::JoinHandle};
use uuid::Uuid;

/// What the bucket is called.
const NAME: &str = "files";
/// Who may use it; whether they sign rightly is not looked at.
const KEY: &str = "key-of-the-tests";

/// A bucket that is gone when this is dropped.
#[derive(Debug)]
pub struct Bucket {
    endpoint: String,
    stored: Stored,
    server: JoinHandle<()>,
}

type Stored = Arc<Mutex<Contents>>;

#[derive(Debug, Default)]
struct Contents {
    objects: BTreeMap<String, Object>,
    /// By their ids, which have the key in front.
    uploads: HashMap<String, BTreeMap<u32, Bytes>>,
    largest: usize,
    away: bool,
}

#[derive(Clone, Debug)]
struct Object {
    bytes: Bytes,
    at: DateTime<Utc>,
}

impl Bucket {
    /// An empty one.
    ///
    /// # Errors
    /// No address is free.
    pub async fn start() -> anyhow::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await.context("no address for a bucket")?;
        let endpoint = format!("http://{}", listener.local_addr()?);
        let stored = Stored::default();
        let app = Router::new().fallback(answer).layer(DefaultBodyLimit::disable()).with_state(stored.clone());
        let server = tokio::spawn(async move {
            // It ends with the test.
            let _ended = axum::serve(listener, app).await;
        });
        Ok(Self { endpoint, stored, server })
    }

    /// Its address, with a folder in it.
    pub fn url(&self) -> String {
        format!("s3://{NAME}/of/the-tests")
    }

    /// What the environment would say of how it is reached.
    pub fn options(&self) -> Vec<(String, String)> {
        [
            ("AWS_ENDPOINT_URL", self.endpoint.as_str()),
            ("AWS_REGION", "test-1"),
            ("AWS_ACCESS_KEY_ID", KEY),
            ("AWS_SECRET_ACCESS_KEY", "secret"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into()
    }

    /// The keys of all objects.
    pub fn keys(&self) -> Vec<String> {
        self.stored().objects.keys().cloned().collect()
    }

    /// Uploads in parts that have not ended.
    pub fn uploads(&self) -> usize {
        self.stored().uploads.len()
    }

    /// Bytes of the largest body that came at once.
    pub fn largest(&self) -> usize {
        self.stored().largest
    }

    /// All that is there was stored so much earlier.
    pub fn age(&self, by: TimeDelta) {
        self.stored().objects.values_mut().for_each(|object| object.at -= by);
    }

    /// From now on every request fails, or none.
    pub fn set_away(&self, away: bool) {
        self.stored().away = away;
    }

    fn stored(&self) -> std::sync::MutexGuard<'_, Contents> {
        self.stored.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Bucket {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn answer(
    State(stored): State<Stored>,
    Query(query): Query<HashMap<String, String>>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(body) = axum::body::to_bytes(body, usize::MAX).await else { return StatusCode::BAD_REQUEST.into_response() };
    let mut stored = stored.lock().unwrap_or_else(PoisonError::into_inner);
    let signed = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if stored.away {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    if !signed.starts_with(&format!("AWS4-HMAC-SHA256 Credential={KEY}/")) {
        return StatusCode::FORBIDDEN.into_response();
    }
    stored.largest = stored.largest.max(body.len());
    let path = parts.uri.path().trim_start_matches('/');
    match path.strip_prefix(NAME).map(|key| key.trim_start_matches('/')) {
        None => StatusCode::NOT_FOUND.into_response(),
        Some("") => list(&stored, query.get("prefix").map_or("", String::as_str)),
        Some(key) => stored.asked(&parts.method, key, &query, &parts.headers, body),
    }
}

impl Contents {
    fn asked(
        &mut self,
        method: &Method,
        key: &str,
        query: &HashMap<String, String>,
        headers: &HeaderMap,
        body: Bytes,
    ) -> Response {
        let upload = query.get("uploadId").cloned();
        match (method.as_str(), upload) {
            ("POST", None) if query.contains_key("uploads") => {
                let id = format!("{}-{}", key.replace('/', "-"), Uuid::now_v7());
                self.uploads.insert(id.clone(), BTreeMap::new());
                xml("InitiateMultipartUploadResult", &format!("<UploadId>{id}</UploadId>"))
            }
            ("POST", Some(id)) => {
                let Some(parts) = self.uploads.remove(&id) else { return StatusCode::NOT_FOUND.into_response() };
                let bytes: Vec<u8> = parts.into_values().flatten().collect();
                self.put(key, bytes.into());
                xml("CompleteMultipartUploadResult", &format!("<ETag>\"{}\"</ETag>", Uuid::now_v7()))
            }
            ("PUT", Some(id)) => {
                let number = query.get("partNumber").and_then(|number| number.parse().ok()).unwrap_or(0);
                let Some(parts) = self.uploads.get_mut(&id) else { return StatusCode::NOT_FOUND.into_response() };
                parts.insert(number, body);
                tagged()
            }
            ("PUT", None) => {
                self.put(key, body);
                tagged()
            }
            ("DELETE", Some(id)) => {
                self.uploads.remove(&id);
                StatusCode::NO_CONTENT.into_response()
            }
            ("DELETE", None) => {
                self.objects.remove(key);
                StatusCode::NO_CONTENT.into_response()
            }
            ("GET" | "HEAD", _) => match self.objects.get(key) {
                Some(object) => get(object, headers),
                None => StatusCode::NOT_FOUND.into_response(),
            },
            _ => StatusCode::METHOD_NOT_ALLOWED.into_response(),
        }
    }

    fn put(&mut self, key: &str, bytes: Bytes) {
        self.objects.insert(key.to_owned(), Object { bytes, at: Utc::now() });
    }
}

/// An object, or the part of it that is asked for. To HEAD axum leaves out what it is.
fn get(object: &Object, headers: &HeaderMap) -> Response {
    let size = object.bytes.len();
    let common = [
        (header::LAST_MODIFIED, object.at.format("%a, %d %b %Y %H:%M:%S GMT").to_string()),
        (header::ETAG, format!("\"{size}\"")),
    ];
    let asked = headers.get(header::RANGE).and_then(|range| range.to_str().ok());
    match asked.map(|range| part(range, size)) {
        None => (common, object.bytes.clone()).into_response(),
        Some(None) => StatusCode::RANGE_NOT_SATISFIABLE.into_response(),
        Some(Some(range)) => {
            let named = format!("bytes {}-{}/{size}", range.start, range.end - 1);
            let bytes = object.bytes.slice(range);
            (StatusCode::PARTIAL_CONTENT, common, [(header::CONTENT_RANGE, named)], bytes).into_response()
        }
    }
}

fn part(range: &str, size: usize) -> Option<Range<usize>> {
    let (first, last) = range.strip_prefix("bytes=")?.split_once('-')?;
    let first: usize = first.parse().ok()?;
    let end = last.parse().map_or(size, |last: usize| (last + 1).min(size));
    (first < end).then_some(first..end)
}

fn list(stored: &Contents, prefix: &str) -> Response {
    let entry = |(key, object): (&String, &Object)| {
        let (size, at) = (object.bytes.len(), object.at.to_rfc3339());
        format!(
            "<Contents><Key>{key}</Key><Size>{size}</Size><LastModified>{at}</LastModified><ETag>\"{size}\"</ETag></Contents>"
        )
    };
    let entries: String = stored.objects.iter().filter(|(key, _)| key.starts_with(prefix)).map(entry).collect();
    xml("ListBucketResult", &format!("<IsTruncated>false</IsTruncated>{entries}"))
}

fn tagged() -> Response {
    [(header::ETAG, format!("\"{}\"", Uuid::now_v7()))].into_response()
}

fn xml(element: &str, content: &str) -> Response {
    let text = format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?><{element}>{content}</{element}>");
    ([(header::CONTENT_TYPE, "application/xml")], text).into_response()
}
