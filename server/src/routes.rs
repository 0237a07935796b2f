//! Every address, and what answers there.

pub mod accounts;
pub mod archive;
pub mod boards;
pub mod checklist;
pub mod columns;
pub mod comments;
mod dev;
mod export;
pub mod facts;
pub mod files;
pub mod filters;
mod functions;
mod health;
pub mod imports;
pub mod invites;
pub mod labels;
pub mod levels;
pub mod mentions;
pub mod message;
pub mod messages;
pub mod my_tasks;
mod notices;
pub mod notifications;
mod outside;
mod pages;
pub mod rooms;
pub mod scheduled;
pub mod search;
pub mod several;
mod site;
pub mod task_files;
pub mod tasks;
pub mod threads;
pub mod transfer;

use std::{convert::Infallible, time::Duration};

use axum::{
    Extension, Router,
    extract::{OriginalUri, Request},
    middleware::{Next, from_fn, from_fn_with_state},
    response::{IntoResponse, Redirect, Response},
    routing::{MethodRouter, any, get, post},
};
use protocol::Error;
use tower_http::compression::{
    CompressionLayer, Predicate,
    predicate::{DefaultPredicate, NotForContentType},
};

use crate::{
    exchange::{self, Files, Kind},
    failure::Failure,
    headers, leftover, observe, openapi, origin, session, socket,
    state::AppState,
};

/// An answer takes this long at most; sockets are apart from it.
const ANSWER_WITHIN: Duration = Duration::from_secs(30);
/// With files: 100 MB at 1 Mbit/s. One that stalls is given up much earlier.
const FILES_WITHIN: Duration = Duration::from_secs(15 * 60);

/// Everything, in the order that `lib.rs` describes.
pub fn router(state: AppState) -> Router {
    let web = addresses(state.clone())
        .route("/api/openapi.json", get(openapi::document))
        .route("/api/{*function}", get(functions::call).post(functions::call))
        .fallback(site::file_or_nowhere)
        .method_not_allowed_fallback(async || Failure::WrongMethod)
        .layer(
            CompressionLayer::new()
                .compress_when(DefaultPredicate::new().and(NotForContentType::const_new(files::FILE))),
        )
        .layer(from_fn(deadline));
    let sockets = Router::new()
        .route("/ws", get(socket::live))
        .route("/ws/chat-room/{id}/", get(socket::chat_room))
        .route("/ws/task-comments/{id}/", get(socket::task_comments));
    let for_people = web
        .merge(sockets)
        .layer(from_fn_with_state(state.clone(), session::session))
        .layer(from_fn_with_state(state.clone(), origin::origin));
    let for_developers =
        if state.config.dev { Router::new().route("/dev/started", get(dev::started)) } else { Router::new() };
    for_people
        .merge(for_developers)
        .route("/pkg/{*file}", get(site::file))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(health::metrics))
        .layer(from_fn_with_state(state.config.clone(), headers::headers))
        .layer(from_fn(leftover::leftover))
        .layer(from_fn(observe::observe))
        .with_state(state)
}

