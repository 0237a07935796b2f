//! A field of a form with its label and what is wrong with it.

use leptos::prelude::*;

use super::{FormState, area_text};

/// A line of text: label, input, hint, and the error when it is this field's.
#[component]
pub fn Field(
    /// Its name in the form.
    name: &'static str,
    /// What it is called on the page.
    label: &'static str,
    /// Its `type`.
    #[prop(default = "text")]
    kind: &'static str,
    /// What stands in it at first.
    #[prop(optional, into)]
    value: String,
    /// What helps to fill it in.
    #[prop(optional)]
    hint: &'static str,
    /// What browsers and password managers may fill in.
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// May stay empty.
    #[prop(optional)]
    optional: bool,
    /// Characters at most.
    #[prop(optional)]
    max: Option<usize>,
) -> impl IntoView {
    let begin = Begin::new(name, value);
    let described = begin.described(!hint.is_empty());
    let Begin { value, trouble, id, error_id, hint_id } = begin;
    view! {
        <div class="field">
            <label class="field-label" for=id.clone()>
                {label}
                " "
                {optional.then(|| view! { <span class="field-optional">"optional"</span> })}
            </label>
            <input
                class="input"
                id=id
                name=name
                type=kind
                value=value
                autocomplete=autocomplete
                required=!optional
                maxlength=max.map(|max| max.to_string())
                autocapitalize=(name == "username").then_some("none")
                aria-invalid=move || trouble.get().map(|_| "true")
                aria-describedby=described
            />
            {(!hint.is_empty()).then(|| view! { <p class="field-hint" id=hint_id>{hint}</p> })}
            {move || trouble.get().map(|words| view! { <p class="field-error" id=error_id.clone()>{words}</p> })}
        </div>
    }
}

/// A text of several lines: label, text area, and the error when it is this field's.
#[component]
pub fn TextField(
    /// Its name in the form.
    name: &'static str,
    /// What it is called on the page.
    label: &'static str,
    /// What stands in it at first.
    #[prop(optional, into)]
    value: String,
    /// Lines shown.
    #[prop(default = 4)]
    rows: u32,
) -> impl IntoView {
    let begin = Begin::new(name, value);
    let described = begin.described(false);
    let Begin { value, trouble, id, error_id, .. } = begin;
    view! {
        <div class="field">
            <label class="field-label" for=id.clone()>{label}</label>
            <textarea
                name=name
                inner_html=area_text(&value)
                class="input textarea"
                id=id
                rows=rows.to_string()
                aria-invalid=move || trouble.get().map(|_| "true")
                aria-describedby=described
            ></textarea>
            {move || trouble.get().map(|words| view! { <p class="field-error" id=error_id.clone()>{words}</p> })}
        </div>
    }
}

/// What a field of the form around it begins with.
struct Begin {
    value: String,
    trouble: Memo<Option<String>>,
    id: String,
    error_id: String,
    hint_id: String,
}

impl Begin {
    fn new(name: &'static str, value: String) -> Self {
        let state = expect_context::<FormState>();
        let id = state.id(name);
        Self {
            value: state.typed(name).unwrap_or(value),
            trouble: state.trouble(name),
            error_id: format!("{id}-error"),
            hint_id: format!("{id}-hint"),
            id,
        }
    }

    /// The id of what describes the field now: its error, else its hint.
    fn described(&self, hinted: bool) -> impl Fn() -> Option<String> + Clone + Send + Sync + 'static {
        let (trouble, error_id) = (self.trouble, self.error_id.clone());
        let hint_id = hinted.then(|| self.hint_id.clone());
        move || trouble.get().map(|_| error_id.clone()).or_else(|| hint_id.clone())
    }
}
