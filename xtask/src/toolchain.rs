//! The one toolchain that compiles for the server and for the browser.
//!
//! Tried in this order: one that has the browser's target already, `rustup
//! target add`, and Debian's rustc-web, whose standard library for the target
//! is built here from its source package.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{self, Command},
};

use anyhow::{Context, Result, bail};

use crate::{
    command::{installed, program, run, succeeds},
    debian,
};

/// The browser's target.
pub const WASM: &str = "wasm32-unknown-unknown";

/// The name under which rustup knows Debian's compiler.
const SYSTEM: &str = "system";

/// Where Debian's compiler looks for the target's standard library.
const SYSTEM_WASM_LIB: &str = "/usr/lib/rustlib/wasm32-unknown-unknown/lib";

/// A toolchain that has the browser's target.
pub struct Toolchain {
    /// rustup's name of it; none is the one that runs us.
    name: Option<&'static str>,
}

impl Toolchain {
    /// Finds such a toolchain or installs it, saying what and why.
    ///
    /// # Errors
    /// None of the three ways worked.
    pub fn find_or_install() -> Result<Self> {
        let current = Self { name: None };
        if current.compiles_for_the_browser()? {
            return Ok(current);
        }
        let system = Self { name: Some(SYSTEM) };
        if is_linked() && system.compiles_for_the_browser()? {
            return Ok(system);
        }
        if installed("rustup") {
            println!("set-up: rustup target add {WASM}: the client is compiled to WebAssembly");
            if succeeds(program("rustup").args(["target", "add", WASM])) && current.compiles_for_the_browser()? {
                return Ok(current);
            }
            println!("set-up: rustup could not fetch it, taking Debian's compiler");
        }
        install_debian_compiler().context(
            "no toolchain has the target wasm32-unknown-unknown. Any of these helps: \
             a toolchain that has it (RUSTUP_TOOLCHAIN=name), \
             `rustup target add wasm32-unknown-unknown`, \
             or Debian with root or sudo, where this command installs rustc-web",
        )?;
        if is_linked() && system.compiles_for_the_browser()? {
            return Ok(system);
        }
        bail!("Debian's compiler is installed, yet does not compile for {WASM}")
    }

    /// `cargo` of this toolchain.
    pub fn cargo(&self) -> Command {
        let mut command = program("cargo");
        if let Some(name) = self.name {
            command.env("RUSTUP_TOOLCHAIN", name);
        }
        command
    }

    /// Is the source of the standard library there? Tries to install it. Without it the client is
    /// larger, and as good otherwise.
    ///
    /// # Errors
    /// The compiler can't be run.
    pub fn has_std_source(&self) -> Result<bool> {
        let sysroot = self.rustc().args(["--print", "sysroot"]).output()?;
        let source = Path::new(String::from_utf8(sysroot.stdout)?.trim()).join("lib/rustlib/src/rust/library/std");
        if !source.exists() && self.name.is_none() && installed("rustup") {
            println!("set-up: rustup component add rust-src: a smaller standard library for the client");
            return Ok(succeeds(program("rustup").args(["component", "add", "rust-src"])) && source.exists());
        }
        Ok(source.exists())
    }

    fn rustc(&self) -> Command {
        let mut rustc = program("rustc");
        if let Some(name) = self.name {
            rustc.env("RUSTUP_TOOLCHAIN", name);
        }
        rustc
    }

    fn compiles_for_the_browser(&self) -> Result<bool> {
        compiles_for_the_browser(self.rustc())
    }
}

/// Compiles and links an empty library: the only proof that the standard
/// library is there, of this very compiler's version, and a linker with it.
fn compiles_for_the_browser(mut rustc: Command) -> Result<bool> {
    let dir = scratch_dir("probe");
    write_empty_library(&dir)?;
    rustc.args(["--crate-type=cdylib", "--target", WASM, "--out-dir"]);
    let compiles = succeeds(rustc.arg(&dir).arg(dir.join("src/lib.rs")));
    fs::remove_dir_all(&dir)?;
    Ok(compiles)
}

fn is_linked() -> bool {
    installed("rustup") && succeeds(program("rustup").args(["which", "--toolchain", SYSTEM, "rustc"]))
}

