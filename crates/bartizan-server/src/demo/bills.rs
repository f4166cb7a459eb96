//! Bills of materials of the invented projects: some declare what their wheels carry, some leave out or make up, some are not
//! valid, and most wheels carry none. What is said of them follows as it does from real wheels.

use bartizan_assessment::bills::{
    Examined, ExaminedBill, ReadBill, ReleaseBills, Validity,
    told::{Ground, PackageBills, tell},
};
use bartizan_formats::digest::Digest;
use bartizan_model::{Timestamp, assessment::ProjectAssessment, ecosystem::Package};
use bartizan_native::declared::{Comparison, Difference, Kind};
use bartizan_sbom::{
    document::{self, DocumentError},
    facts,
    lacking::Backend,
};

use super::{
    ecosystem::Sample,
    ledger::{Release, has_bill, releases},
    project::seed,
};

/// The native libraries of the wheels, with their versions.
const LIBRARIES: [(&str, &str); 3] = [
    ("libwebp", "1.3.2"),
    ("zlib", "1.3.1"),
    ("libpng", "1.6.43"),
];

/// How many wheels a release has.
const WHEELS: u64 = 3;

/// What is said of an invented project by the bills of its releases.
pub(super) fn add(
    sample: &Sample,
    (now, end): (Timestamp, Timestamp),
    said: &mut ProjectAssessment,
) {
    let releases = releases(sample, now, end);
    let of = |release: &Release| ReleaseBills {
        version: release.version.clone(),
        uploaded: Some(release.uploaded),
        wheels: (WHEELS, if has_bill(sample, release) { WHEELS } else { 0 }),
        // Older releases were not looked into.
        examined: (release.index < 6).then(|| examined(sample, release)),
    };
    let package = PackageBills {
        package: Package::pypi(sample.name),
        latest: releases.first().map(|it| it.version.clone()),
        releases: releases.iter().map(of).collect(),
    };
    let ground = Ground {
        schemas: "sample".to_owned(),
        observed: now,
    };
    tell(&[package], &ground, false, said);
}

/// The wheel of a release: some carry libraries, and some of these a bill.
fn examined(sample: &Sample, release: &Release) -> Examined {
    let seed = seed(sample.name);
    // Projects that have bills carry all of them.
    let count = if seed.is_multiple_of(3) { 3 } else { seed % 4 } as usize;
    let carried = LIBRARIES.iter().take(count);
    let has_bill = has_bill(sample, release);
    // The bills of one of them leave a library out.
    let is_short = seed.is_multiple_of(2);
    let declared: Vec<&(&str, &str)> = carried
        .clone()
        .filter(|(name, _)| has_bill && !(is_short && *name == "zlib"))
        .collect();
    let undeclared = carried
        .clone()
        .filter(|it| !declared.contains(it))
        .map(|(name, version)| Difference {
            kind: Kind::Undeclared,
            name: (*name).to_owned(),
            stated: None,
            shown: Some((*version).to_owned()),
            purl: format!("pkg:generic/{name}@{version}").parse().ok(),
            bill: None,
            id: None,
            files: vec![format!("{}.libs/{name}.so", sample.name)],
        });
    let file = format!(
        "{}-{}-cp312-cp312-manylinux_2_28_x86_64.whl",
        sample.name, release.version
    );
    Examined {
        sha256: Digest::of(file.as_bytes()),
        file,
        bills: has_bill
            .then(|| bill(sample, release, &declared))
            .into_iter()
            .collect(),
        comparison: Comparison {
            differences: undeclared.collect(),
            shown: count,
            declared: declared.len(),
            shown_native: count,
            declared_native: declared.len(),
            ..Comparison::default()
        },
        unread: 0,
    }
}

fn read(text: &[u8]) -> Result<ReadBill, DocumentError> {
    let document = document::read(text)?;
    let facts = facts::read(&document)?;
    Ok(ReadBill::of(&document, &facts, Backend::MesonPython))
}

/// A bill, read as one of a real wheel is.
fn bill(sample: &Sample, release: &Release, declared: &[&(&str, &str)]) -> ExaminedBill {
    let components: Vec<String> = declared
        .iter()
        .map(|(name, version)| {
            format!(
                r#"{{"type": "library", "name": "{name}", "version": "{version}", "purl": "pkg:generic/{name}@{version}"}}"#
            )
        })
        .collect();
    let text = format!(
        r#"{{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [{}]}}"#,
        components.join(", ")
    );
    // The bills of one project are not valid.
    let validity = if seed(sample.name) % 4 == 3 {
        Validity::Invalid {
            errors: vec!["components/0/type: \"libary\" is none of the kinds".to_owned()],
            count: 1,
        }
    } else {
        Validity::Valid
    };
    ExaminedBill {
        name: format!(
            "{}-{}.dist-info/sboms/lab.cdx.json",
            sample.name, release.version
        ),
        read: read(text.as_bytes()).map_err(|error| error.to_string()),
        validity,
    }
}
