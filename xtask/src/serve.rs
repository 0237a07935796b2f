//! `cargo xtask serve`: from a clone to a running server.

use std::{
    env,
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result};

use crate::{
    command::{program, root, run, target_dir},
    release,
    site::{self, Profile},
    toolchain::Toolchain,
};

/// Builds what is missing and becomes the server, which Ctrl-C ends.
///
/// # Errors
/// A build failed, or the program could not be started.
pub fn serve(toolchain: &Toolchain, release: bool, flags: &[String]) -> Result<()> {
    let binary = if release { release::build(toolchain)? } else { build(toolchain)? };
    let failure = server(&binary).args(flags).exec();
    Err(failure).with_context(|| format!("cannot start {}", binary.display()))
}

/// Builds the everyday client and server.
///
/// # Errors
/// Either does not compile.
pub fn build(toolchain: &Toolchain) -> Result<PathBuf> {
    site::build(toolchain, Profile::Light)?;
    run(toolchain.cargo().args(["build", "--package", "server"]))?;
    Ok(target_dir().join("debug/boardwalk"))
}

/// `boardwalk serve` on the everyday site, with its data in `data`; the
/// environment goes before both.
pub fn server(binary: &Path) -> Command {
    let mut server = program(binary);
    server.arg("serve");
    for (name, value) in [("SITE_DIR", Profile::Light.dir()), ("DATA_DIR", root().join("data"))] {
        if env::var_os(name).is_none() {
            server.env(name, value);
        }
    }
    server
}
