//! WebSocket frames (RFC 6455), as few of their rules as two honest ends without extensions need.

use anyhow::{Result, bail, ensure};

/// A whole text.
pub const TEXT: u8 = 1;
/// The end of the socket, with its code.
pub const CLOSE: u8 = 8;
/// Are you there?
pub const PING: u8 = 9;
/// I am.
pub const PONG: u8 = 10;

/// The key that every client of ours sends: RFC 6455's own example, whose answer is known, so that
/// neither end needs SHA-1.
pub const KEY: &str = "dGhlIHNhbXBsZSBub25jZQ==";
/// What a server answers to [`KEY`].
pub const ACCEPT: &str = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

/// The longest payload that anybody here sends, in bytes.
const PAYLOAD: usize = 1 << 20;

/// One frame, where it lies in what was read.
#[derive(Debug, PartialEq, Eq)]
pub struct Frame<'a> {
    /// Its kind.
    pub opcode: u8,
    /// What it carries, still masked where `mask` says so.
    pub payload: &'a [u8],
    /// A client's mask.
    pub mask: Option<[u8; 4]>,
}

impl Frame<'_> {
    /// What it carries, without the mask.
    pub fn unmasked(&self) -> Vec<u8> {
        match self.mask {
            Some(mask) => self.payload.iter().zip(mask.iter().cycle()).map(|(byte, mask)| byte ^ mask).collect(),
            None => self.payload.to_vec(),
        }
    }

    /// The code that a close frame names; 1005 where it names none.
    pub fn close_code(&self) -> u16 {
        match self.unmasked()[..] {
            [high, low, ..] => u16::from_be_bytes([high, low]),
            _ => 1005,
        }
    }
}

/// The first frame and its length on the wire, if it is there whole.
///
/// # Errors
/// It is in parts, compressed or absurdly long.
pub fn first(data: &[u8]) -> Result<Option<(Frame<'_>, usize)>> {
    let [first, second, ..] = *data else { return Ok(None) };
    ensure!(first & 0x80 != 0, "a frame in parts, which nobody asked for");
    ensure!(first & 0x70 == 0, "a frame of an extension, which nobody asked for");
    let (length, mut at) = match second & 0x7f {
        126 => match data.get(2..4) {
            Some(bytes) => (usize::from(u16::from_be_bytes([bytes[0], bytes[1]])), 4),
            None => return Ok(None),
        },
        127 => match data.get(2..10).and_then(|bytes| <[u8; 8]>::try_from(bytes).ok()) {
            Some(bytes) => (usize::try_from(u64::from_be_bytes(bytes))?, 10),
            None => return Ok(None),
        },
        length => (usize::from(length), 2),
    };
    if length > PAYLOAD {
        bail!("a frame of {length} bytes");
    }
    let mask = if second & 0x80 == 0 {
        None
    } else {
        let Some(mask) = data.get(at..at + 4).and_then(|bytes| bytes.try_into().ok()) else { return Ok(None) };
        at += 4;
        Some(mask)
    };
    let Some(payload) = data.get(at..at + length) else { return Ok(None) };
    Ok(Some((Frame { opcode: first & 0x0f, payload, mask }, at + length)))
}

/// A frame as a server sends it.
pub fn plain(opcode: u8, payload: &[u8]) -> Vec<u8> {
    let mut frame = head(opcode, payload.len(), 0);
    frame.extend_from_slice(payload);
    frame
}

/// A frame as a client sends it.
pub fn masked(opcode: u8, payload: &[u8], mask: [u8; 4]) -> Vec<u8> {
    let mut frame = head(opcode, payload.len(), 0x80);
    frame.extend_from_slice(&mask);
    frame.extend(payload.iter().zip(mask.iter().cycle()).map(|(byte, mask)| byte ^ mask));
    frame
}

fn head(opcode: u8, length: usize, masked: u8) -> Vec<u8> {
    let mut head = Vec::with_capacity(length + 14);
    head.push(0x80 | opcode);
    match length {
        0..=125 => head.push(masked | length as u8),
        126..=0xffff => {
            head.push(masked | 126);
            head.extend_from_slice(&(length as u16).to_be_bytes());
        }
        _ => {
            head.push(masked | 127);
            head.extend_from_slice(&(length as u64).to_be_bytes());
        }
    }
    head
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_of_the_rfc_is_read_and_written() {
        // RFC 6455, 5.7: "Hello", unmasked and masked.
        let plain_hello = [0x81, 0x05, 0x48, 0x65, 0x6c, 0x6c, 0x6f];
        let masked_hello = [0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58];
        assert_eq!(plain(TEXT, b"Hello"), plain_hello);
        assert_eq!(masked(TEXT, b"Hello", [0x37, 0xfa, 0x21, 0x3d]), masked_hello);
        for wire in [&plain_hello[..], &masked_hello] {
            let (frame, length) = first(wire).unwrap().unwrap();
            assert_eq!((frame.opcode, frame.unmasked(), length), (TEXT, b"Hello".to_vec(), wire.len()));
        }
    }

    #[test]
    fn every_length_survives_and_no_part_of_a_frame_is_taken_for_it() {
        for length in [0, 1, 125, 126, 127, 65_535, 65_536, 100_000] {
            let payload: Vec<u8> = (0..length).map(|i| i as u8).collect();
            for wire in [plain(TEXT, &payload), masked(TEXT, &payload, [1, 2, 3, 4])] {
                let (frame, used) = first(&wire).unwrap().unwrap();
                assert_eq!((frame.unmasked(), used), (payload.clone(), wire.len()));
                for part in [0, 1, 2, 3, 5, 9, wire.len() - 1] {
                    assert_eq!(first(&wire[..part.min(wire.len() - 1)]).unwrap(), None, "{part} of {length}");
                }
            }
        }
    }

    #[test]
    fn the_second_of_two_frames_begins_where_the_first_ends() {
        let wire = [plain(TEXT, b"one"), plain(CLOSE, &1012_u16.to_be_bytes())].concat();
        let (_, used) = first(&wire).unwrap().unwrap();
        let (close, _) = first(&wire[used..]).unwrap().unwrap();
        assert_eq!((close.opcode, close.close_code()), (CLOSE, 1012));
    }

    #[test]
    fn what_nobody_asked_for_is_refused() {
        assert!(first(&[0x01, 0x00]).is_err(), "in parts");
        assert!(first(&[0xc1, 0x00]).is_err(), "compressed");
        assert!(first(&[0x81, 127, 0xff, 0, 0, 0, 0, 0, 0, 0]).is_err(), "endless");
    }
}
