//! Where the contents of files are: in the data folder, or in a bucket. In either case they come in by the folder.

use std::{
    io,
    path::{Path, PathBuf},
};

use tokio::sync::OwnedSemaphorePermit;

use super::{
    bucket::{Bucket, Object, Place},
    disk::{Disk, Part},
};

/// The contents.
pub(crate) struct Store {
    disk: Disk,
    /// Where those are that came in whole, if not on the disk.
    bucket: Option<Bucket>,
}

/// Where the content of a file is.
#[derive(Debug)]
pub enum Content {
    /// On the disk.
    Disk(PathBuf),
    /// In the bucket.
    Bucket(Object),
}

impl Store {
    /// In the data folder, or in a bucket where there is one.
    pub(crate) fn open(data_dir: &Path, place: Option<&Place>) -> anyhow::Result<Self> {
        Ok(Self { disk: Disk::within(data_dir), bucket: place.map(Bucket::open).transpose()? })
    }

    /// The turn to make a picture small.
    pub(crate) async fn one_picture(&self) -> Option<OwnedSemaphorePermit> {
        self.disk.one_picture().await
    }

    /// Begins a file.
    pub(crate) async fn part(&self) -> io::Result<Part> {
        self.disk.part().await
    }

    /// What has come in is whole. Gives the name of the content.
    pub(crate) async fn keep(&self, mut part: Part, small: Option<Vec<u8>>) -> io::Result<String> {
        match &self.bucket {
            None => part.keep(small).await,
            Some(bucket) => bucket.keep(part.path().await?, small).await,
        }
    }

    /// Where a content is, or the small picture of it.
    pub(crate) fn content(&self, content: &str, small: bool) -> Content {
        match &self.bucket {
            None => Content::Disk(self.disk.path(content, small)),
            Some(bucket) => Content::Bucket(bucket.object(content, small)),
        }
    }

    /// Removes a content, which may be gone already.
    pub(crate) async fn remove(&self, content: &str) -> io::Result<()> {
        match &self.bucket {
            None => self.disk.remove(content).await,
            Some(bucket) => bucket.remove(content).await,
        }
    }

    /// The contents of one shard that have been there for a day, whether anything knows them or not.
    pub(crate) async fn contents(&self, shard: u8) -> io::Result<Vec<String>> {
        match &self.bucket {
            None => self.disk.contents(shard).await,
            Some(bucket) => bucket.contents(shard).await,
        }
    }

    /// Removes what began to come in a day ago or earlier.
    pub(crate) async fn remove_old_parts(&self) -> io::Result<()> {
        self.disk.remove_old_parts().await
    }
}
