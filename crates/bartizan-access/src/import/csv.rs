//! A table whose head names its columns ([RFC 4180](https://www.rfc-editor.org/rfc/rfc4180)): one line for each thing that
//! somebody was given, or for each member of an organisation, as hosts export them.
//!
//! Columns: `login` (or `user`, `username`, `person`) or `holder-team`; one of `repository`, `team`, `organisation` for what it is about;
//! `level` (or `role`, `permission`); `name`; `two_factor_enabled` (or `tfa_enabled`). Other columns are passed over.

use super::{Draft, ImportFile, Wish};
use crate::{
    name::{Login, Text},
    snapshot::{Holder, Level, Resource, SecondFactor},
};

/// The columns that say who has something.
const WHO: &[&str] = &["login", "user", "username", "person", "holder_team"];

/// The columns that name a repository.
const REPOSITORY: &[&str] = &["repository", "repo"];

/// What somebody can be in an organisation.
const ORGANISATION: &[(&str, Level)] = &[
    ("owner", Level::Owner),
    ("admin", Level::Owner),
    ("member", Level::Member),
];

/// What somebody can be in a team.
const TEAM: &[(&str, Level)] = &[("maintainer", Level::Maintainer), ("member", Level::Member)];

/// The most fields of a line.
const MOST_FIELDS: usize = 200;

pub(super) fn read(draft: &mut Draft, files: &[&ImportFile], wish: &Wish) {
    for file in files {
        let Some(text) = draft.text(file) else {
            continue;
        };
        let mut records = records(text).into_iter();
        let Some((_, head)) = records.next() else {
            continue;
        };
        let head: Vec<String> = head.iter().map(|it| key(it)).collect();
        if !head.iter().any(|it| WHO.contains(&it.as_str())) {
            let message =
                "its head names no column `login`, `user`, `username`, `person` or `holder-team`";
            draft.complain(&file.path, message);
            continue;
        }
        for (line, fields) in records {
            let place = format!("{}:{line}", file.path);
            let row = Row {
                head: &head,
                fields: &fields,
            };
            row.read(draft, &place, wish);
        }
    }
}

fn key(word: &str) -> String {
    let word = word
        .trim()
        .trim_start_matches('\u{feff}')
        .to_ascii_lowercase();
    word.replace(['-', ' '], "_")
}

struct Row<'a> {
    head: &'a [String],
    fields: &'a [String],
}

impl<'a> Row<'a> {
    fn of(&self, names: &[&str]) -> Option<&'a str> {
        let at = self
            .head
            .iter()
            .position(|it| names.contains(&it.as_str()))?;
        let field = self.fields.get(at)?.trim();
        (!field.is_empty()).then_some(field)
    }

    fn read(&self, draft: &mut Draft, place: &str, wish: &Wish) {
        let owner = match self.of(&["organisation", "organization", "org"]) {
            Some(name) => Login::new(name).ok(),
            None => wish.organisation.clone(),
        };
        let owner = owner.or_else(|| self.owner());
        let Some(owner) = owner else {
            draft.complain(place, "it is not said of which organisation this is");
            return;
        };
        draft.organisation(&owner);
        let Some(holder) = self.holder(draft, place, &owner) else {
            return;
        };
        if self.of(REPOSITORY).is_some() && self.of(&["team"]).is_some() {
            draft.complain(
                place,
                "it names a team and a repository: each is a line of its own",
            );
            return;
        }
        let word = self
            .of(&["level", "role", "permission"])
            .unwrap_or("member");
        let (resource, level) = if let Some(name) = self.of(REPOSITORY) {
            let Some(name) = draft.repository(place, &owner, name) else {
                return;
            };
            let Some(level) = draft.level(place, word) else {
                return;
            };
            (Resource::Repository(name), level)
        } else if let Some(name) = self.of(&["team"]) {
            let name = name.rsplit('/').next().unwrap_or(name);
            let Some(team) = draft.team(place, &owner, name) else {
                return;
            };
            let Some(level) = level_of(draft, place, word, TEAM) else {
                return;
            };
            (Resource::Team(team), level)
        } else {
            let Some(level) = level_of(draft, place, word, ORGANISATION) else {
                return;
            };
            (Resource::Organisation(owner), level)
        };
        draft.give(holder, resource, level);
    }

    /// The owner that stands before the name of what it is about.
    fn owner(&self) -> Option<Login> {
        let name = self.of(&["repository", "repo", "team"])?;
        Login::new(name.split_once('/')?.0).ok()
    }

    fn holder(&self, draft: &mut Draft, place: &str, owner: &Login) -> Option<Holder> {
        if let Some(team) = self.of(&["holder_team"]) {
            return draft.team(place, owner, team).map(Holder::Team);
        }
        let Some(name) = self.of(&["login", "user", "username", "person"]) else {
            draft.complain(place, "nobody is named");
            return None;
        };
        let login = draft.person(place, name)?;
        if let Some(person) = draft.people.get_mut(&login) {
            person.name = self.of(&["name"]).map(Text::new).or(person.name.take());
            let factor = self.of(&["two_factor_enabled", "tfa_enabled"]);
            person.second_factor = match factor.map(str::to_ascii_lowercase).as_deref() {
                Some("true" | "yes" | "enabled") => SecondFactor::Enabled,
                Some("false" | "no" | "disabled" | "required") => SecondFactor::Missing,
                _ => person.second_factor,
            };
        }
        Some(Holder::Person(login))
    }
}

/// The level that a word means of a few, or a problem.
fn level_of(draft: &mut Draft, place: &str, word: &str, all: &[(&str, Level)]) -> Option<Level> {
    let found = all.iter().find(|it| it.0.eq_ignore_ascii_case(word));
    if found.is_none() {
        let words: Vec<&str> = all.iter().map(|it| it.0).collect();
        let message = format!("`{}` is none of {}", Text::new(word), words.join(", "));
        draft.complain(place, message);
    }
    found.map(|it| it.1)
}

/// The records of a table with the line that each begins on.
fn records(text: &str) -> Vec<(usize, Vec<String>)> {
    let (mut records, mut fields, mut field) = (Vec::new(), Vec::new(), String::new());
    let (mut line, mut begun, mut is_quoted) = (1_usize, 1_usize, false);
    let mut signs = text.chars().peekable();
    while let Some(sign) = signs.next() {
        match sign {
            '"' if is_quoted && signs.peek() == Some(&'"') => {
                signs.next();
                field.push('"');
            }
            '"' if is_quoted || field.is_empty() => is_quoted = !is_quoted,
            ',' if !is_quoted => fields.push(std::mem::take(&mut field)),
            '\r' if !is_quoted => {}
            '\n' if !is_quoted => {
                fields.push(std::mem::take(&mut field));
                end(&mut records, begun, &mut fields);
                line += 1;
                begun = line;
            }
            other => {
                line += usize::from(other == '\n');
                field.push(other);
            }
        }
    }
    fields.push(field);
    end(&mut records, begun, &mut fields);
    records
}

/// Puts a record to the others, unless nothing stands in it.
fn end(records: &mut Vec<(usize, Vec<String>)>, begun: usize, fields: &mut Vec<String>) {
    let mut record = std::mem::take(fields);
    record.truncate(MOST_FIELDS);
    if record.iter().any(|it| !it.trim().is_empty()) {
        records.push((begun, record));
    }
}

/// The fields of each record, for tests.
#[cfg(test)]
pub(super) fn records_of(text: &str) -> Vec<Vec<String>> {
    records(text).into_iter().map(|it| it.1).collect()
}
