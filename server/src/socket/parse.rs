//! Reads WebSocket frames of a client (RFC 6455), strictly and within bounds.
//!
//! Whole frames are read where they lie in the thread's buffer; only what is incomplete is kept.

/// Bytes of one message from a client: 10,000 characters may be 120 KB of JSON.
pub(super) const MESSAGE: usize = 128 * 1024;
/// Frames that one message may come in.
const FRAGMENTS: usize = 4096;
/// Bytes of a control frame's payload at most (section 5.5).
const CONTROL: usize = 125;

/// Close codes for what a client must not send (section 7.4.1).
pub(super) const PROTOCOL: u16 = 1002;
pub(super) const UNSUPPORTED: u16 = 1003;
pub(super) const NOT_TEXT: u16 = 1007;
pub(super) const TOO_BIG: u16 = 1009;

/// What a client said.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Incoming {
    Text(String),
    Ping(Vec<u8>),
    Pong,
    /// With its code, if it had one.
    Close(Option<u16>),
}

/// What of one socket is not read yet.
#[derive(Default)]
pub(super) struct Parser {
    /// Bytes that came and were not read, from `at` on.
    kept: Vec<u8>,
    at: usize,
    /// The message whose last fragment is still to come.
    message: Option<Fragments>,
}

#[derive(Default)]
struct Fragments {
    text: Vec<u8>,
    count: usize,
}

struct Header {
    last: bool,
    opcode: u8,
    mask: [u8; 4],
    /// Bytes of header and payload.
    header: usize,
    payload: usize,
}

impl Parser {
    /// The next message, out of what was kept and then out of `input`; `None` when more must come.
    /// Call it until then: what is left of `input` is kept by [`Parser::keep`].
    ///
    /// # Errors
    /// The code with which the socket must be closed.
    pub(super) fn next(&mut self, input: &mut &mut [u8]) -> Result<Option<Incoming>, u16> {
        loop {
            if !self.kept.is_empty() && !input.is_empty() {
                self.keep(input);
                *input = &mut [];
            }
            let own = !self.kept.is_empty();
            let bytes: &mut [u8] = if own { &mut self.kept[self.at..] } else { input };
            let Some(header) = header(bytes, self.message.as_ref())? else { return Ok(None) };
            let whole = header.header + header.payload;
            let Some(payload) = bytes.get_mut(header.header..whole) else { return Ok(None) };
            unmask(payload, header.mask);
            let said = Self::take(&mut self.message, &header, payload);
            if own {
                self.at += whole;
                if self.at == self.kept.len() {
                    // Most of the time nothing is kept, and then it must cost nothing.
                    (self.kept, self.at) = (Vec::new(), 0);
                }
            } else {
                *input = &mut std::mem::take(input)[whole..];
            }
            if let Some(said) = said? {
                return Ok(Some(said));
            }
        }
    }

    /// Keeps what was not read.
    pub(super) fn keep(&mut self, rest: &[u8]) {
        if rest.is_empty() {
            return;
        }
        if self.at > 0 {
            self.kept.drain(..self.at);
            self.at = 0;
        }
        self.kept.extend_from_slice(rest);
    }

    /// Is there something that was not read?
    pub(super) fn has_kept(&self) -> bool {
        !self.kept.is_empty()
    }

    fn take(message: &mut Option<Fragments>, header: &Header, payload: &[u8]) -> Result<Option<Incoming>, u16> {
        match header.opcode {
            0x0 | 0x1 => {
                if header.last && message.is_none() {
                    return text(payload.to_vec()).map(Some);
                }
                let fragments = message.get_or_insert_default();
                fragments.count += 1;
                if fragments.count > FRAGMENTS {
                    return Err(TOO_BIG);
                }
                fragments.text.extend_from_slice(payload);
                if !header.last {
                    return Ok(None);
                }
                text(message.take().unwrap_or_default().text).map(Some)
            }
            0x8 => match *payload {
                [] => Ok(Some(Incoming::Close(None))),
                [_] => Err(PROTOCOL),
                [high, low, ref reason @ ..] => {
                    let code = u16::from_be_bytes([high, low]);
                    if !matches!(code, 1000..=1003 | 1007..=1014 | 3000..=4999) {
                        return Err(PROTOCOL);
                    }
                    std::str::from_utf8(reason).map_err(|_| NOT_TEXT)?;
                    Ok(Some(Incoming::Close(Some(code))))
                }
            },
            0x9 => Ok(Some(Incoming::Ping(payload.to_vec()))),
            _ => Ok(Some(Incoming::Pong)),
        }
    }
}

