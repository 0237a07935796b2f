//! How server functions are called: JSON there and back.
//!
//! Leptos' own ways of calling are compiled anew for each function, which made a tenth of the
//! client. Here a call is one piece of code for all of them, from the text of the arguments to the
//! text of the answer.

use std::{future::Future, pin::Pin};

use gloo_net::http::{Request, RequestBuilder};
use http::Method;
use leptos::{prelude::FromServerFnError, web_sys::AbortSignal};
use leptos_router::location::Url;
use protocol::json;
use send_wrapper::SendWrapper;
use serde::{Serialize, de::DeserializeOwned};
use server_fn::{Protocol, client::Client, error::ServerFnErrorErr, request::Req, response::TryRes, server::Server};

use super::{ApiError, Content};

/// A function that reads: its arguments stand in the address, so that GET asks it.
pub struct Reads;

/// One that reads a page, whose content stays JSON.
pub struct ReadsPage;

/// A function that writes: its arguments are the body of a POST.
pub struct Writes;

const JSON: &str = "application/json";
/// An answer is waited for so long. The server answers within 30 s, whatever happens.
const ANSWER_WITHIN_MS: u32 = 40_000;
/// What the arguments stand behind in an address.
const ARGUMENTS: &str = "arguments=";

impl<I, O, C, S> Protocol<I, O, C, S, ApiError> for Reads
where
    I: Serialize + DeserializeOwned + Send,
    O: Serialize + DeserializeOwned + Send,
    C: Client<ApiError>,
    S: Server<ApiError>,
{
    const METHOD: Method = Method::GET;

    async fn run_server<F, Fut>(request: S::Request, function: F) -> Result<S::Response, ApiError>
    where
        F: Fn(I) -> Fut + Send,
        Fut: Future<Output = Result<O, ApiError>> + Send,
    {
        let arguments = request.as_query().and_then(asked).unwrap_or_default();
        answer::<_, S::Response>(function(understood(&arguments)?).await)
    }

    fn run_client(path: &str, arguments: I) -> impl Future<Output = Result<O, ApiError>> + Send {
        read(get(path, serde_json::to_string(&arguments)))
    }
}

impl<I, C, S> Protocol<I, Content, C, S, ApiError> for ReadsPage
where
    I: Serialize + DeserializeOwned + Send,
    C: Client<ApiError>,
    S: Server<ApiError>,
{
    const METHOD: Method = Method::GET;

    async fn run_server<F, Fut>(request: S::Request, function: F) -> Result<S::Response, ApiError>
    where
        F: Fn(I) -> Fut + Send,
        Fut: Future<Output = Result<Content, ApiError>> + Send,
    {
        let arguments = request.as_query().and_then(asked).unwrap_or_default();
        S::Response::try_from_string(JSON, function(understood(&arguments)?).await?.text().to_owned())
    }

    fn run_client(path: &str, arguments: I) -> impl Future<Output = Result<Content, ApiError>> + Send {
        let answer = get(path, serde_json::to_string(&arguments));
        SendWrapper::new(async move {
            let text = answer.await?;
            // Somebody between may answer with a page of their own.
            if !text.starts_with(['{', '[']) {
                return Err(failed(ServerFnErrorErr::Deserialization(String::new())));
            }
            Ok(Content::kept(&text))
        })
    }
}

impl<I, O, C, S> Protocol<I, O, C, S, ApiError> for Writes
where
    I: Serialize + DeserializeOwned + Send,
    O: Serialize + DeserializeOwned + Send,
    C: Client<ApiError>,
    S: Server<ApiError>,
{
    const METHOD: Method = Method::POST;

    async fn run_server<F, Fut>(request: S::Request, function: F) -> Result<S::Response, ApiError>
    where
        F: Fn(I) -> Fut + Send,
        Fut: Future<Output = Result<O, ApiError>> + Send,
    {
        let arguments = request.try_into_string().await?;
        answer::<_, S::Response>(function(understood(&arguments)?).await)
    }

    fn run_client(path: &str, arguments: I) -> impl Future<Output = Result<O, ApiError>> + Send {
        read(post(path, serde_json::to_string(&arguments)))
    }
}

/// The arguments in an address, where spaces may be written as in a form.
fn asked(query: &str) -> Option<String> {
    let arguments = query.split('&').find_map(|field| field.strip_prefix(ARGUMENTS))?;
    Some(Url::unescape(&arguments.replace('+', " ")))
}

fn understood<I: DeserializeOwned>(arguments: &str) -> Result<I, ApiError> {
    serde_json::from_str(arguments).map_err(|error| failed(ServerFnErrorErr::Args(error.to_string())))
}

fn answer<O: Serialize, R: TryRes<ApiError>>(output: Result<O, ApiError>) -> Result<R, ApiError> {
    let text = serde_json::to_string(&output?);
    R::try_from_string(JSON, text.map_err(|error| failed(ServerFnErrorErr::Serialization(error.to_string())))?)
}

/// In the browser: the text of an answer, or why there is none.
type Answer = Pin<Box<dyn Future<Output = Result<String, ApiError>>>>;

fn read<O: DeserializeOwned>(answer: Answer) -> impl Future<Output = Result<O, ApiError>> + Send {
    SendWrapper::new(async move {
        json::read(&answer.await?).ok_or_else(|| failed(ServerFnErrorErr::Deserialization(String::new())))
    })
}

fn get(path: &str, arguments: serde_json::Result<String>) -> Answer {
    let address = |arguments: String| format!("{path}?{ARGUMENTS}{}", Url::escape(&arguments));
    send(arguments.map(|arguments| limited(Request::get(&address(arguments))).build()))
}

fn post(path: &str, arguments: serde_json::Result<String>) -> Answer {
    send(arguments.map(|arguments| limited(Request::post(path).header("Content-Type", JSON)).body(arguments)))
}

/// A request that is given up when no answer comes. What it was to write may be written all the same: it is
/// sent again under its client id, or its event tells.
fn limited(request: RequestBuilder) -> RequestBuilder {
    request.abort_signal(Some(&AbortSignal::timeout_with_u32(ANSWER_WITHIN_MS)))
}

fn send(request: serde_json::Result<Result<Request, gloo_net::Error>>) -> Answer {
    Box::pin(async move {
        let request = request.map_err(|error| failed(ServerFnErrorErr::Serialization(error.to_string())))?;
        let response = request.map_err(away)?.send().await.map_err(away)?;
        let text = response.text().await.map_err(away)?;
        if response.ok() { Ok(text) } else { Err(ApiError::read(&text)) }
    })
}

fn away(error: gloo_net::Error) -> ApiError {
    failed(ServerFnErrorErr::Request(error.to_string()))
}

fn failed(error: ServerFnErrorErr) -> ApiError {
    ApiError::from_server_fn_error(error)
}
