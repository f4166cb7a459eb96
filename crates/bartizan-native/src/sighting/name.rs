//! What the names of files tell: the library's stem, its version, and whether the file was vendored.
//!
//! Tools that put libraries into wheels rename them: auditwheel writes a hash of eight digits before the first full stop,
//! delvewheel one of thirty-two before `.dll`; delocate changes nothing.

use bartizan_model::native::FileRole;

use crate::knowledge::Knowledge;

/// The lengths of the hashes that auditwheel and delvewheel write.
const HASHES: [usize; 2] = [8, 32];

/// What ends the names of DLLs for one machine.
const MACHINES: [&str; 4] = ["-x64", "-arm64", "_x64", ".x64"];

/// What ends the names of modules that Python imports, before `.so` or `.pyd`.
const MODULE_TAGS: [&str; 4] = [".abi3", ".cpython-", ".cp3", ".pypy3"];

/// The last part of a path, whichever way its slashes lean.
pub(crate) fn file_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

/// A name as others ask for it, whatever folder and case they write.
pub(crate) fn key(name: &str) -> String {
    file_name(name).to_lowercase()
}

/// The name that a library has upstream: without hash, and without the carrier's name where that makes it a known one.
pub(crate) fn upstream(knowledge: &Knowledge, path: &str, name: &str) -> String {
    let plain = without_hash(name);
    let shorter =
        without_carrier(path, &plain).filter(|shorter| library(knowledge, shorter).is_some());
    match library(knowledge, &plain) {
        None => shorter.unwrap_or(plain),
        Some(_) => plain,
    }
}

/// A name in lower case without the hashes of vendoring tools: `libwebp-2fd3cdca.so.7.1.7` → `libwebp.so.7.1.7`. A library
/// that was vendored twice, into a package and then into what is built with that, has two.
pub(crate) fn without_hash(path: &str) -> String {
    let name = file_name(path).to_lowercase();
    let (mut stem, rest) = name.split_at(name.find('.').unwrap_or(name.len()));
    while let Some((before, hash)) = stem.rsplit_once('-')
        && is_hash(hash)
        && !before.is_empty()
    {
        stem = before;
    }
    format!("{stem}{rest}")
}

/// A name without hash and without the name of the package that carries it: fiona's `libgdal-fiona.so.35` → `libgdal.so.35`.
fn without_carrier(path: &str, name: &str) -> Option<String> {
    let folder = path
        .split(['/', '\\'])
        .next()
        .unwrap_or_default()
        .to_lowercase();
    let carrier = folder.strip_suffix(".libs").unwrap_or(&folder);
    let (stem, rest) = name.split_at(name.find('.').unwrap_or(name.len()));
    let before = stem
        .strip_suffix(carrier)?
        .strip_suffix('-')
        .filter(|before| !before.is_empty())?;
    (!carrier.is_empty()).then(|| format!("{before}{rest}"))
}

fn is_hash(text: &str) -> bool {
    let is_hexadecimal = text
        .bytes()
        .all(|byte| byte.is_ascii_hexdigit() && !byte.is_ascii_uppercase());
    HASHES.contains(&text.len()) && is_hexadecimal
}

/// What may be the stem of a name without hash, the most exact first.
pub(crate) fn stems(name: &str) -> Vec<String> {
    let whole = without_ending(name);
    let mut stems = vec![whole.to_owned()];
    let mut rest = base(name);
    let machine = MACHINES.iter().find_map(|end| whole.strip_suffix(end));
    for next in [machine.unwrap_or(whole), rest] {
        push(&mut stems, next);
    }
    // `libssl-1_1` → `libssl`, `libpng16-16` → `libpng16` → `libpng`.
    while let Some(shorter) = without_number(rest) {
        push(&mut stems, shorter);
        rest = shorter;
    }
    stems
}

fn push(stems: &mut Vec<String>, stem: &str) {
    if !stem.is_empty() && !stems.iter().any(|known| known == stem) {
        stems.push(stem.to_owned());
    }
}

