//! The pipelines of `docs/sbom-pipelines.md`: its command lines, as they stand there. Stand-ins take the place of the tools of others,
//! and an instance of Sigstore on loopback that of the public one.

use std::{
    io::{Cursor, Read},
    os::unix::fs::PermissionsExt,
    process::{Command, Output, Stdio},
};

use bartizan_sigstore_laboratory::{Claims, Instance, Served};
use zip::ZipArchive;

use super::{gates::packed, workspace::Workspace};

const PAGE: &str = include_str!("../../../../docs/sbom-pipelines.md");
const WHEEL: &str = "lab-1.0-py3-none-any.whl";

/// A schema of `CycloneDX` 1.6 that asks for little.
pub(crate) const SCHEMA: &str = r#"{"$schema": "http://json-schema.org/draft-07/schema#", "$id": "http://cyclonedx.org/schema/bom-1.6.schema.json",
    "type": "object", "additionalProperties": false, "required": ["bomFormat"], "properties": {"bomFormat": {"enum": ["CycloneDX"]}, "components": {"type": "array"},
    "specVersion": {}, "version": {}, "serialNumber": {}, "metadata": {}, "dependencies": {}, "compositions": {}, "$schema": {}}}"#;

/// A block of the page, by the comment before it.
pub(crate) fn block(name: &str) -> String {
    let (_, rest) = PAGE
        .split_once(&format!("<!-- pipeline: {name} -->"))
        .unwrap();
    let (_, rest) = rest.split_once("```").unwrap();
    let (_, rest) = rest.split_once('\n').unwrap();
    rest.split_once("```").unwrap().0.to_owned()
}

/// A bill as the tool that repaired a wheel writes it: its library may have another name and version than files show.
fn repaired_bill(name: &str, version: &str) -> String {
    format!(
        r#"{{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [{{"type": "library", "name": "{name}",
            "version": "{version}", "purl": "pkg:pypi/{name}@{version}"}}]}}"#
    )
}

/// A wheel with a copied package, and with a bill of the tool that repaired it.
fn wheel(bill: &str) -> Vec<u8> {
    let file = |name: &str, text: &str| (name.to_owned(), text.to_owned());
    packed(
        "lab-1.0.dist-info",
        vec![
            file("lab/__init__.py", "x = 1\n"),
            file("lab/_vendor/six.py", "__version__ = '1.16.0'\n"),
            file(
                "lab-1.0.dist-info/METADATA",
                "Metadata-Version: 2.4\nName: lab\nVersion: 1.0\nLicense-Expression: MIT\n",
            ),
            file(
                "lab-1.0.dist-info/WHEEL",
                "Wheel-Version: 1.0\nGenerator: hand\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
            ),
            file("lab-1.0.dist-info/sboms/auditwheel.cdx.json", bill),
        ],
    )
}

/// The bills in a wheel, with their texts.
fn bills(wheel: &[u8]) -> Vec<(String, String)> {
    let mut archive = ZipArchive::new(Cursor::new(wheel)).unwrap();
    let names: Vec<String> = archive
        .file_names()
        .map(|it| it.unwrap().to_string())
        .filter(|it| it.contains("/sboms/"))
        .collect();
    let read = |name: String| {
        let mut text = String::new();
        let mut member = archive.by_name(&name).unwrap();
        member.read_to_string(&mut text).unwrap();
        drop(member);
        (name, text)
    };
    names.into_iter().map(read).collect()
}

/// A project, and the programs of the page in one folder.
pub(crate) struct Pipeline {
    pub(crate) workspace: Workspace,
    _instance: Served,
}

impl Pipeline {
    pub(crate) fn new() -> Self {
        let (workspace, instance) = (Workspace::new(), Instance::serve());
        workspace
            .file("project/lab-1.0.tar.gz", "a source distribution")
            .file("project/built/x", "")
            .file("project/repaired/x", "")
            .file("schema.json", SCHEMA)
            .file("trust.json", instance.trust_config(&[1, 2]).to_string())
            .file("root.json", instance.trusted_root().to_string())
            .file("token", instance.token(&Claims::default()));
        let pipeline = Self {
            workspace,
            _instance: instance,
        };
        // A tool that repairs: the last argument is copied to where `-w` says.
        let repairs = "while [ $# -gt 1 ]; do if [ \"$1\" = -w ]; then into=$2; fi; shift; done\ncp \"$1\" \"$into\"\n";
        for name in ["auditwheel", "delocate-wheel", "delvewheel"] {
            pipeline.program(name, repairs);
        }
        // One that builds: what was prepared goes to where `--output-dir` says.
        let builds = "while [ $# -gt 1 ]; do if [ \"$1\" = --output-dir ]; then into=$2; fi; shift; done\nmkdir -p \"$into\" && cp -r prepared/. \"$into\"\n";
        pipeline.program("rattler-build", builds);
        pipeline.program("twine", "echo \"$@\" > uploaded\n");
        let root = pipeline.workspace.path("");
        let root = root.display();
        pipeline.program(
            "bartizan",
            &format!(
                "program={program}\ncase \"$1 $2\" in\n'sbom schemas') exec $program sbom schemas {root}/schema.json ;;\n\
                 attest*) exec $program \"$@\" --trust-config={root}/trust.json --identity-token-file={root}/token ;;\n\
                 verify*) exec $program \"$@\" --trusted-root={root}/root.json ;;\n*) exec $program \"$@\" ;;\nesac\n",
                program = env!("CARGO_BIN_EXE_bartizan"),
            ),
        );
        pipeline
    }