/// Each step only where its result is missing.
fn install_debian_compiler() -> Result<()> {
    if !debian::available() {
        bail!("this is not Debian with root or sudo");
    }
    if !installed("rustup") {
        bail!("rustup is missing, which would let Debian's compiler stand beside yours");
    }
    install_packages()?;
    link_linker()?;
    if !compiles_for_the_browser(program("/usr/bin/rustc"))? {
        install_standard_library()?;
    }
    if !is_linked() {
        println!("set-up: rustup toolchain link {SYSTEM} /usr: so that cargo finds that compiler");
        run(program("rustup").args(["toolchain", "link", SYSTEM, "/usr"]))?;
    }
    Ok(())
}

fn install_packages() -> Result<()> {
    let why = "a Rust compiler whose standard library can be built for the browser";
    let wanted: Vec<&str> =
        ["rustc-web", "cargo-web", "rust-web-src", "rust-web-llvm", "rust-web-clippy", "rustfmt-web"]
            .into_iter()
            .filter(|package| !succeeds(program("dpkg").args(["--status", package])))
            .collect();
    if wanted.is_empty() {
        return Ok(());
    }
    debian::install(&wanted, why)
}

/// rustc looks for its linker in its own folder, where Debian has none.
fn link_linker() -> Result<()> {
    let host = version("host")?;
    let rust_lld = format!("/usr/lib/rustlib/{host}/bin/rust-lld");
    if Path::new(&rust_lld).exists() {
        return Ok(());
    }
    let llvm = version("LLVM version")?;
    let llvm = llvm.split('.').next().unwrap_or(&llvm);
    let lld = format!("/usr/lib/llvm-{llvm}/bin/lld");
    if !Path::new(&lld).exists() {
        debian::install(&[&format!("lld-{llvm}")], "the linker of WebAssembly")?;
    }
    println!("set-up: linking {rust_lld}: where that compiler looks for its linker");
    run(debian::as_root("ln").args(["-sf", &lld, &rust_lld]))
}

/// A field of `rustc -vV` of Debian's compiler.
fn version(field: &str) -> Result<String> {
    let output = program("/usr/bin/rustc").arg("-vV").output()?;
    String::from_utf8(output.stdout)?
        .lines()
        .find_map(|line| line.strip_prefix(field)?.strip_prefix(": "))
        .map(str::to_owned)
        .with_context(|| format!("/usr/bin/rustc -vV names no {field}"))
}

/// Builds the standard library for the browser once, so that no later command
/// needs a flag. One of another compiler version, useless now, goes.
fn install_standard_library() -> Result<()> {
    println!("set-up: building Rust's standard library for {WASM}: Debian has no package of it (about a minute)");
    let dir = scratch_dir("wasm-std");
    write_empty_library(&dir)?;
    run(program("/usr/bin/cargo")
        .current_dir(&dir)
        .env("RUSTC", "/usr/bin/rustc")
        .env("RUSTC_BOOTSTRAP", "1")
        // Cargo leaves the bitcode out of an ordinary build; the release client is optimised across crates.
        .env("RUSTFLAGS", "-Cembed-bitcode=yes")
        .env("CARGO_TARGET_DIR", dir.join("target"))
        .args(["build", "--quiet", "--release", "--target", WASM])
        .arg("-Zbuild-std=std,panic_abort"))?;

    run(debian::as_root("rm").args(["-rf", SYSTEM_WASM_LIB]))?;
    run(debian::as_root("mkdir").args(["-p", SYSTEM_WASM_LIB]))?;
    let built = dir.join("target").join(WASM).join("release/deps");
    for entry in fs::read_dir(built)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "rlib") {
            run(debian::as_root("cp").arg(&path).arg(SYSTEM_WASM_LIB))?;
        }
    }
    fs::remove_dir_all(&dir)?;
    Ok(())
}

/// A folder outside the project, whose cargo configuration would apply.
fn scratch_dir(purpose: &str) -> PathBuf {
    env::temp_dir().join(format!("boardwalk-{purpose}-{}", process::id()))
}

fn write_empty_library(dir: &Path) -> Result<()> {
    fs::create_dir_all(dir.join("src"))?;
    fs::write(
        dir.join("Cargo.toml"),
        "[package]\nname = \"empty\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[lib]\ncrate-type = [\"cdylib\"]\n",
    )?;
    fs::write(dir.join("src/lib.rs"), "pub extern \"C\" fn empty() {}\n")?;
    Ok(())
}
