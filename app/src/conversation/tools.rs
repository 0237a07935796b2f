//! The toolbar of a field in which Markdown is written, what its keys make of the text, and the preview: a part of
//! the client of their own.

use gloo_timers::future::TimeoutFuture;
use leptos::{prelude::*, task::spawn_local};
use protocol::{UserId, Writing, text};

use super::{
    editor::{Change, Editor, Mark, Wanted},
    markup,
};
use crate::{
    api::{self, ApiError},
    keys,
    references::References,
    store::Store,
    ui::{Drawing, effect, live},
};

/// A preview is made when nothing was typed for so long, in milliseconds.
const PAUSE_MS: u32 = 500;

/// The buttons: what they do, what they are called, the key that does the same, and how they are drawn.
const BUTTONS: [(Mark, &str, &str, &str); 8] = [
    (Mark::Bold, "Bold", "B", "M6 4h5a3 3 0 0 1 0 6H6zM6 10h6a3 3 0 0 1 0 6H6z"),
    (Mark::Italic, "Italic", "I", "M8.5 4H15M5 16h6.5M12 4 8 16"),
    (
        Mark::Strike,
        "Strikethrough",
        "Shift X",
        "M14 6c-.8-1.4-2.2-2-4-2-2.3 0-4 1-4 3 0 1.3.8 2.2 2.5 2.8M3.5 10h13M6 13.5c.7 1.6 2.1 2.5 4 2.5 2.4 0 4.2-1.1 4.2-3.2 0-.6-.1-1.1-.4-1.6",
    ),
    (Mark::Code, "Code", "E", "M7 6l-4 4 4 4M13 6l4 4-4 4"),
    (
        Mark::Link,
        "Link",
        "K",
        "M8.5 11.5a3 3 0 0 0 4.3 0l2.7-2.7a3 3 0 0 0-4.3-4.3l-1 1M11.5 8.5a3 3 0 0 0-4.3 0l-2.7 2.7a3 3 0 0 0 4.3 4.3l1-1",
    ),
    (Mark::Bullets, "List", "", "M8 5.5h9M8 10h9M8 14.5h9M3.8 5.5h.4M3.8 10h.4M3.8 14.5h.4"),
    (
        Mark::Numbers,
        "Numbered list",
        "",
        "M9 5.5h8M9 10h8M9 14.5h8M3.5 4.5l1-.8v4M3.3 11.8c.2-1.2 2.2-1.2 2.2.1 0 1-2.2 1.5-2.2 2.9h2.3",
    ),
    (Mark::Quote, "Quote", "", "M8.5 6H4v5h3.5c0 2-1 3-3 3.5M16.5 6H12v5h3.5c0 2-1 3-3 3.5"),
];

/// Does what is wanted; gives what is to be shown. Nothing where there was nothing to do.
pub fn carry_out(editor: Editor, wanted: Wanted) -> Option<AnyView> {
    let (text, selection) = match wanted {
        Wanted::Tools => return Some(view! { <Tools editor/> }.into_any()),
        _ => editor.selected()?,
    };
    let change: Change = match wanted {
        Wanted::Tools => return None,
        Wanted::Mark(mark) => markup::marked(&text, selection, mark),
        Wanted::Break if selection.is_empty() => markup::continued(&text, selection.start)?,
        Wanted::Break => return None,
        Wanted::Paste(pasted) => markup::pasted(&text, selection, &pasted)?,
    };
    editor.apply(&change);
    Some(().into_any())
}

/// The toolbar, and below it what the text will look like.
#[component]
fn Tools(editor: Editor) -> impl IntoView {
    let command = keys::command();
    let button = |(mark, label, key, path): (Mark, &'static str, &'static str, &'static str)| {
        let title = if key.is_empty() { label.to_owned() } else { format!("{label} ({command} {key})") };
        view! {
            <button
                class="writing-tool"
                type="button"
                aria-label=label
                title=title
                // What is selected stays so.
                on:mousedown=|event| event.prevent_default()
                on:click=move |_| editor.mark(mark)
            >
                <Drawing path/>
            </button>
        }
    };
    view! {
        <div class="writing-tools" role="group" aria-label="Formatting">
            {BUTTONS.map(button).collect_view()}
            <button
                class="button button-small button-quiet writing-preview-button"
                type="button"
                aria-pressed=move || editor.preview.get().to_string()
                on:mousedown=|event| event.prevent_default()
                on:click=move |_| editor.preview.update(|shown| *shown = !*shown)
            >
                "Preview"
            </button>
        </div>
        {live(move || editor.preview.get().then(|| view! { <Preview editor/> }))}
    }
}

/// What the server makes of the text as it is now, with the mentions and tasks of this place.
#[component]
fn Preview(editor: Editor) -> impl IntoView {
    let (references, me) = (expect_context::<References>(), expect_context::<Store>().my());
    let me = me.map_or(UserId(0), |me| me.person.id);
    let shown = RwSignal::new(None::<Result<String, String>>);
    effect(move |_| {
        let change = editor.changes.get();
        let pause = if shown.with_untracked(Option::is_some) { PAUSE_MS } else { 0 };
        // What is asked for is of this change, and shown while there is no other.
        let current = move || editor.changes.try_get_untracked() == Some(change);
        spawn_local(async move {
            TimeoutFuture::new(pause).await;
            let Some(text) = editor.field().map(|field| field.value()).filter(|_| current()) else { return };
            let fits = match editor.writing {
                Writing::Message => text::message(&text),
                Writing::Text => text::description(&text),
            };
            let answer = match fits {
                _ if text.trim().is_empty() => Ok(String::new()),
                Ok(text) => api::preview(editor.place, editor.writing, text).await,
                Err(error) => Err(ApiError(error)),
            };
            if current() {
                shown.try_set(Some(answer.map_err(|ApiError(error)| error.to_string())));
            }
        });
    });
    view! {
        <section class="writing-preview" aria-label="Preview" tabindex="0">
            {live(move || match shown.get() {
                None => view! { <p class="writing-preview-note">"It is being made…"</p> }.into_any(),
                Some(Ok(html)) if html.is_empty() => {
                    view! { <p class="writing-preview-note">"Nothing is written yet."</p> }.into_any()
                }
                Some(Ok(html)) => {
                    view! { <div class="prose message-text" inner_html=references.as_read(&html, me)></div> }.into_any()
                }
                Some(Err(words)) => view! { <p class="form-error" role="alert">{words}</p> }.into_any(),
            })}
        </section>
    }
}
