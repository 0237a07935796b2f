//! Node's packages, Chromium, and what Playwright does with them.

use std::{env, fs, path::PathBuf, process::Command};

use anyhow::{Context, Result, bail};

use crate::{
    command::{installed, program, root, run, target_dir},
    debian, release, serve,
    site::Profile,
    toolchain::Toolchain,
};

/// Installs Chromium and Node's packages where they are missing.
///
/// # Errors
/// Neither there nor installable.
pub fn set_up() -> Result<()> {
    install_node_packages()?;
    if !chromium().exists() {
        debian::install(&["chromium", "fonts-dejavu-core"], "the browser of the tests")?;
    }
    Ok(())
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
    env::var_os("CHROMIUM").map_or_else(|| "/usr/bin/chromium".into(), PathBuf::from)
}
