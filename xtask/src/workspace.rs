//! Where the project lies, which files belong to it, and how programs are run in it.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail};

/// The project's checkout.
pub(crate) struct Workspace {
    root: PathBuf,
}

impl Workspace {
    /// The checkout that `cargo xtask` was started in.
    pub(crate) fn find() -> Result<Self> {
        // The variable is preferred to the compiled-in path: a target folder may serve two checkouts.
        let manifest = env::var_os("CARGO_MANIFEST_DIR")
            .map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
        let root = manifest
            .parent()
            .context("`xtask` does not lie in a workspace")?
            .to_owned();
        Ok(Self { root })
    }

    /// The top folder.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// Paths of all files that git tracks or would track, relative to the top folder, sorted.
    pub(crate) fn files(&self) -> Result<Vec<String>> {
        let arguments = [
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
        ];
        let listing = stdout_of(self.command("git").args(arguments))?;
        let mut files: Vec<String> = listing
            .split('\0')
            .filter(|path| !path.is_empty())
            .map(str::to_owned)
            .collect();
        files.retain(|path| self.root.join(path).is_file());
        files.sort();
        files.dedup();
        Ok(files)
    }

    /// The text of a file of the project; `None` where it is not text.
    pub(crate) fn text(&self, path: &str) -> Result<Option<String>> {
        let bytes =
            fs::read(self.root.join(path)).with_context(|| format!("cannot read `{path}`"))?;
        Ok(String::from_utf8(bytes).ok())
    }

    /// A program, to be run in the top folder.
    pub(crate) fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.root);
        command
    }

    /// The cargo that runs this task.
    pub(crate) fn cargo(&self) -> Command {
        let mut cargo = self.command(&env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned()));
        // What `cargo run` sets for this program would otherwise reach the crates' build scripts and spoil caching.
        for (name, _) in env::vars_os() {
            let name = name.to_string_lossy();
            if name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_") {
                cargo.env_remove(name.as_ref());
            }
        }
        cargo
    }
}

/// Runs a program to its end and returns what it printed; its failure is an error.
pub(crate) fn stdout_of(command: &mut Command) -> Result<String> {
    let shown = shown(command);
    let output = command
        .output()
        .with_context(|| format!("cannot run `{shown}`"))?;
    if !output.status.success() {
        bail!(
            "`{shown}` failed: {}",
            String::from_utf8_lossy(&output.stderr).trim()
        );
    }
    String::from_utf8(output.stdout).with_context(|| format!("`{shown}` did not print text"))
}

/// Runs a program to its end, its output going where ours goes; its failure is an error.
pub(crate) fn succeed(command: &mut Command) -> Result<()> {
    let shown = shown(command);
    let status = command
        .status()
        .with_context(|| format!("cannot run `{shown}`"))?;
    if !status.success() {
        bail!("`{shown}` failed ({status})");
    }
    Ok(())
}

fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program())
        .file_name()
        .unwrap_or_default()
        .to_string_lossy();
    let mut words = vec![program.into_owned()];
    words.extend(
        command
            .get_args()
            .take(4)
            .map(|word| word.to_string_lossy().into_owned()),
    );
    words.join(" ")
}
