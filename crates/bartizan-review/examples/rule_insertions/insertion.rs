//! Changes that have what a rule looks for, and changes that have nothing.

use bartizan_review::{
    Entry, Review,
    change::{Content, File, FileChange},
    kind::{Language, Role},
    rule::{Rule, Rules},
};

use crate::variation::{Dice, laid_out, parted, places, renamed, reordered, with};

/// A file to insert into.
pub(crate) struct Real {
    pub(crate) path: String,
    pub(crate) text: String,
    pub(crate) language: Language,
    pub(crate) role: Role,
}

impl Real {
    pub(crate) fn new(path: &str, text: String) -> Self {
        let language = Language::of(path, text.as_bytes().get(..100).unwrap_or(text.as_bytes()));
        Self {
            path: path.to_owned(),
            role: Role::of(path, language),
            text,
            language,
        }
    }
}

/// The ids of the rules that see something in a change.
pub(crate) fn seen(rules: &Rules, changes: &[FileChange]) -> Vec<String> {
    entries(rules, changes)
        .into_iter()
        .map(|it| it.rule.id.clone())
        .collect()
}

/// What a change introduces.
pub(crate) fn entries<'r>(rules: &'r Rules, changes: &[FileChange]) -> Vec<Entry<'r>> {
    let mut review = Review::new(rules);
    for change in changes {
        review.look(change);
    }
    review.finish().entries
}

/// Whether the files of a rule's example are told apart by their names, so that the change is a file of its own.
pub(crate) fn is_of_file(rule: &Rule) -> bool {
    matches!(
        rule.id.as_str(),
        "opaque-content"
            | "committed-program"
            | "committed-pickle"
            | "contradicted-name"
            | "unseen-content"
            | "stranger-in-action"
            | "submodule-commit"
            | "escaping-link"
            | "executable-bit"
            | "startup-hook"
            | "changed-digest"
            | "changed-source"
    )
}

/// Whether a rule may be tried on a file.
pub(crate) fn fits(rule: &Rule, real: &Real) -> bool {
    let example = Language::of(&rule.example.file, rule.example.failing.as_bytes());
    let is_same = real.language == example || is_c(real.language) && is_c(example);
    let is_named = rule.languages.is_empty() || rule.languages.contains(&real.language);
    let of_example = Role::of(&rule.example.file, example);
    let is_role = if rule.roles.is_empty() {
        real.role == of_example || real.role == Role::Code
    } else {
        rule.roles.contains(&real.role)
    };
    let is_install = |it: Role| it == Role::Install;
    is_same
        && is_named
        && is_role
        && (is_install(real.role) == is_install(of_example) || !rule.roles.is_empty())
}

fn is_c(language: Language) -> bool {
    matches!(language, Language::C | Language::Cpp)
}

/// A change of a real file that has what the rule looks for.
pub(crate) fn insertion(rule: &Rule, real: &Real, dice: &mut Dice) -> FileChange {
    let language = real.language;
    let seed = dice.0;
    let mut vary = |text: &str| {
        let text = text.repeat(rule.example.times);
        // Both sides have the same names.
        let renamed = renamed(&text, language, &mut Dice(seed));
        // Of a change of something that was there the change is meant, and no other layout.
        let is_change = rule.example.before.is_some();
        let laid_out = if is_change {
            renamed
        } else {
            laid_out(&renamed, language, dice)
        };
        if is_old_form(real) {
            shifted(&laid_out)
        } else {
            laid_out
        }
    };
    let failing = vary(&rule.example.failing);
    let before = rule.example.before.as_deref().map(&mut vary);
    let places = places(&real.text, language);
    let place = places[dice.below(places.len())];
    let old = before.map_or_else(|| real.text.clone(), |it| with(&real.text, place, &it));
    FileChange {
        before: Some(File::new(&real.path, old)),
        after: Some(File::new(&real.path, with(&real.text, place, &failing))),
    }
}

/// Whether a file has the old form of Fortran, in which statements begin in the seventh column.
fn is_old_form(real: &Real) -> bool {
    let lower = real.path.to_ascii_lowercase();
    matches!(lower.rsplit('.').next(), Some("f" | "for"))
}

