//! A room or a board as a file, written while it is read.

mod write;

use axum::{
    body::{Body, Bytes},
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use engine::export::{self, Export};
use futures::stream;
use protocol::{BoardId, Error, RoomId};

use crate::{
    failure::Failure,
    input::{Asked, Fields, FromFields, Id},
    session::{Signed, Visitor},
    state::AppState,
};
use write::{Format, Writer};

/// `?format=`: `json`, `csv` or `markdown`.
pub struct Wanted(Format);

impl FromFields for Wanted {
    fn from_fields(fields: &Fields) -> Result<Self, Error> {
        match fields.text("format")?.as_str() {
            "json" => Ok(Self(Format::Json)),
            "csv" => Ok(Self(Format::Csv)),
            "markdown" => Ok(Self(Format::Markdown)),
            _ => Err(Error::invalid("format", "A file is json, csv or markdown.")),
        }
    }
}

/// Everything said in a room.
pub async fn room(
    State(state): State<AppState>,
    Signed(me): Signed,
    visitor: Visitor,
    Id(id): Id<RoomId>,
    Asked(Wanted(format)): Asked<Wanted>,
) -> Result<Response, Failure> {
    Ok(answer(
        export::room(&state.engine, &me, id).await?,
        Writer::new(format, visitor.zone, visitor.origin),
        &format!("room-{id}"),
    ))
}

/// The tasks of a board with their comments, and the rooms that one sees.
pub async fn board(
    State(state): State<AppState>,
    Signed(me): Signed,
    visitor: Visitor,
    Id(id): Id<BoardId>,
    Asked(Wanted(format)): Asked<Wanted>,
) -> Result<Response, Failure> {
    Ok(answer(
        export::board(&state.engine, &me, id).await?,
        Writer::new(format, visitor.zone, visitor.origin),
        &format!("board-{id}"),
    ))
}

fn answer(export: Export, writer: Writer, name: &str) -> Response {
    let headers = [
        (header::CONTENT_TYPE, writer.content_type().to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}.{}\"", writer.ending())),
    ];
    let begun = Some((export, writer, true));
    let body = stream::try_unfold(begun, async |state| {
        let Some((mut export, mut writer, first)) = state else { return Ok(None) };
        let mut bytes = if first { writer.begin(export.board())? } else { Vec::new() };
        // An answer under way can't become an error any more: it ends without its end.
        let pieces = export.next().await.map_err(|error| {
            tracing::warn!(%error, "an export ended early");
            std::io::Error::other(error)
        })?;
        match pieces {
            Some(pieces) => {
                pieces.iter().try_for_each(|piece| writer.piece(piece, &mut bytes))?;
                Ok(Some((Bytes::from(bytes), Some((export, writer, false)))))
            }
            None => {
                writer.end(&mut bytes);
                Ok::<_, std::io::Error>(Some((Bytes::from(bytes), None)))
            }
        }
    });
    (headers, Body::from_stream(body)).into_response()
}