fn without_number(stem: &str) -> Option<&str> {
    let before = stem.trim_end_matches(|letter: char| letter.is_ascii_digit());
    let shorter = before.strip_suffix("-v").unwrap_or(before);
    let shorter = shorter.trim_end_matches(['-', '_', '.']);
    (shorter.len() < stem.len() && before.len() < stem.len() && !shorter.is_empty())
        .then_some(shorter)
}

/// A name without what follows the kind of its file.
fn without_ending(name: &str) -> &str {
    let end = name.find(".so.").or_else(|| {
        let ends = [".so", ".dylib", ".dll", ".pyd"].iter();
        ends.filter_map(|end| name.strip_suffix(end))
            .map(str::len)
            .next()
    });
    end.and_then(|end| name.get(..end)).unwrap_or(name)
}

/// The library of a name without hash, by its place in the table.
pub(crate) fn library(knowledge: &Knowledge, name: &str) -> Option<usize> {
    let by_stem = |stem: &String| {
        let with_prefix = || knowledge.by_stem(&format!("lib{stem}"));
        knowledge.by_stem(stem).or_else(with_prefix)
    };
    // A whole name tells a project that shares a stem with another one: `libcom_err.so.3.0`.
    let by_name = knowledge
        .by_stem(name)
        .or_else(|| knowledge.by_release_name(name));
    by_name.or_else(|| {
        let place = stems(name).iter().find_map(by_stem)?;
        Some(replaced(knowledge, place, name).unwrap_or(place))
    })
}

/// The library that shares a stem with another one, where this form of the name is only the former's: `libjpeg.so.9.3.0`.
fn replaced(knowledge: &Knowledge, place: usize, name: &str) -> Option<usize> {
    let others = &knowledge.libraries().get(place)?.yields_to;
    let is_named = |other: &usize| {
        let other = knowledge.libraries().get(*other);
        other.is_some_and(|it| {
            it.names
                .iter()
                .any(|signal| signal.reading.of_text(name).is_some())
        })
    };
    others
        .iter()
        .filter_map(|key| knowledge.place(key))
        .find(is_named)
}

/// What people call a library that is not in the table: `libgfortran`.
pub(crate) fn plain_name(name: &str) -> String {
    let stem = base(name);
    match stem.rsplit_once('-') {
        Some((before, number)) if !before.is_empty() && number.split('_').all(is_number) => {
            before.to_owned()
        }
        _ => stem.to_owned(),
    }
}

/// The release that linkers write before the ending: `libbfd-2.38.so` → `2.38`. What follows `.so` counts interfaces.
pub(crate) fn linked_release(name: &str) -> Option<String> {
    let (_, release) = without_ending(name).rsplit_once('-')?;
    let is_release = release.contains('.') && release.split('.').all(is_number);
    is_release.then(|| release.to_owned())
}

/// A name up to its first full stop, without its machine.
fn base(name: &str) -> &str {
    let whole = without_ending(name);
    let machine = MACHINES.iter().find_map(|end| whole.strip_suffix(end));
    let whole = machine.unwrap_or(whole);
    whole.split('.').next().unwrap_or(whole)
}

/// Two or more numbers in a name without hash, after its stem: `libbrotlidec.so.1.1.0` → `1.1.0`.
pub(crate) fn release(name: &str) -> Option<String> {
    let rest = if let Some(at) = name.find(".so.") {
        name.get(at + 4..)?
    } else {
        let whole = without_ending(name);
        whole.get(whole.find(['.', '-', '_'])? + 1..)?
    };
    let rest = rest.trim_start_matches('v');
    let is_release = rest.contains('.') && rest.split('.').all(is_number);
    is_release.then(|| rest.to_owned())
}

