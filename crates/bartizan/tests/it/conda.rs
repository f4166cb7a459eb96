//! Packages of conda: bills in them, the pipeline of `docs/sbom-pipelines.md` for them, channels, and environments made of them.

use std::io::{Cursor, Read, Write};

use bartizan_formats::digest::Digest;
use serde_json::{Value, json};
use zip::{CompressionMethod, ZipArchive, ZipWriter, write::SimpleFileOptions};

use super::pipelines::{Pipeline, block, told};

const NAME: &str = "lab-1.0-h0_0.conda";
const CHANNEL: &str = "https://conda.example/lab";

/// What rattler-build states with `--sbom`: what the package was built with.
const OF_BUILDER: &str = r#"{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [{"type": "library", "name": "tzdata", "version": "2025b",
    "purl": "pkg:conda/tzdata@2025b"}]}"#;

type Files = Vec<(String, String)>;

fn files(copied: &str) -> Files {
    let site = "site-packages";
    let file = |name: &str, text: &str| (format!("{site}/{name}"), text.to_owned());
    vec![
        file("lab/__init__.py", "x = 1\n"),
        file("lab/_vendor/six.py", &format!("__version__ = '{copied}'\n")),
        file(
            "lab-1.0.dist-info/METADATA",
            "Metadata-Version: 2.4\nName: lab\nVersion: 1.0\nLicense-Expression: MIT\n",
        ),
    ]
}

fn tar(files: &Files) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, text) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(text.len() as u64);
        header.set_mode(0o644);
        builder
            .append_data(&mut header, name, text.as_bytes())
            .unwrap();
    }
    builder.into_inner().unwrap()
}

fn info(files: &Files) -> Files {
    let path = |(path, text): &(String, String)| json!({"_path": path, "path_type": "hardlink", "sha256": Digest::of(text.as_bytes()).to_string(), "size_in_bytes": text.len()});
    let paths: Vec<Value> = files.iter().map(path).collect();
    let index = json!({"name": "lab", "version": "1.0", "build": "h0_0", "build_number": 0, "subdir": "noarch", "noarch": "python",
        "depends": ["python >=3.12", "tzdata"], "license": "MIT"});
    let about =
        json!({"home": "https://lab.example", "license": "MIT", "summary": "Does what labs do"});
    let file = |name: &str, text: String| (format!("info/{name}"), text);
    vec![
        file("index.json", index.to_string()),
        file("about.json", about.to_string()),
        file(
            "paths.json",
            json!({"paths_version": 1, "paths": paths}).to_string(),
        ),
        file("sboms/rattler-build.cdx.json", OF_BUILDER.to_owned()),
    ]
}

