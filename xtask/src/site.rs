//! Builds the site: the client as a browser loads it, the style, the public
//! files, and `manifest.json`, which tells the server their names.
//!
//! Names carry a hash of the content, so that they can be cached for ever.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs, io,
    path::{Path, PathBuf},
};

use anyhow::{Result, ensure};
use brotli::enc::BrotliEncoderParams;
use sha2::{Digest, Sha256};

use crate::{
    client::Client,
    command::{root, run},
    toolchain::{Toolchain, WASM},
};

/// What a first visit should weigh on the wire, in bytes: all that a page loads before it is live.
const WANTED: usize = 250_000;
/// What no first visit may weigh, so that it can't grow unseen: a twentieth more than the heaviest does now.
const HEAVIEST: usize = 700_000;

/// The pages that a visit begins with, and the parts that each needs (`app::parts`).
const PAGES: [(&str, &[&str]); 10] = [
    ("sign-in", &["door"]),
    ("hub, inbox, rooms, my tasks", &["home"]),
    ("account, scheduled", &["account"]),
    ("search", &["search"]),
    ("settings of boards and rooms", &["settings"]),
    ("board", &["board"]),
    ("board as a list", &["board", "list"]),
    ("room", &["room"]),
    ("task", &["task"]),
    ("task over its board", &["board", "task"]),
];

/// Builds the standard library with the client, for a sixth less of it: a panic ends the program at
/// once instead of wording a message first, no source positions are kept for it, and nothing is worded
/// for programmers (`{:?}`). The everyday build says where it panicked.
const SMALL_STD: [&str; 4] = [
    "-Zbuild-std=std,panic_abort",
    "-Zbuild-std-features=optimize_for_size",
    "--config",
    "build.rustflags = ['-Zunstable-options', '-Cpanic=immediate-abort', '-Zlocation-detail=none', '-Zfmt-debug=none']",
];

/// Files that brotli makes smaller, by extension.
const COMPRESSIBLE: [&str; 10] = ["bin", "css", "html", "ico", "js", "json", "svg", "txt", "wasm", "webmanifest"];

/// How the client is built.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    /// Quickly, for every day.
    Light,
    /// Small and compressed ahead of time.
    Release,
}

impl Profile {
    /// The folder of the site.
    pub fn dir(self) -> PathBuf {
        root().join(match self {
            Self::Light => "target/site",
            Self::Release => "target/site-release",
        })
    }

    /// The profile in the workspace's Cargo.toml.
    pub fn cargo_name(self) -> &'static str {
        match self {
            Self::Light => "wasm-light",
            Self::Release => "wasm-release",
        }
    }
}

/// Builds what has changed and removes what is stale.
///
/// # Errors
/// The client does not compile, or a file can't be read or written.
pub fn build(toolchain: &Toolchain, profile: Profile) -> Result<()> {
    let mut cargo = toolchain.cargo();
    let small = profile == Profile::Release && toolchain.has_std_source()?;
    if small {
        cargo.env("RUSTC_BOOTSTRAP", "1").args(SMALL_STD);
    }
    run(cargo.args(["build", "--package", "frontend", "--target", WASM, "--profile"]).arg(profile.cargo_name()))?;
    let client = Client::generate(profile)?;

    let mut site = Site::new(profile);
    let mut script = client.script;
    let mut files = BTreeMap::new();
    for (file, content) in &client.files {
        let name = site.add_hashed("bin", content)?;
        script = script.replace(&format!("\"./{file}.bin\""), &format!("\"/{name}\""));
        files.insert(file, name);
    }
    let parts: BTreeMap<&str, Vec<&str>> = client
        .parts
        .iter()
        .map(|(part, of)| (part.as_str(), of.iter().map(|file| files[file].as_str()).collect()))
        .collect();
    let js = site.add_hashed("js", script.as_bytes())?;
    let wasm = site.add_hashed("wasm", &client.main)?;
    let css = stylesheet()?;
    let css = if profile == Profile::Release { bare(&css) } else { css };
    let css = site.add_hashed("css", css.as_bytes())?;
    site.add_public(Path::new(""))?;
    let addresses: BTreeMap<_, Vec<_>> =
        parts.iter().map(|(part, of)| (part, of.iter().map(|name| format!("/{name}")).collect())).collect();
    let manifest =
        format!("{{\"js\": \"/{js}\", \"wasm\": \"/{wasm}\", \"css\": \"/{css}\", \"parts\": {addresses:?}}}\n");
    site.write("manifest.json", manifest.as_bytes())?;
    site.remove_stale(&profile.dir())?;
    match profile {
        Profile::Light => Ok(()),
        Profile::Release => {
            let heaviest = site.weigh(&[&wasm, &js, &css], &parts);
            // With the compiler's own standard library it is heavier for no fault of ours.
            ensure!(heaviest <= HEAVIEST || !small, "a first visit is heavier than {} KB", kb(HEAVIEST));
            Ok(())
        }
    }
}

/// One stylesheet of all: the tokens, the base, then a file per component.
fn stylesheet() -> io::Result<String> {
    let dir = root().join("style");
    let mut names = BTreeSet::new();
    for entry in fs::read_dir(&dir)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "css") {
            let rank = ["tokens", "base"]
                .iter()
                .position(|first| path.file_stem().is_some_and(|stem| stem == *first))
                .unwrap_or(usize::MAX);
            names.insert((rank, path));
        }
    }
    names.into_iter().map(|(_, path)| fs::read_to_string(path)).collect()
}

