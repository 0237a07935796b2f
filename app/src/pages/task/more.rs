//! What else can be done with a task: archived, brought back, deleted.

use leptos::{prelude::*, task::spawn_local};
use leptos_router::hooks::use_navigate;
use protocol::{BoardId, TaskId, limits};

use super::Facts;
use crate::{
    api::{archive_task, delete_task, duplicate_task, restore_task},
    pages::board::{ArchiveCard, Asked, Cards},
    ui::{Form, FormState, Icon, Sign, Submission, copy_link, when},
};

/// Says that the task is off its board, and leads back.
#[component]
pub fn Archived(facts: Facts, writes: bool) -> impl IntoView {
    let cards = use_context::<Cards>();
    let (id, board) = facts.task.with_untracked(|task| (task.card.id, task.card.board));
    let restore = Callback::new(move |form: Submission| {
        spawn_local(async move {
            match restore_task(form.key(), id).await {
                Ok(restored) => {
                    form.done();
                    if let Some(cards) = cards {
                        cards.put(restored.card.clone());
                    }
                    facts.put(restored);
                }
                Err(error) => form.refused(error.0),
            }
        });
    });
    view! {
        <div class="task-archived">
            <p>
                "This task is archived: it is not on the board, and all else goes on. It is one of those in "
                <a href=format!("/boards/{board}/archive/")>"the archive"</a> "."
            </p>
            {writes
                .then(|| {
                    view! {
                        <Form action=format!("/tasks/{id}/restore/") class="form-inline" on_submit=restore>
                            <input type="hidden" name="next" value=format!("/boards/{board}/tasks/{id}/")/>
                            <button class="button button-small" type="submit">"Restore"</button>
                        </Form>
                    }
                })}
        </div>
    }
}

/// A menu behind "More".
#[component]
pub fn More(facts: Facts) -> impl IntoView {
    let (id, board, number) = facts.task.with_untracked(|task| (task.card.id, task.card.board, task.card.number));
    let around = use_context::<ArchiveCard>();
    let cards = use_context::<Cards>();
    let navigate = use_navigate();
    // What the board shows of its cards stays so.
    let asked = use_context::<Asked>();
    let go = Callback::new(move |to: String| {
        let query = asked.map(|Asked(query)| query.get_untracked()).unwrap_or_default();
        navigate(&format!("{to}{query}"), Default::default());
    });
    // Somebody may have gone elsewhere before an answer came.
    let leave = move || {
        go.try_run(format!("/boards/{board}/"));
    };
    let elsewhere = move || {
        let query = asked.map(|Asked(query)| query.get().replacen('?', "&", 1)).unwrap_or_default();
        format!("/boards/{board}/transfer/?tasks={id}{query}")
    };
    let archived = move || facts.task.with(|task| task.card.archived);
    let archive = Callback::new(move |form: Submission| {
        if let Some(ArchiveCard(archive)) = around {
            archive.run(id);
            return leave();
        }
        spawn_local(async move {
            match archive_task(form.key(), id).await {
                Ok(archived) => {
                    form.done();
                    facts.put(archived);
                }
                Err(error) => form.refused(error.0),
            }
        });
    });
    let duplicate = Callback::new(move |form: Submission| {
        spawn_local(async move {
            match duplicate_task(form.key(), id).await {
                Ok(copy) => {
                    form.done();
                    let id = copy.card.id;
                    if let Some(cards) = cards {
                        cards.put(copy.card);
                    }
                    // Over the board too where it is not around this page: there one sees where it is.
                    go.try_run(format!("/boards/{board}/tasks/{id}/"));
                }
                Err(error) => form.refused(error.0),
            }
        });
    });
    let delete = Callback::new(move |form: Submission| {
        facts.leaving.set_value(true);
        spawn_local(async move {
            match delete_task(form.key(), id).await {
                Ok(()) => leave(),
                Err(error) => {
                    facts.leaving.try_set_value(false);
                    form.refused(error.0);
                }
            }
        });
    });
    let at_copy = format!("/tasks/{id}/duplicate/");
    let (at_archive, at_delete) = (format!("/tasks/{id}/archive/"), format!("/tasks/{id}/delete/"));
    let refused = FormState::of(&at_copy).refused()
        || FormState::of(&at_archive).refused()
        || FormState::of(&at_delete).refused();
    view! {
        <details class="task-more" open=refused>
            <summary class="button"><Icon sign=Sign::More/> "More"</summary>
            {when(
                move || !archived(),
                move || {
                    view! {
                        <Form action=at_archive.clone() on_submit=archive>
                            <p class="task-more-words">"Archived, it leaves the board and keeps its comments."</p>
                            <button class="button" type="submit" title=format!("Archive #{number}")>"Archive"</button>
                        </Form>
                    }
                },
            )}
            {when(
                move || !archived(),
                move || {
                    view! {
                        <p>
                            // The palette has it too, under this title.
                            <a class="button" href=elsewhere title=format!("Move #{number} to another board…")>
                                "Move to another board…"
                            </a>
                        </p>
                    }
                },
            )}
            <CopyLink board id/>
            <Form action=at_copy on_submit=duplicate>
                <p class="task-more-words">"A task like this one below it, without its comments and people."</p>
                <button class="button" type="submit" title=format!("Duplicate #{number}")>"Duplicate"</button>
            </Form>
            <details class="confirm">
                <summary class="button button-quiet"><Icon sign=Sign::Trash/> "Delete…"</summary>
                <Form action=at_delete class="confirm-form" on_submit=delete>
                    <input type="hidden" name="board" value=board.to_string()/>
                    <p class="task-more-words">
                        {format!("Its comments go with it. It can be restored from the archive for {} days.", limits::TRASH_DAYS)}
                    </p>
                    <button class="button button-danger" type="submit">"Delete the task"</button>
                </Form>
            </details>
        </details>
    }
}

/// The task's address, for who sends it to somebody.
#[component]
pub fn CopyLink(board: BoardId, id: TaskId) -> impl IntoView {
    let said = RwSignal::new(String::new());
    let press = move |_| {
        // Nobody is told where the task was left.
        let say = move |words| drop(said.try_set(words));
        let copied = Box::new(move || say("Link copied.".to_owned()));
        copy_link(&format!("/boards/{board}/tasks/{id}/"), copied, Box::new(say));
    };
    view! {
        <p class="task-copy">
            <button class="button" type="button" on:click=press>"Copy link"</button>
            <span class="task-more-words" role="status">{said}</span>
        </p>
    }
}
