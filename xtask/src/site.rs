//! Builds the site: the client as a browser loads it, the style, the public
//! files, and `manifest.json`, which tells the server their names.
//!
//! Names carry a hash of the content, so that they can be cached for ever.

use std::{
    collections::BTreeSet,
    fs, io,
    path::{Path, PathBuf},
};

use anyhow::{Result, ensure};
use brotli::enc::BrotliEncoderParams;
use sha2::{Digest, Sha256};
use wasm_bindgen_cli_support::Bindgen;

use crate::{
    browser,
    command::{root, run, target_dir},
    toolchain::{Toolchain, WASM},
    unused,
};

/// What a first visit may weigh on the wire: client, glue and style.
const FIRST_VISIT_LIMIT_KB: usize = 250;

/// What the compiler uses beyond the first WebAssembly; every browser since 2022 has it.
const WASM_FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// Builds the standard library with the client, for a sixth less of it: a panic ends the program at
/// once instead of wording a message first, and no source positions are kept for it. The everyday
/// build says where it panicked.
const SMALL_STD: [&str; 4] = [
    "-Zbuild-std=std,panic_abort",
    "-Zbuild-std-features=optimize_for_size",
    "--config",
    "build.rustflags = ['-Zunstable-options', '-Cpanic=immediate-abort', '-Zlocation-detail=none']",
];

/// Files that brotli makes smaller, by extension.
const COMPRESSIBLE: [&str; 9] = ["css", "html", "ico", "js", "json", "svg", "txt", "wasm", "webmanifest"];

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

    fn cargo_name(self) -> &'static str {
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
    if profile == Profile::Release && toolchain.has_std_source()? {
        cargo.env("RUSTC_BOOTSTRAP", "1").args(SMALL_STD);
    }
    run(cargo.args(["build", "--package", "frontend", "--target", WASM, "--profile"]).arg(profile.cargo_name()))?;
    let client = Client::generate(profile)?;

    let mut site = Site::new(profile);
    let js = site.add_hashed("js", &fs::read(client.js)?)?;
    let wasm = site.add_hashed("wasm", &fs::read(client.wasm)?)?;
    let css = site.add_hashed("css", stylesheet()?.as_bytes())?;
    site.add_public(Path::new(""))?;
    let first_visit = [&js, &wasm, &css].map(|name| site.wire_size(name));
    let manifest = format!("{{\"js\": \"/{js}\", \"wasm\": \"/{wasm}\", \"css\": \"/{css}\"}}\n");
    site.write("manifest.json", manifest.as_bytes())?;
    site.remove_stale(&profile.dir())?;

    if profile == Profile::Release {
        let [js, wasm, css] = first_visit;
        println!(
            "first visit: wasm {} + js {} + css {} = {} KB of {FIRST_VISIT_LIMIT_KB} KB, brotli",
            kb(wasm),
            kb(js),
            kb(css),
            kb(js + wasm + css)
        );
    }
    Ok(())
}

/// The compiled client and the script that loads it.
struct Client {
    js: PathBuf,
    wasm: PathBuf,
}

impl Client {
    /// wasm-bindgen, and wasm-opt for a release, unless they ran on the same input.
    fn generate(profile: Profile) -> Result<Self> {
        let input = target_dir().join(WASM).join(profile.cargo_name()).join("frontend.wasm");
        let dir = target_dir().join("client").join(profile.cargo_name());
        let client = Self { js: dir.join("boardwalk.js"), wasm: dir.join("boardwalk_bg.wasm") };
        let compiled = fs::read(&input)?;
        let hash = hash(&compiled);
        let hash_file = dir.join("input.sha256");
        if fs::read(&hash_file).is_ok_and(|known| known == hash.as_bytes()) {
            return Ok(client);
        }

        let mut output = Bindgen::new()
            .input_bytes("boardwalk", unused::remove(&compiled)?)
            .web(true)?
            .typescript(false)
            // The page says where the module is.
            .omit_default_module_path(true)
            .out_name("boardwalk")
            .generate_output()?;
        ensure!(
            output.snippets().values().all(Vec::is_empty) && output.local_modules().is_empty(),
            "a dependency brings a script of its own, which the site has no place for yet"
        );
        output.emit(&dir)?;
        if profile == Profile::Release {
            client.optimise()?;
        }
        fs::write(hash_file, hash)?;
        Ok(client)
    }

    fn optimise(&self) -> Result<()> {
        browser::install_node_packages()?;
        let before = fs::metadata(&self.wasm)?.len() as usize;
        run(browser::node_program("wasm-opt").arg("-Oz").args(WASM_FEATURES).args([
            &self.wasm,
            Path::new("--output"),
            &self.wasm,
        ]))?;
        let after = fs::metadata(&self.wasm)?.len() as usize;
        println!("wasm: {} KB, after wasm-opt {} KB", kb(before), kb(after));
        Ok(())
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

fn hash(content: &[u8]) -> String {
    Sha256::digest(content).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn kb(bytes: usize) -> usize {
    bytes.div_ceil(1000)
}
