//! A pack of evidence for an auditor: what was found, in which files, by which version, and what of frameworks it supports.
//!
//! Equal input gives equal bytes: the only moment in it is the one that counts as now. A directory that holds anything else
//! is left alone.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs, io,
    path::Path,
};

use bartizan_formats::digest::Digest;
use bartizan_model::assessment::Outcome;
use bartizan_posture::{
    adoption::adoptions, capabilities::holders, check::Framework, facts::Facts, frameworks,
    report::Answer,
};
use serde_json::{Value, json};

use super::{capabilities, json, page::supported::outcomes, recorded::Seen, report::CheckReport};
use crate::{
    error::Failure,
    render::json::{SCHEMA_VERSION, to_text},
};

/// The file that says what a pack is; its `kind` tells a pack from any other directory.
const MANIFEST: &str = "manifest.json";

/// The kind of a pack.
const KIND: &str = "bartizan-evidence";

/// The other files of a pack.
const FILES: [&str; 6] = [
    "README.md",
    "capabilities.json",
    "files.json",
    "findings.json",
    "frameworks.json",
    "specs.json",
];

/// The largest manifest that is read back.
const MAX_MANIFEST: u64 = 1 << 20;

/// Writes the pack, whole or not at all.
pub(super) fn write(
    directory: &Path,
    (report, facts): (&CheckReport, &Facts),
    seen: &BTreeMap<String, Seen>,
) -> Result<(), Failure> {
    may_be_written(directory)?;
    let files = files(report, facts, seen)?;
    put(directory, &files).map_err(|error| {
        Failure::usage(format!("cannot write `{}`: {error}", directory.display()))
            .hint("name a directory whose parent exists and may be written to")
    })
}

/// A directory that is not there, empty, or an earlier pack with nothing besides.
fn may_be_written(directory: &Path) -> Result<(), Failure> {
    let foreign = |what: &str| {
        Failure::usage(format!("`{}` {what}", directory.display()))
            .hint("name a directory that is new, empty, or an earlier pack of evidence")
    };
    let entries = match fs::read_dir(directory) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(foreign(&format!("cannot be listed: {error}"))),
    };
    let names: Result<BTreeSet<String>, io::Error> = entries
        .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
        .collect();
    let names = names.map_err(|error| foreign(&format!("cannot be listed: {error}")))?;
    if names.is_empty() {
        return Ok(());
    }
    let is_ours = |name: &String| name == MANIFEST || FILES.contains(&name.as_str());
    if let Some(other) = names.iter().find(|name| !is_ours(name)) {
        return Err(foreign(&format!(
            "holds `{other}`, which is no part of a pack of evidence"
        )));
    }
    if !is_pack(&directory.join(MANIFEST)) {
        return Err(foreign("is no pack of evidence"));
    }
    Ok(())
}

fn is_pack(manifest: &Path) -> bool {
    let is_small = fs::metadata(manifest).is_ok_and(|it| it.is_file() && it.len() <= MAX_MANIFEST);
    let text = is_small
        .then(|| fs::read_to_string(manifest).ok())
        .flatten();
    let value: Option<Value> = text.and_then(|text| serde_json::from_str(&text).ok());
    value.is_some_and(|value| value.get("kind").and_then(Value::as_str) == Some(KIND))
}

/// Beside the old pack, and then in its place.
fn put(directory: &Path, files: &[(String, String)]) -> io::Result<()> {
    let parent = directory.parent().filter(|it| !it.as_os_str().is_empty());
    let parent = parent.unwrap_or(Path::new("."));
    let place = tempfile::tempdir_in(parent)?;
    let (new, old) = (place.path().join("new"), place.path().join("old"));
    fs::create_dir(&new)?;
    for (name, text) in files {
        fs::write(new.join(name), text)?;
    }
    if directory.exists() {
        fs::rename(directory, &old)?;
    }
    fs::rename(&new, directory)
}

