//! Where a room or a board is taken away as a file.

use leptos::prelude::*;

/// A section with a link for each kind of file.
#[component]
pub fn Export(
    /// The address of the room or board.
    place: String,
    /// What the files have in them.
    about: &'static str,
    /// Is it a board, which also is a file that can be imported?
    #[prop(optional)]
    board: bool,
) -> impl IntoView {
    let link = |format: &'static str, name: &'static str| {
        view! { <a class="button" href=format!("{place}export/?format={format}") rel="external" download="">{name}</a> }
    };
    view! {
        <section class="section">
            <h2 class="section-title">"Export"</h2>
            <p class="page-text">{about}</p>
            {board
                .then(|| {
                    view! {
                        <p class="page-text">
                            "The board file has columns, labels, tasks and comments, and makes a new board where it is
                            imported: here, or on another Boardwalk."
                        </p>
                    }
                })}
            <p class="form-line">
                {board.then(|| link("board", "Board file"))}
                {link("json", "JSON")} {link("csv", "CSV")} {link("markdown", "Markdown")}
            </p>
        </section>
    }
}
