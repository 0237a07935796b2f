//! The folder that the contents of files are in.

use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, SystemTime},
};

use tokio::{
    fs::{self, File},
    io::AsyncWriteExt,
    sync::{OwnedSemaphorePermit, Semaphore},
};

/// What is in the folder and not in the database may be just on its way for so long.
pub(super) const YOUNG: Duration = Duration::from_secs(24 * 60 * 60);

/// The folder.
pub(crate) struct Disk {
    folder: PathBuf,
    /// Pictures are made small one after the other: a large one takes 200 MB meanwhile.
    pictures: Arc<Semaphore>,
}

/// A file that is coming in. Dropped, it is gone.
pub(crate) struct Part {
    folder: PathBuf,
    path: PathBuf,
    file: File,
    size: u64,
    kept: bool,
}

impl Disk {
    /// The folder for files in the data folder; made with the first of them.
    pub(crate) fn within(data_dir: &Path) -> Self {
        Self { folder: data_dir.join("files"), pictures: Arc::new(Semaphore::new(1)) }
    }

    /// The turn to make a picture small.
    pub(crate) async fn one_picture(&self) -> Option<OwnedSemaphorePermit> {
        // Closed never.
        self.pictures.clone().acquire_owned().await.ok()
    }

    /// Where a content is, or the small picture of it.
    pub(crate) fn path(&self, content: &str, small: bool) -> PathBuf {
        place(&self.folder, content, small)
    }

    /// Begins a file.
    pub(crate) async fn part(&self) -> io::Result<Part> {
        let folder = self.folder.join("parts");
        fs::create_dir_all(&folder).await?;
        let path = folder.join(random()?);
        let file = File::options().write(true).create_new(true).open(&path).await?;
        Ok(Part { folder: self.folder.clone(), path, file, size: 0, kept: false })
    }

    /// Removes a content, which may be gone already.
    pub(crate) async fn remove(&self, content: &str) -> io::Result<()> {
        gone(fs::remove_file(self.path(content, true)).await)?;
        gone(fs::remove_file(self.path(content, false)).await)
    }

    /// The contents of one shard that have been there for a day, whether anything knows them or not.
    pub(crate) async fn contents(&self, shard: u8) -> io::Result<Vec<String>> {
        let names = old(&self.folder.join(format!("{shard:02x}"))).await?;
        let mut contents: Vec<String> = names.into_iter().map(|name| name.trim_end_matches(SMALL).to_owned()).collect();
        contents.sort_unstable();
        contents.dedup();
        Ok(contents)
    }

    /// Removes what began to come in a day ago or earlier.
    pub(crate) async fn remove_old_parts(&self) -> io::Result<()> {
        let folder = self.folder.join("parts");
        for name in old(&folder).await? {
            gone(fs::remove_file(folder.join(name)).await)?;
        }
        Ok(())
    }
}

impl Part {
    /// Adds a piece.
    pub(crate) async fn write(&mut self, piece: &[u8]) -> io::Result<()> {
        self.size += piece.len() as u64;
        self.file.write_all(piece).await
    }

    /// Bytes so far.
    pub(crate) fn size(&self) -> u64 {
        self.size
    }

    /// Where it is while it comes in, with all that has come in so far.
    pub(crate) async fn path(&mut self) -> io::Result<&Path> {
        self.file.flush().await?;
        Ok(&self.path)
    }

    /// It is whole: from here on it is there whatever happens to the machine. Gives the name of the content.
    pub(crate) async fn keep(mut self, small: Option<Vec<u8>>) -> io::Result<String> {
        let content = random()?;
        let path = place(&self.folder, &content, false);
        let shard = path.parent().unwrap_or(&self.folder).to_owned();
        fs::create_dir_all(&shard).await?;
        if let Some(small) = small {
            let mut file = File::create(place(&self.folder, &content, true)).await?;
            file.write_all(&small).await?;
            file.sync_all().await?;
        }
        self.file.flush().await?;
        self.file.sync_all().await?;
        fs::rename(&self.path, &path).await?;
        self.kept = true;
        // The names of files are on the disk once their folders are.
        for folder in [&shard, &self.folder] {
            File::open(folder).await?.sync_all().await?;
        }
        Ok(content)
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        if !self.kept
            && let Err(error) = std::fs::remove_file(&self.path)
        {
            tracing::warn!(%error, path = %self.path.display(), "can't remove what came in of a file");
        }
    }
}

/// How the name of a small picture ends.
pub(super) const SMALL: &str = ".small";

fn place(folder: &Path, content: &str, small: bool) -> PathBuf {
    let (shard, name) = named(content, small);
    folder.join(shard).join(name)
}

/// The shard that a content is in, and its name there.
pub(super) fn named(content: &str, small: bool) -> (&str, String) {
    let ending = if small { SMALL } else { "" };
    (content.get(..2).unwrap_or_default(), format!("{content}{ending}"))
}

/// The name of a new content.
pub(super) fn random() -> io::Result<String> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(io::Error::other)?;
    Ok(format!("{:032x}", u128::from_be_bytes(bytes)))
}

fn gone(removed: io::Result<()>) -> io::Result<()> {
    removed.or_else(|error| if error.kind() == io::ErrorKind::NotFound { Ok(()) } else { Err(error) })
}

/// The names of the files in a folder that have not been changed for a day.
async fn old(folder: &Path) -> io::Result<Vec<String>> {
    let mut entries = match fs::read_dir(folder).await {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut names = Vec::new();
    while let Some(entry) = entries.next_entry().await? {
        let age = SystemTime::now().duration_since(entry.metadata().await?.modified()?);
        // Of the future, after the clock was set back: young.
        if age.is_ok_and(|age| age > YOUNG) {
            names.extend(entry.file_name().into_string());
        }
    }
    Ok(names)
}
