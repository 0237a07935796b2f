//! What is preloaded into a server so that the system around it behaves badly.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    os::unix::fs::FileExt,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, ensure};

/// A disk that forgets what was not synced.
pub const UNSYNCED: (&str, &str) = ("unsynced", include_str!("../shim/unsynced.c"));
/// A system that has no randomness now and then.
pub const UNLUCKY: (&str, &str) = ("unlucky", include_str!("../shim/unlucky.c"));

/// Compiles one into a folder; none where there is no C compiler.
///
/// # Errors
/// It does not compile.
pub fn compile((name, text): (&str, &str), folder: &Path) -> Result<Option<PathBuf>> {
    if !Command::new("cc").arg("--version").output().is_ok_and(|said| said.status.success()) {
        return Ok(None);
    }
    let (source, library) = (folder.join(format!("{name}.c")), folder.join(format!("{name}.so")));
    fs::write(&source, text)?;
    let mut cc = Command::new("cc");
    cc.args(["-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-o"])
        .arg(&library)
        .arg(&source)
        .args(["-ldl", "-lpthread"]);
    let done = cc.output()?;
    ensure!(done.status.success(), "{cc:?}: {}", String::from_utf8_lossy(&done.stderr));
    Ok(Some(library))
}

/// A write to a file, or a cut, that may be lost.
struct Change {
    cut: bool,
    at: u64,
    /// The file's length before.
    size: u64,
    number: u64,
    old: Vec<u8>,
    new: Vec<u8>,
}

/// Plays a power cut after the process has ended: of what was not synced, each change is lost by these
/// odds, as a disk writes in whatever order it likes. Gives how many were lost.
///
/// # Errors
/// The files can't be read or written.
pub fn power_cut(log: &Path, odds: f64) -> Result<usize> {
    let mut lost = 0;
    let notes = if log.exists() { fs::read(log)? } else { Vec::new() };
    // Folders are synced too, and never written.
    for (path, changes) in unsynced(&notes).into_iter().filter(|(_, changes)| !changes.is_empty()) {
        let file = File::options().write(true).open(&path).with_context(|| path.display().to_string())?;
        // Back to what is certain, and from there what happens to be kept.
        for change in changes.iter().rev() {
            file.write_all_at(&change.old, change.at)?;
            file.set_len(change.size)?;
        }
        for change in &changes {
            if fastrand::f64() < odds {
                lost += 1;
            } else if change.cut {
                file.set_len(change.at)?;
            } else {
                file.write_all_at(&change.new, change.at)?;
            }
        }
        file.sync_all()?;
    }
    if log.exists() {
        fs::remove_file(log)?;
    }
    Ok(lost)
}

/// The changes of each file since it was last synced.
fn unsynced(notes: &[u8]) -> BTreeMap<PathBuf, Vec<Change>> {
    let mut files: BTreeMap<PathBuf, Vec<Change>> = BTreeMap::new();
    let mut rest = notes;
    // The last may be half written: then its change was not begun.
    while let Some((kind, path, change)) = next(&mut rest) {
        let changes = files.entry(path).or_default();
        match kind {
            b's' => changes.retain(|earlier| earlier.number > change.number),
            _ => changes.push(change),
        }
    }
    files
}

fn next(rest: &mut &[u8]) -> Option<(u8, PathBuf, Change)> {
    let kind = take(rest, 1)?[0];
    let length = u32::from_ne_bytes(take(rest, 4)?.try_into().ok()?);
    let path = PathBuf::from(String::from_utf8_lossy(take(rest, length as usize)?).into_owned());
    let mut number = || Some(u64::from_ne_bytes(take(rest, 8)?.try_into().ok()?));
    let (at, size, number, old, new) = (number()?, number()?, number()?, number()?, number()?);
    let (old, new) = (take(rest, old as usize)?.to_vec(), take(rest, new as usize)?.to_vec());
    Some((kind, path, Change { cut: kind == b't', at, size, number, old, new }))
}

fn take<'n>(rest: &mut &'n [u8], length: usize) -> Option<&'n [u8]> {
    let (taken, left) = rest.split_at_checked(length)?;
    *rest = left;
    Some(taken)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note(kind: u8, at: u64, size: u64, number: u64, old: &[u8], new: &[u8], path: &Path) -> Vec<u8> {
        let path = path.as_os_str().as_encoded_bytes();
        let numbers = [at, size, number, old.len() as u64, new.len() as u64].map(u64::to_ne_bytes).concat();
        [&[kind], &(path.len() as u32).to_ne_bytes()[..], path, &numbers, old, new].concat()
    }

    #[test]
    fn a_power_cut_loses_what_was_not_synced_and_nothing_else() -> Result<()> {
        let folder = tempfile::tempdir()?;
        let (file, log) = (folder.path().join("file"), folder.path().join("log"));
        let mut outcomes = std::collections::BTreeSet::new();
        for _ in 0..200 {
            fs::write(&file, "onetwoTHR")?;
            let notes = [
                note(b'w', 0, 0, 1, b"", b"one", &file),
                note(b'w', 3, 3, 2, b"", b"two", &file),
                note(b's', 0, 0, 2, b"", b"", &file),
                note(b'w', 6, 6, 3, b"", b"three", &file),
                note(b't', 9, 11, 4, b"ee", b"", &file),
                note(b'w', 6, 9, 5, b"thr", b"THR", &file),
                // Half a note.
                note(b'w', 0, 9, 6, b"one", b"xxx", &file)[..20].to_vec(),
            ];
            fs::write(&log, notes.concat())?;
            power_cut(&log, 0.5)?;
            let left = fs::read_to_string(&file)?;
            assert!(left.starts_with("onetwo"), "what was synced is kept: {left}");
            outcomes.insert(left);
        }
        for outcome in ["onetwo", "onetwothree", "onetwothr", "onetwoTHR", "onetwoTHRee"] {
            assert!(outcomes.contains(outcome), "{outcome} is possible: {outcomes:?}");
        }
        Ok(())
    }
}
