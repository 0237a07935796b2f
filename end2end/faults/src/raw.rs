//! A WebSocket by hand over TCP, for saying what no library would say, and for not listening.

use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use protocol::{ClientFrame, Cursor};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
    time::timeout,
};

/// How long the other side may take, on however slow a machine.
const WITHIN: Duration = Duration::from_secs(60);
/// The key that masks what a client sends; any will do.
const MASK: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];

/// Bits of a frame's first byte.
pub const FIN: u8 = 0x80;
/// A part of a message, after the first.
pub const CONTINUATION: u8 = 0x0;
/// A text.
pub const TEXT: u8 = 0x1;
/// Bytes.
pub const BINARY: u8 = 0x2;
/// The end.
pub const CLOSE: u8 = 0x8;
/// Are you there?
pub const PING: u8 = 0x9;
/// I am.
pub const PONG: u8 = 0xA;

/// An upgraded connection.
pub struct RawSocket {
    stream: TcpStream,
    unread: Vec<u8>,
}

/// How the other side ended a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// With a close frame of this code.
    Close(u16),
    /// Without a word.
    Silent,
}

impl RawSocket {
    /// Opens the page's socket of a sign-in.
    pub async fn open(base: &str, cookie: &str) -> Result<Self> {
        Self::with_buffer(base, cookie, None).await
    }

    /// As [`RawSocket::open`], with so many bytes for what the system takes before it is read.
    pub async fn with_buffer(base: &str, cookie: &str, buffer: Option<u32>) -> Result<Self> {
        let address = base.trim_start_matches("http://");
        let socket = TcpSocket::new_v4()?;
        if let Some(buffer) = buffer {
            socket.set_recv_buffer_size(buffer)?;
        }
        let mut stream = timeout(WITHIN, socket.connect(address.parse()?)).await??;
        stream.set_nodelay(true)?;
        let request = format!(
            "GET /ws?v={} HTTP/1.1\r\nhost: {address}\r\nconnection: upgrade\r\nupgrade: websocket\r\n\
             sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\ncookie: {cookie}\r\n\r\n",
            protocol::VERSION
        );
        stream.write_all(request.as_bytes()).await?;
        let mut socket = Self { stream, unread: Vec::new() };
        loop {
            if let Some(end) = socket.unread.windows(4).position(|part| part == b"\r\n\r\n") {
                let head: Vec<u8> = socket.unread.drain(..end + 4).collect();
                let head = String::from_utf8_lossy(&head).into_owned();
                ensure!(head.starts_with("HTTP/1.1 101"), "refused: {head}");
                return Ok(socket);
            }
            ensure!(socket.fill().await? > 0, "ended before the upgrade");
        }
    }

    /// Sends bytes as they are. An error is a connection that the other side has ended.
    pub async fn send(&mut self, bytes: &[u8]) -> Result<()> {
        timeout(WITHIN, self.stream.write_all(bytes)).await??;
        Ok(())
    }

    /// Subscribes to a stream from a cursor on.
    pub async fn subscribe(&mut self, cursor: Cursor) -> Result<()> {
        let text = serde_json::to_string(&ClientFrame::Subscribe(cursor))?;
        self.send(&frame(FIN | TEXT, text.as_bytes())).await
    }

    /// The next frame: its first byte and what it carries; none at the end of the connection.
    pub async fn next(&mut self) -> Result<Option<(u8, Vec<u8>)>> {
        loop {
            if let Some((length, at)) = self.length()
                && self.unread.len() >= at + length
            {
                let frame: Vec<u8> = self.unread.drain(..at + length).collect();
                return Ok(Some((frame[0], frame[at..].to_vec())));
            }
            match self.fill().await {
                Ok(0) => return Ok(None),
                Ok(_) => {}
                // Reset: what we had sent was not read.
                Err(error) if error.is::<std::io::Error>() => return Ok(None),
                Err(error) => return Err(error),
            }
        }
    }

    /// The next text that has these words in it.
    pub async fn text_with(&mut self, words: &str) -> Result<String> {
        while let Some((first, payload)) = self.next().await? {
            let text = String::from_utf8_lossy(&payload);
            if first & 0x0F == TEXT && text.contains(words) {
                return Ok(text.into_owned());
            }
        }
        bail!("ended before it said {words}")
    }

    /// How the other side ends the connection; what it says before is passed over, pings unanswered.
    pub async fn ending(&mut self) -> Result<Ending> {
        while let Some((first, payload)) = self.next().await? {
            if first & 0x0F == CLOSE {
                let code = payload.first_chunk().map_or(1005, |code| u16::from_be_bytes(*code));
                return Ok(Ending::Close(code));
            }
        }
        Ok(Ending::Silent)
    }

    /// What a frame of the server's carries, in bytes, and where that begins.
    fn length(&self) -> Option<(usize, usize)> {
        let short = self.unread.get(1)? & 0x7F;
        match short {
            126 => Some((u16::from_be_bytes(*self.unread.get(2..)?.first_chunk()?).into(), 4)),
            127 => Some((u64::from_be_bytes(*self.unread.get(2..)?.first_chunk()?).try_into().ok()?, 10)),
            short => Some((short.into(), 2)),
        }
    }

    async fn fill(&mut self) -> Result<usize> {
        let read = timeout(WITHIN, self.stream.read_buf(&mut self.unread)).await;
        Ok(read.context("the other side says nothing")??)
    }
}

/// A frame as a client must send it, masked.
pub fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut frame = head(first, payload.len() as u64, true);
    frame.extend(MASK);
    frame.extend(payload.iter().zip(MASK.iter().cycle()).map(|(byte, mask)| byte ^ mask));
    frame
}

/// A frame as only a server may send it.
pub fn unmasked(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut frame = head(first, payload.len() as u64, false);
    frame.extend(payload);
    frame
}

/// The beginning of a frame that says it carries so much; a mask of ours follows where it is masked.
pub fn head(first: u8, length: u64, masked: bool) -> Vec<u8> {
    let mask = if masked { 0x80 } else { 0 };
    let mut head = vec![first];
    match length {
        0..126 => head.push(mask | length as u8),
        126..0x1_0000 => {
            head.push(mask | 126);
            head.extend((length as u16).to_be_bytes());
        }
        _ => {
            head.push(mask | 127);
            head.extend(length.to_be_bytes());
        }
    }
    head
}
