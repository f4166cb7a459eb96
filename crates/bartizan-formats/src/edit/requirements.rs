//! `requirements.txt`: pins with their hashes.

use std::{collections::BTreeSet, ops::Range};

use super::{EditError, Edited, Editor, MAX_BYTES, PinEdit, Splice, digests, pin_in, spliced};

pub(super) static EDITOR: Requirements = Requirements;

/// See the module.
pub(super) struct Requirements;

impl Editor for Requirements {
    fn id(&self) -> &'static str {
        "requirements"
    }

    fn title(&self) -> &'static str {
        "requirements.txt"
    }

    fn is_usual_name(&self, name: &str) -> bool {
        [".txt", ".in"]
            .iter()
            .any(|ending| name.strip_suffix(ending).is_some())
    }

    fn apply(&self, text: &str, edits: &[PinEdit]) -> Result<Edited, EditError> {
        if text.len() > MAX_BYTES {
            return Err(EditError::TooLarge);
        }
        let mut splices = Vec::new();
        let mut made = BTreeSet::new();
        let statements = statements(text);
        for statement in &statements {
            let raw = text.get(statement.clone()).unwrap_or_default();
            let specification = specification(raw);
            for (place, edit) in edits.iter().enumerate() {
                let Some(version) = pin_in(specification, edit) else {
                    continue;
                };
                made.insert(place);
                let Some(to) = &edit.to else {
                    splices.push(Splice {
                        range: with_comments(text, statement),
                        text: String::new(),
                    });
                    continue;
                };
                let at = statement.start;
                let range = at + version.start..at + version.end;
                splices.push(Splice {
                    range,
                    text: to.clone(),
                });
                if let Some((range, text)) = new_hashes(raw, specification.len(), edit)? {
                    splices.push(Splice {
                        range: at + range.start..at + range.end,
                        text,
                    });
                }
            }
        }
        let mut text = spliced(text, splices)?;
        for (place, edit) in edits.iter().enumerate() {
            if let (None, Some(to)) = (&edit.from, &edit.to) {
                append(&mut text, edit, to)?;
                made.insert(place);
            }
        }
        Ok(Edited { text, made })
    }
}

/// The logical lines with their line breaks; a backslash at the end of a line joins the next.
fn statements(text: &str) -> Vec<Range<usize>> {
    let mut statements: Vec<Range<usize>> = Vec::new();
    let (mut place, mut is_open) = (0, false);
    for line in text.split_inclusive('\n') {
        let end = place + line.len();
        match statements.last_mut().filter(|_| is_open) {
            Some(statement) => statement.end = end,
            None => statements.push(place..end),
        }
        let bare = line.trim_end_matches(['\n', '\r']);
        is_open = bare.ends_with('\\') && !bare.trim_start().starts_with('#');
        place = end;
    }
    statements
}

/// The requirement itself: up to a comment, an option, a continuation or the end.
fn specification(raw: &str) -> &str {
    let ends = [" #", "\t#", " --", "\t--", "\\", "\n", "\r"];
    let end = ends.iter().filter_map(|end| raw.find(end)).min();
    let text = raw.get(..end.unwrap_or(raw.len())).unwrap_or_default();
    if text.trim_start().starts_with('#') {
        ""
    } else {
        text
    }
}

/// A statement with the comments that are indented below it: they say for whose sake it is there.
fn with_comments(text: &str, statement: &Range<usize>) -> Range<usize> {
    let mut end = statement.end;
    for line in text.get(end..).unwrap_or_default().split_inclusive('\n') {
        let is_note = line.starts_with([' ', '\t']) && line.trim_start().starts_with('#');
        if !is_note {
            break;
        }
        end += line.len();
    }
    statement.start..end
}

/// Where the hashes of a statement stand, and those of the new version in the same style; `None` where it has none.
fn new_hashes(
    raw: &str,
    from: usize,
    edit: &PinEdit,
) -> Result<Option<(Range<usize>, String)>, EditError> {
    let tokens = hash_tokens(raw);
    let (Some(first), Some(last)) = (tokens.first(), tokens.last()) else {
        return Ok(None);
    };
    let is_sha256 = |token: &&Range<usize>| {
        raw.get((*token).clone())
            .is_some_and(|text| text.contains("sha256"))
    };
    if !tokens.iter().all(|token| is_sha256(&token)) {
        let what = "has hashes of another kind than SHA-256";
        return Err(EditError::Shape {
            package: edit.package.clone(),
            what,
        });
    }
    let between = match tokens.as_slice() {
        [one, two, ..] => raw.get(one.end..two.start),
        _ => raw
            .get(from..first.start)
            .filter(|text| text.trim_matches(['\\', ' ', '\t', '\r', '\n']).is_empty()),
    };
    let between = between.filter(|text| !text.is_empty()).unwrap_or(" ");
    let digests = digests(edit)?;
    let written: Vec<String> = digests
        .iter()
        .map(|digest| format!("--hash=sha256:{digest}"))
        .collect();
    Ok(Some((first.start..last.end, written.join(between))))
}