fn is_number(text: &str) -> bool {
    (1..=8).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// What a file is, by its path alone.
pub(crate) fn role(path: &str) -> FileRole {
    let mut folders = path.rsplit(['/', '\\']).skip(1);
    let name = file_name(path).to_lowercase();
    let is_module =
        name.strip_suffix(".so").is_some_and(is_module_name) || name.strip_suffix(".pyd").is_some();
    if folders.any(|folder| folder == ".dylibs" || folder.strip_suffix(".libs").is_some()) {
        FileRole::Vendored
    } else if is_module {
        FileRole::Module
    } else {
        FileRole::Other
    }
}

fn is_module_name(name: &str) -> bool {
    !name.starts_with("lib") || MODULE_TAGS.iter().any(|tag| name.contains(tag))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(path: &str) -> String {
        let name = without_hash(path);
        format!(
            "{name} | {} | {} | {} | {}",
            stems(&name).join(" "),
            plain_name(&name),
            release(&name).unwrap_or_default(),
            role(path).id()
        )
    }

    #[test]
    fn the_name_of_the_carrier_is_no_part_of_a_library_s() {
        let upstream = |path| upstream(Knowledge::embedded(), path, path);
        assert_eq!(
            upstream("fiona.libs/libwebp-fiona-2fd3cdca.so.7.1.7"),
            "libwebp.so.7.1.7"
        );
        assert_eq!(
            upstream("fiona/.dylibs/libwebp-fiona.7.dylib"),
            "libwebp.7.dylib"
        );
        assert_eq!(
            upstream("fiona.libs/libnever-fiona.so"),
            "libnever-fiona.so"
        );
        assert_eq!(
            upstream("numpy.libs/libgfortran-040039e1-0352e75f.so.5.0.0"),
            "libgfortran.so.5.0.0"
        );
    }

    #[test]
    fn names_of_every_tool_are_taken_apart() {
        insta::assert_snapshot!(check("pillow.libs/libwebp-2fd3cdca.so.7.1.7"), @"libwebp.so.7.1.7 | libwebp | libwebp | 7.1.7 | vendored");
        insta::assert_snapshot!(check("numpy.libs/libopenblas64_p-r0-0cf96a72.3.23.dev.so"), @"libopenblas64_p-r0.3.23.dev.so | libopenblas64_p-r0.3.23.dev libopenblas64_p-r0 libopenblas64_p-r | libopenblas64_p-r0 |  | vendored");
        insta::assert_snapshot!(check("a.libs/msvcp140-0f2ea95580b32bcfc81c235d5751ce78.dll"), @"msvcp140.dll | msvcp140 msvcp | msvcp140 |  | vendored");
        insta::assert_snapshot!(check("PIL/.dylibs/libpng16.16.dylib"), @"libpng16.16.dylib | libpng16.16 libpng16 libpng | libpng16 |  | vendored");
        insta::assert_snapshot!(check("x/.dylibs/libcrypto.1.1.dylib"), @"libcrypto.1.1.dylib | libcrypto.1.1 libcrypto | libcrypto | 1.1 | vendored");
        insta::assert_snapshot!(check("a.libs/libssl-1_1-x64-00000000000000000000000000000001.dll"), @"libssl-1_1-x64.dll | libssl-1_1-x64 libssl-1_1 libssl-1 libssl | libssl |  | vendored");
        insta::assert_snapshot!(check("a.libs/libLerc-47e5a5fc.so.4"), @"liblerc.so.4 | liblerc | liblerc |  | vendored");
        insta::assert_snapshot!(check("a.libs/libpython3-deadbeef.11.so.1.0"), @"libpython3.11.so.1.0 | libpython3.11 libpython3 libpython | libpython3 | 1.0 | vendored");
        insta::assert_snapshot!(check("x/zlib1.dll"), @"zlib1.dll | zlib1 zlib | zlib1 |  | other");
        insta::assert_snapshot!(check("a/_imaging.cpython-311-x86_64-linux-gnu.so"), @"_imaging.cpython-311-x86_64-linux-gnu.so | _imaging.cpython-311-x86_64-linux-gnu _imaging | _imaging |  | module");
        insta::assert_snapshot!(check("a\\b.pyd"), @"b.pyd | b | b |  | module");
        insta::assert_snapshot!(check("cmake-build/libfoo-2.38.so"), @"libfoo-2.38.so | libfoo-2.38 libfoo-2 libfoo | libfoo | 2.38 | other");
        insta::assert_snapshot!(check(""), @" |  |  |  | other");
    }

    proptest::proptest! {
        #[test]
        fn never_panics(path in "\\PC{0,40}", name in "[a-z.0-9_/-]{0,30}") {
            check(&path);
            check(&name);
        }
    }
}
