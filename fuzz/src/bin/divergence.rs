//! Comparisons of artifacts with their source: any archive beside any other, any text in place of one that a rule reads.
#![no_main]

use std::{collections::BTreeMap, io::Cursor};

use bartizan_formats::{
    build_config::{self, BuildConfig},
    contents::{self, Contents, FileFacts, Identity, TextOf},
    entry_points, git_attributes,
    python_code::plain::{SETUP_FILE, VERSION_FILE, is_plain},
};
use bartizan_provenance::divergence::{
    Question, References, Relation, ReleaseName, Side, compare, compare_builds,
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let (one, other) = bytes.split_at(bytes.len() / 2);
    archives(one, other);
    texts(one, other);
});

fn archives(one: &[u8], other: &[u8]) {
    let read =
        |bytes: &[u8]| contents::of_archive(&mut Cursor::new(bytes.to_vec()), true, None).ok();
    let none = TextOf::new();
    if let (Some(one), Some(other)) = (read(one), read(other)) {
        let side = |contents| Side {
            contents,
            texts: &none,
        };
        let same = compare_builds(side(&one), side(&one));
        assert!(same.differences.is_empty() || !one.problems.is_empty());
        compare_builds(side(&one), side(&other));
    }
}

/// Every rule that reads a text reads these.
fn texts(one: &[u8], other: &[u8]) {
    let names = [
        "lab/a.py",
        "lab/version.py",
        "lab/b.txt",
        "setup.cfg",
        "setup.py",
        "pyproject.toml",
        "PKG-INFO",
        "po/de.po",
        "aclocal.m4",
        "m4/gettext.m4",
        "configure",
        "lab.egg-info/requires.txt",
        "lab-1.0.dist-info/METADATA",
        "lab-1.0.dist-info/WHEEL",
        "lab-1.0.dist-info/entry_points.txt",
        "lab-1.0.data/scripts/x",
        "lab/archive.txt",
    ];
    let side = |bytes: &[u8], more: &[(&str, &[u8])]| {
        let (mut contents, mut texts) = (Contents::default(), TextOf::new());
        let own = names.iter().map(|name| (*name, bytes));
        for (name, bytes) in own.chain(more.iter().copied()) {
            let facts = FileFacts {
                size: Some(bytes.len() as u64),
                identity: Identity::of(bytes, None),
                is_binary: Some(contents::is_binary(bytes)),
                ..FileFacts::default()
            };
            contents.files.insert(name.to_owned(), facts);
            texts.insert(name.to_owned(), Ok(bytes.to_vec()));
        }
        (contents, texts)
    };
    let more: [(&str, &[u8]); 3] = [
        ("lab/a.py.in", other),
        (".gitattributes", b"archive.txt export-subst ident\n"),
        ("configure.ac", b""),
    ];
    let (artifact, source) = (side(one, &[]), side(other, &more));
    let release = ReleaseName {
        project: "lab".to_owned(),
        version: "1.0".to_owned(),
    };
    for relation in [Relation::Built, Relation::Packed] {
        let comparison = compare(Question {
            relation,
            artifact: Side {
                contents: &artifact.0,
                texts: &artifact.1,
            },
            source: Side {
                contents: &source.0,
                texts: &source.1,
            },
            release: Some(&release),
            references: &References::default(),
        });
        let told =
            comparison.explained.len() + comparison.uncompared.len() + comparison.unexplained.len();
        assert!(told <= names.len() && comparison.unexplained.is_sorted());
    }
    let text = String::from_utf8_lossy(one);
    is_plain(&text, &VERSION_FILE);
    is_plain(&text, &SETUP_FILE);
    entry_points::read(&text);
    build_config::sections(&text);
    git_attributes::Attributes::default().add("lab", &text);
    git_attributes::glob(
        &text.chars().take(200).collect::<String>(),
        &String::from_utf8_lossy(other),
    );
    BuildConfig::read(&BTreeMap::from([
        ("pyproject.toml", one),
        ("setup.cfg", other),
        ("setup.py", one),
    ]));
}
