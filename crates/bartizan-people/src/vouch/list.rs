//! `VOUCHED.td`: the flat list of whom a project vouches for and whom it denounces.
//!
//! Compatible with the tool that made the format up (<https://github.com/mitchellh/vouch>): a line is `platform:login`
//! or `login`, with `-` before it where the account is denounced, and details behind a blank; `#` begins a comment. The first
//! line about an account counts. Every line stays as it is unless it is about the account that is changed.

use bartizan_model::problem::Problem;

use super::handle::Handle;

/// The largest list that is read.
pub const LARGEST_LIST: usize = 4 << 20;

/// The most lines that are read.
const MOST_LINES: usize = 20_000;

/// The longest line that is understood.
const LONGEST_LINE: usize = 2_000;

/// The most problems that are listed.
const MOST_PROBLEMS: usize = 50;

/// A list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct VouchList {
    lines: Vec<Line>,
    /// What could not be read.
    pub problems: Vec<Problem>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Line {
    /// As it is written.
    text: String,
    entry: Option<Entry>,
}

/// What a list says of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Of whom.
    pub handle: Handle,
    /// Whether they are denounced, in place of vouched for.
    pub is_denounced: bool,
    /// Why, where that is said.
    pub details: Option<String>,
}

/// How an account stands in a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Standing {
    /// Vouched for.
    Vouched,
    /// Denounced.
    Denounced,
    /// Not in it.
    Unknown,
}

impl Standing {
    /// Its stable name.
    pub fn id(self) -> &'static str {
        match self {
            Self::Vouched => "vouched",
            Self::Denounced => "denounced",
            Self::Unknown => "unknown",
        }
    }
}

impl VouchList {
    /// Reads a list. `name` is what problems are reported under. What is no line of a list is a problem, and stays.
    pub fn read(name: &str, bytes: &[u8]) -> Self {
        let mut list = Self::default();
        let cut = bytes.get(..LARGEST_LIST);
        let text = String::from_utf8_lossy(cut.unwrap_or(bytes));
        for (number, line) in (1..).zip(text.lines()) {
            if number > MOST_LINES {
                list.complain(name, number, "more lines than are read");
                break;
            }
            let entry = match entry(line) {
                Ok(entry) => entry,
                Err(why) => {
                    list.complain(name, number, &why);
                    None
                }
            };
            // A line is one, however it ends.
            let text = line.trim_end_matches('\r').to_owned();
            list.lines.push(Line { text, entry });
        }
        if cut.is_some_and(|it| it.len() < bytes.len()) {
            list.complain(name, list.lines.len(), "the file is larger than any list");
        }
        list
    }

    fn complain(&mut self, name: &str, line: usize, why: &str) {
        if self.problems.len() < MOST_PROBLEMS {
            let subject = format!("{name}:{line}");
            self.problems.push(Problem::new(subject, why));
        }
    }

    /// Whether all of the file was read: one that was not is not to be written back.
    pub fn is_whole(&self) -> bool {
        let cut = ["more lines", "the file is larger"];
        let mut problems = self.problems.iter();
        !problems.any(|it| cut.iter().any(|cut| it.message.starts_with(cut)))
    }

    /// What it says, in its order.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.lines.iter().filter_map(|it| it.entry.as_ref())
    }

    /// What it says of an account: the first line that may be about it.
    pub fn find(&self, handle: &Handle) -> Option<&Entry> {
        self.entries().find(|it| it.handle.may_be(handle))
    }

    /// How an account stands.
    pub fn standing(&self, handle: &Handle) -> Standing {
        match self.find(handle) {
            Some(entry) if entry.is_denounced => Standing::Denounced,
            Some(_) => Standing::Vouched,
            None => Standing::Unknown,
        }
    }

    /// Puts an entry in place of every other about the account; a new one where the order of names has its place.
    pub fn put(&mut self, entry: Entry) {
        let old = self
            .lines
            .iter()
            .position(|line| line.is_about(&entry.handle));
        self.remove(&entry.handle);
        let key = |entry: &Entry| entry.handle.login.to_ascii_lowercase();
        let new = key(&entry);
        let behind = || {
            let mut lines = self.lines.iter();
            lines.position(|line| line.entry.as_ref().is_some_and(|it| key(it) > new))
        };
        let place = old.or_else(behind).unwrap_or(self.lines.len());
        let text = entry.text();
        let line = Line {
            text,
            entry: Some(entry),
        };
        self.lines.insert(place.min(self.lines.len()), line);
    }

    /// Removes what it says of an account; says whether there was something.
    pub fn remove(&mut self, handle: &Handle) -> bool {
        let before = self.lines.len();
        self.lines.retain(|line| !line.is_about(handle));
        self.lines.len() < before
    }

    /// The file.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for line in &self.lines {
            text.push_str(&line.text);
            text.push('\n');
        }
        text
    }
}

