//! Node's packages, Chromium, and what Playwright does with them.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail};

use crate::{
    command::{installed, program, root, run, target_dir},
    debian, release, serve,
    site::Profile,
    toolchain::Toolchain,
};

/// Debian's Chromium without its windows, which Playwright drives by default too: all specs together take
/// half the time that they take in [`CHROMIUM`].
const HEADLESS_SHELL: &str = "/usr/bin/chromium-headless-shell";
/// Debian's Chromium.
const CHROMIUM: &str = "/usr/bin/chromium";

/// Installs Chromium and Node's packages where they are missing.
///
/// # Errors
/// Neither there nor installable.
pub fn set_up() -> Result<()> {
    install_node_packages()?;
    if env::var_os("CHROMIUM").is_some() || Path::new(HEADLESS_SHELL).exists() {
        return Ok(());
    }
    let tried = debian::install(&["chromium-headless-shell", "fonts-dejavu-core"], "the browser of the tests");
    if let Err(error) = &tried
        && Path::new(CHROMIUM).exists()
    {
        println!("set-up: {error}; going on with {CHROMIUM}, which takes twice as long");
        return Ok(());
    }
    tried
}

/// Installs end2end's packages when its lock file has changed since.
///
/// # Errors
/// npm is missing or failed.
pub fn install_node_packages() -> Result<()> {
    let end2end = root().join("end2end");
    let lock = fs::read(end2end.join("package-lock.json"))?;
    let installed_lock = end2end.join("node_modules/.installed-lock.json");
    if fs::read(&installed_lock).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    if !installed("npm") {
        bail!("please install Node.js 20 or newer with npm: it runs wasm-opt and the browser tests");
    }
    println!("set-up: npm ci in end2end: wasm-opt and the browser tests");
    run(program("npm").args(["ci", "--no-audit", "--no-fund", "--loglevel=error"]).current_dir(&end2end))?;
    fs::write(installed_lock, lock).context("cannot note what npm installed")
}

/// A program of end2end's packages.
pub fn node_program(name: &str) -> Command {
    program(root().join("end2end/node_modules/.bin").join(name))
}

/// Checks the types of the specs, which Playwright only strips.
///
/// # Errors
/// A type is wrong.
pub fn check_types() -> Result<()> {
    run(node_program("tsc").args(["--project", "end2end"]))
}

/// Runs the browser specs; a filter takes those whose title matches.
///
/// # Errors
/// A spec failed.
pub fn specs(profile: Profile, filter: Option<&str>) -> Result<()> {
    let mut playwright = playwright(profile);
    if let Some(filter) = filter {
        playwright.args(["--pass-with-no-tests", "--grep", filter]);
    }
    run(&mut playwright)
}

/// The story of two people and the loading of the client's parts, on the client as it is released, which no
/// other spec runs.
///
/// # Errors
/// A spec failed.
pub fn smoke() -> Result<()> {
    run(playwright(Profile::Release).args(["specs/story.live.spec.ts", "specs/parts.live.spec.ts"]))
}

/// `cargo xtask pictures`: takes the README's pictures of a demo server.
///
/// # Errors
/// A build failed or a page did not show what it should.
pub fn pictures(toolchain: &Toolchain) -> Result<()> {
    set_up()?;
    serve::build(toolchain)?;
    run(playwright(Profile::Light).args(["--config", "pictures.config.ts"]))
}

/// `cargo xtask measure`: what pages cost in Chromium, of the release program.
///
/// # Errors
/// A build failed or a page did not do what it should.
pub fn measure(toolchain: &Toolchain) -> Result<()> {
    set_up()?;
    let program = release::build(toolchain)?;
    let mut playwright = playwright(Profile::Release);
    run(playwright.env("BOARDWALK_BIN", program).args(["--config", "measure.config.ts"]))
}

fn playwright(profile: Profile) -> Command {
    let mut playwright = node_program("playwright");
    playwright
        .current_dir(root().join("end2end"))
        .arg("test")
        .env("CHROMIUM", chromium())
        .env("BOARDWALK_BIN", target_dir().join("debug/boardwalk"))
        .env("SITE_DIR", profile.dir());
    playwright
}

fn chromium() -> PathBuf {
    let found = || [HEADLESS_SHELL, CHROMIUM].map(PathBuf::from).into_iter().find(|path| path.exists());
    env::var_os("CHROMIUM").map(PathBuf::from).or_else(found).unwrap_or_else(|| CHROMIUM.into())
}
