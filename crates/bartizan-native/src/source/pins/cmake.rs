//! What `CMake` fetches: `FetchContent_Declare`, `ExternalProject_Add`, `CPMAddPackage`.

use std::collections::BTreeMap;

use super::Pin;

const COMMANDS: [&str; 3] = [
    "fetchcontent_declare",
    "externalproject_add",
    "cpmaddpackage",
];

/// The most words of one command that are looked at.
const MOST_WORDS: usize = 200;

pub(super) fn read(_file: &str, text: &str) -> Vec<Pin> {
    let plain = without_comments(text);
    let mut variables = BTreeMap::new();
    let mut pins = Vec::new();
    let mut from = 0;
    let mut line = 1_u32;
    for (open, _) in plain.match_indices('(') {
        let Some(before) = plain.get(from..open) else {
            continue;
        };
        line = line.saturating_add(lines(before));
        from = open;
        let name = before
            .trim_end()
            .rsplit(|it: char| !it.is_ascii_alphanumeric() && it != '_');
        let name = name
            .into_iter()
            .next()
            .unwrap_or_default()
            .to_ascii_lowercase();
        let is_set = name == "set";
        if !is_set && !COMMANDS.contains(&name.as_str()) {
            continue;
        }
        let words = words(plain.get(open + 1..).unwrap_or_default());
        if is_set {
            if let [variable, value, ..] = words.as_slice() {
                variables.insert(variable.clone(), value.clone());
            }
        } else if let Some(pin) = pin(&words, &variables) {
            pins.push(Pin { line, ..pin });
        }
    }
    pins
}

fn lines(text: &str) -> u32 {
    u32::try_from(text.matches('\n').count()).unwrap_or(u32::MAX)
}

fn pin(words: &[String], variables: &BTreeMap<String, String>) -> Option<Pin> {
    let value = |key: &str| {
        let at = words.iter().position(|word| word == key)?;
        words.get(at + 1).map(|word| filled(word, variables))
    };
    let first = words.first()?;
    if let ([_], Some((host, _))) = (words, first.split_once(':')) {
        return short(host, first);
    }
    let name = value("NAME").unwrap_or_else(|| filled(first, variables));
    let github = value("GITHUB_REPOSITORY").map(|it| format!("https://github.com/{it}"));
    let url = value("GIT_REPOSITORY").or_else(|| value("URL")).or(github);
    let revision = value("GIT_TAG").or_else(|| value("VERSION"));
    let is_pin = url.is_some() || revision.is_some();
    is_pin.then(|| Pin {
        name,
        url,
        revision,
        ..Pin::default()
    })
}

/// CPM's short form: `gh:OWNER/REPOSITORY@1.2` or `…#TAG`.
fn short(host: &str, text: &str) -> Option<Pin> {
    let rest = text.strip_prefix(host)?.strip_prefix(':')?;
    let (address, revision) = rest.split_once(['@', '#'])?;
    let url = match host {
        "gh" => format!("https://github.com/{address}"),
        "gl" => format!("https://gitlab.com/{address}"),
        _ => format!("{host}:{address}"),
    };
    let name = address.rsplit('/').next()?.to_owned();
    Some(Pin {
        name,
        url: Some(url),
        revision: Some(revision.to_owned()),
        ..Pin::default()
    })
}

/// A text with the variables that this file sets put in.
fn filled(word: &str, variables: &BTreeMap<String, String>) -> String {
    let mut filled = word.to_owned();
    for (name, value) in variables {
        if filled.contains("${") && filled.len() < 1_000 {
            filled = filled.replace(&format!("${{{name}}}"), value);
        }
    }
    filled
}

/// The words up to the closing parenthesis.
fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let (mut is_quoted, mut depth) = (false, 0_u32);
    for letter in text.chars() {
        match letter {
            '"' => is_quoted = !is_quoted,
            '(' if !is_quoted => depth = depth.saturating_add(1),
            ')' if !is_quoted && depth == 0 => break,
            ')' if !is_quoted => depth -= 1,
            _ if letter.is_whitespace() && !is_quoted => words.push(std::mem::take(&mut word)),
            _ => word.push(letter),
        }
        if words.len() > MOST_WORDS {
            break;
        }
    }
    words.push(word);
    words.retain(|word| !word.is_empty());
    words
}

/// The text with every comment blanked, line for line.
fn without_comments(text: &str) -> String {
    let lines = text.lines().map(|line| {
        line.split_once('#').map_or(line, |(code, comment)| {
            let is_short_form = code.contains("\"gh:") && comment.contains('"');
            if is_short_form { line } else { code }
        })
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str) -> String {
        super::super::shown(&read("CMakeLists.txt", text))
    }

    #[test]
    fn fetched_projects_are_pins() {
        insta::assert_snapshot!(check("include(FetchContent)\nset(FMT_VERSION 10.2.1)\n# FetchContent_Declare(no URL x)\nFetchContent_Declare(\n  fmt\n  GIT_REPOSITORY https://github.com/fmtlib/fmt.git # comment\n  GIT_TAG ${FMT_VERSION}\n)\nExternalProject_Add(zlib URL \"https://example.org/zlib-1.3.1.tar.gz\" URL_HASH SHA256=00)\n"), @"
        4 fmt https://github.com/fmtlib/fmt.git 10.2.1 in ``
        9 zlib https://example.org/zlib-1.3.1.tar.gz - in ``
        ");
        insta::assert_snapshot!(check("CPMAddPackage(\"gh:nlohmann/json@3.11.2\")\nCPMAddPackage(NAME x GITHUB_REPOSITORY a/x VERSION 1.2)\nfetchcontent_declare(y SOURCE_DIR z)\n"), @"
        1 json https://github.com/nlohmann/json 3.11.2 in ``
        2 x https://github.com/a/x 1.2 in ``
        ");
        insta::assert_snapshot!(check("FetchContent_Declare((("), @"");
    }
}
