//! A temporary directory with a home, a project and the program.

use std::{
    io::Write,
    path::PathBuf,
    process::{Command, Output, Stdio},
};

/// A directory of its own for one test.
pub(crate) struct Workspace {
    root: tempfile::TempDir,
}

/// How a run ended.
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Workspace {
    pub(crate) fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(root.path().join("project")).unwrap();
        Self { root }
    }

    /// Writes a file below the root, with its directories.
    pub(crate) fn file(&self, path: &str, text: impl AsRef<[u8]>) -> &Self {
        let path = self.path(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
        self
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.root.path().join(path)
    }

    /// The program in the project directory, with nothing of this machine's environment but the path.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_bartizan"));
        command
            .args(arguments)
            .current_dir(self.path("project"))
            .env_clear()
            .env("BARTIZAN_HOME", self.path("home"))
            .env("XDG_CONFIG_HOME", self.path("config"))
            .env("LANG", "C.UTF-8")
            .stdin(Stdio::null());
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Run {
        self.ended(&self.command(arguments).output().unwrap())
    }

    /// Runs with these bytes on standard input.
    pub(crate) fn run_with(&self, arguments: &[&str], input: &[u8]) -> Run {
        let mut command = self.command(arguments);
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let input = input.to_vec();
        let writer = std::thread::spawn(move || stdin.write_all(&input));
        let output = child.wait_with_output().unwrap();
        drop(writer.join());
        self.ended(&output)
    }

    pub(crate) fn ended(&self, output: &Output) -> Run {
        let scrub = |bytes: &[u8]| {
            let text = String::from_utf8(bytes.to_vec()).unwrap();
            text.replace(self.root.path().to_str().unwrap(), "ROOT")
        };
        Run {
            code: output.status.code().unwrap(),
            stdout: scrub(&output.stdout),
            stderr: scrub(&output.stderr),
        }
    }
}

impl Run {
    /// The findings of a scan with what is counted, without the sentences below them, for a snapshot.
    pub(crate) fn findings(&self) -> String {
        let shown = self.stdout.split("Looked at for").next().unwrap();
        format!("{shown}--- stderr\n{}--- exit {}", self.stderr, self.code)
    }

    /// The code and both outputs, for a snapshot.
    pub(crate) fn shown(&self) -> String {
        format!(
            "{}\n--- stderr\n{}--- exit {}",
            self.stdout, self.stderr, self.code
        )
    }
}