fn addresses(state: AppState) -> Router<AppState> {
    let table = Table { state, router: Router::new() };
    table
        // Pages.
        .page("/", get(pages::start))
        .page("/accounts/", get(pages::page))
        .page("/messaging/", get(pages::page))
        .page("/boards/{board}/", get(pages::page))
        .page("/boards/{board}/tasks/{task}/", get(pages::task))
        .page("/boards/{board}/activity/", get(pages::page))
        .page("/messaging/board/{board}/rooms/", get(pages::page))
        .page("/messaging/room/{id}/", get(pages::page))
        .page("/messaging/room/{id}/settings/", get(pages::page))
        // Accounts: a form posts to the page that it is on, or to one of its own with the page named.
        .form("/accounts/signup/", "/accounts/signup/", get(pages::door).post(accounts::sign_up))
        .form("/accounts/login/", "/accounts/login/", get(pages::door).post(accounts::sign_in))
        .form("/accounts/logout/", "/accounts/login/", post(accounts::sign_out))
        .form("/accounts/profile/", "/accounts/", post(accounts::change_profile))
        .form("/accounts/password/", "/accounts/", post(accounts::change_password))
        .form("/accounts/sessions/end/", "/accounts/", post(accounts::end_session))
        .form("/accounts/sessions/end-all/", "/accounts/login/", post(accounts::sign_out_everywhere))
        .form("/accounts/presence/", "/accounts/", post(accounts::show_presence))
        .form("/accounts/quiet/", "/accounts/", post(outside::set_quiet))
        .form("/accounts/notices/", "/accounts/", post(notices::set))
        .form("/accounts/mail/ask/", "/accounts/", post(notices::ask))
        .form("/mail/confirm/{token}/", "/mail/confirm/{token}/", get(pages::open).post(notices::confirm))
        // Mail programs post here too, and want no way on.
        .json("/mail/stop/{token}/", Some("/mail/stop/{token}/"), get(pages::open).post(notices::stop))
        .form("/accounts/theme/", "/accounts/", post(accounts::change_theme))
        // Boards.
        .form("/boards/", "/messaging/", post(boards::create))
        .add(
            "/boards/import/",
            Kind { json: false, page: Some("/messaging/"), files: Files::Whole },
            post(imports::import),
        )
        .page("/boards/{board}/import/", get(pages::page))
        .form("/boards/{board}/rename/", "/boards/{board}/members/", post(boards::rename))
        .form("/boards/{board}/put-away/", "/boards/{board}/members/", post(boards::archive))
        .form("/boards/{board}/restore/", "/boards/{board}/", post(boards::restore))
        .form("/boards/{board}/delete/", "/boards/{board}/members/", post(boards::delete))
        .form("/boards/{board}/members/", "/boards/{board}/members/", get(pages::page).post(boards::add_member))
        .form("/boards/{board}/members/{user}/role/", "/boards/{board}/members/", post(boards::change_role))
        .form("/boards/{board}/members/{user}/remove/", "/boards/{board}/members/", post(boards::remove_member))
        .form("/boards/{board}/hand-over/", "/boards/{board}/members/", post(boards::hand_over))
        // Invitations.
        .form("/boards/{board}/invites/", "/boards/{board}/members/", post(invites::create))
        .form("/boards/{board}/invites/{invite}/revoke/", "/boards/{board}/members/", post(invites::revoke))
        .form("/invite/{token}/", "/invite/{token}/", get(pages::open).post(invites::accept))
        // Columns.
        .form("/boards/{board}/columns/", "/boards/{board}/", post(columns::add))
        .form("/boards/{board}/columns/{column}/edit/", "/boards/{board}/", post(columns::edit))
        .form("/boards/{board}/columns/{column}/move/", "/boards/{board}/", post(columns::move_to))
        .form("/boards/{board}/columns/{column}/remove/", "/boards/{board}/", post(columns::remove))
        .form("/boards/{board}/columns/{column}/archive/", "/boards/{board}/", post(archive::archive_column))
        .form("/boards/{board}/columns/{column}/put-away/", "/boards/{board}/", post(columns::archive))
        .nameless_form("/boards/{board}/columns/{column}/restore/", post(columns::restore))
        // Tasks.
        .form("/boards/{board}/tasks/", "/boards/{board}/", post(tasks::create))
        .nameless_form("/boards/{board}/tasks/move/", post(several::move_to))
        .nameless_form("/boards/{board}/tasks/archive/", post(several::archive))
        .nameless_form("/boards/{board}/tasks/due/", post(several::due))
        .nameless_form("/boards/{board}/tasks/priority/", post(several::priority))
        .nameless_form("/boards/{board}/transfer/", get(pages::page).post(transfer::transfer))
        .nameless_form("/boards/{board}/transfer/undo/", post(transfer::undo))
        .form("/tasks/{id}/edit/", "/messaging/task/{id}/comments/", post(tasks::edit))
        .form("/tasks/{id}/tick/", "/messaging/task/{id}/comments/", post(tasks::tick))
        .form("/tasks/{id}/move/", "/messaging/task/{id}/comments/", post(tasks::move_to))
        .form("/tasks/{id}/duplicate/", "/messaging/task/{id}/comments/", post(tasks::duplicate))
        .form("/tasks/{id}/archive/", "/messaging/task/{id}/comments/", post(archive::archive))
        .nameless_form("/tasks/{id}/restore/", post(archive::restore))
        .form("/tasks/{id}/delete/", "/messaging/task/{id}/comments/", post(archive::delete))
        .page("/boards/{board}/archive/", get(archive::list))
        .form("/tasks/{id}/assignees/", "/messaging/task/{id}/comments/", post(facts::assignees))
        .form("/tasks/{id}/labels/", "/messaging/task/{id}/comments/", post(facts::labels))
        .form("/tasks/{id}/due/", "/messaging/task/{id}/comments/", post(facts::due))
        .form("/tasks/{id}/priority/", "/messaging/task/{id}/comments/", post(facts::priority))
        .form("/tasks/{id}/progress/", "/messaging/task/{id}/comments/", post(facts::progress))
        .form("/tasks/{id}/checklist/", "/messaging/task/{id}/comments/", post(checklist::add))
        .form("/tasks/{id}/checklist/{item}/edit/", "/messaging/task/{id}/comments/", post(checklist::edit))
        .form("/tasks/{id}/checklist/{item}/tick/", "/messaging/task/{id}/comments/", post(checklist::tick))
        .form("/tasks/{id}/checklist/{item}/assignee/", "/messaging/task/{id}/comments/", post(checklist::assign))
        .form("/tasks/{id}/checklist/{item}/move/", "/messaging/task/{id}/comments/", post(checklist::move_after))
        .form("/tasks/{id}/checklist/{item}/delete/", "/messaging/task/{id}/comments/", post(checklist::delete))
        .add(
            "/tasks/{id}/files/",
            Kind { json: false, page: Some("/messaging/task/{id}/comments/"), files: Files::Form },
            post(task_files::attach),
        )
        .form("/tasks/{id}/files/{file}/remove/", "/messaging/task/{id}/comments/", post(task_files::remove))
        .form("/tasks/{id}/files/{file}/restore/", "/messaging/task/{id}/comments/", post(task_files::restore))
        .form("/tasks/{id}/cover/", "/messaging/task/{id}/comments/", post(task_files::cover))
        .form("/boards/{board}/labels/", "/boards/{board}/labels/", get(pages::page).post(labels::create))
        .form("/boards/{board}/labels/{label}/edit/", "/boards/{board}/labels/", post(labels::edit))
        .form("/boards/{board}/labels/{label}/delete/", "/boards/{board}/labels/", post(labels::delete))
        .form("/boards/{board}/filters/", "/boards/{board}/filters/", get(pages::page).post(filters::save))
        .form("/boards/{board}/filters/{filter}/edit/", "/boards/{board}/filters/", post(filters::rename))
        .form("/boards/{board}/filters/{filter}/delete/", "/boards/{board}/filters/", post(filters::delete))
        // Rooms.
        .form(
            "/messaging/board/{board}/rooms/create/",
            "/messaging/board/{board}/rooms/create/",
            get(pages::page).post(rooms::create),
        )
        .form("/messaging/room/{id}/edit/", "/messaging/room/{id}/settings/", post(rooms::edit))
        .form("/messaging/room/{id}/delete/", "/messaging/room/{id}/settings/", post(rooms::delete))
        .form("/messaging/room/{id}/clear/", "/messaging/room/{id}/settings/", post(rooms::clear))
        .form("/messaging/room/{id}/join/", "/messaging/room/{id}/", post(rooms::join))
        .form("/messaging/room/{id}/leave/", "/messaging/room/{id}/settings/", post(rooms::leave))
        .form("/messaging/room/{id}/members/", "/messaging/room/{id}/settings/", post(rooms::add_member))
        .form(
            "/messaging/room/{id}/members/{user}/remove/",
            "/messaging/room/{id}/settings/",
            post(rooms::remove_member),
        )
        // Messages and comments.
        .with_files("/messaging/room/{id}/send/", Some("/messaging/room/{id}/"), post(messages::send))
        .json("/messaging/room/{id}/history/", None, get(messages::history))
        .form("/messaging/room/{id}/read/", "/messaging/room/{id}/", post(messages::read))
        .page("/boards/{board}/export/", get(export::board))
        .page("/messaging/room/{id}/export/", get(export::room))
        .page("/messaging/room/{id}/find/", get(messages::find))
        .json("/messaging/room/{id}/pins/", None, get(messages::pins))
        .json("/messaging/task/{id}/pins/", None, get(comments::pins))
        .page("/messaging/message/{id}/", get(message::open))
        .form(
            "/messaging/message/{id}/task/",
            "/messaging/message/{id}/task/",
            get(pages::page).post(message::make_task),
        )
        .nameless_form("/messaging/message/{id}/edit/", post(message::edit))
        .json("/messaging/message/{id}/versions/", None, get(message::versions))
        .nameless_form("/messaging/message/{id}/delete/", post(message::delete))
        .nameless_form("/messaging/message/{id}/react/", post(message::react))
        .nameless_form("/messaging/message/{id}/unread/", post(message::unread))
        .nameless_form("/messaging/message/{id}/pin/", post(message::pin))
        .nameless_form("/messaging/message/{id}/unpin/", post(message::unpin))
        .with_files("/messaging/message/{id}/replies/", None, threads::replies())
        .nameless_form("/messaging/message/{id}/follow/", post(threads::follow))
        .nameless_form("/messaging/message/{id}/unfollow/", post(threads::unfollow))
        .nameless_form("/messaging/message/{id}/restore/", post(message::restore))
        .with_files("/messaging/task/{id}/comments/", Some("/messaging/task/{id}/comments/"), comments::thread())
        .json("/messaging/task/{id}/comments/history/", None, get(comments::history))
        .form("/messaging/task/{id}/read/", "/messaging/task/{id}/comments/", post(comments::read))
        // Files.
        .add("/messaging/files/", Kind { json: true, page: None, files: Files::Body }, post(files::take_in))
        .json("/messaging/files/{id}/remove/", None, post(files::give_up))
        .page("/messaging/files/{id}/", get(files::whole))
        .page("/messaging/files/{id}/small/", get(files::small))
        // What is sent later.
        .form("/messaging/room/{id}/schedule/", "/messaging/room/{id}/", post(scheduled::in_room))
        .form("/messaging/task/{id}/schedule/", "/messaging/task/{id}/comments/", post(scheduled::on_task))
        .json("/messaging/scheduled/", None, get(scheduled::list))
        .form("/messaging/scheduled/{id}/edit/", "/messaging/scheduled/", post(scheduled::edit))
        .form("/messaging/scheduled/{id}/cancel/", "/messaging/scheduled/", post(scheduled::cancel))
        .json("/messaging/mentions/", None, get(mentions::candidates))
        .page("/search/", get(search::list))
        .page("/tasks/", get(my_tasks::list))
        // What is told.
        .form("/messaging/room/{id}/level/", "/messaging/room/{id}/", post(levels::of_room))
        .form("/boards/{board}/level/", "/boards/{board}/", post(levels::of_board))
        .form("/tasks/{id}/watch/", "/messaging/task/{id}/comments/", post(levels::watch))
        .form("/tasks/{id}/unwatch/", "/messaging/task/{id}/comments/", post(levels::unwatch))
        // The inbox.
        .json("/messaging/notifications/", None, get(notifications::list))
        .json("/messaging/notifications/count/", None, get(notifications::count))
        .json("/messaging/notifications/{id}/notice/", None, get(notifications::notice))
        .json("/messaging/notifications/{id}/read/", Some("/messaging/notifications/"), post(notifications::read))
        .form("/messaging/notifications/{id}/unread/", "/messaging/notifications/", post(notifications::unread))
        .form("/messaging/notifications/{id}/delete/", "/messaging/notifications/", post(notifications::delete))
        .form("/messaging/notifications/{id}/open/", "/messaging/notifications/", post(notifications::open))
        .form("/messaging/notifications/read-all/", "/messaging/notifications/", post(notifications::read_all))
        .router
}

