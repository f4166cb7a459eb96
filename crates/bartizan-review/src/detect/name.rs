//! Content that contradicts its name: what a reviewer passes over because the name says that it is harmless.

use super::{
    Subject, is_opaque,
    opaque::{Kind, kind_of},
};
use crate::{
    change::Content,
    kind::{Language, extension},
    sighting::Seen,
};

pub(super) fn see(subject: &Subject<'_>, seen: &mut Vec<Seen>) {
    let Content::Bytes(bytes) = &subject.file.content else {
        return;
    };
    if bytes.is_empty() || !is_opaque(bytes) {
        // A picture that is a script: what reads it by its content runs it.
        if is_picture(subject) && bytes.starts_with(b"#!") {
            seen.push(contradiction(
                "its name says that it is a picture or document, and it is a script",
            ));
        }
        return;
    }
    let (kind, words) = kind_of(bytes);
    if is_picture(subject) && matches!(kind, Kind::Program | Kind::Archive | Kind::Pickle) {
        seen.push(contradiction(&format!(
            "its name says that it is a picture or document, and it is {words}"
        )));
    } else if is_text(subject) {
        seen.push(contradiction(&format!(
            "its name says that people can read it, and they cannot: {words}"
        )));
    }
}

fn contradiction(message: &str) -> Seen {
    Seen::new("contradicted-name", None, message, message)
}

fn is_picture(subject: &Subject<'_>) -> bool {
    let name = subject.file.path.to_ascii_lowercase();
    matches!(
        extension(&name),
        "png"
            | "jpg"
            | "jpeg"
            | "gif"
            | "bmp"
            | "ico"
            | "svg"
            | "pdf"
            | "ttf"
            | "otf"
            | "woff"
            | "woff2"
    )
}

/// Whether the name is that of a text. Texts in UTF-16 are rare and begin with a mark.
fn is_text(subject: &Subject<'_>) -> bool {
    let has_mark = subject
        .file
        .bytes()
        .is_some_and(|it| it.starts_with(b"\xff\xfe") || it.starts_with(b"\xfe\xff"));
    let name = subject.file.path.to_ascii_lowercase();
    let is_named = subject.language != Language::Other
        || matches!(extension(&name), "json" | "csv" | "tsv" | "xml");
    let is_other = matches!(
        extension(&name),
        "inc" | "map" | "d" | "m" | "r" | "s" | "in" | "1" | "3" | "src" | "for"
    );
    is_named && !is_other && !has_mark && !extension(&name).is_empty()
}
