//! The document that describes the JSON routes.

use axum::Json;
use protocol::ErrorBody;
use utoipa::{IntoResponses, OpenApi, openapi};

use crate::routes::{
    accounts, archive, boards, checklist, columns, comments, facts, files, filters, imports, invites, labels, levels,
    mentions, message, messages, my_tasks, notifications, rooms, scheduled, search, several, task_files, tasks,
    threads, transfer,
};

/// The JSON routes of Boardwalk. A browser session's cookie signs a request; every write takes an
/// `Idempotency-Key`, a UUID, with which it happens once.
#[derive(OpenApi)]
#[openapi(
    components(schemas(ErrorBody)),
    paths(
        accounts::sign_up,
        accounts::sign_in,
        accounts::sign_out,
        boards::create,
        boards::rename,
        boards::archive,
        boards::restore,
        boards::delete,
        imports::import,
        boards::add_member,
        boards::change_role,
        boards::remove_member,
        boards::hand_over,
        invites::create,
        invites::revoke,
        invites::accept,
        columns::add,
        columns::edit,
        columns::move_to,
        columns::remove,
        columns::archive,
        columns::restore,
        tasks::create,
        tasks::edit,
        tasks::tick,
        tasks::move_to,
        tasks::duplicate,
        archive::archive,
        archive::restore,
        archive::delete,
        archive::archive_column,
        several::move_to,
        several::archive,
        several::due,
        several::priority,
        transfer::transfer,
        transfer::undo,
        archive::list,
        facts::assignees,
        facts::labels,
        facts::due,
        facts::priority,
        facts::progress,
        checklist::add,
        checklist::edit,
        checklist::tick,
        checklist::assign,
        checklist::move_after,
        checklist::delete,
        task_files::attach,
        task_files::remove,
        task_files::restore,
        task_files::cover,
        filters::save,
        filters::rename,
        filters::delete,
        labels::create,
        labels::edit,
        labels::delete,
        rooms::create,
        rooms::edit,
        rooms::delete,
        rooms::clear,
        rooms::join,
        rooms::leave,
        rooms::add_member,
        rooms::remove_member,
        messages::send,
        files::take_in,
        files::give_up,
        messages::history,
        messages::read,
        messages::pins,
        message::make_task,
        message::edit,
        message::versions,
        message::react,
        message::delete,
        message::restore,
        message::unread,
        message::pin,
        message::unpin,
        scheduled::in_room,
        scheduled::on_task,
        scheduled::list,
        scheduled::edit,
        scheduled::cancel,
        threads::list,
        threads::reply,
        threads::follow,
        threads::unfollow,
        comments::create,
        comments::history,
        comments::read,
        comments::pins,
        mentions::candidates,
        search::list,
        my_tasks::list,
        levels::of_room,
        levels::of_board,
        levels::watch,
        levels::unwatch,
        notifications::list,
        notifications::count,
        notifications::notice,
        notifications::read,
        notifications::read_all,
        notifications::unread,
        notifications::delete,
    )
)]
struct Document;

/// `GET /api/openapi.json`
pub async fn document() -> Json<openapi::OpenApi> {
    Json(Document::openapi())
}

/// How every route refuses.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "names the refusals for the document; `Failure` makes them")]
pub enum Refusals {
    /// Nobody is signed in, or the password is wrong.
    #[response(status = 401)]
    SignedOut(ErrorBody),
    /// Seen, but not allowed.
    #[response(status = 403)]
    Forbidden(ErrorBody),
    /// Not there, or not to be seen.
    #[response(status = 404)]
    NotFound(ErrorBody),
    /// Something else happened first, or the key was used for something else.
    #[response(status = 409)]
    Conflict(ErrorBody),
    /// The body is larger than 256 KiB.
    #[response(status = 413)]
    TooLarge(ErrorBody),
    /// The body is neither a form nor JSON.
    #[response(status = 415)]
    UnknownMedia(ErrorBody),
    /// A field can't be taken as it is.
    #[response(status = 422)]
    Invalid(ErrorBody),
    /// Too many tries; `Retry-After` says how long to wait.
    #[response(status = 429)]
    TooMany(ErrorBody),
}
