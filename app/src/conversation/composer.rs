//! Where a message or comment is written: a plain form that the hydrated page takes over.

mod field;

use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_query_map};
use protocol::{MessageId, Stream, Writing, limits};

use super::{
    actions,
    completion::CompletionList,
    draft::DraftKeeper,
    edit::Edit,
    editor::Editor,
    forms::next,
    later::{COMPOSER, LaterButton},
    marks::quoted,
    panel::Panel,
    plainly::{preview_button, previewed},
    talk::Talk,
};
use crate::{
    ui::{FormState, Icon, Sign, area_text, live, new_key},
    uploads::Uploads,
};
use field::Field;

/// What is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Writes {
    /// A new message or comment.
    New,
    /// A reply to a comment.
    Reply(MessageId),
    /// Another text for a message.
    Edit(MessageId),
}

/// So many characters before the limit they are counted.
const COUNT_FROM: usize = limits::MESSAGE - 500;

/// The composer of a conversation, of a reply to a comment, or of an edit.
#[component]
pub fn Composer(
    talk: Talk,
    /// What is written here.
    writes: Writes,
) -> impl IntoView {
    let action = action(talk.place, writes);
    let parent = writes.parent();
    let state = FormState::of(&action);
    let mine = state.typed("parent").unwrap_or_default() == parent.map(|id| id.to_string()).unwrap_or_default();
    let typed = state.typed("content").filter(|_| mine).unwrap_or_else(|| writes.begins(talk));
    let refused = state.error.get_untracked().filter(|_| mine);
    let unconfirmed = refused.as_ref().is_some_and(|error| error.field() == Some("confirmed"));
    let refused = refused.map(|error| error.to_string());

    let path = use_location().pathname.get_untracked();

    let id = match writes {
        Writes::New if talk.is_thread() => "composer-thread".to_owned(),
        Writes::New => COMPOSER.to_owned(),
        Writes::Reply(id) => format!("composer-{id}"),
        Writes::Edit(id) => format!("edit-{id}"),
    };
    let trouble = RwSignal::new(refused);
    let field = Field {
        talk,
        writes,
        edit: Edit::new(talk),
        form: NodeRef::new(),
        editor: Editor::new(talk.place, Writing::Message, &id, Some(talk.thread)),
        draft: DraftKeeper::new(talk.my_id(), talk.drafts, parent),
        files: Uploads::new(trouble),
        length: RwSignal::new(typed.chars().count()),
        trouble,
        asking: RwSignal::new(None),
        typing_at: StoredValue::new(0),
        wanted: writes != Writes::New || discussed(talk).is_some(),
    };
    let editor = field.editor;
    let completion = editor.completion;
    field.begin();

    let label = move || {
        talk.name.with(|name| match (writes, talk.place) {
            (Writes::Edit(_), _) => "Edit the message".to_owned(),
            (Writes::Reply(_), _) => "Reply".to_owned(),
            (Writes::New, Stream::Thread(_)) => "Reply in this thread".to_owned(),
            (Writes::New, Stream::Task(_)) => "Write a comment".to_owned(),
            (Writes::New, _) => format!("Message {name}"),
        })
    };
    let came = came(if mine { state.all_typed("files") } else { Vec::new() });
    let (files, attaches) = (field.files, !matches!(writes, Writes::Edit(_)));
    let (key, value) = (new_key().to_string(), typed);
    let pick = move |event| {
        talk.doing.insert.set_value(Some(Callback::new(move |emoji: String| field.insert(&emoji))));
        actions::open(talk, Panel::Picker(None), &event);
    };
    let send = match (writes, talk.is_room()) {
        (Writes::Edit(_), _) => "Save",
        (_, true) => "Send",
        (_, false) => "Post",
    };
    view! {
        <form
            class="composer"
            method="post"
            action=action
            enctype=attaches.then_some("multipart/form-data")
            node_ref=field.form
            on:submit=move |event| field.submit(&event)
            on:dragover=move |event| files.dragged(&event, attaches)
            on:drop=move |event| files.dropped(&event, attaches)
        >
            <input type="hidden" name="client_id" value=key/>
            // The form's address does not say where its page is.
            {talk.is_thread().then(|| next(&format!("{path}{}", talk.page())))}
            {parent.map(|parent| view! { <input type="hidden" name="parent" value=parent.to_string()/> })}
            {(writes == Writes::New).then(|| quoting(talk))}
            <CompletionList completion choose=Callback::new(move |index| editor.complete(Some(index)))/>
            {move || field.trouble.get().map(|words| view! { <p class="composer-trouble" role="alert">{words}</p> })}
            {attaches.then(|| files.chips("Files to send"))}
            {came}
            {mine.then(|| previewed(&state))}
            {editor.tools()}
            <div class="composer-box">
                <label class="visually-hidden" for=id.clone()>{move || label()}</label>
                <textarea
                    name="content"
                    inner_html=area_text(&value)
                    class="composer-text"
                    id=id.clone()
                    rows="1"
                    placeholder=label
                    autocomplete="off"
                    role=move || completion.is_open().then_some("combobox")
                    aria-autocomplete="list"
                    aria-expanded=move || completion.is_open().then_some("true")
                    aria-controls=move || completion.list_id()
                    aria-activedescendant=move || completion.active_id()
                    on:focus=move |_| completion.prepare()
                    on:paste=move |event| {
                        files.pasted(&event, attaches);
                        editor.pasted(&event);
                    }
                    on:input=move |event| field.typed(&event)
                    on:compositionend=move |_| {
                        field.close_emoji();
                        editor.follow();
                    }
                    on:keydown=move |event| field.key(&event)
                    on:keyup=move |event| editor.moved(&event)
                    on:click=move |_| editor.follow()
                    on:blur=move |_| field.left()
                ></textarea>
                {attaches.then(|| files.button(&id))}
                {editor.button()}
                <button class="composer-tool composer-emoji" type="button" aria-label="Emoji" title="Emoji" on:click=pick>
                    <Icon sign=Sign::Smile/>
                </button>
                {(writes == Writes::New && !talk.is_thread()).then(|| view! { <LaterButton/> })}
                <button class="composer-tool composer-send" type="submit" title=send disabled=move || field.edit.busy.get()>
                    <Icon sign=if matches!(writes, Writes::Edit(_)) { Sign::Check } else { Sign::Send }/>
                    <span class="visually-hidden">{send}</span>
                </button>
            </div>
            // Only on a page that answers a plain form: with the script it is asked before it is sent.
            {unconfirmed.then(|| view! {
                <label class="choice">
                    <input type="checkbox" name="confirmed" value="on"/>
                    "Notify them all"
                </label>
            })}
            <p class="composer-preview">{preview_button()}</p>
            {confirming(field)}
            {count(field.length)}
            {(writes != Writes::New).then(|| view! {
                <p class="composer-foot">
                    <button class="button button-small button-quiet" type="button" on:click=move |_| field.cancel()>
                        "Cancel"
                    </button>
                </p>
            })}
        </form>
    }
}

