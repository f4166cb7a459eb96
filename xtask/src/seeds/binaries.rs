//! Seeds of the target that reads machine code: one tiny library for each format and machine, by the generator of the
//! crate's own tests.

#[path = "../../../crates/bartizan-native/src/binary/forge.rs"]
#[expect(dead_code, reason = "the tests of the crate ask for more")]
mod forge;

use self::forge::{Answer, Description, Target};
use super::Seed;

/// Every seed.
pub(super) fn all() -> Vec<Seed> {
    let description = description();
    let files = Target::ALL
        .into_iter()
        .map(|target| description.build(target));
    let stripped = Target::ALL
        .into_iter()
        .map(|target| Description::default().build(target));
    let files = files.chain(stripped).chain([description.universal()]);
    files
        .flat_map(|bytes| [seed("binary", bytes.clone()), seed("sighting", bytes)])
        .collect()
}

/// A library for Linux on AMD64, to be put into archives.
pub(super) fn library() -> Vec<u8> {
    description().build(Target::ElfX86_64)
}

fn seed(target: &'static str, bytes: Vec<u8>) -> Seed {
    Seed { target, bytes }
}

/// A library that has one of everything.
fn description() -> Description {
    let functions = [
        ("number_version", Answer::Integer(0x0001_0203)),
        ("text_version", Answer::Text("1.2.3".to_owned())),
        ("three_version", Answer::Integers([1, 2, 3])),
        ("work", Answer::Opaque),
        ("zlibVersion", Answer::Text("1.3.1".to_owned())),
        ("WebPGetDecoderVersion", Answer::Integer(0x0001_0301)),
    ];
    Description {
        soname: Some("libforged.so.1".to_owned()),
        needed: vec!["libc.so.6".to_owned()],
        functions: functions
            .map(|(name, answer)| (name.to_owned(), answer))
            .into(),
        data: vec![("copyright".to_owned(), "forged 1.2.3".to_owned())],
        texts: vec![
            "forged library 1.2.3".to_owned(),
            " inflate 1.2.13 Copyright 1995-2022".to_owned(),
            "/registry/src/index.example-6f17d22bba15001f/name-1.2.3/src/lib.rs".to_owned(),
        ],
        build_id: Some(vec![0xab; 16]),
        comment: Some("compiler 10.2.1".to_owned()),
        debug_link: None,
        symbol_versions: vec!["FORGED_1.0".to_owned()],
        resource: vec![
            ("ProductName".to_owned(), "a seed".to_owned()),
            ("ProductVersion".to_owned(), "1.2.3".to_owned()),
        ],
    }
}
