//! Frames that RFC 6455 forbids, over TCP to a real server: each ends its socket with the right code,
//! and nobody else notices.

use anyhow::{Context, Result, ensure};
use faults::{
    client::Account,
    node::Node,
    raw::{BINARY, CLOSE, CONTINUATION, Ending, FIN, PING, PONG, RawSocket, TEXT, frame, head, unmasked},
};
use protocol::{Cursor, Stream};
use serde_json::json;

/// The frame breaks the protocol.
const BROKEN: &[Ending] = &[Ending::Close(1002)];
/// The text is not UTF-8.
const NOT_UTF8: &[Ending] = &[Ending::Close(1007)];
/// The message is too large.
const TOO_LARGE: &[Ending] = &[Ending::Close(1009)];
/// A length that can't be is either.
const ABSURD: &[Ending] = &[Ending::Close(1002), Ending::Close(1009)];
/// Bytes are not for this socket.
const UNSUPPORTED: &[Ending] = &[Ending::Close(1003)];

struct Case {
    what: &'static str,
    bytes: Vec<u8>,
    ends: &'static [Ending],
}

fn case(what: &'static str, ends: &'static [Ending], parts: &[Vec<u8>]) -> Case {
    Case { what, bytes: parts.concat(), ends }
}

fn close(code: u16, words: &[u8]) -> Vec<u8> {
    frame(FIN | CLOSE, &[&code.to_be_bytes(), words].concat())
}

