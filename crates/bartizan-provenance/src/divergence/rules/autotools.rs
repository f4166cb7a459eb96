//! What autotools put into a source distribution: files that they ship are compared with what is at hand of them, files that
//! they make of others are told as not compared.

use bartizan_formats::contents::Contents;

use super::{Case, Rule, Verdict};
use crate::divergence::{
    Relation,
    references::{Against, is_known_name},
    side::file_name,
};

pub(super) static RULE: Rule = Rule {
    id: "autotools",
    title: "files of autoconf, automake, libtool and gettext, compared with those that they ship",
    judge,
};

/// Whether a project is configured by autoconf.
pub(in crate::divergence) fn is_autotools(source: &Contents) -> bool {
    let is_script = |path: &String| matches!(file_name(path), "configure.ac" | "configure.in");
    source.files.keys().any(is_script)
}

fn judge(case: &Case<'_>) -> Option<Verdict> {
    let world = case.world;
    let is_packed = world.question.relation == Relation::Packed;
    if !is_packed || !is_autotools(world.question.source.contents) {
        return None;
    }
    let name = case.name();
    let references = world.question.references;
    if name == "aclocal.m4" {
        return aclocal(case);
    }
    if name.strip_suffix(".m4").is_some() || is_known_name(name) {
        let text = case.text()?;
        return match references.compare(name, text) {
            Against::Same { origin } => Verdict::explained(format!("as `{origin}`")),
            Against::Mixed { message } => Some(Verdict::Uncompared {
                why: message,
                is_missing: true,
            }),
            Against::Other { message } => Verdict::unexplained(message),
            Against::Unknown if name.strip_suffix(".m4").is_some() && !references.is_empty() => {
                let message = "is not in the source, and no build tool at hand ships such a macro";
                case.counterpart.is_none().then(|| Verdict::Unexplained {
                    rank: None,
                    message: message.to_owned(),
                })
            }
            Against::Unknown if is_known_name(name) => {
                Some(Verdict::Uncompared {
                    why: "build tools ship a file of this name, and none is at hand to compare it with; `--toolchain` names a folder of them".to_owned(),
                    is_missing: true,
                })
            }
            Against::Unknown => None,
        };
    }
    let folder = case.path.strip_suffix(name).unwrap_or_default();
    let has = |of: &str| {
        world
            .source
            .places(&format!("{folder}{of}"))
            .first()
            .copied()
    };
    let made = match name {
        "configure" => has("configure.ac").or_else(|| has("configure.in")),
        "config.h.in" | "config.hin" => has("configure.ac").or_else(|| has("configure.in")),
        "Makefile.in" => has("Makefile.am"),
        _ => None,
    };
    let tool = if name == "Makefile.in" {
        "automake"
    } else {
        "autoconf"
    };
    let of = file_name(made?);
    Verdict::uncompared(format!(
        "{tool} makes it of `{of}` and macros, and nothing was run"
    ))
}

/// `aclocal.m4` is macros of tools and of the project, one behind the other: each line is one of theirs.
fn aclocal(case: &Case<'_>) -> Option<Verdict> {
    let world = case.world;
    let own = world.question.artifact.texts.iter();
    let source = world.question.source.texts.iter();
    let macros = source.chain(own);
    let macros = macros
        .filter(|(path, _)| path.strip_suffix(".m4").is_some() && file_name(path) != "aclocal.m4")
        .filter_map(|(_, text)| text.as_ref().ok());
    let references = world.question.references;
    if references.is_empty() {
        return Some(Verdict::Uncompared {
            why: "aclocal puts it together of macros that build tools ship, and none is at hand"
                .to_owned(),
            is_missing: true,
        });
    }
    let unknown = references.unknown_lines(case.text()?, macros.map(Vec::as_slice));
    match unknown.first() {
        None => Verdict::explained("each line is one of a macro that is at hand"),
        Some((number, line)) => Verdict::unexplained(format!(
            "{} lines are of no macro that is at hand; the first is line {number}: `{line}`",
            unknown.len()
        )),
    }
}
