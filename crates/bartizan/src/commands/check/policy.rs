//! A policy to start from, written into a checkout that has none.

use std::path::Path;

use bartizan_formats::tree::{Tree, TreeError};
use bartizan_posture::{
    capabilities::start_policy,
    facts::{Facts, policy},
};
use bartizan_sources::checkout::CheckoutTree;

use crate::{context::Context, error::Failure, exit::Exit, output};

pub(super) fn start(ctx: &Context, tree: &CheckoutTree, facts: &Facts) -> Result<Exit, Failure> {
    if !matches!(
        tree.entry(Path::new(policy::FILE)),
        Err(TreeError::NotFound)
    ) {
        return Err(
            Failure::usage(format!("there is a `{}` already", policy::FILE)).hint(
                "`bartizan check --capabilities` shows what is held; change the file by hand",
            ),
        );
    }
    let folder = Path::new(policy::FILE).parent().unwrap_or(Path::new(""));
    if tree.entry(folder).is_err() {
        return Err(
            Failure::usage(format!("there is no directory `{}`", folder.display()))
                .hint("a repository without workflows needs no policy"),
        );
    }
    output::write(&start_policy(facts), Some(&tree.root().join(policy::FILE)))?;
    ctx.note(&format!(
        "wrote `{}`; review it, and commit it",
        policy::FILE
    ));
    Ok(Exit::Clean)
}
