//! Where a task is named: in messages, comments, and descriptions of other tasks.

use leptos::{ev::MouseEvent, prelude::*, task::spawn_local};
use protocol::{
    Cursor, Event, Stream, TaskId,
    page::{PageQuery, Referrer, ReferrerKind, ReferrersPage},
};

use crate::{
    api::{ApiError, load_page},
    store::{Following, Live, Store},
    ui::{Avatar, Moment, list, live, when},
};

/// The texts that name a task, as far as the reader may read them, newest first; kept up to date.
#[component]
pub fn Referrers(
    task: TaskId,
    page: ReferrersPage,
    /// Of the board's stream.
    board: Cursor,
) -> impl IntoView {
    let rooms = page.rooms.clone();
    let texts = Texts {
        task,
        page: RwSignal::new(page),
        loading: StoredValue::new(None),
        rooms: StoredValue::default(),
        store: expect_context(),
    };
    // The page around this loads all of it again where the board's stream can't be followed.
    texts.store.open(board, move |live| {
        if let Live::Event(stored) = live
            && is_about(task, &stored.event)
        {
            texts.load(None);
        }
    });
    texts.follow(rooms);
    on_cleanup(move || {
        let rooms = texts.rooms.try_update_value(std::mem::take).unwrap_or_default();
        rooms.into_iter().for_each(|(_, following)| following.close());
    });
    let more = move |key: i64| {
        let load = move |event: MouseEvent| {
            event.prevent_default();
            texts.load(Some(key));
        };
        view! {
            <a class="button button-small button-quiet" href=format!("?refs={key}") data-noscroll="true" on:click=load>
                "Older references"
            </a>
        }
    };
    when(
        move || texts.page.with(|page| !page.rows.is_empty()),
        move || {
            view! {
                <section class="referrers" aria-label="Referenced in">
                    <h2 class="section-title">"Referenced in"</h2>
                    <ul class="referrers-list">
                        {list(
                            move || texts.page.with(|page| page.rows.clone()),
                            |row| (row.key, row.excerpt.clone()),
                            |row| view! { <Row row/> },
                        )}
                    </ul>
                    {live(move || texts.page.with(|page| page.more).map(more))}
                </section>
            }
        },
    )
}

#[component]
fn Row(row: Referrer) -> impl IntoView {
    let Referrer { kind, place, url, by, clock, excerpt, .. } = row;
    let who = by.as_ref().map_or_else(|| "Former member".to_owned(), |by| by.display_name.clone());
    let words = match kind {
        ReferrerKind::Message => " in ",
        ReferrerKind::Comment => " in a comment on ",
        ReferrerKind::Description => " in the description of ",
    };
    // Where a message is, the server knows.
    let rel = (kind != ReferrerKind::Description).then_some("external");
    view! {
        <li class="referrer">
            <Avatar person=by/>
            <div class="referrer-main">
                <p class="referrer-head">
                    <b>{who}</b>
                    {words}
                    <a class="referrer-place" href=url rel=rel>{place}</a>
                    <span class="referrer-time"><Moment clock/></span>
                </p>
                <p class="referrer-text">{excerpt}</p>
            </div>
        </li>
    }
}

/// May the event change which texts name the task, or what they say?
fn is_about(task: TaskId, event: &Event) -> bool {
    match event {
        Event::TasksReferenced { tasks } => tasks.is_empty() || tasks.contains(&task),
        // Of itself the page around this tells.
        Event::TaskDeleted { id, .. } | Event::TaskLeft { id, .. } => *id != task,
        Event::TaskRestored { .. } | Event::RoomDeleted { .. } => true,
        _ => false,
    }
}

/// The same of what happens in a private room, of which the board is told nothing.
fn changes_texts(event: &Event) -> bool {
    matches!(
        event,
        Event::MessagePosted { .. }
            | Event::MessageEdited { .. }
            | Event::MessageDeleted { .. }
            | Event::MessageRestored { .. }
            | Event::ReplyPosted { .. }
            | Event::ReplyDeleted { .. }
            | Event::ReplyRestored { .. }
            | Event::RoomCleared { .. }
            | Event::RoomDeleted { .. }
    )
}

/// What is shown, and how it is brought up to date.
#[derive(Clone, Copy)]
struct Texts {
    task: TaskId,
    page: RwSignal<ReferrersPage>,
    /// While something is on its way: whether the newest are wanted once more after it.
    loading: StoredValue<Option<bool>>,
    /// The private rooms that are followed.
    rooms: StoredValue<Vec<(Stream, Following)>>,
    store: Store,
}

impl Texts {
    /// Loads the newest texts anew, or those below a key besides.
    fn load(self, below: Option<i64>) {
        let begin = self.loading.try_update_value(|loading| match loading {
            Some(again) => {
                *again |= below.is_none();
                false
            }
            None => {
                *loading = Some(false);
                true
            }
        });
        if begin == Some(true) {
            spawn_local(async move {
                self.fetch(below).await;
                while self.loading.try_update_value(Self::take_again) == Some(true) {
                    self.fetch(None).await;
                }
            });
        }
    }

    /// Are the newest wanted once more? Where not, nothing is on its way any more.
    fn take_again(loading: &mut Option<bool>) -> bool {
        let again = *loading == Some(true);
        *loading = again.then_some(false);
        again
    }

    /// What can't be loaded stays as it was: the page around this says that there is no connection.
    async fn fetch(self, before: Option<i64>) {
        let answer = load_page(PageQuery::Referrers { task: self.task, before }).await;
        let loaded: Result<ReferrersPage, ApiError> = answer.and_then(|content| content.read());
        let Ok(ReferrersPage { rows, more, rooms }) = loaded else { return };
        self.page.try_update(|page| {
            if before.is_none() {
                page.rows.clear();
            }
            page.rows.extend(rows);
            page.more = more;
        });
        self.follow(rooms);
    }

    /// Follows private rooms from these cursors on, each once.
    fn follow(self, cursors: Vec<Cursor>) {
        for cursor in cursors {
            let room = cursor.stream;
            if self.rooms.try_with_value(|rooms| rooms.iter().any(|(known, _)| *known == room)) != Some(false) {
                continue;
            }
            let following = self.store.follow(cursor, move |live| match live {
                Live::Event(stored) if !changes_texts(&stored.event) => {}
                Live::Event(_) => self.load(None),
                Live::Reset | Live::Revoked => {
                    // From where it is now on, if any of it is still shown.
                    self.leave(room);
                    self.load(None);
                }
            });
            self.rooms.update_value(|rooms| rooms.push((room, following)));
        }
    }

    fn leave(self, room: Stream) {
        let left = self.rooms.try_update_value(|rooms| {
            let at = rooms.iter().position(|(known, _)| *known == room)?;
            Some(rooms.swap_remove(at))
        });
        if let Some((_, following)) = left.flatten() {
            following.close();
        }
    }
}