/// The routes, as they are listed.
struct Table {
    state: AppState,
    router: Router<AppState>,
}

impl Table {
    /// A page.
    fn page(self, path: &str, methods: MethodRouter<AppState>) -> Self {
        self.add(path, Kind { json: false, page: None, files: Files::None }, methods)
    }

    /// What the form on `page` posts to.
    fn form(self, path: &str, page: &'static str, methods: MethodRouter<AppState>) -> Self {
        self.add(path, Kind { json: false, page: Some(page), files: Files::None }, methods)
    }

    /// What forms on several pages post to; their field `next` names the page.
    fn nameless_form(self, path: &str, methods: MethodRouter<AppState>) -> Self {
        self.add(path, Kind { json: false, page: None, files: Files::None }, methods)
    }

    /// A route that answers JSON unless a page is asked for.
    fn json(self, path: &str, page: Option<&'static str>, methods: MethodRouter<AppState>) -> Self {
        self.add(path, Kind { json: true, page, files: Files::None }, methods)
    }

    /// As [`Table::json`], where files may come with a form.
    fn with_files(self, path: &str, page: Option<&'static str>, methods: MethodRouter<AppState>) -> Self {
        self.add(path, Kind { json: true, page, files: Files::Form }, methods)
    }

    fn add(self, path: &str, kind: Kind, methods: MethodRouter<AppState>) -> Self {
        let methods: MethodRouter<AppState> = methods
            .fallback(async || Failure::WrongMethod)
            .layer::<_, Infallible>(from_fn_with_state(self.state.clone(), exchange::exchange))
            .layer(Extension(kind));
        let mut router = self.router.route(path, methods);
        if let Some(bare) = path.strip_suffix('/').filter(|bare| !bare.is_empty()) {
            router = router.route(bare, any(with_slash));
        }
        Self { router, ..self }
    }
}

/// Sends `/messaging` to `/messaging/`, whatever the method, with its query.
async fn with_slash(OriginalUri(uri): OriginalUri) -> Redirect {
    let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    Redirect::permanent(&format!("{}/{query}", uri.path()))
}

async fn deadline(request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let takes_files = path.starts_with("/messaging/") || path.starts_with("/tasks/");
    let with_files = path == "/boards/import/" || takes_files && files::come_with(request.headers());
    let within = if with_files { FILES_WITHIN } else { ANSWER_WITHIN };
    match tokio::time::timeout(within, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Failure::from(Error::Unavailable).into_response(),
    }
}
