//! The files of a message, as they are shown under its text.

use leptos::prelude::*;
use protocol::{Attachment, Picture};

use crate::ui::{Icon, Sign};

/// The files: pictures at the size that they have, all else by name.
pub fn shown(files: &[Attachment]) -> impl IntoView + use<> {
    view! { <ul class="files" aria-label="Files">{files.iter().map(file).collect::<Vec<_>>()}</ul> }
}

fn file(file: &Attachment) -> impl IntoView + use<> {
    let (href, name) = (file.address(), file.name.clone());
    // Not a page of the client.
    let link = match file.picture.map(Picture::shown) {
        Some((width, height)) => view! {
            <a
                class="file-picture"
                href=href
                rel="external"
                target="_blank"
                title=file.name.clone()
                data-picture=file.size_in_words()
            >
                <img
                    src=file.small()
                    alt=name
                    width=width.to_string()
                    height=height.to_string()
                    loading="lazy"
                    decoding="async"
                />
            </a>
        }
        .into_any(),
        None => view! {
            <a class="file-card" href=href rel="external" download=file.name.clone()>
                <Icon sign=Sign::File/>
                <span class="file-name">{name}</span>
                " "
                <span class="file-size">{file.size_in_words()}</span>
            </a>
        }
        .into_any(),
    };
    view! { <li>{link}</li> }
}
