//! Files on their way to the server, before the message that they come with, or the task that they are of.

use leptos::{
    ev,
    prelude::*,
    wasm_bindgen::{JsCast, closure::Closure},
    web_sys::{
        ClipboardEvent, DragEvent, File, FileList, HtmlFormElement, HtmlInputElement, ProgressEvent, XmlHttpRequest,
    },
};
use protocol::{Attachment, ErrorBody, json, limits};
use send_wrapper::SendWrapper;
use uuid::Uuid;

use crate::ui::{Icon, Sign, effect, list, live, new_key};

/// The files of one composer, or of a task.
#[derive(Clone, Copy)]
pub struct Uploads {
    files: RwSignal<Vec<Upload>>,
    /// The message is to be sent as soon as they are there.
    waited_for: RwSignal<bool>,
    /// What is wrong with what is written.
    trouble: RwSignal<Option<String>>,
}

/// What may be sent.
pub enum Ready {
    /// All that there are.
    All(Vec<Attachment>),
    /// Some are on their way; [`Uploads::begin`] says when they are there.
    Coming,
    /// Some can't be sent as it is.
    Failed,
}

#[derive(Clone)]
struct Upload {
    key: Uuid,
    file: SendWrapper<File>,
    state: RwSignal<State>,
    request: StoredValue<Option<SendWrapper<XmlHttpRequest>>>,
}

#[derive(Clone, PartialEq)]
enum State {
    /// So much of a hundred is sent.
    Coming(u32),
    There(Attachment),
    /// Why it was not taken, and whether another try may help.
    Failed {
        why: String,
        again: bool,
    },
}

impl Uploads {
    pub fn new(trouble: RwSignal<Option<String>>) -> Self {
        Self { files: RwSignal::default(), waited_for: RwSignal::new(false), trouble }
    }

    /// In the browser: calls `send` when what was waited for is there.
    pub fn begin(self, send: impl Fn() + 'static) {
        effect(move |_| {
            let waited = self.waited_for.get();
            let coming = self.files.with(|files| files.iter().any(|file| file.state.with(State::is_coming)));
            if waited && !coming {
                self.waited_for.set(false);
                untrack(&send);
            }
        });
        on_cleanup(move || {
            self.files.try_with_untracked(|files| files.iter().for_each(Upload::stop));
        });
    }

    /// In the browser: gives `take` each as soon as it and those chosen before it are there, and forgets it. What
    /// failed keeps no other waiting.
    pub fn each(self, take: impl Fn(Attachment) + 'static) {
        effect(move |_| {
            let there = |file: &Upload| match file.state.get() {
                State::There(attachment) => Some((file.key, attachment)),
                _ => None,
            };
            let ended = |file: &&Upload| !file.state.with(State::is_coming);
            let there: Vec<(Uuid, Attachment)> =
                self.files.with(|files| files.iter().take_while(ended).filter_map(there).collect());
            for (key, file) in there {
                untrack(|| take(file));
                self.remove(key);
            }
        });
        on_cleanup(move || {
            self.files.try_with_untracked(|files| files.iter().for_each(Upload::stop));
        });
    }

    pub fn is_empty(self) -> bool {
        self.files.with_untracked(Vec::is_empty)
    }

    /// Are there any?
    pub fn any(self) -> bool {
        self.files.with(|files| !files.is_empty())
    }

    /// What may be sent now. Where some are on their way they are waited for.
    pub fn ready(self) -> Ready {
        let states: Vec<State> =
            self.files.with_untracked(|files| files.iter().map(|file| file.state.get_untracked()).collect());
        if states.iter().any(State::is_coming) {
            self.waited_for.set(true);
            return Ready::Coming;
        }
        let there = states.into_iter().map(|state| if let State::There(file) = state { Some(file) } else { None });
        there.collect::<Option<_>>().map_or(Ready::Failed, Ready::All)
    }

    /// They are sent.
    pub fn clear(self) {
        self.files.set(Vec::new());
    }

    /// Takes what was chosen in the input of a form.
    pub fn take_up(self, form: Option<HtmlFormElement>) {
        let input = form.and_then(|form| form.query_selector(".composer-files-input").ok().flatten());
        if let Some(input) = input.and_then(|input| input.dyn_into::<HtmlInputElement>().ok()) {
            self.add(input.files());
            // The same file can be chosen again.
            input.set_value("");
        }
    }

    fn add(self, files: Option<FileList>) {
        let Some(files) = files else { return };
        for file in (0..files.length()).filter_map(|nth| files.get(nth)) {
            if self.files.with_untracked(Vec::len) == limits::FILES {
                return self.trouble.set(Some(format!("{} files are the most at once.", limits::FILES)));
            }
            let upload = Upload {
                key: new_key(),
                file: SendWrapper::new(file),
                state: RwSignal::new(State::Coming(0)),
                request: StoredValue::new(None),
            };
            upload.start();
            self.files.update(|files| files.push(upload));
        }
    }

    /// What is written has changed: it is sent when somebody says so again.
    pub fn changed(self) {
        if self.waited_for.get_untracked() {
            self.waited_for.set(false);
        }
    }

    fn remove(self, key: Uuid) {
        self.changed();
        self.files.update(|files| {
            files.retain(|file| {
                if file.key == key {
                    file.stop();
                }
                file.key != key
            });
        });
    }

    /// Files are held over the composer, or the task's files: they may be dropped there.
    pub fn dragged(self, event: &DragEvent, attaches: bool) {
        let types = event.data_transfer().map(|data| data.types());
        if attaches && types.is_some_and(|types| types.includes(&"Files".into(), 0)) {
            event.prevent_default();
        }
    }

