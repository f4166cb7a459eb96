//! What is made, read again by what judges bills: every format must say the same.

use std::collections::BTreeMap;

use bartizan_model::{
    ecosystem::Package,
    inventory::{Component, Edge, Inventory},
    native::{
        Carrier, Confidence, Contents, EvidenceKind, Linkage, NativeComponent, NativeEvidence,
        Origin,
    },
};

use super::*;
use crate::{document, facts};

fn library(name: &str, linkage: Linkage, version: Option<&str>, file: &str) -> NativeComponent {
    NativeComponent {
        name: name.to_owned(),
        library: Some(name.to_owned()),
        version: version.map(str::to_owned),
        reason: version.is_none().then(|| "no sign of it".to_owned()),
        purl: format!("pkg:generic/{name}").parse().ok(),
        cpe: Some(format!("{name}:{name}")),
        confidence: Confidence::High,
        origin: Origin::SelfBuilt,
        linkage,
        files: vec![file.to_owned()],
        evidence: vec![NativeEvidence {
            kind: EvidenceKind::VersionFunction,
            file: file.to_owned(),
            offset: Some(16),
            line: None,
            detail: "f returns 0x1".to_owned(),
            version: version.map(str::to_owned),
        }],
    }
}

fn bill() -> Bill {
    let lab = Package::pypi("lab");
    let inventory = Inventory {
        label: "dist/lab-1.0-py3-none-any.whl".to_owned(),
        format: "artifact".to_owned(),
        components: vec![Component::new(lab.clone(), "1.0", "lab")],
        ..Inventory::default()
    };
    let contents = [Contents {
        carrier: Some(Carrier {
            package: lab.clone(),
            version: "1.0".to_owned(),
        }),
        components: vec![
            library(
                "libwebp",
                Linkage::Vendored,
                Some("1.3.1"),
                "lab.libs/libwebp.so",
            ),
            library("zlib", Linkage::Static, None, "lab/x.so"),
        ],
        ..Contents::default()
    }];
    let hash = Hash {
        algorithm: "SHA-512",
        digits: "0a".repeat(64),
    };
    let known = PackageDetails {
        licence: Some(Licence::Expression("MIT OR Apache-2.0".to_owned())),
        maker: Agent::of_text("The Lab <a@lab.example>"),
        source: Some("https://lab.example/git".to_owned()),
        ..PackageDetails::default()
    };
    let details = Details {
        packages: BTreeMap::from([((lab, "1.0".to_owned()), known)]),
        files: BTreeMap::from([
            ("lab.libs/libwebp.so".to_owned(), vec![hash.clone()]),
            ("lab/x.so".to_owned(), vec![hash]),
        ]),
        libraries: BTreeMap::from([(
            ("libwebp".to_owned(), Some("1.3.1".to_owned())),
            LibraryDetails {
                licence: Licence::Expression("BSD-3-Clause".to_owned()),
                supplier: "The Web Lab".to_owned(),
                read_at: "https://web.example/COPYING".to_owned(),
            },
        )]),
    };
    let gathered = Gathered {
        inventory: &inventory,
        contents: &contents,
        details: &details,
        context: Context::PostBuild,
    };
    let mut bill = gather(&gathered);
    bill.timestamp = Some("2026-11-26T06:20:00Z".to_owned());
    bill.author = Agent::of_text("The Lab <lab@lab.example>");
    bill
}