/// Each `--hash=…` of a statement.
fn hash_tokens(raw: &str) -> Vec<Range<usize>> {
    let places = raw.match_indices("--hash").map(|(place, _)| place);
    let token = |start: usize| {
        let rest = raw.get(start + "--hash".len()..)?;
        let value = rest.strip_prefix('=').or_else(|| rest.strip_prefix(' '))?;
        let length = value
            .find(|c: char| c.is_whitespace() || c == '\\')
            .unwrap_or(value.len());
        Some(start..raw.len() - value.len() + length)
    };
    places.filter_map(token).collect()
}

/// A new pin at the end, with hashes where others have them.
fn append(text: &mut String, edit: &PinEdit, to: &str) -> Result<(), EditError> {
    let end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let mut hashes = String::new();
    if text.contains("--hash") {
        for digest in digests(edit)? {
            hashes.push_str(&format!(" \\{end}    --hash=sha256:{digest}"));
        }
    }
    if !text.is_empty() && !text.ends_with('\n') {
        text.push_str(end);
    }
    text.push_str(&format!("{}=={to}{hashes}{end}", edit.package.name()));
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::tests::{self, edit, is_left_alone};
    use super::*;

    fn check(text: &str, edits: &[PinEdit]) -> String {
        tests::check(&EDITOR, text, edits)
    }

    #[test]
    fn versions_change_and_everything_else_stays() {
        let text = "# pins\r\nnumpy == 1.0  # why\r\nNumPy[x]==1.0 ; python_version < '3'\r\n  numpy>=1\r\nnumpy-ext==1.0\r\n-r other.txt";
        assert_eq!(
            check(text, &[edit("numpy", "1.0.0", "1.2")]),
            text.replace("== 1.0 ", "== 1.2 ")
                .replace("[x]==1.0", "[x]==1.2")
        );
        assert_eq!(
            check("numpy===1.0", &[edit("numpy", "1.0", "1.2")]),
            "numpy===1.2"
        );
        assert_eq!(
            check("numpy==2.0\n#numpy==1.0\n", &[edit("numpy", "1.0", "1.2")]),
            "numpy==2.0\n#numpy==1.0\n"
        );
    }

    #[test]
    fn hashes_follow_in_the_style_of_the_file() {
        insta::assert_snapshot!(check("a==1.0 \\\n    --hash=sha256:aa \\\n    --hash=sha256:bb\n    # via b\nb==1 --hash=sha256:cc\n", &[edit("a", "1.0", "2"), edit("b", "1", "2"), edit("c", "-", "3")]), @r"
        a==2 \
            --hash=sha256:0101 \
            --hash=sha256:0202
            # via b
        b==2 --hash=sha256:0101 --hash=sha256:0202
        c==3 \
            --hash=sha256:0101 \
            --hash=sha256:0202
        ");
        let bare = PinEdit {
            files: Vec::new(),
            ..edit("a", "1", "2")
        };
        insta::assert_snapshot!(check("a==1 --hash=sha256:aa\n", &[bare]), @"error: it has hashes of a, and those of 2 are not known");
        insta::assert_snapshot!(check("a==1 --hash=sha512:aa\n", &[edit("a", "1", "2")]), @"error: the entry of a has hashes of another kind than SHA-256");
    }

    #[test]
    fn what_goes_takes_its_notes_along() {
        assert_eq!(
            check(
                "a==1\n    # via b\n    #   c\nb==1\n# own\n",
                &[edit("a", "1", "-"), edit("n", "-", "1")]
            ),
            "b==1\n# own\nn==1\n"
        );
    }

    proptest! {
        #[test]
        fn nothing_asked_for_changes_nothing(text in "((a|b|numpy|#|==|1\\.0| |;|--hash=sha256:a|\\\\|\r|\n|é){0,12}\n){0,6}") {
            prop_assert!(is_left_alone(&EDITOR, &text));
        }

        #[test]
        fn bytes_outside_of_pins_stay(head in "(#[a-z ]{0,8}\n|b==2\n|-r x\n){0,4}", tail in "(  # [a-z]{0,5})?\n(#é\n|c>=1\n){0,4}", version in "[0-9](\\.[0-9]){0,2}") {
            let text = format!("{head}numpy=={version}{tail}");
            let expect = format!("{head}numpy==9.9{tail}");
            prop_assert_eq!(check(&text, &[edit("numpy", &version, "9.9")]), expect);
        }

        #[test]
        fn never_panics(text in "\\PC{0,60}") {
            check(&text, &[edit("a", "1", "2"), edit("b", "1", "-"), edit("c", "-", "1")]);
        }
    }
}
