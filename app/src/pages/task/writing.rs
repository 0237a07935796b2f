//! The field of a task's description: a text area in which Markdown is completed, marked up and previewed as in a
//! composer. Enter breaks the line here.

use leptos::{ev::KeyboardEvent, prelude::*};
use protocol::{Stream, TaskId, Writing};

use crate::{
    conversation::{CompletionList, Editor, previewed},
    ui::{FormState, area_text},
};

/// The field, in the form around it.
#[component]
pub fn DescriptionField(task: TaskId, value: String) -> impl IntoView {
    let state = expect_context::<FormState>();
    let (id, trouble) = (state.id("description"), state.trouble("description"));
    let error_id = format!("{id}-error");
    let value = state.typed("description").unwrap_or(value);
    let editor = Editor::new(Stream::Task(task), Writing::Text, &id, None);
    let completion = editor.completion;
    let key = move |event: KeyboardEvent| {
        // An input method is at work: its keys are its own. Safari says so by the key code alone.
        if !event.is_composing() && event.key_code() != 229 {
            editor.key(&event);
        }
    };
    let described = error_id.clone();
    view! {
        <div class="field writing">
            <label class="field-label" for=id.clone()>"Description"</label>
            {previewed(&state)}
            {editor.tools()}
            <div class="writing-area">
                <CompletionList completion choose=Callback::new(move |index| editor.complete(Some(index)))/>
                <textarea
                    name="description"
                    inner_html=area_text(&value)
                    class="input textarea"
                    id=id
                    rows="6"
                    role=move || completion.is_open().then_some("combobox")
                    aria-autocomplete="list"
                    aria-expanded=move || completion.is_open().then_some("true")
                    aria-controls=move || completion.list_id()
                    aria-activedescendant=move || completion.active_id()
                    aria-invalid=move || trouble.get().map(|_| "true")
                    aria-describedby=move || trouble.get().map(|_| described.clone())
                    on:focus=move |_| completion.prepare()
                    on:paste=move |event| editor.pasted(&event)
                    on:input=move |_| editor.changed()
                    on:compositionend=move |_| editor.follow()
                    on:keydown=key
                    on:keyup=move |event| editor.moved(&event)
                    on:click=move |_| editor.follow()
                    on:blur=move |_| completion.close()
                ></textarea>
                {editor.button()}
            </div>
            {move || trouble.get().map(|words| view! { <p class="field-error" id=error_id.clone()>{words}</p> })}
        </div>
    }
}
