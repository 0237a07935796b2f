//! HTTP/1.1 as a client with few words speaks it.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

use anyhow::{Context, Result, bail, ensure};

/// How long an answer may take.
const WITHIN: Duration = Duration::from_secs(30);

/// A whole answer.
#[derive(Debug, PartialEq, Eq)]
pub struct Answer {
    /// Its status.
    pub status: u16,
    /// What it carries.
    pub body: Vec<u8>,
}

/// A request to look at something; `headers` are whole lines.
pub fn get(path: &str, headers: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nHost: boardwalk\r\n{headers}\r\n").into_bytes()
}

/// A request that changes something, in JSON.
pub fn post(path: &str, headers: &str, json: &str) -> Vec<u8> {
    let length = json.len();
    format!(
        "POST {path} HTTP/1.1\r\nHost: boardwalk\r\nContent-Type: application/json\r\nAccept: application/json\r\n\
         Content-Length: {length}\r\n{headers}\r\n{json}"
    )
    .into_bytes()
}

/// A request to become a socket.
pub fn upgrade(path: &str, cookie: &str) -> Vec<u8> {
    let key = crate::frame::KEY;
    get(
        path,
        &format!(
            "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\
             Cookie: {cookie}\r\n"
        ),
    )
}

/// The head of an answer.
#[derive(Debug)]
pub struct Head {
    /// Its status.
    pub status: u16,
    headers: Vec<(String, String)>,
    /// Bytes until the body.
    pub length: usize,
}

impl Head {
    /// A header by its name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }
}

/// The head of the first answer, if it is there whole.
///
/// # Errors
/// It is none of HTTP.
pub fn head(data: &[u8]) -> Result<Option<Head>> {
    let Some(end) = data.windows(4).position(|window| window == b"\r\n\r\n") else { return Ok(None) };
    let text = std::str::from_utf8(&data[..end]).context("a head that is no text")?;
    let mut lines = text.split("\r\n");
    let first = lines.next().unwrap_or_default();
    let status = first.split(' ').nth(1).and_then(|status| status.parse().ok());
    let status = status.with_context(|| format!("no answer of HTTP: {first}"))?;
    let headers = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    Ok(Some(Head { status, headers, length: end + 4 }))
}

/// The first answer and its length on the wire, if it is there whole.
///
/// # Errors
/// It is none of HTTP/1.1, or does not say how long it is.
pub fn answer(data: &[u8]) -> Result<Option<(Answer, usize)>> {
    let Some(head) = head(data)? else { return Ok(None) };
    let (status, at) = (head.status, head.length);
    if let Some(length) = head.header("content-length") {
        let length: usize = length.parse().context("a length that is no number")?;
        let Some(body) = data.get(at..at + length) else { return Ok(None) };
        return Ok(Some((Answer { status, body: body.to_vec() }, at + length)));
    }
    match head.header("transfer-encoding") {
        Some("chunked") => Ok(chunks(data, at)?.map(|(body, used)| (Answer { status, body }, used))),
        _ if matches!(status, 101 | 204 | 304) => Ok(Some((Answer { status, body: Vec::new() }, at))),
        _ => bail!("an answer {status} that does not say how long it is"),
    }
}

fn chunks(data: &[u8], mut at: usize) -> Result<Option<(Vec<u8>, usize)>> {
    let mut body = Vec::new();
    loop {
        let Some(line) = data[at..].windows(2).position(|window| window == b"\r\n") else { return Ok(None) };
        let size = std::str::from_utf8(&data[at..at + line])?.split(';').next().unwrap_or_default();
        let size = usize::from_str_radix(size, 16).context("a chunk without a size")?;
        at += line + 2;
        let Some(chunk) = data.get(at..at + size + 2) else { return Ok(None) };
        ensure!(chunk.ends_with(b"\r\n"), "a chunk without an end");
        body.extend_from_slice(&chunk[..size]);
        at += size + 2;
        if size == 0 {
            return Ok(Some((body, at)));
        }
    }
}

/// A connection that asks one thing after another and waits for each answer.
pub struct Caller {
    stream: TcpStream,
    rest: Vec<u8>,
}

impl Caller {
    /// Connects.
    ///
    /// # Errors
    /// Nobody listens.
    pub fn connect(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect_timeout(&address, WITHIN)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(WITHIN))?;
        stream.set_write_timeout(Some(WITHIN))?;
        Ok(Self { stream, rest: Vec::new() })
    }

    /// Asks and waits for the answer.
    ///
    /// # Errors
    /// None came, or it was none of HTTP.
    pub fn ask(&mut self, request: &[u8]) -> Result<Answer> {
        self.stream.write_all(request)?;
        let mut part = [0; 16 * 1024];
        loop {
            if let Some((answer, used)) = answer(&self.rest)? {
                self.rest.drain(..used);
                return Ok(answer);
            }
            let read = self.stream.read(&mut part)?;
            ensure!(read > 0, "the connection ended in place of an answer");
            self.rest.extend_from_slice(&part[..read]);
        }
    }
}

/// Asks once.
///
/// # Errors
/// As [`Caller::connect`] and [`Caller::ask`].
pub fn ask(address: SocketAddr, request: &[u8]) -> Result<Answer> {
    Caller::connect(address)?.ask(request)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(wire: &[u8]) -> (u16, String, usize) {
        let (answer, used) = answer(wire).unwrap().unwrap();
        (answer.status, String::from_utf8(answer.body).unwrap(), used)
    }

    #[test]
    fn an_answer_is_whole_when_its_length_is_there() {
        let wire = b"HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\nokHTTP";
        assert_eq!(whole(wire), (201, "ok".into(), wire.len() - 4));
        assert_eq!(answer(&wire[..wire.len() - 5]).unwrap(), None);
    }

    #[test]
    fn an_answer_in_chunks_is_put_together() {
        let wire = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nA;x=y\r\n0123456789\r\n0\r\n\r\n";
        assert_eq!(whole(wire), (200, "abc0123456789".into(), wire.len()));
        for part in 0..wire.len() {
            assert_eq!(answer(&wire[..part]).unwrap(), None, "{part}");
        }
    }

    #[test]
    fn an_answer_of_unknown_length_is_refused() {
        assert!(answer(b"HTTP/1.1 200 OK\r\n\r\n").is_err());
        assert!(answer(b"SSH-2.0\r\n\r\n").is_err());
        assert_eq!(whole(b"HTTP/1.1 304 Not Modified\r\n\r\n").0, 304);
    }
}
