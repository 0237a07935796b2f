//! The pictures of the demo, drawn here: a file of the repository would be larger than the code.

use std::io::Cursor;

use image::{DynamicImage, ImageFormat, Rgb, RgbImage};

use crate::{Result, write::internal};

/// A picture that a task of the first board has as its cover.
pub(super) struct Drawn {
    /// The number of the task, which has a [`super::Fact`], too.
    pub(super) task: i64,
    pub(super) who: &'static str,
    pub(super) name: &'static str,
    draw: fn(f32, f32) -> Colour,
}

pub(super) const PICTURES: &[Drawn] = &[
    Drawn { task: 3, who: "priya", name: "boarding-pass.png", draw: boarding_pass },
    Drawn { task: 11, who: "priya", name: "map-at-night.png", draw: night_map },
];

const WIDTH: u32 = 640;
const HEIGHT: u32 = 320;

type Colour = [f32; 3];

const SEA: Colour = [16., 40., 50.];
const LAND: Colour = [38., 66., 62.];
const COAST: Colour = [96., 140., 132.];
const ROUTE: Colour = [244., 190., 92.];
const DESK: Colour = [222., 233., 233.];
const PAPER: Colour = [253., 253., 250.];
const TEAL: Colour = [11., 106., 114.];
const INK: Colour = [24., 34., 36.];
const FAINT: Colour = [196., 207., 207.];

impl Drawn {
    /// The file.
    pub(super) fn png(&self) -> Result<Vec<u8>> {
        // Four samples of each pixel, so that edges are smooth.
        let pixel = |x: u32, y: u32| {
            let samples = [(0.25, 0.25), (0.75, 0.25), (0.25, 0.75), (0.75, 0.75)];
            let drawn = samples.map(|(dx, dy)| (self.draw)(x as f32 + dx, y as f32 + dy));
            Rgb([0, 1, 2].map(|part| (drawn.iter().map(|colour| colour[part]).sum::<f32>() / 4.) as u8))
        };
        let mut file = Cursor::new(Vec::new());
        let picture = DynamicImage::from(RgbImage::from_fn(WIDTH, HEIGHT, pixel));
        picture.write_to(&mut file, ImageFormat::Png).map_err(internal)?;
        Ok(file.into_inner())
    }
}

/// A coast, an island, and the ferry's way between two piers.
fn night_map(x: f32, y: f32) -> Colour {
    let shore = 96. + 26. * (x / 88.).sin() + 11. * (x / 31.).sin();
    let (east, south) = (x - 470., y - 236.);
    let turn = south.atan2(east);
    let beach = 74. + 12. * (3. * turn).sin() + 5. * (7. * turn).cos();
    // How far out at sea.
    let out = (y - shore).min(east.hypot(south) - beach);
    // The way sags between the piers.
    let along = (x - 150.) / 250.;
    let way = 118. + 100. * along + 52. * along * (1. - along);
    let on_way = (0. ..1.).contains(&along) && (y - way).abs() < 2.6 && (x / 15.).fract() < 0.6;
    let pier = |px: f32, py: f32| (x - px).hypot(y - py) < 8.;
    match () {
        () if pier(150., 118.) || pier(400., 218.) => PAPER,
        () if on_way => ROUTE,
        () if out.abs() < 1.6 => COAST,
        () if out < 0. => LAND,
        () => SEA.map(|part| part - (out / 26.).min(6.)),
    }
}

/// A ticket on a desk: its lines, and the code that is scanned at the pier.
fn boarding_pass(x: f32, y: f32) -> Colour {
    let inside =
        |left: f32, top: f32, right: f32, bottom: f32| (left..right).contains(&x) && (top..bottom).contains(&y);
    let notch = |nx: f32, ny: f32| (x - nx).hypot(y - ny) < 12.;
    if !inside(64., 44., 576., 276.) || notch(408., 44.) || notch(408., 276.) {
        return DESK;
    }
    let line = |left: f32, top: f32, long: f32, high: f32| inside(left, top, left + long, top + high);
    let code = inside(440., 108., 545., 213.).then(|| {
        let (column, row) = ((x - 440.) as u32 / 7, (y - 108.) as u32 / 7);
        let corner = |c: u32, r: u32| column.abs_diff(c) <= 2 && row.abs_diff(r) <= 2;
        let ring = |c: u32, r: u32| column.abs_diff(c).max(row.abs_diff(r)) != 1;
        match () {
            () if corner(2, 2) => ring(2, 2),
            () if corner(12, 2) => ring(12, 2),
            () if corner(2, 12) => ring(2, 12),
            () => (column * 7 + row * 11 + column * row * 5) % 3 == 0,
        }
    });
    match code {
        Some(true) => INK,
        _ if y < 84. => TEAL,
        _ if (x - 408.).abs() < 1.2 && (y / 10.).fract() < 0.5 => FAINT,
        _ if line(92., 112., 96., 26.) || line(268., 112., 96., 26.) => INK,
        _ if line(204., 123., 48., 4.) => TEAL,
        _ if line(92., 162., 120., 10.) || line(92., 184., 180., 10.) => FAINT,
        _ if line(92., 226., 64., 18.) || line(182., 226., 64., 18.) || line(272., 226., 64., 18.) => TEAL,
        _ => PAPER,
    }
}
