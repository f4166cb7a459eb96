//! What a file is besides its content: whether it may be run, where it points, when it is read, how its lines look.

use super::Subject;
use crate::{
    change::Content,
    kind::{Language, Role, extension, file_name},
    lines::{cut, normalised, numbered},
    sighting::Seen,
};

/// From this length on a line of code is no line that people write.
const LONG_LINE: usize = 2_000;

/// Files that Python reads at every start.
const AT_START: [&str; 2] = ["sitecustomize.py", "usercustomize.py"];

pub(super) fn see(subject: &Subject<'_>, seen: &mut Vec<Seen>) {
    let path = &subject.file.path;
    match &subject.file.content {
        Content::Link(target) if leads_out(path, target) => {
            let message = format!(
                "a link that leads out of the repository, to `{}`",
                cut(target, 200)
            );
            seen.push(Seen::new("escaping-link", None, target.clone(), message));
        }
        Content::Submodule(commit) => {
            let message = format!("code of another repository, at {}", cut(commit, 12));
            seen.push(Seen::new("submodule-commit", None, commit.clone(), message));
        }
        _ => {}
    }
    let Some(text) = subject.text else {
        return;
    };
    start_hook(subject, text, seen);
    if matches!(
        subject.language,
        Language::Python
            | Language::Shell
            | Language::M4
            | Language::C
            | Language::Cpp
            | Language::Make
    ) {
        minified(text, seen);
    }
}

/// Code that every start of Python runs: lines of `.pth` files that begin with `import`.
fn start_hook(subject: &Subject<'_>, text: &str, seen: &mut Vec<Seen>) {
    let name = file_name(&subject.file.path);
    if AT_START.contains(&name) {
        seen.push(Seen::new(
            "startup-hook",
            None,
            name,
            format!("`{name}` is run by every start of Python"),
        ));
        return;
    }
    if extension(name) != "pth" {
        return;
    }
    for (number, line) in numbered(text)
        .filter(|(_, line)| line.starts_with("import ") || line.starts_with("import\t"))
    {
        let message = "this line is run by every start of Python";
        seen.push(Seen::new(
            "startup-hook",
            Some(number),
            normalised(line),
            message,
        ));
    }
}

/// The first line that is too long to be read, unless it is data: one that holds many different signs of code.
fn minified(text: &str, seen: &mut Vec<Seen>) {
    let is_code = |line: &str| {
        let signs = line
            .bytes()
            .filter(|byte| matches!(byte, b';' | b'(' | b'=' | b'|'))
            .count();
        signs > 40
    };
    let long = numbered(text).find(|(_, line)| line.len() >= LONG_LINE && is_code(line));
    if let Some((number, line)) = long {
        let message = format!("a line of {} characters of code", line.len());
        seen.push(Seen::new(
            "unreadable-code",
            Some(number),
            normalised(cut(line, 200)),
            message,
        ));
    }
}

/// Whether a link leads to something that is not of the repository.
fn leads_out(path: &str, target: &str) -> bool {
    if target.starts_with(['/', '\\']) || target.get(1..2) == Some(":") {
        return true;
    }
    let mut depth = path.split('/').count().saturating_sub(1);
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." if depth == 0 => return true,
            ".." => depth -= 1,
            _ => depth += 1,
        }
    }
    false
}

/// What was no program may be run now.
pub(super) fn compare(before: &Subject<'_>, after: &Subject<'_>, seen: &mut Vec<Seen>) {
    let is_script = after.text.is_some_and(|text| text.starts_with("#!"));
    let came = after.file.is_executable && !before.file.is_executable;
    if came && !is_script && after.role != Role::Documentation {
        let message = "it may be run now, and does not say what runs it";
        seen.push(Seen::new(
            "executable-bit",
            None,
            after.file.path.clone(),
            message,
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_stay_in_the_repository_or_do_not() {
        for (path, target, expect) in [
            ("a/b", "../c", false),
            ("a/b", "../../c", true),
            ("a", "/etc/passwd", true),
            ("a", "b/../../c", true),
            ("a", "C:\\x", true),
            ("a", "./b", false),
        ] {
            assert_eq!(leads_out(path, target), expect, "{path} {target}");
        }
    }
}
