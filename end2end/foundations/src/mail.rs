//! A mail server on this machine that keeps what it takes.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use anyhow::Context;
use base64::{Engine as _, prelude::BASE64_STANDARD as BASE64};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};

use crate::until;

/// A mail as it was taken.
#[derive(Clone, Debug)]
pub struct Mail {
    /// Its address.
    pub to: String,
    /// Its head and body as they came.
    pub raw: String,
}

/// What becomes of the next mail.
#[derive(Clone, Copy, Debug)]
pub enum Reply {
    /// It is refused with this code.
    Code(u16),
    /// It is taken, and the connection ends before that is said.
    Silence,
    /// It is taken, and that is never said.
    Hold,
}

#[derive(Debug, Default)]
struct Kept {
    taken: Vec<Mail>,
    refused: usize,
    answers: VecDeque<Reply>,
}

/// The mail server.
#[derive(Clone, Debug)]
pub struct Sink {
    /// Where it is, as `SMTP_URL` has it.
    pub url: String,
    kept: Arc<Mutex<Kept>>,
}

impl Sink {
    /// One that takes everything.
    ///
    /// # Errors
    /// No address is free.
    pub async fn start() -> anyhow::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.context("no address for a mail server")?;
        let url = format!("smtp://{}", listener.local_addr()?);
        let kept = Arc::<Mutex<Kept>>::default();
        let shared = kept.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(talk(stream, shared.clone()));
            }
        });
        Ok(Self { url, kept })
    }

    /// Answers so from now on, and then again as it should.
    pub fn answer(&self, answers: impl IntoIterator<Item = Reply>) {
        lock(&self.kept).answers.extend(answers);
    }

    /// What came for an address so far.
    pub fn to(&self, address: &str) -> Vec<Mail> {
        lock(&self.kept).taken.iter().filter(|mail| mail.to == address).cloned().collect()
    }

    /// Waits until so many came for an address, and gives them.
    pub async fn until(&self, address: &str, count: usize) -> Vec<Mail> {
        until(&format!("{count} mails to {address}"), || self.to(address).len() >= count).await;
        self.to(address)
    }

    /// How many it has refused.
    pub fn refused(&self) -> usize {
        lock(&self.kept).refused
    }
}

fn lock(kept: &Mutex<Kept>) -> MutexGuard<'_, Kept> {
    kept.lock().unwrap_or_else(PoisonError::into_inner)
}

/// One connection, as RFC 5321 has it; nothing when the other side goes.
async fn talk(stream: TcpStream, kept: Arc<Mutex<Kept>>) -> Option<()> {
    let mut stream = BufReader::new(stream);
    say(&mut stream, "220 sink").await?;
    let mut to = String::new();
    loop {
        let line = line(&mut stream).await?;
        let command = line.to_ascii_uppercase();
        if command.starts_with("EHLO") || command.starts_with("HELO") {
            say(&mut stream, "250-sink\r\n250 8BITMIME").await?;
        } else if command.starts_with("MAIL FROM") {
            let next = lock(&kept).answers.front().copied();
            match next {
                Some(Reply::Code(code)) => {
                    {
                        let mut kept = lock(&kept);
                        kept.answers.pop_front();
                        kept.refused += 1;
                    }
                    say(&mut stream, &format!("{code} not so")).await?;
                }
                Some(Reply::Silence | Reply::Hold) | None => say(&mut stream, "250 fine").await?,
            }
        } else if command.starts_with("RCPT TO") {
            to = line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
            say(&mut stream, "250 fine").await?;
        } else if command == "DATA" {
            say(&mut stream, "354 go on").await?;
            let mut raw = String::new();
            loop {
                let line = self::line(&mut stream).await?;
                if line == "." {
                    break;
                }
                raw.push_str(line.strip_prefix('.').unwrap_or(&line));
                raw.push_str("\r\n");
            }
            let reply = {
                let mut kept = lock(&kept);
                kept.taken.push(Mail { to: to.clone(), raw });
                kept.answers.pop_front()
            };
            match reply {
                Some(Reply::Hold) => std::future::pending().await,
                Some(_) => return None,
                None => say(&mut stream, "250 taken").await?,
            }
        } else if command == "QUIT" {
            return say(&mut stream, "221 bye").await;
        } else {
            say(&mut stream, "250 fine").await?;
        }
    }
}