/// A frame that is all right and asks for an answer.
fn ping() -> Vec<u8> {
    frame(FIN | TEXT, br#"{"type":"ping"}"#)
}

fn cases() -> Vec<Case> {
    let mut cases = vec![
        case("RSV1 without an extension", BROKEN, &[frame(FIN | 0x40 | TEXT, b"{}")]),
        case("RSV2", BROKEN, &[frame(FIN | 0x20 | TEXT, b"{}")]),
        case("RSV3", BROKEN, &[frame(FIN | 0x10 | TEXT, b"{}")]),
        case("RSV on a ping, after a good frame", BROKEN, &[ping(), frame(FIN | 0x70 | PING, b"")]),
        case("RSV on a close", BROKEN, &[frame(FIN | 0x40 | CLOSE, &1000u16.to_be_bytes())]),
        case("a text without a mask", BROKEN, &[unmasked(FIN | TEXT, b"{}")]),
        case("a ping without a mask", BROKEN, &[unmasked(FIN | PING, b"")]),
        case("a ping in parts", BROKEN, &[frame(PING, b"")]),
        case("a pong in parts", BROKEN, &[frame(PONG, b""), frame(FIN | CONTINUATION, b"")]),
        case("a close in parts", BROKEN, &[frame(CLOSE, b"")]),
        case("a ping of 126 bytes", BROKEN, &[frame(FIN | PING, &[b'x'; 126])]),
        case("a close of 126 bytes", BROKEN, &[close(1000, &[b'x'; 124])]),
        case("a close of one byte", BROKEN, &[frame(FIN | CLOSE, b"\x03")]),
        case("a close whose words are not UTF-8", NOT_UTF8, &[close(1000, b"\xff\xfe")]),
        case("a continuation of nothing", BROKEN, &[frame(FIN | CONTINUATION, b"{}")]),
        case("an open continuation of nothing", BROKEN, &[frame(CONTINUATION, b"{}")]),
        case(
            "a continuation after the message is whole",
            BROKEN,
            &[frame(TEXT, br#"{"type":"#), frame(FIN | CONTINUATION, br#""ping"}"#), frame(FIN | CONTINUATION, b"x")],
        ),
        case("a text inside a text", BROKEN, &[frame(TEXT, b"{"), frame(FIN | TEXT, b"{}")]),
        case("bytes inside a text", BROKEN, &[frame(TEXT, b"{"), frame(BINARY, b"{}")]),
        case("a text that is not UTF-8", NOT_UTF8, &[frame(FIN | TEXT, b"\"\xce\xba\xe1\xbd\xb9\xcf\xed\xa0\x80\"")]),
        case("a text that ends inside a character", NOT_UTF8, &[frame(FIN | TEXT, b"\"\xf0\x9f\x98")]),
        case("an overlong character", NOT_UTF8, &[frame(FIN | TEXT, b"\xc0\xaf")]),
        case("a character above U+10FFFF", NOT_UTF8, &[frame(FIN | TEXT, b"\xf4\x90\x80\x80")]),
        case("a surrogate, split in two", NOT_UTF8, &[frame(TEXT, b"\"\xed"), frame(FIN | CONTINUATION, b"\xa0\x80")]),
        case(
            "a character that its second part breaks",
            NOT_UTF8,
            &[frame(TEXT, b"\"\xf0\x9f"), frame(FIN | CONTINUATION, b"\x98\xff\"")],
        ),
        case("bytes", UNSUPPORTED, &[frame(FIN | BINARY, &[1, 2, 3])]),
        case("bytes in parts", UNSUPPORTED, &[frame(BINARY, &[1, 2, 3]), frame(FIN | CONTINUATION, &[4])]),
        case("a length of 2^63", ABSURD, &[head(FIN | TEXT, 1 << 63, true), vec![0; 4]]),
        case("a length of 2^64 - 1", ABSURD, &[head(FIN | TEXT, u64::MAX, true), vec![0; 4]]),
        case("a length of 2^63 - 1", TOO_LARGE, &[head(FIN | TEXT, i64::MAX as u64, true), vec![0; 4]]),
        case("a length one above the limit", TOO_LARGE, &[head(FIN | TEXT, 128 * 1024 + 1, true), vec![0; 4]]),
        case("a text of 200 KiB", TOO_LARGE, &[frame(FIN | TEXT, &vec![b'x'; 200 * 1024])]),
    ];
    for code in [3, 4, 5, 6, 7, 0xB, 0xC, 0xD, 0xE, 0xF] {
        cases.push(Case { what: "a reserved opcode", bytes: frame(FIN | code, b""), ends: BROKEN });
        let after = [ping(), frame(FIN | code, b"words")].concat();
        cases.push(Case { what: "a reserved opcode, after a good frame", bytes: after, ends: BROKEN });
    }
    for code in [0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535] {
        cases.push(Case { what: "a close with a code that must not be sent", bytes: close(code, b""), ends: BROKEN });
    }
    let parts = (0..3000).map(|n| frame(if n == 0 { TEXT } else { CONTINUATION }, &[b'x'; 64])).collect::<Vec<_>>();
    cases.push(Case { what: "parts without an end", bytes: parts.concat(), ends: TOO_LARGE });
    cases
}

#[tokio::test]
async fn a_frame_that_breaks_the_protocol_ends_its_socket_alone_and_with_the_right_code() -> Result<()> {
    let scene = Scene::set().await?;
    let mut other = scene.listener().await?;
    let mut wrong = Vec::new();
    for Case { what, bytes, ends } in cases() {
        let mut socket = scene.socket().await?;
        // The server may end the connection before it has read everything.
        let sent = socket.send(&bytes).await;
        let ending = socket.ending().await.with_context(|| format!("{what} {:02x?}", &bytes[..bytes.len().min(16)]))?;
        // Where it was still sending, the close may be lost with the connection.
        let lost = sent.is_err() && ending == Ending::Silent;
        if !ends.contains(&ending) && !lost {
            wrong.push(format!("{what} {:02x?}: {ending:?}, not {ends:?}", &bytes[..bytes.len().min(16)]));
        }
    }
    scene.undisturbed(&mut other).await?;
    ensure!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), cases().len(), wrong.join("\n"));
    Ok(())
}

#[tokio::test]
async fn what_the_protocol_allows_is_taken_however_odd() -> Result<()> {
    let scene = Scene::set().await?;
    let odd: &[(&str, Vec<u8>)] = &[
        (
            "in parts",
            [frame(TEXT, br#"{"ty"#), frame(CONTINUATION, br#"pe":"#), frame(FIN | CONTINUATION, br#""ping"}"#)]
                .concat(),
        ),
        (
            "with empty parts",
            [frame(TEXT, b""), frame(CONTINUATION, b""), frame(FIN | CONTINUATION, br#"{"type":"ping"}"#)].concat(),
        ),
        (
            "with a ping between its parts",
            [frame(TEXT, br#"{"type":"#), frame(FIN | PING, b"here?"), frame(FIN | CONTINUATION, br#""ping"}"#)]
                .concat(),
        ),
        ("after a pong that nobody asked for", [frame(FIN | PONG, b"here"), ping()].concat()),
        ("after a ping of 125 bytes", [frame(FIN | PING, &[b'x'; 125]), ping()].concat()),
        (
            "with a character split between its parts",
            [frame(TEXT, b"{\"type\":\"ping\",\"x\":\"\xf0\x9f"), frame(FIN | CONTINUATION, b"\x98\x80\"}")].concat(),
        ),
    ];
    for (what, bytes) in odd {
        let mut socket = scene.socket().await?;
        socket.send(bytes).await?;
        socket.text_with("pong").await.with_context(|| format!("a frame {what}"))?;
        // Byte by byte, as a slow network might bring it.
        for byte in bytes {
            socket.send(&[*byte]).await?;
        }
        socket.text_with("pong").await.with_context(|| format!("byte by byte, a frame {what}"))?;
    }
    for code in [1000, 1001, 1003, 1007, 1011, 1012, 3000, 3999, 4000, 4999] {
        let mut socket = scene.socket().await?;
        socket.send(&close(code, "bye ✓".as_bytes())).await?;
        let ending = socket.ending().await?;
        ensure!(matches!(ending, Ending::Close(answer) if answer == code || answer == 1000), "{code}: {ending:?}");
    }
    let mut socket = scene.socket().await?;
    socket.send(&frame(FIN | CLOSE, b"")).await?;
    ensure!(matches!(socket.ending().await?, Ending::Close(1000 | 1005)), "a close without a code is answered");
    Ok(())
}

#[tokio::test]
async fn a_ping_is_answered_with_what_it_carried() -> Result<()> {
    let scene = Scene::set().await?;
    let mut socket = scene.socket().await?;
    socket.send(&frame(FIN | PING, b"are you there?")).await?;
    loop {
        let (first, payload) = socket.next().await?.context("it ended")?;
        if first & 0x0F == PONG {
            ensure!(payload == b"are you there?", "{payload:?}");
            return Ok(());
        }
    }
}

#[tokio::test]
async fn nothing_is_heard_after_a_close() -> Result<()> {
    let scene = Scene::set().await?;
    let mut socket = scene.socket().await?;
    let room = scene.room;
    let typing = json!({ "type": "subscribe", "stream": room, "epoch": "?", "seq": 0 }).to_string();
    socket.send(&[close(1000, b""), frame(FIN | TEXT, typing.as_bytes())].concat()).await?;
    while let Some((first, payload)) = socket.next().await? {
        if first & 0x0F == CLOSE {
            break;
        }
        let text = String::from_utf8_lossy(&payload).into_owned();
        ensure!(!text.contains("reset"), "a frame after the close was answered: {text}");
    }
    Ok(())
}

#[tokio::test]
async fn floods_and_frames_that_never_end_disturb_nobody() -> Result<()> {
    let scene = Scene::set().await?;
    let mut other = scene.listener().await?;
    let mut flood = scene.socket().await?;
    let pings: Vec<u8> = frame(FIN | PING, &[b'x'; 125]).repeat(200);
    for _ in 0..100 {
        // Nothing is read here: the server may give up on us before we have said it all.
        if tokio::time::timeout(std::time::Duration::from_secs(1), flood.send(&pings)).await.is_err() {
            break;
        }
    }
    let mut unfinished = Vec::new();
    for _ in 0..20 {
        let mut socket = scene.socket().await?;
        socket.send(&head(FIN | TEXT, 100_000, true)).await?;
        socket.send(&[0; 1000]).await?;
        unfinished.push(socket);
    }
    scene.undisturbed(&mut other).await?;
    let resident = scene.node.resident()? / (1024 * 1024);
    println!("resident after the flood: {resident} MiB");
    Ok(())
}

/// A server, and Ana with a room.
struct Scene {
    node: Node,
    ana: Account,
    room: Stream,
    _folder: tempfile::TempDir,
}

impl Scene {
    async fn set() -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let node = Node::on_sqlite(folder.path()).await?;
        let ana = Account::sign_up(&node.url, "ana").await?;
        let board = ana.make_board(&node.url, &[]).await?;
        let room = ana.make_room(&node.url, board, "general", None).await?;
        Ok(Self { node, ana, room, _folder: folder })
    }

    async fn socket(&self) -> Result<RawSocket> {
        let mut socket = RawSocket::open(&self.node.url, &self.ana.cookie).await?;
        socket.text_with("ready").await?;
        Ok(socket)
    }

    /// A socket that follows the room.
    async fn listener(&self) -> Result<RawSocket> {
        let mut socket = RawSocket::open(&self.node.url, &self.ana.cookie).await?;
        let ready: serde_json::Value = serde_json::from_str(&socket.text_with("ready").await?)?;
        let epoch = ready["epoch"].as_str().context("it has an epoch")?.to_owned();
        socket.subscribe(Cursor { stream: self.room, epoch, seq: 0 }).await?;
        self.undisturbed(&mut socket).await?;
        Ok(socket)
    }

    /// The socket is told of what is posted now.
    async fn undisturbed(&self, socket: &mut RawSocket) -> Result<()> {
        let words = format!("all is well {}", uuid::Uuid::now_v7());
        let id = self.room.to_string().replace("room:", "");
        self.ana.post(&self.node.url, &format!("/messaging/room/{id}/send/"), json!({ "message": words })).await?;
        socket.text_with(&words).await.context("another socket is disturbed")?;
        Ok(())
    }
}
