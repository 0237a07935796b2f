//! Pictures, told by their content, and made small.

use std::{io::Cursor, path::Path};

use image::{
    DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits, codecs::jpeg::JpegEncoder, metadata::Orientation,
};
use protocol::{Picture, limits::PIXELS};

use crate::db::files::Look;

/// The most that is shown of a picture in a conversation, in pixels.
const SMALL: (u32, u32) = (720, 540);
/// Of 100: hardly to be told from the original at this size.
const QUALITY: u8 = 82;
/// Bytes that a picture may take once it is read, and what reads it beside that.
const MEMORY: u64 = 200 * 1024 * 1024;

/// A picture of more pixels than we may look at.
#[derive(Debug)]
pub(super) struct TooLarge;

/// What kind of picture a file is, and a small one of it; nothing where it is none that browsers show.
/// Its content alone tells: neither its name nor what its sender says of it.
pub(super) fn look(path: &Path) -> Result<Option<(Look, Vec<u8>)>, TooLarge> {
    let Ok(Ok(mut reader)) = ImageReader::open(path).map(ImageReader::with_guessed_format) else { return Ok(None) };
    let media = match reader.format() {
        Some(ImageFormat::Png) => "image/png",
        Some(ImageFormat::Jpeg) => "image/jpeg",
        Some(ImageFormat::Gif) => "image/gif",
        Some(ImageFormat::WebP) => "image/webp",
        _ => return Ok(None),
    };
    let mut limits = Limits::default();
    limits.max_alloc = Some(MEMORY);
    reader.limits(limits);
    let Ok(mut decoder) = reader.into_decoder() else { return Ok(None) };
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > PIXELS || decoder.total_bytes() > MEMORY {
        return Err(TooLarge);
    }
    // Cameras lie on their side and say so.
    let turned = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let Ok(mut picture) = DynamicImage::from_decoder(decoder) else { return Ok(None) };
    let (wide, high) = if on_its_side(turned) { (SMALL.1, SMALL.0) } else { SMALL };
    if picture.width() > wide || picture.height() > high {
        picture = picture.thumbnail(wide, high);
    }
    picture.apply_orientation(turned);
    let mut small = Cursor::new(Vec::new());
    let (kind, written) = if picture.color().has_alpha() {
        ("image/png", picture.write_to(&mut small, ImageFormat::Png))
    } else {
        let encoder = JpegEncoder::new_with_quality(&mut small, QUALITY);
        ("image/jpeg", picture.to_rgb8().write_with_encoder(encoder))
    };
    if let Err(error) = written {
        tracing::warn!(%error, "a picture can't be made small");
        return Ok(None);
    }
    let size = Picture { width: picture.width().into(), height: picture.height().into() };
    Ok(Some((Look { media, small: kind, size }, small.into_inner())))
}

/// Are height and width exchanged?
fn on_its_side(turned: Orientation) -> bool {
    use Orientation::{Rotate90, Rotate90FlipH, Rotate270, Rotate270FlipH};
    matches!(turned, Rotate90 | Rotate270 | Rotate90FlipH | Rotate270FlipH)
}
