//! A socket without a library: what is written is what is sent.

use std::time::Duration;

use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
    time::timeout,
};

use crate::app::{Person, TestApp};

/// Generous: a test that waits must not fail on a slow machine.
pub const WITHIN: Duration = Duration::from_secs(30);
pub const TEXT: u8 = 0x1;
const CLOSE: u8 = 0x8;
pub const PING: u8 = 0x9;
pub const PONG: u8 = 0xa;

/// Its connection.
pub struct Wire {
    pub stream: TcpStream,
}

impl Wire {
    pub async fn connect(app: &TestApp, receive_buffer: Option<u32>) -> TcpStream {
        let socket = TcpSocket::new_v4().unwrap();
        if let Some(bytes) = receive_buffer {
            socket.set_recv_buffer_size(bytes).unwrap();
        }
        socket.connect(app.url.strip_prefix("http://").unwrap().parse().unwrap()).await.unwrap()
    }

    /// Opens the page's socket and sends `early` together with the request.
    pub async fn open(app: &TestApp, person: &Person, receive_buffer: Option<u32>, early: &[u8]) -> Self {
        let mut stream = Self::connect(app, receive_buffer).await;
        stream.write_all(&[upgrade("/ws?v=1", person).as_bytes(), early].concat()).await.unwrap();
        let mut answer = Vec::new();
        while !answer.ends_with(b"\r\n\r\n") {
            answer.push(timeout(WITHIN, stream.read_u8()).await.unwrap().unwrap());
        }
        let answer = String::from_utf8(answer).unwrap().to_lowercase();
        assert!(answer.starts_with("http/1.1 101"), "{answer}");
        // The example of RFC 6455, section 1.3.
        assert!(answer.contains("sec-websocket-accept: s3pplmbitxaq9kygzzhzrbk+xoo="), "{answer}");
        Self { stream }
    }

    /// The next frame: its opcode and payload.
    pub async fn frame(&mut self) -> (u8, Vec<u8>) {
        self.next().await.expect("the connection ended")
    }

    /// The next frame, until the connection ends.
    pub async fn next(&mut self) -> Option<(u8, Vec<u8>)> {
        let read = async {
            let first = self.stream.read_u8().await?;
            let length = match self.stream.read_u8().await? {
                126 => self.stream.read_u16().await?.into(),
                127 => self.stream.read_u64().await?,
                short => short.into(),
            };
            let mut payload = vec![0; length as usize];
            self.stream.read_exact(&mut payload).await?;
            assert_eq!(first & 0xf0, 0x80, "frames are whole");
            Ok::<_, std::io::Error>((first & 0x0f, payload))
        };
        timeout(WITHIN, read).await.expect("nothing came in time").ok()
    }

    pub async fn of(&mut self, opcode: u8) -> Vec<u8> {
        loop {
            let (came, payload) = self.frame().await;
            if came == opcode {
                return payload;
            }
        }
    }

    pub async fn said(&mut self) -> Value {
        serde_json::from_slice(&self.of(TEXT).await).unwrap()
    }

    pub async fn closed(&mut self) -> u16 {
        u16::from_be_bytes(self.of(CLOSE).await[..2].try_into().unwrap())
    }
}

/// A request to become a socket.
pub fn upgrade(path: &str, person: &Person) -> String {
    format!(
        "GET {path} HTTP/1.1\r\nhost: h\r\nconnection: keep-alive, Upgrade\r\nupgrade: websocket\r\n\
         sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\ncookie: {}\r\n\r\n",
        person.cookie()
    )
}

/// A frame as a client sends it; masked with zeros, which is a mask like any other.
pub fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let length = payload.len() as u16;
    let head = match payload.len() {
        short @ 0..=125 => vec![first, 0x80 | short as u8],
        _ => [&[first, 0xfe], &length.to_be_bytes()[..]].concat(),
    };
    [&head[..], &[0; 4], payload].concat()
}
