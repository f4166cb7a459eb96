//! Every sign of every library in the table, forged from its example, must give its library and version and no other.

use super::*;
use crate::knowledge::{Example, Library, Raw};

/// Compares what a forged file gives with what it must give.
fn expect(
    library: &Library,
    sign: &str,
    path: &str,
    bytes: Vec<u8>,
    gives: Option<&str>,
    wrong: &mut Vec<String>,
) {
    let knowledge = Knowledge::embedded();
    let given: Vec<String> = conclusion(knowledge, &[(path, bytes)], &[])
        .components
        .iter()
        .map(|it| format!("{} {}", it.name, it.version.as_deref().unwrap_or("?")))
        .collect();
    let right = format!("{} {}", library.key, gives.unwrap_or("?"));
    if given != [right.clone()] {
        wrong.push(format!("{sign} at {path} gives {given:?}, not {right}"));
    }
}

fn answer(example: &Example) -> Answer {
    match &example.raw {
        Raw::Number(number) => Answer::Integer(u32::try_from(*number).unwrap()),
        Raw::Numbers(numbers) => {
            Answer::Integers(numbers.map(|number| u32::try_from(number).unwrap()))
        }
        Raw::Text(text) => Answer::Text(text.clone()),
    }
}

/// The path of a module for each format, so that nothing is known from the name.
fn module(target: Target) -> &'static str {
    match target {
        Target::PeX86_64 => "package/_module.pyd",
        _ => "package/_module.abi3.so",
    }
}

#[test]
fn functions_tell_their_versions() {
    let mut wrong = Vec::new();
    for library in Knowledge::embedded().libraries() {
        for signal in &library.functions {
            for target in Target::ALL {
                let bytes = function(&signal.name, answer(&signal.example)).build(target);
                expect(
                    library,
                    &signal.name,
                    module(target),
                    bytes,
                    signal.example.gives.as_deref(),
                    &mut wrong,
                );
            }
        }
        for name in &library.presence {
            for target in Target::ALL {
                let bytes = function(name, Answer::Opaque).build(target);
                expect(library, name, module(target), bytes, None, &mut wrong);
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn texts_tell_their_versions() {
    let mut wrong = Vec::new();
    for library in Knowledge::embedded().libraries() {
        for signal in &library.texts {
            let Raw::Text(text) = &signal.example.raw else {
                continue;
            };
            for target in Target::ALL {
                let bytes = texts(&[text.as_str()]).build(target);
                expect(
                    library,
                    &signal.contains,
                    module(target),
                    bytes,
                    signal.example.gives.as_deref(),
                    &mut wrong,
                );
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn names_tell_their_versions() {
    let mut wrong = Vec::new();
    for library in Knowledge::embedded().libraries() {
        let plain = || elf(&Description::default());
        for stem in &library.files {
            let path = format!("package.libs/{stem}-0123abcd.so");
            expect(library, stem, &path, plain(), None, &mut wrong);
        }
        for (name, release) in &library.releases {
            expect(
                library,
                name,
                &format!("package.libs/{name}"),
                plain(),
                Some(release),
                &mut wrong,
            );
        }
        for signal in &library.names {
            let Raw::Text(name) = &signal.example.raw else {
                continue;
            };
            let gives = signal.example.gives.as_deref();
            expect(
                library,
                name,
                &format!("package.libs/{name}"),
                plain(),
                gives,
                &mut wrong,
            );
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}
