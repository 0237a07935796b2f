//! Without script: a button that shows what the text of a form will look like, and what it showed.

use leptos::prelude::*;
use protocol::UserId;

use crate::{references::References, store::Store, ui::FormState};

/// The button. It stands behind the one that sends, since Enter in a field presses the first.
pub fn preview_button() -> impl IntoView {
    view! {
        <button class="button button-quiet preview-plainly" type="submit" name="preview" value="on">
            "Preview"
        </button>
    }
}

/// What the text will look like, where the page answers that.
pub fn previewed(state: &FormState) -> impl IntoView + use<> {
    let (references, me) = (expect_context::<References>(), expect_context::<Store>().my());
    let me = me.map_or(UserId(0), |me| me.person.id);
    state.previewed.clone().map(|html| {
        view! {
            <section class="writing-preview" aria-label="Preview" tabindex="0">
                <div class="prose message-text" inner_html=references.as_read(&html, me)></div>
            </section>
        }
    })
}
