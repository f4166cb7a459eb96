//! Machine code of a wheel, which a build makes of sources: nothing here can tell of which.

use super::{Case, Rule, Verdict};
use crate::divergence::{Relation, rank::is_machine_code};

pub(super) static RULE: Rule = Rule {
    id: super::BUILT,
    title: "machine code of a wheel whose source has something to make it of",
    judge,
};

/// Endings of what machine code is made of.
const SOURCES: [&str; 17] = [
    ".c", ".cc", ".cpp", ".cxx", ".pyx", ".f", ".f90", ".for", ".rs", ".go", ".cu", ".m", ".s",
    ".asm", ".zig", ".swift", ".src",
];

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
    let mut paths = case.world.source.below();
    let has_sources = paths.any(|path| SOURCES.iter().any(|it| path.ends_with(it)));
    if !has_sources && !case.world.config.is_native {
        return Verdict::unexplained("is machine code, and the source has nothing to make it of");
    }
    let folder = case.path.rsplit('/').nth(1).unwrap_or_default();
    let is_grafted = folder.ends_with(".libs") || folder == ".dylibs";
    Verdict::uncompared(match is_grafted {
        true => "a library that was put beside the code when the wheel was repaired; `bartizan inspect` tells what it is",
        false => "is machine code that the build makes of its sources",
    })
}
