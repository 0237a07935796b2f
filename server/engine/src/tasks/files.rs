//! The files of a task, and the one that its card shows.

use protocol::{Error, Event, FileId, Stream, TaskChange, TaskFile, TaskId, activity::Deed, limits};

use crate::{
    Actor, Result,
    db::{files as rows, tasks::facts},
    write::{Write, internal},
};

/// A file that is removed goes so many seconds after the moment from which on that is not offered to be undone any
/// more: whoever undoes it in the last moment finds it.
const LATE_S: i64 = 5;

/// What changes of files do to a task, within a write that has locked its board.
pub(super) struct Files {
    task: TaskId,
    /// What it has anew.
    pub(super) attached: Vec<TaskFile>,
}

impl Files {
    pub(super) fn new(task: TaskId) -> Self {
        Self { task, attached: Vec::new() }
    }

    /// Stores and tells a change of the files, or of the cover; gives what was done, where something was.
    pub(super) async fn apply(&mut self, w: &mut Write, actor: &Actor, change: &TaskChange) -> Result<Option<Deed>> {
        match change {
            TaskChange::AttachFile(id) => self.attach(w, actor, *id).await,
            TaskChange::RemoveFile(id) => self.remove(w, *id).await,
            TaskChange::PutFileBack(id) => self.put_back(w, *id).await,
            TaskChange::Cover(file) => self.cover(w, *file).await,
            _ => Ok(None),
        }
    }

    async fn attach(&mut self, w: &mut Write, actor: &Actor, id: FileId) -> Result<Option<Deed>> {
        if rows::of_task(&mut w.tx, self.task, id).await?.is_some() {
            return Ok(None);
        }
        if rows::attach_to_task(&mut w.tx, self.task, actor.id(), id, w.now).await? == 0 {
            return Err(Error::invalid("files", "This file is not there any more. Choose it again."));
        }
        self.room_for_all(w).await?;
        let name = self.tell(w, id).await?;
        Ok(Some(Deed::FileAttached(name)))
    }

    /// An error takes back what was done.
    async fn room_for_all(&self, w: &mut Write) -> Result<()> {
        if rows::count_of_task(&mut w.tx, self.task).await? > limits::TASK_FILES {
            return Err(Error::invalid("files", format!("A task has at most {} files.", limits::TASK_FILES)));
        }
        Ok(())
    }

    /// It is there for some seconds more, for who undoes it; nobody is given it meanwhile.
    async fn remove(&mut self, w: &mut Write, id: FileId) -> Result<Option<Deed>> {
        let Some(removed) = rows::of_task(&mut w.tx, self.task, id).await? else {
            let known = rows::one(&mut w.tx, id).await?.is_some_and(|file| file.task_id == Some(self.task));
            return if known { Ok(None) } else { Err(Error::NotFound) };
        };
        rows::remove_from_task(&mut w.tx, self.task, id, w.now + (limits::UNDO_S + LATE_S) * 1000).await?;
        self.attached.retain(|file| file.file.id != id);
        w.tell(Stream::Task(self.task), Event::FileRemoved { id });
        Ok(Some(Deed::FileRemoved(removed.file.name)))
    }

    async fn put_back(&mut self, w: &mut Write, id: FileId) -> Result<Option<Deed>> {
        if rows::of_task(&mut w.tx, self.task, id).await?.is_some() {
            return Ok(None);
        }
        if rows::put_back(&mut w.tx, self.task, id, w.now).await? == 0 {
            return Err(Error::conflict("This file was removed too long ago to be undone."));
        }
        self.room_for_all(w).await?;
        let name = self.tell(w, id).await?;
        Ok(Some(Deed::FilePutBack(name)))
    }

    async fn cover(&self, w: &mut Write, file: Option<FileId>) -> Result<Option<Deed>> {
        let name = match file {
            None => None,
            Some(id) => {
                let found = rows::of_task(&mut w.tx, self.task, id).await?;
                let found = found.ok_or_else(|| Error::invalid("file", "The task has no such file."))?;
                if found.file.picture.is_none() {
                    return Err(Error::invalid("file", "Only a picture can be the cover."));
                }
                Some(found.file.name)
            }
        };
        let stored = facts::store(&mut w.tx, self.task, &TaskChange::Cover(file), w.now).await?;
        Ok((stored > 0).then(|| name.map_or(Deed::CoverRemoved, Deed::CoverMade)))
    }

    /// Tells that the task has a file; gives what that is called.
    async fn tell(&mut self, w: &mut Write, id: FileId) -> Result<String> {
        let file = rows::of_task(&mut w.tx, self.task, id).await?;
        let file = file.ok_or_else(|| internal("a file is gone at once"))?;
        let name = file.file.name.clone();
        w.tell(Stream::Task(self.task), Event::FileAttached { file: file.clone() });
        self.attached.push(file);
        Ok(name)
    }
}