/// A stylesheet without comments, indentation and empty lines. None of ours has a comment's signs in a text.
fn bare(css: &str) -> String {
    let mut bare = String::with_capacity(css.len());
    let mut rest = css;
    while let Some((before, after)) = rest.split_once("/*") {
        bare += before;
        rest = after.split_once("*/").map_or("", |(_, after)| after);
    }
    bare += rest;
    let lines = bare.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join("\n")
}

/// The folder being filled.
struct Site {
    profile: Profile,
    /// Everything that belongs there, by full path.
    files: BTreeSet<PathBuf>,
}

impl Site {
    fn new(profile: Profile) -> Self {
        Self { profile, files: BTreeSet::new() }
    }

    /// Adds a file of the client and returns its name, which its content decides.
    fn add_hashed(&mut self, extension: &str, content: &[u8]) -> Result<String> {
        let hash = hash(content);
        let name = format!("pkg/boardwalk.{}.{extension}", &hash[..16]);
        self.add(&name, content)?;
        Ok(name)
    }

    /// Adds what is below `public`, at the site's root.
    fn add_public(&mut self, below: &Path) -> Result<()> {
        for entry in fs::read_dir(root().join("public").join(below))? {
            let entry = entry?;
            let name = below.join(entry.file_name());
            if entry.file_type()?.is_dir() {
                self.add_public(&name)?;
            } else {
                self.add(name, &fs::read(entry.path())?)?;
            }
        }
        Ok(())
    }

    /// Adds a file and, for a release, its brotli form beside it.
    fn add(&mut self, name: impl AsRef<Path>, content: &[u8]) -> Result<()> {
        let name = name.as_ref();
        let changed = self.write(name, content)?;
        let extension = name.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
        if self.profile == Profile::Release && COMPRESSIBLE.contains(&extension) {
            let compressed = name.with_added_extension("br");
            if changed || !self.profile.dir().join(&compressed).exists() {
                self.write(compressed, &brotli(content)?)?;
            } else {
                self.files.insert(self.profile.dir().join(compressed));
            }
        }
        Ok(())
    }

    /// Writes a file, unless it stands there already, whose date then stays;
    /// says whether it wrote.
    fn write(&mut self, name: impl AsRef<Path>, content: &[u8]) -> io::Result<bool> {
        let path = self.profile.dir().join(name);
        let changed = !fs::read(&path).is_ok_and(|present| present == content);
        if changed {
            if let Some(parent) = path.parent() {
                fs::create_dir_all(parent)?;
            }
            fs::write(&path, content)?;
        }
        self.files.insert(path);
        Ok(changed)
    }

    /// Bytes that a browser fetches for this file.
    fn wire_size(&self, name: &str) -> usize {
        fs::metadata(self.profile.dir().join(format!("{name}.br"))).map_or(0, |file| file.len() as usize)
    }

    /// Says what the first visit of each page weighs; gives the heaviest, in bytes.
    fn weigh(&self, all: &[&String; 3], parts: &BTreeMap<&str, Vec<&str>>) -> usize {
        let [wasm, js, css] = all.map(|name| self.wire_size(name));
        let every = wasm + js + css;
        println!("brotli, every page: wasm {} + js {} + css {} = {} KB", kb(wasm), kb(js), kb(css), kb(every));
        let of = |names: &mut dyn Iterator<Item = &str>| {
            names.flat_map(|part| &parts[part]).collect::<BTreeSet<_>>().iter().map(|name| self.wire_size(name)).sum()
        };
        for part in parts.keys() {
            let weight: usize = of(&mut [*part].into_iter());
            println!("brotli, part {part}: {} KB", kb(weight));
        }
        let mut heaviest = 0;
        for (page, needs) in PAGES {
            let visit = every + of(&mut needs.iter().copied());
            println!("first visit, {page}: {} KB of {} KB", kb(visit), kb(WANTED));
            heaviest = heaviest.max(visit);
        }
        println!("all that there is: {} KB", kb(every + of(&mut parts.keys().copied())));
        heaviest
    }

    fn remove_stale(&self, dir: &Path) -> io::Result<()> {
        for entry in fs::read_dir(dir)? {
            let path = entry?.path();
            if path.is_dir() {
                self.remove_stale(&path)?;
            } else if !self.files.contains(&path) {
                fs::remove_file(path)?;
            }
        }
        Ok(())
    }
}

/// Brotli at its densest, with the largest window that browsers take.
fn brotli(content: &[u8]) -> io::Result<Vec<u8>> {
    let mut compressed = Vec::new();
    let params = BrotliEncoderParams { quality: 11, lgwin: 24, ..Default::default() };
    brotli::BrotliCompress(&mut &content[..], &mut compressed, &params)?;
    Ok(compressed)
}

pub fn hash(content: &[u8]) -> String {
    Sha256::digest(content).iter().map(|byte| format!("{byte:02x}")).collect()
}

pub fn kb(bytes: usize) -> usize {
    bytes.div_ceil(1000)
}
