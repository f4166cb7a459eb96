//! Machine code of a wheel, which a build makes of sources: nothing here can tell of which.

use bartizan_formats::core_metadata;

use super::{Case, Rule, Verdict};
use crate::divergence::{Relation, rank::is_machine_code};

pub(super) static RULE: Rule = Rule {
    id: super::BUILT,
    title: "machine code of a wheel whose source has something to make it of",
    judge,
};

/// Endings of what machine code is made of.
const SOURCES: [&str; 14] = [
    ".c", ".cc", ".cpp", ".cxx", ".pyx", ".f", ".f90", ".for", ".rs", ".cu", ".s", ".asm", ".zig",
    ".src",
];

/// Folders whose sources are not what a wheel is made of.
const ASIDE: [&str; 5] = ["test", "tests", "docs", "doc", "examples"];

fn judge(case: &Case<'_>) -> Option<Verdict> {
    if case.world.question.relation != Relation::Built {
        return None;
    }
    let name = case.name();
    let is_library = [".so", ".pyd", ".dll", ".dylib", ".exe", ".a", ".lib"]
        .iter()
        .any(|it| name.ends_with(it))
        || name.contains(".so.");
    if !is_library && !is_machine_code(case.text().unwrap_or_default()) {
        return None;
    }
    if is_for_any_machine(case) {
        return Verdict::unexplained(
            "is machine code, and the wheel says that it is for any machine",
        );
    }
    let mut paths = case.world.source.below();
    let has_sources = paths.any(|path| {
        let is_aside = path.split('/').any(|part| ASIDE.contains(&part));
        !is_aside && SOURCES.iter().any(|it| path.ends_with(it))
    });
    if !has_sources && !case.world.config.is_native {
        return Verdict::unexplained("is machine code, and the source has nothing to make it of");
    }
    let folder = case.path.rsplit('/').nth(1).unwrap_or_default();
    let is_grafted = folder.strip_suffix(".libs").is_some() || folder == ".dylibs";
    Verdict::uncompared(if is_grafted {
        "a library that was put beside the code when the wheel was repaired; `bartizan inspect` tells what it is"
    } else {
        "is machine code that the build makes of its sources"
    })
}

/// Whether the wheel says that it runs everywhere.
fn is_for_any_machine(case: &Case<'_>) -> bool {
    let texts = case.world.question.artifact.texts.iter();
    let mut wheels = texts.filter(|(path, _)| path.ends_with(".dist-info/WHEEL"));
    wheels.any(|(_, text)| {
        let text = text.as_deref().unwrap_or_default();
        let (fields, _) = core_metadata::header_and_body(text);
        let mut tags = fields.iter().filter(|(key, _)| key == "tag").peekable();
        tags.peek().is_some() && tags.all(|(_, tag)| tag.ends_with("-any"))
    })
}
