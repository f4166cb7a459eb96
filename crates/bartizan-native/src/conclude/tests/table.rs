//! Every sign of every library in the table, forged from its example, must give its library and version and no other.

use super::*;
use crate::knowledge::{Example, Library, Raw};

/// What is wrong with what a forged file gives, if anything is.
fn complaint(library: &Library, path: &str, bytes: Vec<u8>, gives: Option<&str>) -> Option<String> {
    let components = conclusion(Knowledge::embedded(), &[(path, bytes)], &[]).components;
    let shown =
        |it: &NativeComponent| format!("{} {}", it.name, it.version.as_deref().unwrap_or("?"));
    let found: Vec<String> = components.iter().map(shown).collect();
    let right = format!("{} {}", library.key, gives.unwrap_or("?"));
    (found != [right.clone()]).then(|| format!("{path} gives {found:?}, not {right}"))
}

/// The complaints about all libraries.
fn check(of_library: impl Fn(&Library) -> Vec<String>) {
    let libraries = Knowledge::embedded().libraries().iter();
    let complaints: Vec<String> = libraries.flat_map(of_library).collect();
    assert_eq!(complaints, Vec::<String>::new());
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

/// The complaints about a module with one sign, for each format and machine. Its own name tells nothing.
fn on_all(
    library: &Library,
    sign: &str,
    description: &Description,
    gives: Option<&str>,
) -> Vec<String> {
    let complain = |target: Target| {
        let ending = if target == Target::PeX86_64 {
            ".pyd"
        } else {
            ".abi3.so"
        };
        let found = complaint(
            library,
            &format!("package/_module{ending}"),
            description.build(target),
            gives,
        );
        found.map(|complaint| format!("{sign}: {complaint}"))
    };
    Target::ALL.into_iter().filter_map(complain).collect()
}

#[test]
fn functions_tell_their_versions() {
    check(|library| {
        let of_signal = |signal: &crate::knowledge::FunctionSignal| {
            let description = function(&signal.name, answer(&signal.example));
            on_all(
                library,
                &signal.name,
                &description,
                signal.example.gives.as_deref(),
            )
        };
        library.functions.iter().flat_map(of_signal).collect()
    });
}

#[test]
fn data_that_are_numbers_tell_their_versions() {
    let description = Description {
        data: vec![("_libiconv_version".to_owned(), "\u{13}\u{1}\0".to_owned())],
        ..Description::default()
    };
    check(|library| match library.key.as_str() {
        "libiconv" => on_all(library, "_libiconv_version", &description, Some("1.19")),
        _ => Vec::new(),
    });
}

#[test]
fn functions_show_presence() {
    check(|library| {
        let of_name = |name: &String| on_all(library, name, &function(name, Answer::Opaque), None);
        library.presence.iter().flat_map(of_name).collect()
    });
}

#[test]
fn texts_tell_their_versions() {
    check(|library| {
        let of_signal = |signal: &crate::knowledge::TextSignal| match &signal.example.raw {
            Raw::Text(text) => on_all(
                library,
                text,
                &texts(&[text.as_str()]),
                signal.example.gives.as_deref(),
            ),
            _ => vec![format!("{}: an example that is no text", signal.contains)],
        };
        library.texts.iter().flat_map(of_signal).collect()
    });
}

#[test]
fn names_tell_their_versions() {
    let stored = |library: &Library, name: &str, gives: Option<&str>| {
        complaint(
            library,
            &format!("package.libs/{name}"),
            elf(&Description::default()),
            gives,
        )
    };
    check(|library| {
        // As auditwheel writes them: the hash before the first full stop.
        let stems = library.files.iter().filter_map(|stem| {
            let (base, rest) = stem.split_at(stem.find('.').unwrap_or(stem.len()));
            let ending = if rest.contains(".so.") { "" } else { ".so" };
            stored(library, &format!("{base}-0123abcd{rest}{ending}"), None)
        });
        let releases = library
            .releases
            .iter()
            .filter_map(|(name, release)| stored(library, name, Some(release)));
        let names = library
            .names
            .iter()
            .filter_map(|signal| match &signal.example.raw {
                Raw::Text(name) => stored(library, name, signal.example.gives.as_deref()),
                _ => Some(format!("{}: an example that is no name", library.key)),
            });
        stems.chain(releases).chain(names).collect()
    });
}

#[test]
fn lines_of_their_own_files_tell_their_versions() {
    check(|library| {
        let of_signal = |signal: &crate::knowledge::NameSignal| match (
            &signal.example.raw,
            library.files.first(),
        ) {
            (Raw::Text(line), Some(stem)) => complaint(
                library,
                &format!("package.libs/{stem}.so"),
                elf(&texts(&[line.as_str()])),
                signal.example.gives.as_deref(),
            ),
            _ => Some(format!("{}: a line of no file", library.key)),
        };
        library.own.iter().filter_map(of_signal).collect()
    });
}

#[test]
fn resources_tell_their_versions() {
    check(|library| {
        let of_signal = |signal: &crate::knowledge::ResourceSignal| {
            let (Raw::Text(said), Some(stem)) = (&signal.example.raw, library.files.first()) else {
                return Some(format!("{}: a resource of no file", library.key));
            };
            let strings = [("ProductName", &signal.product), (&signal.string, said)];
            let owned = |(key, value): (&str, &String)| (key.to_owned(), value.clone());
            let description = Description {
                resource: strings.map(owned).to_vec(),
                ..Description::default()
            };
            complaint(
                library,
                &format!("package.libs/{stem}.dll"),
                description.build(Target::PeX86_64),
                signal.example.gives.as_deref(),
            )
        };
        library.resources.iter().filter_map(of_signal).collect()
    });
}