fn files(
    report: &CheckReport,
    facts: &Facts,
    seen: &BTreeMap<String, Seen>,
) -> Result<Vec<(String, String)>, Failure> {
    let mut answers: Vec<Answer> = report.told.iter().map(|it| it.answer.clone()).collect();
    answers.sort_by_key(|answer| answer.check.id);
    let results: Vec<_> = report.told.iter().map(json::result).collect();
    let results = serde_json::to_value(results)
        .map_err(|error| Failure::internal(format!("cannot write JSON: {error}")))?;
    let of = |kind: &str, key: &str, value: Value| {
        to_text(
            &json!({ "kind": format!("{KIND}-{kind}"), "schema_version": SCHEMA_VERSION, key: value }),
        )
    };
    let looked_at = json!({
        "listed": facts.files.len(),
        "looked_at": seen.iter().map(|(path, it)| json!({
            "path": path,
            "bytes": it.bytes,
            "sha256": it.digest.to_string(),
        })).collect::<Vec<_>>(),
        "problems": facts.problems.iter().map(|it| json!({
            "subject": it.subject,
            "message": it.message,
        })).collect::<Vec<_>>(),
    });
    let texts = [
        readme(report, facts),
        of("capabilities", "holders", held(facts)?)?,
        of("files", "files", looked_at)?,
        of("findings", "results", results)?,
        of("frameworks", "requirements", requirements(&answers))?,
        of("specs", "specs", specs(facts, &answers))?,
    ];
    let mut files: Vec<(String, String)> =
        FILES.map(str::to_owned).into_iter().zip(texts).collect();
    let listed = files.iter().map(|(name, text)| {
        json!({
            "name": name,
            "bytes": text.len(),
            "sha256": Digest::of(text.as_bytes()).to_string(),
        })
    });
    let manifest = json!({
        "kind": KIND,
        "schema_version": SCHEMA_VERSION,
        "tool": { "name": "Bartizan", "version": env!("CARGO_PKG_VERSION") },
        "as_of": report.now.to_string(),
        "repository": { "name": facts.project.name, "commit": report.commit },
        "frameworks": Framework::ALL.map(|it| json!({ "name": it.title(), "version": it.version() })),
        "summary": {
            "pass": report.count(Outcome::Pass),
            "fail": report.count(Outcome::Fail),
            "unknown": report.count(Outcome::Unknown),
            "not_applicable": report.count(Outcome::NotApplicable),
        },
        "files": listed.collect::<Vec<_>>(),
    });
    files.push((MANIFEST.to_owned(), to_text(&manifest)?));
    Ok(files)
}

/// Who holds what, as `--capabilities` tells it.
fn held(facts: &Facts) -> Result<Value, Failure> {
    let text = capabilities::json(&holders(facts))?;
    let map: Value = serde_json::from_str(&text)
        .map_err(|error| Failure::internal(format!("cannot read JSON: {error}")))?;
    Ok(map.get("holders").cloned().unwrap_or_default())
}

/// Each requirement of a framework that checks support, with the worst of their outcomes.
fn requirements(answers: &[Answer]) -> Value {
    let found = outcomes(answers).into_iter();
    let found = found.map(|((framework, id), (outcome, checks))| {
        json!({
            "framework": framework.title(),
            "version": framework.version(),
            "requirement": id,
            "meaning": frameworks::find(framework, id).map(|it| it.meaning),
            "outcome": outcome.as_str(),
            "checks": checks,
        })
    });
    found.collect()
}

fn specs(facts: &Facts, answers: &[Answer]) -> Value {
    let all = adoptions(facts, answers).into_iter();
    let all = all.map(|it| {
        json!({
            "spec": it.number,
            "declared_at": it.declared.as_ref().map(ToString::to_string),
            "outcome": it.outcome().as_str(),
            "requirements": it.requirements.iter().map(|it| json!({
                "requirement": it.check.spec,
                "check": it.check.id,
                "outcome": it.outcome.as_str(),
                "message": it.message,
            })).collect::<Vec<_>>(),
        })
    });
    all.collect()
}

fn readme(report: &CheckReport, facts: &Facts) -> String {
    let name = facts.project.name.as_deref().unwrap_or("a repository");
    let commit = report.commit.as_deref().unwrap_or("unknown");
    format!(
        "# Evidence about {name}\n\n\
         Written by Bartizan {} from the checkout at commit {commit}, as of {}.\n\n\
         {}\n\n\
         | File | What it holds |\n|---|---|\n\
         | `manifest.json` | version, moment, commit, versions of frameworks, digests of these files |\n\
         | `findings.json` | every statement of every check, with file and line |\n\
         | `files.json` | the files that were read, with size and SHA-256, and what could not be read |\n\
         | `specs.json` | how each SPEC stands: declared by a badge, and measured requirement by requirement |\n\
         | `frameworks.json` | the requirements of frameworks that checks support, with the worst outcome |\n\
         | `capabilities.json` | which job holds which write permission, secret and identity |\n\n\
         `unknown` means that a checkout cannot show it; it is never counted as met. No requirement of a framework is met by\n\
         checks alone. The form is that of `bartizan schema check-evidence`.\n",
        env!("CARGO_PKG_VERSION"),
        report.now,
        report.summary(),
    )
}
