//! Fuzzing on the stable toolchain: coverage flags of the code generator and libFuzzer, no nightly compiler.
//!
//! The fuzz targets are a workspace of their own, so that a scan never builds libFuzzer. They are built
//! for a named target triple, so that the flags reach neither build scripts nor procedural macros.

use std::{env, fs, path::PathBuf, process::Command};

use anyhow::{Context, Result, bail};

use crate::{
    seeds,
    workspace::{Workspace, stdout_of, succeed},
};

/// What makes the code generator record the coverage that libFuzzer reads, and overflow a fault.
const FLAGS: &[&str] = &[
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
    "-Ccodegen-units=1",
    "-Cdebug-assertions",
    "-Coverflow-checks",
    "--cfg=fuzzing",
];

/// Where the fuzz targets lie, one file a target.
const TARGETS: &str = "fuzz/src/bin";

/// Builds, lists or runs fuzz targets.
pub(crate) fn run(workspace: &Workspace, arguments: &[&str]) -> Result<()> {
    match arguments {
        ["list"] => {
            for target in targets(workspace)? {
                println!("{target}");
            }
            Ok(())
        }
        ["check"] => cargo(workspace, "check", &["--bins"]),
        ["build"] => cargo(workspace, "build", &["--bins"]),
        ["seeds"] => seeds::write_all(workspace),
        ["run", target, seconds] => fuzz(workspace, &[(*target).to_owned()], seconds),
        ["all", seconds] => fuzz(workspace, &targets(workspace)?, seconds),
        _ => bail!(
            "`fuzz` takes `check`, `build`, `list`, `seeds`, `run TARGET SECONDS` or `all SECONDS`"
        ),
    }
}

/// The names of the targets, sorted.
fn targets(workspace: &Workspace) -> Result<Vec<String>> {
    let folder = workspace.root().join(TARGETS);
    let mut names = Vec::new();
    for entry in fs::read_dir(&folder).with_context(|| format!("cannot list `{TARGETS}`"))? {
        let path = entry
            .with_context(|| format!("cannot list `{TARGETS}`"))?
            .path();
        names.extend(
            path.file_stem()
                .map(|name| name.to_string_lossy().into_owned()),
        );
    }
    names.sort();
    Ok(names)
}

/// Runs targets one after the other from their seeds; the first that finds something ends it.
fn fuzz(workspace: &Workspace, names: &[String], seconds: &str) -> Result<()> {
    let seconds: u32 = seconds
        .parse()
        .with_context(|| format!("`{seconds}` is not a number of seconds"))?;
    let known = targets(workspace)?;
    if let Some(unknown) = names.iter().find(|name| !known.contains(name)) {
        bail!("there is no fuzz target `{unknown}`; `cargo xtask fuzz list` names them");
    }
    seeds::write_all(workspace)?;
    let bins: Vec<&str> = names
        .iter()
        .flat_map(|name| ["--bin", name.as_str()])
        .collect();
    cargo(workspace, "build", &bins)?;
    names
        .iter()
        .try_for_each(|name| run_one(workspace, name, seconds))
}

fn run_one(workspace: &Workspace, name: &str, seconds: u32) -> Result<()> {
    let corpus = workspace.root().join("fuzz/corpus").join(name);
    let artifacts = workspace.root().join("fuzz/artifacts").join(name);
    for folder in [&corpus, &artifacts] {
        fs::create_dir_all(folder)
            .with_context(|| format!("cannot make `{}`", folder.display()))?;
    }
    let program = target_folder(workspace)
        .join(host(workspace)?)
        .join("release")
        .join(name);
    println!("fuzzing {name} for {seconds} s");
    let mut libfuzzer = workspace.command(&program.to_string_lossy());
    libfuzzer.arg(format!("-max_total_time={seconds}"));
    // Bounded memory and time are what the parsers promise: more of either is a finding, like a crash.
    libfuzzer.args([
        "-rss_limit_mb=2048",
        "-malloc_limit_mb=1024",
        "-timeout=10",
        "-max_len=262144",
    ]);
    libfuzzer.args(["-print_final_stats=1", "-verbosity=1", "-close_fd_mask=0"]);
    libfuzzer
        .arg(format!("-artifact_prefix={}/", artifacts.display()))
        .arg(&corpus);
    succeed(&mut libfuzzer)
        .with_context(|| format!("fuzz target `{name}`; the input is in `fuzz/artifacts/{name}`"))
}

/// Checks or builds. Each of the targets is a program of a hundred megabytes: all of them together fill a disk.
fn cargo(workspace: &Workspace, action: &str, what: &[&str]) -> Result<()> {
    let mut cargo: Command = workspace.cargo();
    cargo
        .args([
            action,
            "--release",
            "--locked",
            "--manifest-path",
            "fuzz/Cargo.toml",
        ])
        .args(what);
    cargo
        .args(["--target", &host(workspace)?])
        .arg("--target-dir")
        .arg(target_folder(workspace));
    cargo
        .env("CARGO_ENCODED_RUSTFLAGS", FLAGS.join("\x1f"))
        .env_remove("RUSTFLAGS");
    succeed(&mut cargo)
}

/// Apart from the usual target folder: every crate is built once more, with other flags.
fn target_folder(workspace: &Workspace) -> PathBuf {
    let shared =
        env::var_os("CARGO_TARGET_DIR").map(|folder| workspace.root().join(folder).join("fuzz"));
    shared.unwrap_or_else(|| workspace.root().join("fuzz/target"))
}

/// The triple of this machine.
fn host(workspace: &Workspace) -> Result<String> {
    let version = stdout_of(workspace.command("rustc").arg("-vV"))?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).context("`rustc -vV` names no host")
}
