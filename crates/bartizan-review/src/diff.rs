//! Patches, as git writes them, as a change: both sides of each hunk at their lines, with empty lines for what is left out.

mod path;

use bartizan_model::problem::Problem;

use crate::{
    change::{Content, File, FileChange},
    diff::path::{header_paths, unquoted},
};

/// How many files one patch has.
const MOST_FILES: usize = 100_000;

/// How many empty lines stand for what all hunks leave out. A hunk may claim any line.
const MOST_GAPS: usize = 4_000_000;

/// How many problems are told.
const MOST_PROBLEMS: usize = 100;

/// What a patch says.
#[derive(Debug, Default)]
pub struct Patch {
    /// The files that differ, in its order.
    pub files: Vec<FileChange>,
    /// What could not be understood.
    pub problems: Vec<Problem>,
}

/// Reads a patch. What is no patch has no files.
pub fn read(bytes: &[u8]) -> Patch {
    let text = String::from_utf8_lossy(bytes);
    let mut reader = Reader {
        patch: Patch::default(),
        file: None,
        gaps: 0,
    };
    let mut hunk: Option<Hunk> = None;
    for (number, line) in (1_u32..).zip(text.split_inclusive('\n')) {
        let line = line.strip_suffix('\n').unwrap_or(line);
        if let Some(open) = &mut hunk
            && let Some(file) = &mut reader.file
            && open.take(file, line)
        {
            if open.is_done() {
                hunk = None;
            }
            continue;
        }
        hunk = None;
        if reader.patch.files.len() >= MOST_FILES {
            reader.complain(number, "more files than are read");
            break;
        }
        match line.strip_prefix("@@ -") {
            Some(rest) => hunk = reader.hunk(number, rest),
            None => reader.header(line),
        }
    }
    reader.end_file();
    reader.patch
}

/// One file while it is read.
#[derive(Debug, Default)]
struct Draft {
    old: Side,
    new: Side,
    is_binary: bool,
    is_rename: bool,
}

/// One side of it.
#[derive(Debug, Default)]
struct Side {
    path: Option<String>,
    mode: Option<String>,
    is_absent: bool,
    text: String,
    /// How many lines the text has.
    lines: usize,
}

/// Lines that are still to come.
#[derive(Debug, Clone, Copy)]
struct Hunk {
    old: usize,
    new: usize,
}

impl Hunk {
    fn is_done(self) -> bool {
        self.old == 0 && self.new == 0
    }

    /// Whether a line belongs to it.
    fn take(&mut self, file: &mut Draft, line: &str) -> bool {
        let (sign, text) = match line.chars().next() {
            // Some tools take blanks at the end of lines away.
            None => (' ', ""),
            Some(sign) => (sign, line.get(sign.len_utf8()..).unwrap_or_default()),
        };
        match sign {
            ' ' if self.old > 0 && self.new > 0 => {
                file.old.push(text);
                file.new.push(text);
                (self.old, self.new) = (self.old - 1, self.new - 1);
            }
            '-' if self.old > 0 => {
                file.old.push(text);
                self.old -= 1;
            }
            '+' if self.new > 0 => {
                file.new.push(text);
                self.new -= 1;
            }
            '\\' => {}
            _ => return false,
        }
        true
    }
}

impl Side {
    fn push(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
        self.lines += 1;
    }

    fn file(self, is_binary: bool, other: &Self) -> Option<File> {
        let mode = self
            .mode
            .as_deref()
            .or(other.mode.as_deref())
            .unwrap_or_default();
        let path = self.path.filter(|_| !self.is_absent)?;
        let first = self.text.trim_start_matches('\n').trim_end();
        let content = match mode {
            "120000" => Content::Link(first.to_owned()),
            "160000" => Content::Submodule(
                first
                    .strip_prefix("Subproject commit ")
                    .unwrap_or(first)
                    .to_owned(),
            ),
            _ if is_binary => Content::Binary,
            _ => Content::Excerpt(self.text),
        };
        Some(File {
            path,
            content,
            is_executable: mode == "100755",
        })
    }
}

