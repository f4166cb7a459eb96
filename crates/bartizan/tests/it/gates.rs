//! The gates of `docs/install-gate.md`: its command lines, as they stand there, against a loopback index. With good files they install;
//! with one that was swapped after the download they stop before anything is installed.

use std::{
    io::{Cursor, Write},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use bartizan_formats::digest::Digest;
use zip::{ZipWriter, write::SimpleFileOptions};

use super::{
    loopback::{Files, serve},
    signer::line,
    workspace::Workspace,
};

const PAGE: &str = include_str!("../../../../docs/install-gate.md");

/// A block of the page, by the comment before it.
fn block(name: &str) -> String {
    let (_, rest) = PAGE.split_once(&format!("<!-- gate: {name} -->")).unwrap();
    let (_, rest) = rest.split_once('\n').unwrap();
    let (_, rest) = rest.split_once('\n').unwrap();
    rest.split_once("```").unwrap().0.to_owned()
}

/// A wheel that pip and uv can install.
fn wheel(name: &str, requires: &str, code: &str) -> Vec<u8> {
    let folder = format!("{name}-1.0.dist-info");
    let metadata = format!("Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n{requires}");
    let tags = "Wheel-Version: 1.0\nGenerator: hand\nRoot-Is-Purelib: true\nTag: py3-none-any\n";
    let files = vec![
        (format!("{name}.py"), code.to_owned()),
        (format!("{folder}/METADATA"), metadata),
        (format!("{folder}/WHEEL"), tags.to_owned()),
    ];
    packed(&folder, files)
}

/// A wheel with these files and a RECORD that agrees.
pub(super) fn packed(folder: &str, mut files: Vec<(String, String)>) -> Vec<u8> {
    let lines = files.iter().map(|(name, text)| line(name, text));
    let record = lines.collect::<String>() + &format!("{folder}/RECORD,,\n");
    files.push((format!("{folder}/RECORD"), record));
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in files {
        let options = SimpleFileOptions::default();
        writer.start_file(name, options).unwrap();
        writer.write_all(text.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn file_name(name: &str) -> String {
    format!("{name}-1.0-py3-none-any.whl")
}

/// A loopback index with these wheels, as HTML.
fn index(wheels: &[(&str, Vec<u8>)]) -> String {
    let mut served = Files::new();
    for (name, bytes) in wheels {
        let (file, digest) = (file_name(name), Digest::of(bytes));
        let page = format!(
            "<html><body><a href=\"/files/{file}#sha256={digest}\">{file}</a></body></html>"
        );
        served.insert(format!("/simple/{name}/"), ("text/html", page.into_bytes()));
        let bytes = ("application/octet-stream", bytes.clone());
        served.insert(format!("/files/{file}"), bytes);
    }
    serve(served).address
}

/// A project, its environment, an index, and the programs of the page in one folder.
struct Gate {
    workspace: Workspace,
    index: String,
}

fn has(program: &str, argument: &str) -> bool {
    let run = Command::new(program).arg(argument).output();
    let is_there = run.is_ok_and(|output| output.status.success());
    if !is_there {
        println!("skipped: `{program}` is not installed");
    }
    is_there
}

impl Gate {
    /// Nothing where pip or Python's `venv` is missing.
    fn new() -> Option<Self> {
        let workspace = Workspace::new();
        let environment = workspace.path("project/.venv");
        let made = Command::new("python3")
            .args(["-m", "venv", "--without-pip", "--system-site-packages"])
            .arg(&environment)
            .output();
        let python = environment.join("bin/python");
        let pip = Command::new(&python)
            .args(["-m", "pip", "--version"])
            .output();
        let is_there = made.is_ok_and(|it| it.status.success());
        if !is_there || !pip.is_ok_and(|it| it.status.success()) {
            println!("skipped: Python with `venv` and `pip` is not installed");
            return None;
        }
        let lab = wheel("lab", "Requires-Dist: loop\n", "import loop\n");
        let wheels = [("lab", lab), ("loop", wheel("loop", "", "x = 1\n"))];
        let mut requirements = String::new();
        for (name, bytes) in &wheels {
            requirements += &format!("{name}==1.0 --hash=sha256:{}\n", Digest::of(bytes));
        }
        let index = index(&wheels);
        workspace
            .file("project/requirements.txt", requirements)
            .file("project/policy.toml", block("policy.toml"))
            .file("project/swapped.whl", wheel("loop", "", "import os\n"))
            .file(
                "project/pyproject.toml",
                "[project]\nname = \"app\"\nversion = \"0\"\nrequires-python = \">=3.8\"\ndependencies = [\"lab\"]\n",
            );
        let gate = Self { workspace, index };
        // Notes what it is asked for, and lets somebody swap a file when it has downloaded.
        gate.program("pip", &format!(
            "echo \"pip $1\" >> calls\n{} -m pip \"$@\" || exit $?\nif [ \"$1\" = download ] && [ -n \"$SWAP\" ]; then cp swapped.whl wheels/{}; fi\n",
            python.display(),
            file_name("loop")
        ));
        gate.program(
            "bartizan",
            &format!("exec {} \"$@\"\n", env!("CARGO_BIN_EXE_bartizan")),
        );
        Some(gate)
    }

    fn program(&self, name: &str, script: &str) {
        let path = format!("bin/{name}");
        self.workspace.file(&path, format!("#!/bin/sh\n{script}"));
        let path = self.workspace.path(&path);
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
    }

    fn run(&self, script: &str, is_swapped: bool) -> Output {
        let path = std::env::var("PATH").unwrap();
        let bin = self.workspace.path("bin");
        let mut command = Command::new("sh");
        command
            .args(["-c", script])
            .current_dir(self.workspace.path("project"))
            .env_clear()
            .env("PATH", format!("{}:{path}", bin.display()))
            .env("HOME", self.workspace.path("person"))
            .env("LANG", "C.UTF-8")
            .env("BARTIZAN_HOME", self.workspace.path("home"))
            .env("PIP_CONFIG_FILE", "/dev/null")
            .env("PIP_NO_CACHE_DIR", "1")
            .env("PIP_DISABLE_PIP_VERSION_CHECK", "1")
            .env("PIP_INDEX_URL", format!("{}/simple/", self.index))
            .env("UV_DEFAULT_INDEX", format!("{}/simple/", self.index))
            .env("UV_NO_CONFIG", "1")
            .env("UV_PYTHON_DOWNLOADS", "never")
            .env("SWAP", if is_swapped { "1" } else { "" })
            .stdin(Stdio::null());
        command.output().unwrap()
    }

    fn is_installed(&self) -> bool {
        let library = self.workspace.path("project/.venv/lib");
        let mut folders = std::fs::read_dir(library).unwrap().flatten();
        folders.any(|it| it.path().join("site-packages/loop.py").exists())
    }

    fn calls(&self) -> String {
        let calls = std::fs::read_to_string(self.workspace.path("project/calls"));
        calls.unwrap_or_default()
    }
}

fn told(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    format!(
        "{}{}{}",
        text(&output.stdout),
        text(&output.stderr),
        output.status
    )
}

#[test]
fn the_gate_of_pip_lets_through_what_is_locked() {
    let Some(gate) = Gate::new() else {
        return;
    };
    let output = gate.run(&block("pip"), false);
    assert!(output.status.success(), "{}", told(&output));
    assert!(gate.is_installed());
    assert_eq!(gate.calls(), "pip download\npip install\n");
}

#[test]
fn the_gate_of_pip_stops_before_a_swapped_file_is_installed() {
    let Some(gate) = Gate::new() else {
        return;
    };
    let output = gate.run(&block("pip"), true);
    assert_eq!(output.status.code(), Some(1), "{}", told(&output));
    assert!(told(&output).contains("high unlocked-artifact: the lock names other digests"));
    assert!(!gate.is_installed());
    assert_eq!(gate.calls(), "pip download\n");
}

#[test]
fn the_gate_of_uv_lets_through_what_is_locked_and_nothing_else() {
    let Some(gate) = Gate::new().filter(|_| has("uv", "--version")) else {
        return;
    };
    let locked = gate.run("uv lock", false);
    assert!(locked.status.success(), "{}", told(&locked));
    let swapped = gate.run(&block("uv"), true);
    assert_eq!(swapped.status.code(), Some(1), "{}", told(&swapped));
    assert!(
        told(&swapped).contains("high unlocked-artifact"),
        "{}",
        told(&swapped)
    );
    assert!(!gate.is_installed());
    let good = gate.run(&block("uv"), false);
    assert!(good.status.success(), "{}", told(&good));
    assert!(gate.is_installed());
    // What is installed is held against the lock, and a change is found.
    let installed = gate.run(&block("installed"), false);
    assert!(installed.status.success(), "{}", told(&installed));
    let site = site(&gate.workspace.path("project/.venv"));
    // uv links files of its cache into the environment; the one there stays as it is.
    std::fs::remove_file(site.join("loop.py")).unwrap();
    std::fs::write(site.join("loop.py"), "import os\n").unwrap();
    let changed = gate.run(&block("installed"), false);
    assert_eq!(changed.status.code(), Some(1), "{}", told(&changed));
    assert!(
        told(&changed).contains("high changed-member: loop.py"),
        "{}",
        told(&changed)
    );
}

fn site(environment: &Path) -> PathBuf {
    let mut folders = std::fs::read_dir(environment.join("lib"))
        .unwrap()
        .flatten();
    folders.next().unwrap().path().join("site-packages")
}