fn text(bytes: Vec<u8>) -> Result<Incoming, u16> {
    String::from_utf8(bytes).map(Incoming::Text).map_err(|_| NOT_TEXT)
}

/// The header of a frame; `None` when more of it must come. What is wrong is told at the first byte
/// that shows it.
fn header(bytes: &[u8], message: Option<&Fragments>) -> Result<Option<Header>, u16> {
    let [first, rest @ ..] = bytes else { return Ok(None) };
    let (last, opcode) = (first & 0x80 != 0, first & 0x0f);
    if first & 0x70 != 0 {
        return Err(PROTOCOL);
    }
    match opcode {
        0x0 if message.is_none() => return Err(PROTOCOL),
        0x1 | 0x2 if message.is_some() => return Err(PROTOCOL),
        0x2 => return Err(UNSUPPORTED),
        0x8..=0xa if !last => return Err(PROTOCOL),
        0x0 | 0x1 | 0x8..=0xa => {}
        _ => return Err(PROTOCOL),
    }
    let [second, rest @ ..] = rest else { return Ok(None) };
    if second & 0x80 == 0 {
        return Err(PROTOCOL);
    }
    let short = usize::from(second & 0x7f);
    if opcode >= 0x8 && short > CONTROL {
        return Err(PROTOCOL);
    }
    let (long, length) = match short {
        126 => {
            let Some(bytes) = rest.first_chunk::<2>() else { return Ok(None) };
            (2, u64::from(u16::from_be_bytes(*bytes)))
        }
        127 => {
            let Some(bytes) = rest.first_chunk::<8>() else { return Ok(None) };
            (8, u64::from_be_bytes(*bytes))
        }
        short => (0, short as u64),
    };
    // A length is written as short as it can be, and has no sign bit.
    if (long == 2 && length < 126) || (long == 8 && (length <= 0xffff || length >> 63 == 1)) {
        return Err(PROTOCOL);
    }
    let had = if opcode == 0 { message.map_or(0, |fragments| fragments.text.len()) } else { 0 };
    let payload = usize::try_from(length).ok().filter(|length| length + had <= MESSAGE).ok_or(TOO_BIG)?;
    let Some(mask) = rest.get(long..).and_then(|rest| rest.first_chunk::<4>()) else { return Ok(None) };
    Ok(Some(Header { last, opcode, mask: *mask, header: 2 + long + 4, payload }))
}

fn unmask(payload: &mut [u8], mask: [u8; 4]) {
    let word = u64::from_ne_bytes([mask[0], mask[1], mask[2], mask[3], mask[0], mask[1], mask[2], mask[3]]);
    let mut words = payload.chunks_exact_mut(8);
    for chunk in &mut words {
        if let Ok(bytes) = <[u8; 8]>::try_from(&*chunk) {
            chunk.copy_from_slice(&(u64::from_ne_bytes(bytes) ^ word).to_ne_bytes());
        }
    }
    for (byte, mask) in words.into_remainder().iter_mut().zip(mask.iter().cycle()) {
        *byte ^= mask;
    }
}

/// A ping, a pong or a close of ours.
pub(super) fn control(opcode: u8, payload: &[u8]) -> Vec<u8> {
    let payload = &payload[..payload.len().min(CONTROL)];
    let mut frame = vec![0x80 | opcode, payload.len() as u8];
    frame.extend_from_slice(payload);
    frame
}