struct Reader {
    patch: Patch,
    file: Option<Draft>,
    gaps: usize,
}

impl Reader {
    fn complain(&mut self, line: u32, what: &str) {
        if self.patch.problems.len() < MOST_PROBLEMS {
            self.patch
                .problems
                .push(Problem::new(format!("line {line}"), what));
        }
    }

    fn header(&mut self, line: &str) {
        if let Some(rest) = line.strip_prefix("diff --git ") {
            self.end_file();
            let (old, new) = header_paths(rest).unzip();
            let mut draft = Draft::default();
            (draft.old.path, draft.new.path) = (old, new);
            self.file = Some(draft);
            return;
        }
        // A patch that git did not write begins each file with its names.
        if line.starts_with("--- ")
            && self
                .file
                .as_ref()
                .is_none_or(|it| it.old.lines + it.new.lines > 0)
        {
            self.end_file();
            self.file = Some(Draft::default());
        }
        if let Some(file) = &mut self.file {
            of_header(file, line);
        }
    }

    fn end_file(&mut self) {
        let Some(mut draft) = self.file.take() else {
            return;
        };
        let is_binary = draft.is_binary;
        let names = (draft.old.path.clone(), draft.new.path.clone());
        if draft.is_rename && draft.old.lines == 0 && draft.new.lines == 0 {
            // Only the name differs, and the patch does not show what stays.
            return;
        }
        if names.0.is_none() {
            draft.old.is_absent = true;
        }
        let before_mode = Side {
            mode: draft.old.mode.clone(),
            ..Side::default()
        };
        let before = draft.old.file(
            is_binary,
            &Side {
                mode: draft.new.mode.clone(),
                ..Side::default()
            },
        );
        let after = draft.new.file(is_binary, &before_mode);
        if before.is_some() || after.is_some() {
            self.patch.files.push(FileChange { before, after });
        }
    }

    /// Begins a hunk: `12,3 +14,5 @@ function`.
    fn hunk(&mut self, number: u32, rest: &str) -> Option<Hunk> {
        let parsed = ranges(rest);
        let (Some(((old_line, old), (new_line, new))), Some(file)) = (parsed, &mut self.file)
        else {
            self.complain(number, "a hunk that cannot be understood");
            return None;
        };
        let mut is_far = false;
        for (side, line) in [(&mut file.old, old_line), (&mut file.new, new_line)] {
            let gap = line.saturating_sub(1).saturating_sub(side.lines);
            if gap > MOST_GAPS.saturating_sub(self.gaps) {
                is_far = true;
                continue;
            }
            self.gaps += gap;
            side.lines += gap;
            side.text.extend(std::iter::repeat_n('\n', gap));
        }
        if is_far {
            self.complain(number, "a hunk farther away than lines are counted");
        }
        Some(Hunk { old, new })
    }
}

fn of_header(file: &mut Draft, line: &str) {
    let path = |text: &str| Some(unquoted(text));
    if let Some(rest) = line.strip_prefix("--- ") {
        named(&mut file.old, rest);
    } else if let Some(rest) = line.strip_prefix("+++ ") {
        named(&mut file.new, rest);
    } else if let Some(rest) = line.strip_prefix("rename from ") {
        file.is_rename = true;
        file.old.path = path(rest);
    } else if let Some(rest) = line.strip_prefix("rename to ") {
        file.new.path = path(rest);
    } else if let Some(rest) = line.strip_prefix("new file mode ") {
        file.old.is_absent = true;
        file.new.mode = Some(rest.trim().to_owned());
    } else if let Some(rest) = line.strip_prefix("deleted file mode ") {
        file.new.is_absent = true;
        file.old.mode = Some(rest.trim().to_owned());
    } else if let Some(rest) = line.strip_prefix("old mode ") {
        file.old.mode = Some(rest.trim().to_owned());
    } else if let Some(rest) = line.strip_prefix("new mode ") {
        file.new.mode = Some(rest.trim().to_owned());
    } else if let Some(rest) = line.strip_prefix("index ") {
        if let Some((_, mode)) = rest.split_once(' ') {
            file.old.mode = Some(mode.trim().to_owned());
            file.new.mode = Some(mode.trim().to_owned());
        }
    } else if line == "GIT binary patch"
        || (line.starts_with("Binary files ") && line.ends_with(" differ"))
    {
        file.is_binary = true;
    }
}