async fn line(stream: &mut BufReader<TcpStream>) -> Option<String> {
    let mut line = String::new();
    let read = stream.read_line(&mut line).await.ok()?;
    (read > 0).then(|| line.trim_end_matches(['\r', '\n']).to_owned())
}

async fn say(stream: &mut BufReader<TcpStream>, words: &str) -> Option<()> {
    stream.write_all(format!("{words}\r\n").as_bytes()).await.ok()
}

impl Mail {
    fn head(&self) -> &str {
        self.raw.split_once("\r\n\r\n").expect("a head and a body").0
    }

    /// The names of all headers, in order.
    pub fn names(&self) -> Vec<&str> {
        let lines = self.head().split("\r\n").filter(|line| !line.starts_with([' ', '\t']));
        lines.map(|line| line.split_once(':').unwrap_or_else(|| panic!("no header: {line:?}")).0).collect()
    }

    /// A header as people read it.
    pub fn header(&self, name: &str) -> String {
        let head = self.head().replace("\r\n ", " ").replace("\r\n\t", " ");
        let found = head.split("\r\n").find_map(|line| line.strip_prefix(&format!("{name}: ")).map(str::to_owned));
        unquoted(&found.unwrap_or_else(|| panic!("no {name} in {head}")))
    }

    /// The part of this type, decoded.
    pub fn part(&self, kind: &str) -> String {
        let boundary =
            self.raw.split("boundary=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("several parts");
        let part =
            self.raw.split(&format!("--{boundary}")).find(|part| part.contains(&format!("Content-Type: {kind}")));
        let part = part.unwrap_or_else(|| panic!("no {kind} in {}", self.raw)).trim_start();
        let (head, body) = part.split_once("\r\n\r\n").expect("a head and a body");
        let head = head.to_ascii_lowercase();
        let bytes = if head.contains("base64") {
            BASE64.decode(body.split_whitespace().collect::<String>()).expect("base64")
        } else if head.contains("quoted-printable") {
            quoted_printable(body)
        } else {
            body.as_bytes().to_vec()
        };
        String::from_utf8(bytes).expect("UTF-8").replace("\r\n", "\n")
    }

    /// The path of the first link in it that begins so.
    pub fn link(&self, path: &str) -> String {
        let text = self.part("text/plain");
        let at = text.find(path).unwrap_or_else(|| panic!("no {path} in {text}"));
        text[at..].split_whitespace().next().unwrap_or_default().to_owned()
    }
}

/// A text as RFC 2045 quotes it.
fn quoted_printable(text: &str) -> Vec<u8> {
    let (text, mut bytes) = (text.replace("=\r\n", ""), Vec::new());
    let mut rest = text.as_bytes();
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        match byte {
            b'=' => {
                let (hex, after) = rest.split_at(2);
                let hex = std::str::from_utf8(hex).expect("hex is ASCII");
                bytes.push(u8::from_str_radix(hex, 16).expect("hex"));
                rest = after;
            }
            byte => bytes.push(*byte),
        }
    }
    bytes
}

/// A header as RFC 2047 encodes it.
fn unquoted(header: &str) -> String {
    let mut words = String::new();
    let mut encoded = false;
    for word in header.split(' ') {
        let text = word.strip_prefix("=?utf-8?b?").and_then(|word| word.strip_suffix("?="));
        let goes_on = encoded && text.is_some();
        if !words.is_empty() && !goes_on {
            words.push(' ');
        }
        encoded = text.is_some();
        match text {
            Some(text) => {
                let bytes = BASE64.decode(text).expect("base64");
                words.push_str(&String::from_utf8(bytes).expect("UTF-8"));
            }
            None => words.push_str(word),
        }
    }
    words
}