    pub(crate) fn program(&self, name: &str, script: &str) {
        let path = format!("bin/{name}");
        self.workspace.file(&path, format!("#!/bin/sh\n{script}"));
        let path = self.workspace.path(&path);
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
    }

    pub(crate) fn run(&self, script: &str, repository: &str) -> Output {
        let path = std::env::var("PATH").unwrap();
        let bin = self.workspace.path("bin");
        Command::new("sh")
            .args(["-c", script])
            .current_dir(self.workspace.path("project"))
            .env_clear()
            .env("PATH", format!("{}:{path}", bin.display()))
            .env("LANG", "C.UTF-8")
            .env("BARTIZAN_HOME", self.workspace.path("home"))
            .env("GITHUB_REPOSITORY", repository)
            .stdin(Stdio::null())
            .output()
            .unwrap()
    }

    pub(crate) fn read(&self, path: &str) -> Vec<u8> {
        std::fs::read(self.workspace.path(path)).unwrap()
    }

    /// Runs the gate of the page over one wheel; how it ended, and whether anything was uploaded.
    fn gate(wheel: &[u8], repository: &str) -> (Option<i32>, bool, String) {
        let pipeline = Self::new();
        let dist = |name: &str| format!("project/dist/{name}");
        pipeline
            .workspace
            .file(&dist(WHEEL), wheel)
            .file(&dist("lab-1.0.tar.gz"), "a source distribution");
        let output = pipeline.run(&block("gate"), repository);
        let is_uploaded = pipeline.workspace.path("project/uploaded").exists();
        (output.status.code(), is_uploaded, told(&output))
    }
}

pub(crate) fn told(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    format!(
        "{}{}{}",
        text(&output.stdout),
        text(&output.stderr),
        output.status
    )
}

/// A wheel as the repair step leaves it.
fn completed(bill: &str) -> Vec<u8> {
    let pipeline = Pipeline::new();
    let place = format!("project/wheelhouse/{WHEEL}");
    pipeline.workspace.file(&place, wheel(bill));
    let output = pipeline.run("bartizan sbom create --embed --in-place wheelhouse", "");
    assert!(output.status.success(), "{}", told(&output));
    pipeline.read(&place)
}

#[test]
fn the_repair_step_of_each_platform_completes_what_was_repaired() {
    let settings: toml::Table = block("repair").parse().unwrap();
    let bill = repaired_bill("six", "1.16.0");
    for platform in ["linux", "macos", "windows"] {
        let command = &settings["tool"]["cibuildwheel"][platform]["repair-wheel-command"];
        let command = command.as_str().unwrap();
        let filled = command
            .replace("{dest_dir}", "repaired")
            .replace("{wheel}", &format!("built/{WHEEL}"))
            .replace("{delocate_archs}", "arm64");
        let pipeline = Pipeline::new();
        let original = wheel(&bill);
        pipeline
            .workspace
            .file(&format!("project/built/{WHEEL}"), &original);
        let output = pipeline.run(&filled, "");
        assert!(output.status.success(), "{platform}: {}", told(&output));
        assert_eq!(pipeline.read(&format!("project/built/{WHEEL}")), original);
        let place = format!("project/repaired/{WHEEL}");
        let once = pipeline.read(&place);
        let bills = bills(&once);
        let names: Vec<&str> = bills
            .iter()
            .filter_map(|it| it.0.rsplit('/').next())
            .collect();
        assert_eq!(names, ["auditwheel.cdx.json", "bartizan.cdx.json"]);
        assert_eq!(bills[0].1, bill);
        assert!(bills[1].1.contains("pkg:pypi/six@1.16.0"), "{}", bills[1].1);
        // A second run, of a wheel that has been completed, changes nothing.
        let again = pipeline.run("bartizan sbom create --embed --in-place repaired", "");
        assert!(again.status.success(), "{}", told(&again));
        assert_eq!(pipeline.read(&place), once);
        let true_ = pipeline.run(&block("at hand").replace("wheelhouse", "repaired"), "");
        assert!(true_.status.success(), "{}", told(&true_));
    }
}

