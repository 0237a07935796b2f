//! What Unicode says of characters.
//!
//! In the browser its own tables answer: ours would be a fifth of what a first visit loads.

#[cfg(not(target_arch = "wasm32"))]
mod tables {
    use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

    /// Compatibility decomposition (NFKD) without its marks.
    pub(crate) fn unmarked(text: &str) -> String {
        text.nfkd().filter(|c| !is_combining_mark(*c)).collect()
    }

    /// Is it a mark, which belongs to the letter before it (general category M)?
    pub(crate) fn is_mark(c: char) -> bool {
        is_combining_mark(c)
    }
}

#[cfg(target_arch = "wasm32")]
mod tables {
    use js_sys::{JsString, RegExp};

    thread_local! {
        static MARKS: RegExp = RegExp::new(r"\p{M}", "gu");
        static MARK: RegExp = RegExp::new(r"^\p{M}$", "u");
    }

    /// Compatibility decomposition (NFKD) without its marks.
    pub(crate) fn unmarked(text: &str) -> String {
        if text.is_ascii() {
            return text.to_owned();
        }
        let decomposed = JsString::from(text).normalize("NFKD");
        MARKS.with(|marks| String::from(decomposed.replace_by_pattern(marks, "")))
    }

    /// Is it a mark, which belongs to the letter before it (general category M)?
    pub(crate) fn is_mark(c: char) -> bool {
        !c.is_ascii() && MARK.with(|mark| mark.test(c.encode_utf8(&mut [0; 4])))
    }
}

pub(crate) use tables::{is_mark, unmarked};
