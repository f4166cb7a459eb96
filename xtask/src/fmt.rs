//! Formatting of every file: `cargo fmt` does not follow modules that a macro declares.

use std::{ffi::OsStr, path::Path};

use anyhow::{Result, bail};

use crate::workspace::{Workspace, succeed};

/// Formats all tracked Rust files, or with `--check` says whether they are formatted.
pub(crate) fn run(workspace: &Workspace, arguments: &[&str]) -> Result<()> {
    let is_check = match arguments {
        [] => false,
        ["--check"] => true,
        other => bail!(
            "`fmt` takes `--check` or nothing, not `{}`",
            other.join(" ")
        ),
    };
    let files = workspace.files()?;
    let rust: Vec<&String> = files
        .iter()
        .filter(|path| Path::new(path).extension() == Some(OsStr::new("rs")))
        .collect();
    let mut rustfmt = workspace.command("rustfmt");
    rustfmt.args(["--edition", "2024"]);
    if is_check {
        rustfmt.arg("--check");
    }
    succeed(rustfmt.args(rust))
}