/// Without script: the files of a form that was refused, which the server has already.
fn came(ids: Vec<String>) -> impl IntoView {
    let words = match ids.len() {
        1 => "One file comes with it.".to_owned(),
        count => format!("{count} files come with it."),
    };
    let inputs = |id: &String| view! { <input type="hidden" name="files" value=id.clone()/> };
    (!ids.is_empty()).then(|| {
        view! {
            {ids.iter().map(inputs).collect_view()}
            <p class="composer-waits">{words}</p>
        }
    })
}

/// What the message will quote. Without script the address says it.
fn quoting(talk: Talk) -> impl IntoView {
    let asked = talk.doing.asked_quote.map(|id| {
        let words = talk.thread.with_untracked(|thread| thread.entry(id)).map(|entry| entry.message.source.clone());
        view! {
            <input type="hidden" name="quote" value=id.to_string()/>
            <p class="composer-quote"><span class="message-quote-words">"Quoting: " {words}</span></p>
        }
    });
    let chosen = live(move || {
        talk.doing.quoting.get().map(|quote| {
            view! {
                <p class="composer-quote">
                    <span class="message-quote">{quoted(&quote)}</span>
                    <button
                        class="button button-small button-quiet button-icon"
                        type="button"
                        aria-label="Don’t quote"
                        on:click=move |_| {
                            talk.doing.quoting.set(None);
                            actions::focus_composer(talk);
                        }
                    >
                        <Icon sign=Sign::Close/>
                    </button>
                </p>
            }
        })
    });
    view! { {asked} {chosen} }
}

/// Whether it is meant that so many people are notified.
fn confirming(field: Field) -> impl IntoView {
    live(move || {
        field.asking.get().map(|people| {
            view! {
                <div class="composer-confirm" role="group" aria-label="Notify them all?">
                    <p role="alert">"This notifies " {people} " people."</p>
                    <button class="button button-small button-primary" type="button" on:click=move |_| field.confirm()>
                        "Notify " {people} " people"
                    </button>
                    <button class="button button-small button-quiet" type="button" on:click=move |_| field.think_again()>
                        "Not yet"
                    </button>
                </div>
            }
        })
    })
}

/// How much of the limit is used, near it.
fn count(length: RwSignal<usize>) -> impl IntoView {
    let shown = Memo::new(move |_| Some(length.get()).filter(|length| *length > COUNT_FROM));
    live(move || {
        let over = shown.get().is_some_and(|length| length > limits::MESSAGE);
        shown.get().map(|length| {
            view! {
                <p class="composer-count" class:composer-over=over role="status">
                    {length} " of " {limits::MESSAGE} " characters"
                </p>
            }
        })
    })
}

/// The task that somebody wants to discuss in the room (`?discuss=`), by its number.
fn discussed(talk: Talk) -> Option<i64> {
    let number = use_query_map().with_untracked(|query| query.get_str("discuss")?.parse().ok());
    number.filter(|number| *number > 0 && matches!(talk.place, Stream::Room(_)))
}

/// Where the plain form posts to.
fn action(place: Stream, writes: Writes) -> String {
    if let Writes::Edit(id) = writes {
        return format!("/messaging/message/{id}/edit/");
    }
    match place {
        Stream::Task(id) => format!("/messaging/task/{id}/comments/"),
        Stream::Room(id) => format!("/messaging/room/{id}/send/"),
        Stream::Thread(id) => format!("/messaging/message/{id}/replies/"),
        Stream::Board(_) | Stream::User(_) => String::new(),
    }
}

impl Writes {
    /// The comment that is replied to.
    fn parent(self) -> Option<MessageId> {
        if let Self::Reply(parent) = self { Some(parent) } else { None }
    }

    /// The text that stands there at first.
    fn begins(self, talk: Talk) -> String {
        let id = match self {
            Self::Edit(id) => id,
            Self::New => return discussed(talk).map(|number| format!("#{number} ")).unwrap_or_default(),
            Self::Reply(_) => return String::new(),
        };
        let entry = talk.thread.with_untracked(|thread| thread.entry(id));
        entry.map(|entry| entry.message.source.clone()).unwrap_or_default()
    }
}