/// A name of `---` and `+++`: `a/path`, `"a/p\303\266"`, `/dev/null`, with a time behind a tab in old forms.
fn named(side: &mut Side, text: &str) {
    let text = text.split('\t').next().unwrap_or(text);
    let name = unquoted(text.trim_end());
    if name == "/dev/null" {
        side.is_absent = true;
        return;
    }
    let plain = name
        .strip_prefix("a/")
        .or_else(|| name.strip_prefix("b/"))
        .unwrap_or(&name);
    side.path = Some(plain.to_owned());
}

/// First line and number of lines of both sides.
type Ranges = ((usize, usize), (usize, usize));

fn ranges(rest: &str) -> Option<Ranges> {
    let (ranges, _) = rest.split_once(" @@")?;
    let (old, new) = ranges.split_once(" +")?;
    Some((range(old)?, range(new)?))
}

fn range(text: &str) -> Option<(usize, usize)> {
    match text.split_once(',') {
        Some((line, count)) => Some((line.parse().ok()?, count.parse().ok()?)),
        None => Some((text.parse().ok()?, 1)),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(text: &str) -> String {
        let patch = read(text.as_bytes());
        let side = |it: &Option<File>| match it {
            None => "-".to_owned(),
            Some(it) => format!(
                "{}{} {:?}",
                it.path,
                if it.is_executable { "*" } else { "" },
                it.content
            ),
        };
        let shown = patch
            .files
            .iter()
            .map(|it| format!("{} => {}", side(&it.before), side(&it.after)));
        let problems = patch
            .problems
            .iter()
            .map(|it| format!("{}: {}", it.subject, it.message));
        shown.chain(problems).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn hunks_stand_at_their_lines() {
        insta::assert_snapshot!(check("diff --git a/x.c b/x.c\nindex 1..2 100644\n--- a/x.c\n+++ b/x.c\n@@ -3,2 +3,3 @@ f()\n a\n+--- b\n c\n\\ No newline at end of file\n"), @"");
    }

    #[test]
    fn files_come_go_move_and_are_binary() {
        insta::assert_snapshot!(check("diff --git a/n b/n\nnew file mode 100755\n--- /dev/null\n+++ b/n\n@@ -0,0 +1 @@\n+x\ndiff --git a/o b/o\ndeleted file mode 100644\n--- a/o\n+++ /dev/null\n@@ -1 +0,0 @@\n-y\ndiff --git a/t.xz b/t.xz\nnew file mode 100644\nBinary files /dev/null and b/t.xz differ\ndiff --git a/p b/q\nsimilarity index 100%\nrename from p\nrename to q\ndiff --git \"a/\\303\\266\" \"b/\\303\\266\"\nnew file mode 120000\n--- /dev/null\n+++ \"b/\\303\\266\"\n@@ -0,0 +1 @@\n+/etc/passwd\n"), @"");
    }

    #[test]
    fn what_is_no_patch_has_no_files() {
        assert_eq!(check("hello\n@@ nothing"), "");
        assert_eq!(
            check("@@ -1 +1 @@\n"),
            "line 1: a hunk that cannot be understood"
        );
        assert_eq!(
            check("--- a/x\n+++ b/x\n@@ -99999999999,1 +1,1 @@\n-a\n+b\n"),
            "x Excerpt(\"a\\n\") => x Excerpt(\"b\\n\")\nline 3: a hunk farther away than lines are counted"
        );
    }

    proptest! {
        #[test]
        fn never_panics(text in "(diff --git |a/|b/|--- |\\+\\+\\+ |@@ -|[0-9,]{1,9}| \\+| @@|\n|\\+|-| |é|\"|\\\\|rename from |new file mode |index |Binary files ){0,60}") {
            check(&text);
        }
    }
}
