//! `bartizan check --fix`: a patch, shown first and written only when that is asked for.

use std::path::Path;

use bartizan_posture::{
    edits::{Wanted, plan, unified},
    facts::Facts,
};
use bartizan_sources::checkout::CheckoutTree;

use crate::{context::Context, error::Failure, exit::Exit, output, render::words};

/// What is asked of it.
pub(super) struct Asked<'a> {
    pub(super) wanted: Wanted,
    pub(super) is_applied: bool,
    /// Where the patch is written; `None` for the terminal.
    pub(super) file: Option<&'a Path>,
}

pub(super) fn run(
    ctx: &Context,
    tree: &CheckoutTree,
    facts: &Facts,
    asked: &Asked<'_>,
) -> Result<Exit, Failure> {
    let wanted = asked.wanted;
    let fixes = plan(facts, tree, wanted);
    let patch: String = fixes.edits.iter().map(unified).collect();
    output::write(&patch, asked.file)?;
    for (place, why) in &fixes.left {
        let line = place
            .line
            .map(|line| format!(":{line}"))
            .unwrap_or_default();
        ctx.note(&format!("{}{line}: {why}", place.file));
    }
    let count = words::count(fixes.edits.len(), "file", "files");
    if !asked.is_applied {
        ctx.note(&format!("{count} would be changed; `--apply` writes them"));
        return Ok(Exit::Clean);
    }
    for edit in &fixes.edits {
        output::write(&edit.after(), Some(&tree.root().join(&edit.file)))?;
    }
    ctx.note(&format!("{count} changed"));
    Ok(Exit::Clean)
}