#[test]
fn our_own_bill_is_no_evidence_for_the_next_one() {
    // As if the copied package had been another when the wheel was completed before.
    let old = completed(&repaired_bill("six", "1.16.0"));
    let text = bills(&old).remove(1).1;
    let lie = text.replace("1.16.0", "1.9.0").replace("six", "attrs");
    let pipeline = Pipeline::new();
    let mut files = ZipArchive::new(Cursor::new(&old)).unwrap();
    let mut members = Vec::new();
    for place in 0..files.len() {
        let mut member = files.by_index(place).unwrap();
        let name = member.name().unwrap().to_string();
        let mut content = String::new();
        member.read_to_string(&mut content).unwrap();
        match name.rsplit('/').next() {
            Some("RECORD") => {}
            Some("bartizan.cdx.json") => members.push((name, lie.clone())),
            _ => members.push((name, content)),
        }
    }
    let place = format!("project/repaired/{WHEEL}");
    let lying = packed("lab-1.0.dist-info", members);
    pipeline.workspace.file(&place, lying);
    let output = pipeline.run("bartizan sbom create --embed --in-place repaired", "");
    assert!(output.status.success(), "{}", told(&output));
    assert_eq!(bills(&pipeline.read(&place)).remove(1).1, text);
}

#[test]
fn what_others_state_and_no_file_shows_is_not_repeated() {
    let bill = repaired_bill("six", "1.16.0").replace('\n', "").replace(
        "[{",
        r#"[{"type": "library", "name": "libwebp", "version": "1.3.2", "purl": "pkg:generic/libwebp@1.3.2"}, {"#,
    );
    let bills = bills(&completed(&bill));
    assert!(bills[0].1.contains("libwebp") && !bills[1].1.contains("libwebp"));
    assert!(bills[1].1.contains("six"));
}

#[test]
fn folders_without_wheels_and_several_wheels_with_one_place_are_told() {
    let pipeline = Pipeline::new();
    let code = |script: &str| pipeline.run(script, "").status.code();
    assert_eq!(
        code("bartizan sbom create --embed --in-place built"),
        Some(3)
    );
    let bill = repaired_bill("six", "1.16.0");
    let lab = |name: &str| format!("project/built/{name}");
    pipeline
        .workspace
        .file(&lab(WHEEL), wheel(&bill))
        .file(&lab("lab-1.0-py2-none-any.whl"), wheel(&bill));
    assert_eq!(code("bartizan sbom create --embed -o x.whl built"), Some(2));
    assert_eq!(code("bartizan sbom create --embed built"), Some(2));
    assert_eq!(code("bartizan sbom create built/*.whl"), Some(2));
    assert_eq!(code("bartizan sbom compare built/*.whl"), Some(0));
    // Each is held against its own bills, and one that lies is enough.
    let lying = wheel(&repaired_bill("six", "1.9.0"));
    pipeline
        .workspace
        .file(&lab("lab-1.0-py2-none-any.whl"), lying);
    let output = pipeline.run("bartizan sbom compare built/*.whl", "");
    assert_eq!(output.status.code(), Some(1), "{}", told(&output));
    let text = told(&output);
    assert!(
        text.contains("six: 1.9.0 is stated, 1.16.0 is there"),
        "{text}"
    );
    assert_eq!(text.matches("held against").count(), 2, "{text}");
    assert_eq!(
        code("bartizan sbom compare built/*.whl --format json"),
        Some(2)
    );
}

#[test]
fn the_gate_lets_through_what_is_true_and_signed_by_who_should() {
    let good = completed(&repaired_bill("six", "1.16.0"));
    let (code, is_uploaded, text) = Pipeline::gate(&good, "lab/lab");
    assert_eq!((code, is_uploaded), (Some(0), true), "{text}");
}

#[test]
fn the_gate_stops_before_anything_is_uploaded() {
    let stopped = |wheel: &[u8], repository: &str, code: i32, why: &str| {
        let (ended, is_uploaded, text) = Pipeline::gate(wheel, repository);
        assert_eq!((ended, is_uploaded), (Some(code), false), "{text}");
        assert!(text.contains(why), "{why}: {text}");
    };
    let good = completed(&repaired_bill("six", "1.16.0"));
    stopped(&good, "others/lab", 1, "others/lab");
    let lying = completed(&repaired_bill("six", "1.9.0"));
    stopped(
        &lying,
        "lab/lab",
        1,
        "six: 1.9.0 is stated, 1.16.0 is there",
    );
    stopped(&wheel("{}"), "lab/lab", 1, "auditwheel.cdx.json");
    let bare = packed(
        "lab-1.0.dist-info",
        vec![(
            "lab-1.0.dist-info/METADATA".to_owned(),
            "Metadata-Version: 2.4\nName: lab\nVersion: 1.0\n".to_owned(),
        )],
    );
    stopped(&bare, "lab/lab", 3, WHEEL);
}
