//! Files that a tool makes of another one in the source. Only running the tool would tell whether they are what it makes.

use super::{Case, Rule, Verdict};
use crate::divergence::side::{file_name, installed_path};

pub(super) static RULE: Rule = Rule {
    id: "generated",
    title: "a file that a tool makes of another one: of Cython, SWIG, gettext, a manual",
    judge,
};

/// The ending of what is made, that of what it is made of, and by what.
const MADE: [(&str, &str, &str); 15] = [
    (".c", ".pyx", "Cython"),
    (".cpp", ".pyx", "Cython"),
    (".c", ".py", "Cython"),
    (".h", ".pyx", "Cython"),
    (".c", ".y", "Bison"),
    (".h", ".y", "Bison"),
    (".c", ".l", "Flex"),
    (".py", ".i", "SWIG"),
    ("_pb2.py", ".proto", "protoc"),
    ("_pb2.pyi", ".proto", "protoc"),
    ("_pb2_grpc.py", ".proto", "protoc"),
    (".gmo", ".po", "msgfmt"),
    (".mo", ".po", "msgfmt"),
    (".py", ".ui", "uic"),
    (".pot", "POTFILES.in", "xgettext"),
];

/// Files that some backends and makefiles write of the history.
const OF_HISTORY: [&str; 3] = ["AUTHORS", "ChangeLog", "ChangeLog.md"];

fn judge(case: &Case<'_>) -> Option<Verdict> {
    if OF_HISTORY.contains(&case.name()) {
        return Verdict::uncompared("it may be made of the history, which was not read");
    }
    if case.counterpart.is_some() {
        return None;
    }
    if case.name().starts_with("stamp-") && case.text()?.trim_ascii() == b"timestamp" {
        return Verdict::explained("marks that make was here");
    }
    if let Some(manual) = manual(case) {
        return Verdict::uncompared(format!(
            "it is made of the manual `{manual}`, and nothing was run"
        ));
    }
    let path = installed_path(case.path);
    for (made, of, tool) in MADE {
        let Some(stem) = path.strip_suffix(made) else {
            continue;
        };
        let source = &case.world.source;
        let folder = path.strip_suffix(case.name()).unwrap_or_default();
        let begin = if of.starts_with('.') { stem } else { folder };
        let origin = source.places(&format!("{begin}{of}"));
        if let Some(origin) = origin.first().map(|it| file_name(it)) {
            let why = format!("{tool} makes it of `{origin}`, and nothing was run");
            return Verdict::uncompared(why);
        }
    }
    None
}

/// The manual page that a text or a document is made of.
fn manual<'a>(case: &Case<'a>) -> Option<&'a str> {
    let (stem, ending) = case.name().rsplit_once('.')?;
    if matches!(ending, "1" | "3" | "5" | "7" | "8") {
        // po4a writes translations beside it.
        return case.world.source.named(case.name()).next();
    }
    if !matches!(ending, "txt" | "pdf" | "html") {
        return None;
    }
    let stem = stem.trim_end_matches("-a4").trim_end_matches("-letter");
    let mut sections = ('1'..='8').map(|section| format!("{stem}.{section}"));
    sections.find_map(|page| case.world.source.named(&page).next())
}
