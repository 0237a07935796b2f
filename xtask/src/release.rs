//! `cargo xtask build`: the program as it ships, one file.

use std::{fs, path::PathBuf};

use anyhow::Result;

use crate::{
    command::{run, target_dir},
    site::{self, Profile},
    toolchain::Toolchain,
};

/// Builds the release site and the program that carries it; returns its path.
///
/// # Errors
/// Either does not compile.
pub fn build(toolchain: &Toolchain) -> Result<PathBuf> {
    site::build(toolchain, Profile::Release)?;
    run(toolchain.cargo().args(["build", "--release", "--package", "server", "--features", "embed"]))?;
    let binary = target_dir().join("release/boardwalk");
    let megabytes = fs::metadata(&binary)?.len() as f64 / 1e6;
    println!("{} ({megabytes:.1} MB)", binary.display());
    Ok(binary)
}
