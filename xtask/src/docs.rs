//! The generated reference: written, or held against the code.

use std::{fs, path::Path};

use anyhow::{Context, Result, bail};

use crate::workspace::{Workspace, succeed};

/// Where the pages lie.
const FOLDER: &str = "docs/reference";

/// Writes the pages, or with `--check` says which are stale, missing or left over.
pub(crate) fn run(workspace: &Workspace, arguments: &[&str]) -> Result<()> {
    let committed = workspace.root().join(FOLDER);
    match arguments {
        [] => generate(workspace, &committed),
        ["--check"] => check(workspace, &committed),
        other => bail!(
            "`docs` takes `--check` or nothing, not `{}`",
            other.join(" ")
        ),
    }
}

fn generate(workspace: &Workspace, folder: &Path) -> Result<()> {
    let mut cargo = workspace.cargo();
    cargo.args([
        "run",
        "--quiet",
        "--locked",
        "--package",
        "xtask",
        "--features",
        "reference",
    ]);
    succeed(cargo.args(["--bin", "reference", "--"]).arg(folder))
}

fn check(workspace: &Workspace, committed: &Path) -> Result<()> {
    let fresh = std::env::temp_dir().join(format!("bartizan-reference-{}", std::process::id()));
    let pages = generate(workspace, &fresh).and_then(|()| Ok((pages(&fresh)?, pages(committed)?)));
    // Left behind it would do no harm, so a failure to remove it is none.
    let _ = fs::remove_dir_all(&fresh);
    let (fresh, committed) = pages?;
    let mut stale: Vec<&str> = Vec::new();
    stale.extend(
        fresh
            .iter()
            .filter(|page| !committed.contains(page))
            .map(|(name, _)| name.as_str()),
    );
    let is_left_over = |name: &str| fresh.iter().all(|(known, _)| known != name);
    stale.extend(
        committed
            .iter()
            .map(|(name, _)| name.as_str())
            .filter(|name| is_left_over(name)),
    );
    match stale[..] {
        [] => Ok(()),
        _ => bail!(
            "`{FOLDER}` is stale ({}); run `cargo xtask docs`",
            stale.join(", ")
        ),
    }
}

/// Name and text of every page in a folder, sorted.
fn pages(folder: &Path) -> Result<Vec<(String, String)>> {
    let mut pages = Vec::new();
    for entry in
        fs::read_dir(folder).with_context(|| format!("cannot list `{}`", folder.display()))?
    {
        let path = entry?.path();
        let text = fs::read_to_string(&path)
            .with_context(|| format!("cannot read `{}`", path.display()))?;
        pages.push((
            path.file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned(),
            text,
        ));
    }
    pages.sort();
    Ok(pages)
}
