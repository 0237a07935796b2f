//! What is said on a board that is archived, and the way to archive and to delete one.

use leptos::prelude::*;
use protocol::{Board, BoardId, MyBoard};

use crate::ui::{Field, Form, FormState};

/// Says that a board is archived, and has its owners bring it back; nothing on one that is in use.
pub fn archived_line(mine: &MyBoard) -> AnyView {
    if !mine.board.archived {
        return ().into_any();
    }
    let (id, owns) = (mine.board.id, mine.owns());
    view! {
        <div class="board-archived">
            <p>"This board is archived. It can be read, and nobody writes here."</p>
            {owns.then(|| restore(id))}
        </div>
    }
    .into_any()
}

/// Brings a board back.
pub fn restore(board: BoardId) -> AnyView {
    view! {
        <Form action=format!("/boards/{board}/restore/") class="form-inline">
            <button class="button button-small" type="submit">"Restore"</button>
        </Form>
    }
    .into_any()
}

/// Archives a board, or deletes it once its name was typed: for its owners.
pub fn ways_out(board: Board) -> AnyView {
    let Board { id, name, archived } = board;
    let action = format!("/boards/{id}/delete/");
    let state = FormState::of(&action);
    let refused = state.refused();
    view! {
        {(!archived)
            .then(|| {
                view! {
                    <section class="section">
                        <h2 class="section-title">"Archive the board"</h2>
                        <p class="page-text">
                            "It leaves the lists of everybody on it, and can be read, but not changed, until an owner restores it."
                        </p>
                        <Form action=format!("/boards/{id}/put-away/")>
                            <button class="button" type="submit">"Archive the board"</button>
                        </Form>
                    </section>
                }
            })}
        <section class="section">
            <h2 class="section-title">"Delete the board"</h2>
            <details class="confirm" open=refused>
                <summary class="button button-danger">"Delete…"</summary>
                <Form action state class="form confirm-form">
                    <p>
                        "This deletes " <strong>{name}</strong>
                        " with its tasks, rooms, messages and files, for everybody and for good."
                    </p>
                    <Field name="confirm" label="Type the name of the board"/>
                    <button class="button button-danger" type="submit">"Delete for good"</button>
                </Form>
            </details>
        </section>
    }
    .into_any()
}
