//! Boards made of files.

use axum::{Extension, Json, extract::State, http::StatusCode, response::Response};
use engine::portable;
use protocol::{BoardId, Error, Imported};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    exchange::Asker,
    failure::Failure,
    input::{Fields, FromFields, Input, Key},
    multipart::Whole,
    openapi::Refusals,
    session::{Signed, Visitor},
    state::AppState,
};

/// A file that a board is made of.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes the form for the document; the file is read apart from its fields")]
pub struct BoardFile {
    /// A board file of Boardwalk, or the JSON export of a Trello board; at most 32 MB.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
    /// What the board is called; as the file says where this is left out.
    #[schema(required = false)]
    name: String,
}

/// The name that the board gets, if not its own.
pub struct Name(String);

impl FromFields for Name {
    fn from_fields(fields: &Fields) -> Result<Self, Error> {
        Ok(Self(fields.text("name")?))
    }
}

/// What came of it.
#[derive(Serialize, ToSchema)]
pub struct ImportedBoard {
    id: BoardId,
    name: String,
    columns: i64,
    tasks: i64,
    comments: i64,
    /// People who were put on the board.
    added: i64,
    /// People whom the file names and with whom you share no board.
    missing: i64,
    /// What they are called in the file, the first of them.
    names: Vec<String>,
    /// What was cut, changed or left out.
    notes: Vec<String>,
}

impl From<Imported> for ImportedBoard {
    fn from(imported: Imported) -> Self {
        let Imported { board, columns, tasks, comments, added, missing, names, notes } = imported;
        let (id, name) = (board.board.id, board.board.name);
        Self { id, name, columns, tasks, comments, added, missing, names, notes }
    }
}

/// Makes a board of a file, in a form or as the body itself; all of it or nothing.
#[utoipa::path(post, path = "/boards/import/", tag = "boards",
    request_body(content = BoardFile, content_type = "multipart/form-data"),
    responses((status = 201, description = "The board, and what is not on it as it was", body = ImportedBoard), Refusals))]
pub async fn import(
    State(state): State<AppState>,
    Signed(me): Signed,
    visitor: Visitor,
    Key(key): Key,
    Input(Name(name)): Input<Name>,
    Extension(file): Extension<Whole>,
    asker: Asker,
) -> Result<Response, Failure> {
    let imported = portable::import(&state.engine, &me, key, visitor.zone, &name, file.bytes.clone()).await?;
    let page = format!("/boards/{}/import/", imported.board.board.id);
    Ok(asker.answer((StatusCode::CREATED, Json(ImportedBoard::from(imported))), page))
}