fn check(format: Written) -> String {
    let text = write(&bill(), format);
    let facts = facts::read(&document::read(text.as_bytes()).expect("a document")).expect("facts");
    let of = |it: &Option<String>| it.clone().unwrap_or("-".to_owned());
    let items = facts.items.iter().map(|it| {
        let hashes = it.hashes.iter().chain(&it.deployed_hashes).count();
        format!(
            "{} | {} | {} | {} | {hashes} | {}",
            it.label(),
            of(&it.purl),
            of(&it.declared),
            of(&it.producer),
            it.is_linked
        )
    });
    let head = format!(
        "{} {:?} {:?} {:?}",
        facts.version, facts.authors, facts.tools, facts.context
    );
    std::iter::once(head)
        .chain(items)
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn every_format_says_the_same() {
    insta::assert_snapshot!(check(Written::CycloneDx16), @r#"
    1.6 ["The Lab"] ["bartizan"] Some("post-build")
    lab 1.0 | pkg:pypi/lab@1.0 | MIT OR Apache-2.0 | The Lab | 0 | true
    libwebp 1.3.1 | pkg:generic/libwebp | BSD-3-Clause | The Web Lab | 1 | true
    zlib | pkg:generic/zlib | - | - | 0 | true
    "#);
    assert_eq!(
        check(Written::CycloneDx17),
        check(Written::CycloneDx16).replacen("1.6", "1.7", 1)
    );
    insta::assert_snapshot!(check(Written::Spdx23), @r#"
    2.3 ["The Lab"] ["bartizan-0.1.0"] Some("post-build")
    lab 1.0 | pkg:pypi/lab@1.0 | MIT OR Apache-2.0 | The Lab | 0 | true
    libwebp 1.3.1 | pkg:generic/libwebp | BSD-3-Clause | The Web Lab | 2 | true
    zlib | pkg:generic/zlib | - | - | 0 | true
    "#);
    insta::assert_snapshot!(check(Written::Spdx301), @r#"
    3.0.1 ["The Lab"] ["bartizan 0.1.0"] Some("analyzed")
    lab 1.0 | pkg:pypi/lab@1.0 | MIT OR Apache-2.0 | The Lab | 0 | true
    libwebp 1.3.1 | pkg:generic/libwebp | BSD-3-Clause | The Web Lab | 2 | true
    zlib | pkg:generic/zlib | - | - | 1 | true
    "#);
}

#[test]
fn equal_input_gives_equal_bytes_and_other_input_another_serial() {
    for (.., format) in WRITTEN {
        assert_eq!(write(&bill(), format), write(&bill(), format));
    }
    let serial = |bill: &Bill| {
        let text = write(bill, Written::CycloneDx16);
        let json: Value = serde_json::from_str(&text).expect("JSON");
        json["serialNumber"].as_str().expect("a serial").to_owned()
    };
    let mut other = bill();
    other.parts[0].version = Some("1.3.2".to_owned());
    assert_ne!(serial(&bill()), serial(&other));
}

#[test]
fn a_target_of_many_packages_is_told_with_its_links() {
    let component = |name: &str| Component::new(Package::pypi(name), "1.0", "uv.lock");
    let inventory = Inventory {
        label: "project/uv.lock".to_owned(),
        components: vec![component("a"), component("b"), component("a")],
        roots: vec![0],
        edges: vec![Edge { from: 0, to: 1 }],
        ..Inventory::default()
    };
    let bill = gather(&Gathered {
        inventory: &inventory,
        contents: &[],
        details: &Details::default(),
        context: Context::PreBuild,
    });
    assert_eq!(
        bill.links.iter().copied().collect::<Vec<_>>(),
        [(0, 1), (0, 3), (1, 2)]
    );
    let references: Vec<&str> = bill.all().map(|it| it.reference.as_str()).collect();
    assert_eq!(
        references,
        [
            "uv.lock",
            "pkg:pypi/a@1.0",
            "pkg:pypi/b@1.0",
            "pkg:pypi/a@1.0#2"
        ]
    );
}

#[test]
fn licences_are_told_with_where_they_were_read() {
    let text = |format| write(&bill(), format);
    let json: Value = serde_json::from_str(&text(Written::CycloneDx16)).expect("JSON");
    let library = &json["components"][0];
    assert_eq!(library["supplier"]["name"], "The Web Lab");
    assert_eq!(
        library["externalReferences"].to_string(),
        r#"[{"type":"license","url":"https://web.example/COPYING"}]"#
    );
    let json: Value = serde_json::from_str(&text(Written::Spdx23)).expect("JSON");
    let library = &json["packages"][1];
    assert_eq!(library["supplier"], "Organization: The Web Lab");
    assert_eq!(
        library["licenseComments"],
        "read at https://web.example/COPYING"
    );
}