    pub fn dropped(self, event: &DragEvent, attaches: bool) {
        let files = event.data_transfer().and_then(|data| data.files()).filter(|files| files.length() > 0);
        if attaches && files.is_some() {
            event.prevent_default();
            self.add(files);
        }
    }

    /// Pictures can be pasted, as text can.
    pub fn pasted(self, event: &ClipboardEvent, attaches: bool) {
        // Cells of a table come as text and as a picture of it: the text is meant.
        let data = event.clipboard_data().filter(|data| data.get_data("text/plain").is_ok_and(|text| text.is_empty()));
        let files = data.and_then(|data| data.files()).filter(|files| files.length() > 0);
        if attaches && files.is_some() {
            event.prevent_default();
            self.add(files);
        }
    }

    /// What opens the browser's own choice of files. Without script it stays as the plain input that it is.
    pub fn button(self, of: &str) -> impl IntoView + use<> {
        let id = format!("{of}-files");
        let chosen = move |event: ev::Event| {
            let input = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
            self.take_up(input.and_then(|input| input.form()));
        };
        view! {
            <span class="composer-attach">
                <input class="composer-files-input" type="file" name="file" multiple=true id=id.clone() aria-label="Add files" on:change=chosen/>
                <label class="composer-tool" for=id title="Add files"><Icon sign=Sign::Clip/></label>
            </span>
        }
    }

    /// The files with how far they are.
    pub fn chips(self, label: &'static str) -> impl IntoView {
        view! {
            {live(move || (!self.files.with(Vec::is_empty)).then(|| view! {
                <ul class="composer-files" aria-label=label>
                    {list(move || self.files.get(), |file| file.key, move |file| self.chip(file))}
                </ul>
                {move || self.waited_for.get().then(|| view! {
                    <p class="composer-waits" role="status">"It is sent as soon as the files are there."</p>
                })}
            }))}
        }
    }

    fn chip(self, file: Upload) -> impl IntoView {
        let (key, name, state) = (file.key, file.file.name(), file.state);
        let label = format!("Take {name} away");
        let retried = file.clone();
        let progress = move || {
            match state.get() {
            State::Coming(percent) => view! {
                <progress class="composer-file-progress" max="100" value=percent.to_string() aria-label="Sent"></progress>
            }
            .into_any(),
            State::There(file) => view! { <span class="file-size">{file.size_in_words()}</span> }.into_any(),
            State::Failed { why, again } => {
                let file = retried.clone();
                let retry = move || {
                    view! { <button class="button button-small" type="button" on:click=move |_| file.start()>"Retry"</button> }
                };
                view! {
                    <span class="composer-file-fault" role="alert">{why}</span>
                    {again.then(retry)}
                }
                .into_any()
            }
        }
        };
        view! {
            <li class="composer-file">
                <span class="file-name">{name}</span>
                {progress}
                <button class="button button-quiet button-icon" type="button" aria-label=label on:click=move |_| self.remove(key)>
                    <Icon sign=Sign::Close/>
                </button>
            </li>
        }
    }
}

impl Upload {
    /// Sends it under its client id: however often, it is there once.
    fn start(&self) {
        self.state.set(State::Coming(0));
        if self.file.size() > limits::FILE_BYTES as f64 {
            return self.refuse("It is larger than 10 MB.");
        }
        if let Err(_refused) = self.send() {
            self.refuse("The browser can't send it.");
        }
    }

    fn refuse(&self, why: &str) {
        self.state.set(State::Failed { why: why.to_owned(), again: false });
    }

    fn send(&self) -> Result<(), leptos::wasm_bindgen::JsValue> {
        let state = self.state;
        let request = XmlHttpRequest::new()?;
        let name = String::from(js_sys::encode_uri_component(&self.file.name()));
        request.open("POST", &format!("/messaging/files/?name={name}"))?;
        request.set_request_header("content-type", "application/octet-stream")?;
        request.set_request_header("accept", "application/json")?;
        request.set_request_header("idempotency-key", &self.key.to_string())?;
        let progress = Closure::<dyn Fn(ProgressEvent)>::new(move |event: ProgressEvent| {
            let percent = event.loaded() / event.total().max(1.0) * 100.0;
            state.try_set(State::Coming(percent as u32));
        });
        request.upload()?.set_onprogress(Some(progress.into_js_value().unchecked_ref()));
        let asked = request.clone();
        let ended = Closure::once_into_js(move || {
            state.try_set(answered(&asked));
        });
        request.set_onloadend(Some(ended.unchecked_ref()));
        request.send_with_opt_blob(Some(&self.file))?;
        self.request.set_value(Some(SendWrapper::new(request)));
        Ok(())
    }

    fn stop(&self) {
        // Fails on a request that has ended only.
        if let Some(Some(request)) = self.request.try_get_value() {
            let _ = request.abort();
        }
    }
}

fn answered(request: &XmlHttpRequest) -> State {
    let text = request.response_text().ok().flatten().unwrap_or_default();
    match request.status() {
        Ok(200..300) => json::read(&text).map(State::There),
        // What the file is, another try doesn't change; how much was sent and how the server is, time does.
        Ok(status @ 1..) => json::read::<ErrorBody>(&text)
            .map(|error| State::Failed { why: error.message, again: status == 429 || status >= 500 }),
        _ => None,
    }
    .unwrap_or_else(|| State::Failed { why: "The connection was lost.".to_owned(), again: true })
}

impl State {
    fn is_coming(&self) -> bool {
        matches!(self, Self::Coming(_))
    }
}