impl Line {
    fn is_about(&self, handle: &Handle) -> bool {
        let entry = self.entry.as_ref();
        entry.is_some_and(|it| it.handle.may_be(handle))
    }
}

impl Entry {
    /// The line.
    fn text(&self) -> String {
        let sign = if self.is_denounced { "-" } else { "" };
        let details = self.details.as_deref().map(|it| format!(" {it}"));
        format!("{sign}{}{}", self.handle, details.unwrap_or_default())
    }
}

/// What a line says; none where it is blank or a comment.
fn entry(line: &str) -> Result<Option<Entry>, String> {
    let line = line.trim();
    if line.is_empty() || line.starts_with('#') {
        return Ok(None);
    }
    if line.len() > LONGEST_LINE {
        return Err(format!("longer than {LONGEST_LINE} bytes"));
    }
    let (is_denounced, rest) = match line.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, line),
    };
    let (handle, details) = rest.split_once(' ').unwrap_or((rest, ""));
    let handle = Handle::read(handle).map_err(|error| error.to_string())?;
    let details = details.trim();
    Ok(Some(Entry {
        handle,
        is_denounced,
        details: (!details.is_empty()).then(|| details.to_owned()),
    }))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn handle(text: &str) -> Handle {
        Handle::read(text).unwrap()
    }

    const LIST: &str = "# who\nAnn\n\ngithub:ben\n-github:cy\n  -github:dan  did things \n-github:ann later\n@eve\n-\n";

    fn check(text: &str, who: &str) -> &'static str {
        let list = VouchList::read("VOUCHED.td", text.as_bytes());
        list.standing(&handle(who)).id()
    }

    #[test]
    fn who_stands_how() {
        for (who, expect) in [
            ("ann", "vouched"),
            ("github:ANN", "vouched"),
            ("gitlab:ben", "unknown"),
            ("GitHub:Ben", "vouched"),
            ("cy", "denounced"),
            ("dan", "denounced"),
            ("eve", "unknown"),
        ] {
            assert_eq!(check(LIST, who), expect, "{who}");
        }
        let list = VouchList::read("VOUCHED.td", LIST.as_bytes());
        let problems: Vec<&str> = list.problems.iter().map(|it| it.subject.as_str()).collect();
        assert_eq!(problems, ["VOUCHED.td:8", "VOUCHED.td:9"]);
        let dan = list.find(&handle("dan")).unwrap();
        assert_eq!(dan.details.as_deref(), Some("did things"));
        assert_eq!(list.text(), LIST);
        assert!(list.is_whole());
    }

    #[test]
    fn an_entry_goes_where_it_belongs() {
        let mut list = VouchList::read("x", b"# who\nann\n# of cy\ncy\n");
        for (who, is_denounced) in [("github:ben", false), ("ann", true), ("dan", false)] {
            list.put(Entry {
                handle: handle(who),
                is_denounced,
                details: is_denounced.then(|| "why".to_owned()),
            });
        }
        assert_eq!(
            list.text(),
            "# who\n-ann why\n# of cy\ngithub:ben\ncy\ndan\n"
        );
        assert!(list.remove(&handle("cy")) && !list.remove(&handle("cy")));
        assert_eq!(list.text(), "# who\n-ann why\n# of cy\ngithub:ben\ndan\n");
    }

    #[test]
    fn too_much_is_said_and_not_written_back() {
        let many = "ann\n".repeat(MOST_LINES + 1);
        let list = VouchList::read("x", many.as_bytes());
        assert!(!list.is_whole() && list.entries().count() == MOST_LINES);
        let long = VouchList::read("x", &vec![b'a'; LARGEST_LIST + 1]);
        assert!(!long.is_whole() && long.entries().count() == 0);
    }

    proptest! {
        #[test]
        fn never_panics(text in "[-#:a-c @\n\r\t.é]{0,80}", who in "[a-c]{1,2}") {
            let mut list = VouchList::read("x", text.as_bytes());
            let written = list.text();
            let again = VouchList::read("x", written.as_bytes());
            prop_assert_eq!(&again, &list);
            list.put(Entry { handle: handle(&who), is_denounced: false, details: None });
            prop_assert_eq!(list.standing(&handle(&who)), Standing::Vouched);
            let written = list.text();
            prop_assert_eq!(VouchList::read("x", written.as_bytes()).text(), written);
        }
    }
}
