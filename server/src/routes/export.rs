//! A room or a board as a file, written while it is read.

mod write;

use axum::{
    body::{Body, Bytes},
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use engine::{
    export::{self, Export},
    portable,
};
use futures::stream;
use protocol::{BoardId, Error, RoomId};

use crate::{
    failure::Failure,
    input::{Asked, Fields, FromFields, Id},
    session::{Signed, Visitor},
    state::AppState,
};
use write::{Format, Writer};

/// `?format=`: `json`, `csv` or `markdown`, a record of what was said; or `board`, which can be read back.
#[derive(Clone, Copy)]
pub enum Wanted {
    /// A record.
    Record(Format),
    /// A board.
    Board,
}

impl FromFields for Wanted {
    fn from_fields(fields: &Fields) -> Result<Self, Error> {
        match fields.text("format")?.as_str() {
            "json" => Ok(Self::Record(Format::Json)),
            "csv" => Ok(Self::Record(Format::Csv)),
            "markdown" => Ok(Self::Record(Format::Markdown)),
            "board" => Ok(Self::Board),
            _ => Err(Error::invalid("format", "A file is json, csv or markdown, or board for a whole board.")),
        }
    }
}

/// Everything said in a room.
pub async fn room(
    State(state): State<AppState>,
    Signed(me): Signed,
    visitor: Visitor,
    Id(id): Id<RoomId>,
    Asked(wanted): Asked<Wanted>,
) -> Result<Response, Failure> {
    let Wanted::Record(format) = wanted else {
        return Err(Error::invalid("format", "A room is json, csv or markdown.").into());
    };
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
    Asked(wanted): Asked<Wanted>,
) -> Result<Response, Failure> {
    let Wanted::Record(format) = wanted else {
        return Ok(whole(portable::export(&state.engine, &me, id).await?, id));
    };
    Ok(answer(
        export::board(&state.engine, &me, id).await?,
        Writer::new(format, visitor.zone, visitor.origin),
        &format!("board-{id}"),
    ))
}

/// A board that can be read back.
fn whole(export: portable::Export, id: BoardId) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "application/json".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"board-{id}.boardwalk.json\"")),
    ];
    let body = stream::try_unfold(export, async |mut export| {
        let piece = export.next().await.map_err(ended)?;
        Ok::<_, std::io::Error>(piece.map(|bytes| (Bytes::from(bytes), export)))
    });
    (headers, Body::from_stream(body)).into_response()
}

/// An answer under way can't become an error any more: it ends without its end.
fn ended(error: Error) -> std::io::Error {
    tracing::warn!(%error, "an export ended early");
    std::io::Error::other(error)
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
        let pieces = export.next().await.map_err(ended)?;
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