/// A close with a code; 1005 and 1006 stand for none and are not sent.
pub(super) fn closing(code: Option<u16>) -> Vec<u8> {
    match code {
        Some(code) => control(0x8, &code.to_be_bytes()),
        None => control(0x8, &[]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MASK: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];

    fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
        let mut bytes = vec![first];
        match payload.len() {
            short @ 0..=125 => bytes.push(0x80 | short as u8),
            middle @ 126..=0xffff => {
                bytes.push(0x80 | 126);
                bytes.extend((middle as u16).to_be_bytes());
            }
            long => {
                bytes.push(0x80 | 127);
                bytes.extend((long as u64).to_be_bytes());
            }
        }
        bytes.extend(MASK);
        bytes.extend(payload.iter().zip(MASK.iter().cycle()).map(|(byte, mask)| byte ^ mask));
        bytes
    }

    /// Everything said in these bytes, handed over in pieces of a size; the code that ends it.
    fn read(bytes: &[u8], piece: usize) -> (Vec<Incoming>, Option<u16>) {
        let (mut parser, mut said) = (Parser::default(), Vec::new());
        for piece in bytes.chunks(piece) {
            let mut piece = piece.to_vec();
            let mut input = &mut piece[..];
            loop {
                match parser.next(&mut input) {
                    Ok(Some(incoming)) => said.push(incoming),
                    Ok(None) => break,
                    Err(code) => return (said, Some(code)),
                }
            }
            parser.keep(input);
            assert!(parser.kept.len() <= MESSAGE + 14 + piece.len(), "what is kept is bounded");
        }
        (said, None)
    }

    fn check(bytes: &[u8], expected: Vec<Incoming>, code: Option<u16>) {
        for piece in [1, 2, 3, 7, 4096, usize::MAX] {
            assert_eq!(read(bytes, piece), (expected.iter().map(copy).collect(), code), "in pieces of {piece}");
        }
    }

    fn copy(said: &Incoming) -> Incoming {
        match said {
            Incoming::Text(text) => Incoming::Text(text.clone()),
            Incoming::Ping(payload) => Incoming::Ping(payload.clone()),
            Incoming::Pong => Incoming::Pong,
            Incoming::Close(code) => Incoming::Close(*code),
        }
    }

    fn text(text: &str) -> Incoming {
        Incoming::Text(text.into())
    }

    #[test]
    fn whole_messages_are_read_however_they_are_cut() {
        let long = "é".repeat(40_000);
        for said in ["", "a", "hello", &"x".repeat(125), &"x".repeat(126), &"x".repeat(0x1_0000), &long] {
            check(&frame(0x81, said.as_bytes()), vec![text(said)], None);
        }
        let bytes = [frame(0x81, b"one"), frame(0x89, b"beat"), frame(0x8a, b""), frame(0x81, b"two")].concat();
        check(&bytes, vec![text("one"), Incoming::Ping(b"beat".into()), Incoming::Pong, text("two")], None);
    }

    #[test]
    fn fragments_make_one_message_with_control_frames_between_them() {
        let bytes = [frame(0x01, b"on"), frame(0x89, b"!"), frame(0x00, b""), frame(0x80, b"e")].concat();
        check(&bytes, vec![Incoming::Ping(b"!".into()), text("one")], None);
        let cut = "é".as_bytes();
        check(&[frame(0x01, &cut[..1]), frame(0x80, &cut[1..])].concat(), vec![text("é")], None);
    }

    #[test]
    fn closes_are_read_with_their_code() {
        check(&frame(0x88, b""), vec![Incoming::Close(None)], None);
        check(&frame(0x88, &[0x03, 0xe8, b'o', b'k']), vec![Incoming::Close(Some(1000))], None);
        check(&frame(0x88, &4001u16.to_be_bytes()), vec![Incoming::Close(Some(4001))], None);
    }

    #[test]
    fn what_is_malformed_ends_the_socket_with_the_right_code() {
        let unmasked = vec![0x81, 0x01, b'a'];
        let huge = |length: u64| [&[0x81, 0xff][..], &length.to_be_bytes(), &MASK].concat();
        let long_form = |length: u16| [&[0x81, 0xfe][..], &length.to_be_bytes(), &MASK, &[0; 200]].concat();
        for (what, bytes, code) in [
            ("not masked", unmasked, PROTOCOL),
            ("the first reserved bit", frame(0xc1, b"a"), PROTOCOL),
            ("the second reserved bit", frame(0xa1, b"a"), PROTOCOL),
            ("the third reserved bit", frame(0x91, b"a"), PROTOCOL),
            ("a binary message", frame(0x82, b"a"), UNSUPPORTED),
            ("a reserved opcode", frame(0x83, b"a"), PROTOCOL),
            ("a reserved control opcode", frame(0x8b, b""), PROTOCOL),
            ("the last reserved opcode", frame(0x8f, b""), PROTOCOL),
            ("a continuation of nothing", frame(0x80, b"a"), PROTOCOL),
            ("a message inside of another", [frame(0x01, b"a"), frame(0x81, b"b")].concat(), PROTOCOL),
            ("a fragmented ping", frame(0x09, b""), PROTOCOL),
            ("a fragmented close", frame(0x08, b""), PROTOCOL),
            ("a ping of 126 bytes", frame(0x89, &[b'a'; 126]), PROTOCOL),
            ("a close of one byte", frame(0x88, b"a"), PROTOCOL),
            ("a close with the code of no code", frame(0x88, &1005u16.to_be_bytes()), PROTOCOL),
            ("a close with a reserved code", frame(0x88, &1004u16.to_be_bytes()), PROTOCOL),
            ("a close with code 0", frame(0x88, &[0, 0]), PROTOCOL),
            ("a close with code 5000", frame(0x88, &5000u16.to_be_bytes()), PROTOCOL),
            ("a close whose reason is no text", frame(0x88, &[0x03, 0xe8, 0xff]), NOT_TEXT),
            ("a length of 2^63", huge(1 << 63), PROTOCOL),
            ("a length of 2^64 - 1", huge(u64::MAX), PROTOCOL),
            ("a length of 2^63 - 1", huge((1 << 63) - 1), TOO_BIG),
            ("one byte too many", huge(MESSAGE as u64 + 1), TOO_BIG),
            ("a length written too long", huge(5), PROTOCOL),
            ("a short length written as a middle one", long_form(125), PROTOCOL),
            ("no UTF-8", frame(0x81, &[0xc3, 0x28]), NOT_TEXT),
            ("half a character", frame(0x81, &[0xc3]), NOT_TEXT),
            ("a surrogate", frame(0x81, &[0xed, 0xa0, 0x80]), NOT_TEXT),
            ("no UTF-8 in the last fragment", [frame(0x01, b"a"), frame(0x80, &[0xff])].concat(), NOT_TEXT),
        ] {
            for piece in [1, 2, 5, usize::MAX] {
                assert_eq!(read(&bytes, piece).1, Some(code), "{what}, in pieces of {piece}");
            }
        }
    }

    #[test]
    fn fragments_are_bounded_in_size_and_number() {
        let endless = [frame(0x01, &[b'a'; 1000]), frame(0x00, &[b'a'; 1000]).repeat(200)].concat();
        assert_eq!(read(&endless, 4096).1, Some(TOO_BIG));
        let empty = [frame(0x01, b""), frame(0x00, b"").repeat(FRAGMENTS)].concat();
        assert_eq!(read(&empty, 4096).1, Some(TOO_BIG));
        let largest = [frame(0x01, &vec![b'a'; MESSAGE - 1]), frame(0x80, b"a")].concat();
        assert_eq!(read(&largest, 4096), (vec![text(&"a".repeat(MESSAGE))], None));
    }

    #[test]
    fn a_frame_that_never_ends_keeps_what_came_and_no_more() {
        let mut parser = Parser::default();
        let mut bytes = frame(0x81, &vec![b'a'; MESSAGE]);
        bytes.truncate(1000);
        let mut input = &mut bytes[..];
        assert_eq!(parser.next(&mut input), Ok(None));
        parser.keep(input);
        assert_eq!(parser.kept.len(), 1000);
    }
}
