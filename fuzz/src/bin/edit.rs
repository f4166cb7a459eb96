//! Editors of files that state versions.
#![no_main]

use bartizan_formats::edit::{ALL, PinEdit, PinFile};
use bartizan_model::ecosystem::Package;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let edit = |name: &str, from: Option<&str>, to: Option<&str>| PinEdit {
        package: Package::pypi(name),
        from: from.map(str::to_owned),
        to: to.map(str::to_owned),
        files: vec![PinFile {
            name: "lab-2.0-py3-none-any.whl".to_owned(),
            address: "https://a.example/\"".to_owned(),
            sha256: Some(bartizan_formats::digest::Digest([0; 32])),
            size: None,
            uploaded: None,
        }],
    };
    for editor in ALL {
        if let Ok(edited) = editor.apply(text, &[]) {
            assert_eq!(edited.text, text);
            let absent = editor.apply(text, &[edit("absent-from-all", Some("1"), Some("2"))]);
            assert!(absent.is_ok_and(|edited| edited.text == text));
        }
        drop(editor.apply(
            text,
            &[
                edit("lab", Some("1.0"), Some("2.0")),
                edit("x", Some("1"), None),
                edit("y", None, Some("1")),
            ],
        ));
    }
});