fn shifted(text: &str) -> String {
    let lines = text.split('\n').map(|line| {
        if line.starts_with('!') {
            line.to_owned()
        } else {
            format!("      {line}")
        }
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// A new file beside a real one that has what the rule looks for.
pub(crate) fn file_of(rule: &Rule, real: &Real, dice: &mut Dice) -> FileChange {
    let number = dice.below(900) + 100;
    if rule.id == "executable-bit" {
        let file = File::new(&real.path, real.text.clone());
        let after = File {
            is_executable: true,
            ..file.clone()
        };
        return FileChange {
            before: Some(file),
            after: Some(after),
        };
    }
    match content_of(rule, dice) {
        Some((extensions, content)) => {
            let extension = extensions[dice.below(extensions.len())];
            let path = beside(real, &["", &format!("part{number}.{extension}")]);
            let after = File {
                path,
                content,
                is_executable: false,
            };
            FileChange {
                before: None,
                after: Some(after),
            }
        }
        None => example_of(rule, real, number),
    }
}

/// A path in the folder of a real file.
fn beside(real: &Real, parts: &[&str]) -> String {
    let folder = real.path.rsplit_once('/').map_or("", |it| it.0);
    let parts = [folder].into_iter().chain(parts.iter().copied());
    parts
        .filter(|it| !it.is_empty())
        .collect::<Vec<_>>()
        .join("/")
}

/// What a rule about contents looks for, and how files with it may end.
fn content_of(rule: &Rule, dice: &mut Dice) -> Option<(&'static [&'static str], Content)> {
    let size = dice.below(20_000) + 64;
    let mut bytes: Vec<u8> = (0..size)
        .map(|_| dice.below(256).to_le_bytes()[0])
        .collect();
    Some(match rule.id.as_str() {
        "opaque-content" => (&["dat", "bin", "xz"], Content::Bytes(bytes)),
        "committed-program" | "contradicted-name" => {
            bytes.splice(0..4, *b"\x7fELF");
            let is_program = rule.id == "committed-program";
            let extensions: &[&str] = if is_program {
                &["so", "bin", "dat"]
            } else {
                &["png", "pdf", "py", "c"]
            };
            (extensions, Content::Bytes(bytes))
        }
        "committed-pickle" => {
            let pickle = [b"\x80\x04K\x01\0".as_slice(), &bytes, b"."].concat();
            (&["pkl"], Content::Bytes(pickle))
        }
        "unseen-content" => {
            let why = "larger than is read".to_owned();
            (
                &["dat"],
                Content::Unseen {
                    why,
                    size: Some(1 << (20 + dice.below(12))),
                },
            )
        }
        "submodule-commit" => (&["d"], Content::Submodule(format!("{:040x}", dice.0))),
        "escaping-link" => {
            let targets = [
                "/etc/passwd".to_owned(),
                "../".repeat(20) + "x",
                "/proc/self/environ".to_owned(),
            ];
            (&["txt"], Content::Link(targets[dice.below(3)].clone()))
        }
        _ => return None,
    })
}

/// The example as a file of its own.
fn example_of(rule: &Rule, real: &Real, number: usize) -> FileChange {
    let vary = |text: &str| text.replace("lab", &format!("lab{number}"));
    let (folder, name) = rule
        .example
        .file
        .rsplit_once('/')
        .unwrap_or(("", &rule.example.file));
    let is_fixed =
        name.starts_with('.') || name.starts_with("sitecustomize") || name == "action.yml";
    let name = if is_fixed {
        name.to_owned()
    } else {
        format!("part{number}{name}")
    };
    let path = beside(real, &[folder, &name]);
    let before = rule.example.before.as_deref();
    FileChange {
        before: before.map(|it| File::new(&path, vary(it))),
        after: Some(File::new(&path, vary(&rule.example.failing))),
    }
}

/// A change that has nothing to tell of: what was done, and both sides.
pub(crate) fn harmless(real: &Real, dice: &mut Dice) -> Vec<(&'static str, Vec<FileChange>)> {
    let change = |before: Option<(&str, String)>, after: Option<(&str, String)>| FileChange {
        before: before.map(|(path, text)| File::new(path, text)),
        after: after.map(|(path, text)| File::new(path, text)),
    };
    let path = real.path.as_str();
    let anew = laid_out(&real.text, real.language, dice);
    let (folder, name) = path
        .rsplit_once('/')
        .map_or(("", path), |(folder, name)| (folder, name));
    let renamed = if folder.is_empty() {
        path.to_owned()
    } else {
        format!("{folder}/sub/{name}")
    };
    let mut changes = vec![
        (
            "layout",
            vec![change(
                Some((path, real.text.clone())),
                Some((path, anew.clone())),
            )],
        ),
        (
            "rename",
            vec![
                change(Some((path, real.text.clone())), None),
                change(None, Some((&renamed, anew))),
            ],
        ),
    ];
    if let Some(text) = reordered(&real.text, real.language, dice) {
        changes.push((
            "order",
            vec![change(Some((path, real.text.clone())), Some((path, text)))],
        ));
        if let Some((left, other)) = parted(&real.text, real.language, dice) {
            let new = format!("{folder}/part_{name}")
                .trim_start_matches('/')
                .to_owned();
            changes.push((
                "move",
                vec![
                    change(Some((path, real.text.clone())), Some((path, left))),
                    change(None, Some((&new, other))),
                ],
            ));
        }
    }
    changes
}