/// A package with a copied package of Python in it.
fn package(copied: &str) -> Vec<u8> {
    let files = files(copied);
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let zstd = |files: &Files| zstd::encode_all(tar(files).as_slice(), 3).unwrap();
    let stem = NAME.trim_end_matches(".conda");
    for (name, bytes) in [
        (
            "metadata.json".to_owned(),
            br#"{"conda_pkg_format_version": 2}"#.to_vec(),
        ),
        (format!("pkg-{stem}.tar.zst"), zstd(&files)),
        (format!("info-{stem}.tar.zst"), zstd(&info(&files))),
    ] {
        writer.start_file(name.as_str(), options).unwrap();
        writer.write_all(&bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// The same in the older form.
fn older(copied: &str) -> Vec<u8> {
    let files = files(copied);
    let all = [info(&files), files].concat();
    let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    encoder.write_all(&tar(&all)).unwrap();
    encoder.finish().unwrap()
}

/// The bills in a package, by name.
fn bills(package: &[u8]) -> Vec<(String, Value)> {
    let tar = if package.starts_with(b"PK") {
        let mut archive = ZipArchive::new(Cursor::new(package)).unwrap();
        let name = format!("info-{}.tar.zst", NAME.trim_end_matches(".conda"));
        let mut packed = Vec::new();
        let mut member = archive.by_name(&name).unwrap();
        member.read_to_end(&mut packed).unwrap();
        zstd::decode_all(packed.as_slice()).unwrap()
    } else {
        let mut tar = Vec::new();
        bzip2::read::BzDecoder::new(package)
            .read_to_end(&mut tar)
            .unwrap();
        tar
    };
    let mut archive = tar::Archive::new(tar.as_slice());
    let mut found = Vec::new();
    for entry in archive.entries().unwrap() {
        let mut entry = entry.unwrap();
        let path = entry.path().unwrap().display().to_string();
        if let Some(name) = path.strip_prefix("info/sboms/") {
            let mut text = String::new();
            entry.read_to_string(&mut text).unwrap();
            found.push((name.to_owned(), serde_json::from_str(&text).unwrap()));
        }
    }
    found.sort_by(|a, b| a.0.cmp(&b.0));
    found
}

/// A pipeline whose build gives this package.
fn building(package: &[u8]) -> Pipeline {
    let pipeline = Pipeline::new();
    pipeline
        .workspace
        .file(&format!("project/prepared/noarch/{NAME}"), package)
        .file("project/prepared/linux-64/nothing", "");
    pipeline
}

fn repodata(pipeline: &Pipeline) -> Value {
    serde_json::from_slice(&pipeline.read("project/output/noarch/repodata.json")).unwrap()
}

#[test]
fn the_step_of_conda_completes_what_was_built_and_indexes_it() {
    let pipeline = building(&package("1.16.0"));
    let output = pipeline.run(&block("conda"), "");
    assert!(output.status.success(), "{}", told(&output));
    let place = format!("project/output/noarch/{NAME}");
    let once = pipeline.read(&place);
    let bills = bills(&once);
    let names: Vec<&str> = bills.iter().map(|it| it.0.as_str()).collect();
    assert_eq!(names, ["bartizan.cdx.json", "rattler-build.cdx.json"]);
    assert_eq!(
        bills[1].1,
        serde_json::from_str::<Value>(OF_BUILDER).unwrap()
    );
    let bill = &bills[0].1;
    let subject = &bill["metadata"]["component"];
    assert_eq!(
        subject["purl"],
        "pkg:conda/lab@1.0?build=h0_0&subdir=noarch"
    );
    assert_eq!(subject["licenses"][0]["expression"], "MIT");
    assert_eq!(subject["description"], "Does what labs do");
    let components = bill["components"].as_array().unwrap();
    let purls: Vec<&str> = components
        .iter()
        .filter_map(|it| it["purl"].as_str())
        .collect();
    assert_eq!(purls, ["pkg:pypi/lab@1.0", "pkg:pypi/six@1.16.0"]);
    let digest = Digest::of(b"__version__ = '1.16.0'\n").to_string();
    assert!(components[1].to_string().contains(&digest), "{bill:#}");
    // The channel knows the package as it is now.
    let record = &repodata(&pipeline)["packages.conda"][NAME];
    assert_eq!(record["sha256"], Digest::of(&once).to_string());
    assert_eq!(record["size"], once.len());
    assert_eq!(record["depends"], json!(["python >=3.12", "tzdata"]));
    // A second run, of what has been completed, changes nothing.
    let again = "bartizan sbom create --embed --in-place output && bartizan channel index output";
    let before = pipeline.read("project/output/noarch/repodata.json");
    let output = pipeline.run(again, "");
    assert!(output.status.success(), "{}", told(&output));
    assert_eq!(pipeline.read(&place), once);
    assert_eq!(pipeline.read("project/output/noarch/repodata.json"), before);
}

#[test]
fn older_packages_are_completed_too_and_their_files_agree_with_their_list() {
    let pipeline = Pipeline::new();
    let name = NAME.replace(".conda", ".tar.bz2");
    let place = format!("project/output/noarch/{name}");
    pipeline.workspace.file(&place, older("1.16.0"));
    let script = format!(
        "bartizan sbom create --embed --in-place output && bartizan sbom compare output/noarch/{name} && bartizan verify output/noarch/{name}"
    );
    let output = pipeline.run(&script, "");
    // There is no attestation, and nothing wrong in the content.
    assert_eq!(output.status.code(), Some(3), "{}", told(&output));
    let names = bills(&pipeline.read(&place));
    assert_eq!(names[0].0, "bartizan.cdx.json");
}

#[test]
fn what_a_bill_states_wrongly_of_a_package_is_told() {
    let pipeline = building(&package("1.16.0"));
    let lying = OF_BUILDER
        .replace("tzdata", "six")
        .replace("2025b", "1.9.0")
        .replace("pkg:conda", "pkg:pypi");
    pipeline
        .workspace
        .file("project/lie.cdx.json", lying)
        .file("project/true.cdx.json", OF_BUILDER);
    let compare = |bill: &str| {
        let place = format!("prepared/noarch/{NAME}");
        pipeline.run(&format!("bartizan sbom compare {bill} {place}"), "")
    };
    let output = compare("lie.cdx.json");
    let text = told(&output);
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(
        text.contains("six: 1.9.0 is stated, 1.16.0 is there"),
        "{text}"
    );
    let text = told(&compare("true.cdx.json"));
    assert!(text.contains("six 1.16.0 pkg:pypi/six@1.16.0"), "{text}");
    assert!(
        text.contains("nothing in files would show it: tzdata"),
        "{text}"
    );
}

/// The gate of the page, with this package; how it ended, and the pipeline.
fn gate(package: &[u8], repository: &str) -> (Option<i32>, Pipeline, String) {
    let pipeline = building(package);
    let script = block("conda gate").replace("$CHANNEL", CHANNEL);
    let built = pipeline.run("rattler-build build --output-dir output x", "");
    assert!(built.status.success());
    let output = pipeline.run(&script, repository);
    (output.status.code(), pipeline, told(&output))
}

/// A package as the step leaves it.
fn completed() -> Vec<u8> {
    let pipeline = building(&package("1.16.0"));
    let output = pipeline.run(&block("conda"), "");
    assert!(output.status.success(), "{}", told(&output));
    pipeline.read(&format!("project/output/noarch/{NAME}"))
}

#[test]
fn the_gate_of_conda_lets_through_what_is_true_and_signed_by_who_should() {
    let (code, pipeline, text) = gate(&completed(), "lab/lab");
    assert_eq!(code, Some(0), "{text}");
    // What was signed is served beside the package, under its digest.
    let record = &repodata(&pipeline)["packages.conda"][NAME];
    let digest = record["attestations_sha256"].as_str().unwrap();
    let file = |ending: &str| pipeline.read(&format!("project/output/noarch/{NAME}{ending}"));
    let served = file(&format!(".sigs.{digest}"));
    assert_eq!(Digest::of(&served).to_string(), digest);
    assert_eq!(file(".sigs"), served);
    let bundles: Vec<Value> = serde_json::from_slice(&served).unwrap();
    assert_eq!(bundles.len(), 1);
    // Nothing new: the same bytes.
    let output = pipeline.run("bartizan channel index output", "");
    assert!(output.status.success(), "{}", told(&output));
    assert_eq!(file(".sigs"), served);
}

#[test]
fn the_gate_of_conda_stops() {
    let stopped = |package: &[u8], repository: &str, code: i32, why: &str| {
        let (ended, pipeline, text) = gate(package, repository);
        assert_eq!(ended, Some(code), "{text}");
        assert!(text.contains(why), "{why}: {text}");
        let index = pipeline
            .workspace
            .path("project/output/noarch/repodata.json");
        assert!(!index.exists());
    };
    stopped(&completed(), "others/lab", 1, "others/lab");
    // A bill of others alone leaves the copied package out.
    stopped(&package("1.16.0"), "lab/lab", 1, "undeclared-component");
}

/// Installs the package of a channel, as conda records it.
fn install(pipeline: &Pipeline, sha256: &str) {
    let installed = files("1.16.0");
    let place = |path: &str| format!("lib/python3.12/{path}");
    let paths: Vec<Value> = installed
        .iter()
        .map(|(path, text)| {
            json!({"_path": place(path), "path_type": "hardlink", "sha256": Digest::of(text.as_bytes()).to_string()})
        })
        .collect();
    let record = json!({"name": "lab", "version": "1.0", "build": "h0_0", "fn": NAME, "url": format!("{CHANNEL}/noarch/{NAME}"),
        "sha256": sha256, "subdir": "noarch", "channel": CHANNEL, "paths_data": {"paths_version": 1, "paths": paths}});
    pipeline.workspace.file(
        "project/prefix/conda-meta/lab-1.0-h0_0.json",
        record.to_string(),
    );
    pipeline
        .workspace
        .file("project/prefix/conda-meta/history", "");
    for (path, text) in installed {
        pipeline
            .workspace
            .file(&format!("project/prefix/{}", place(&path)), text);
    }
}

#[test]
fn an_environment_is_audited_by_what_its_channel_serves() {
    let (code, pipeline, text) = gate(&completed(), "lab/lab");
    assert_eq!(code, Some(0), "{text}");
    let package = pipeline.read(&format!("project/output/noarch/{NAME}"));
    install(&pipeline, &Digest::of(&package).to_string());
    let audit = || {
        let output = pipeline.run(&block("conda audit"), "lab/lab");
        (output.status.code(), told(&output))
    };
    let (code, text) = audit();
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains("lab"), "{text}");
    // A changed file of the environment.
    let module = "project/prefix/lib/python3.12/site-packages/lab/__init__.py";
    pipeline.workspace.file(module, "x = 2\n");
    let (code, text) = audit();
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains("changed-member"), "{text}");
    pipeline.workspace.file(module, "x = 1\n");
    // Attestations that are not those advertised: not the same as none.
    let digest = repodata(&pipeline)["packages.conda"][NAME]["attestations_sha256"].clone();
    let sidecar = format!(
        "project/output/noarch/{NAME}.sigs.{}",
        digest.as_str().unwrap()
    );
    let served = pipeline.read(&sidecar);
    pipeline.workspace.file(&sidecar, "[]");
    let (code, text) = audit();
    assert_eq!(code, Some(4), "{text}");
    assert!(text.contains("others than those advertised"), "{text}");
    pipeline.workspace.file(&sidecar, served);
    // Another package under the same name.
    install(&pipeline, &Digest::of(b"another").to_string());
    let (code, text) = audit();
    assert_eq!(code, Some(1), "{text}");
}

#[test]
fn a_channel_leaves_out_what_contradicts_itself() {
    let pipeline = Pipeline::new();
    let place = |path: &str| format!("project/channel/{path}");
    pipeline
        .workspace
        .file(&place("noarch/lab-2.0-h0_0.conda"), package("1.16.0"))
        .file(&place(&format!("linux-64/{NAME}")), package("1.16.0"))
        .file(&place("noarch/text-1.0-0.conda"), "text");
    let output = pipeline.run("bartizan channel index channel", "");
    let text = told(&output);
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(
        text.contains("lab-2.0-h0_0.conda: says that it is `lab-1.0-h0_0`"),
        "{text}"
    );
    assert!(text.contains("says that it is for `noarch`"), "{text}");
    let index: Value =
        serde_json::from_slice(&pipeline.read(&place("linux-64/repodata.json"))).unwrap();
    assert_eq!(index["packages.conda"], json!({}));
    // Evidence about other bytes is not served.
    let (code, signed, text) = gate(&completed(), "lab/lab");
    assert_eq!(code, Some(0), "{text}");
    let bundle = signed.read(&format!("project/output/noarch/{NAME}.sigstore.json"));
    pipeline
        .workspace
        .file(&place(&format!("noarch/{NAME}")), package("1.17.0"))
        .file(&place(&format!("noarch/{NAME}.sigstore.json")), bundle);
    let text = told(&pipeline.run("bartizan channel index channel", ""));
    assert!(text.contains("a statement about other bytes"), "{text}");
    let index: Value =
        serde_json::from_slice(&pipeline.read(&place("noarch/repodata.json"))).unwrap();
    assert_eq!(
        index["packages.conda"][NAME]["attestations_sha256"],
        Value::Null
    );
    let output = pipeline.run("bartizan channel index built", "");
    assert_eq!(output.status.code(), Some(3), "{}", told(&output));
}
