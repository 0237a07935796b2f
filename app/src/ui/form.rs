//! Forms that work without script, and faster with it.

use std::{str::FromStr, sync::Arc};

use leptos::{
    context::Provider,
    ev::SubmitEvent,
    prelude::*,
    wasm_bindgen::JsCast,
    web_sys::{FormData, HtmlFormElement, HtmlInputElement},
};
use protocol::Error;
use uuid::Uuid;

use super::live;
use crate::request::{Returned, Why, returned_of};

/// The field of every form that carries the client id.
const KEY: &str = "client_id";

/// A client id for one write.
pub fn new_key() -> Uuid {
    Uuid::now_v7()
}

/// What the fields of a form know of their form; [`Form`] provides it to them.
#[derive(Clone)]
pub struct FormState {
    /// Why the last try was refused.
    pub error: RwSignal<Option<Error>>,
    /// What its text will look like, where only that was asked for. HTML.
    pub previewed: Option<Arc<str>>,
    /// What was typed then, by field.
    typed: Arc<[(String, String)]>,
    /// What its fields' ids begin with, since a page may have several forms.
    prefix: Arc<str>,
    /// Fields that say their own errors.
    fields: StoredValue<Vec<&'static str>>,
}

impl FormState {
    /// The state of the form posted to `action`.
    pub fn of(action: &str) -> Self {
        let returned = returned_of(action);
        let previewed = returned.as_ref().and_then(|returned| match &returned.why {
            Why::Previewed(html) => Some(html.as_str().into()),
            Why::Refused(_) => None,
        });
        Self {
            error: RwSignal::new(returned.as_ref().and_then(Returned::in_form).cloned()),
            previewed,
            typed: returned.map_or_else(Default::default, |returned| returned.fields.into()),
            prefix: action.trim_matches('/').replace('/', "-").into(),
            fields: StoredValue::new(Vec::new()),
        }
    }

    /// What was typed into a field when the form was not done.
    pub fn typed(&self, name: &str) -> Option<String> {
        self.typed.iter().find(|(field, _)| field == name).map(|(_, value)| value.clone())
    }

    /// Everything that was typed into fields of this name.
    pub fn all_typed(&self, name: &str) -> Vec<String> {
        self.typed.iter().filter(|(field, _)| field == name).map(|(_, value)| value.clone()).collect()
    }

    /// This state if the form that was refused had `value` in the field `name`, where several forms
    /// of a page have the same action; else one of a form not sent yet.
    pub fn with(self, name: &str, value: &str) -> Self {
        if self.typed(name).is_some_and(|typed| typed == value) { self } else { Self::of("") }
    }

    /// Was the form refused?
    pub fn refused(&self) -> bool {
        self.error.with_untracked(Option::is_some)
    }

    /// Does the page answer the form?
    pub fn returned(&self) -> bool {
        self.refused() || self.previewed.is_some()
    }

    /// The id of a field's element.
    pub fn id(&self, name: &str) -> String {
        format!("{}-{name}", self.prefix)
    }

    /// What is wrong with a field, which says it itself from now on.
    pub fn trouble(&self, name: &'static str) -> Memo<Option<String>> {
        self.fields.update_value(|fields| fields.push(name));
        let error = self.error;
        Memo::new(move |_| {
            error.with(|error| match error {
                Some(Error::Invalid { field, message, .. }) if field == name => Some(message.clone()),
                _ => None,
            })
        })
    }

    /// The error, unless a field says it.
    fn general(&self) -> Option<String> {
        let error = self.error.get()?;
        let placed = error.field().is_some_and(|name| self.fields.with_value(|fields| fields.contains(&name)));
        (!placed).then(|| error.to_string())
    }
}

/// A form that posts to `action`, with the client id in a hidden field.
///
/// Without script, and without `on_submit`, the browser posts it and follows the answer. With both,
/// `on_submit` takes it and nothing is reloaded. Why it was refused is said at the field that the
/// error names, if the form has it, else above the fields.
#[component]
pub fn Form(
    /// Where it posts to.
    #[prop(into)]
    action: String,
    /// Its id, where fields outside of it belong to it.
    #[prop(optional)]
    id: Option<&'static str>,
    /// Its class.
    #[prop(default = "form")]
    class: &'static str,
    /// Does a file come with it?
    #[prop(default = false)]
    file: bool,
    /// Its state, where the page needs to have it too.
    #[prop(optional)]
    state: Option<FormState>,
    /// What the hydrated page does instead of posting.
    #[prop(optional, into)]
    on_submit: Option<Callback<Submission>>,
    /// The fields and buttons.
    children: Children,
) -> impl IntoView {
    let state = state.unwrap_or_else(|| FormState::of(&action));
    let error = state.error;
    let general = {
        let state = state.clone();
        live(move || state.general().map(|words| view! { <p class="form-error" role="alert">{words}</p> }))
    };
    let submit = move |event: SubmitEvent| {
        if let (Some(take), Some(submission)) = (on_submit, Submission::of(&event, error)) {
            event.prevent_default();
            take.run(submission);
        }
    };
    // Hydration leaves attributes as the server wrote them, so the two sides may differ here.
    let key = new_key().to_string();
    view! {
        <Provider value=state>
            <form
                method="post"
                id=id
                action=action
                class=class
                enctype=file.then_some("multipart/form-data")
                on:submit=submit
            >
                <input type="hidden" name=KEY value=key/>
                {general}
                {children()}
            </form>
        </Provider>
    }
}

/// A form that was submitted on the hydrated page.
pub struct Submission {
    form: HtmlFormElement,
    data: FormData,
    error: RwSignal<Option<Error>>,
}

impl Submission {
    fn of(event: &SubmitEvent, error: RwSignal<Option<Error>>) -> Option<Self> {
        let form: HtmlFormElement = event.target()?.dyn_into().ok()?;
        let data = FormData::new_with_form(&form).ok()?;
        Some(Self { form, data, error })
    }

    /// What stands in a field.
    pub fn text(&self, name: &str) -> String {
        self.data.get(name).as_string().unwrap_or_default()
    }

    /// The number or id that stands in a field.
    pub fn parse<T: FromStr>(&self, name: &str) -> Option<T> {
        self.text(name).parse().ok()
    }

    /// The client id of this write: the same until the server has answered.
    pub fn key(&self) -> Uuid {
        self.parse(KEY).unwrap_or_else(new_key)
    }

    /// It was done: empties the form.
    pub fn done(&self) {
        self.form.reset();
        self.error.set(None);
        self.renew();
    }

    /// Puts what was typed back into a field; false where something else stands there now.
    pub fn put_back(&self, name: &str, text: &str) -> bool {
        let field = self.form.elements().named_item(name).and_then(|field| field.dyn_into::<HtmlInputElement>().ok());
        let field = field.filter(|field| field.value().is_empty());
        if let Some(field) = &field {
            field.set_value(text);
        }
        field.is_some()
    }

    /// It is done by what was changed here, which has an id of its own: what was typed stays.
    pub fn kept(&self) {
        self.error.set(None);
        self.renew();
    }

    /// It was refused: says why. Where the server could not be reached, the next try is the same
    /// write.
    pub fn refused(&self, error: Error) {
        if error != Error::Unavailable {
            self.renew();
        }
        self.error.set(Some(error));
    }

    fn renew(&self) {
        let field = self.form.elements().named_item(KEY).and_then(|field| field.dyn_into::<HtmlInputElement>().ok());
        if let Some(field) = field {
            field.set_value(&new_key().to_string());
        }
    }
}
