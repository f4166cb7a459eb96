//! What other tools keep of organisations, as snapshots: files in which projects say today who is in which team.
//!
//! Such a file says what somebody wants, and of some things only. What its form cannot say is [`Unread`] in the snapshot, so
//! that nothing counts as none. What in it is broken is a [`Problem`], and costs itself.

mod csv;
mod peribolos;
mod rust_team;
mod teams_yaml;

use std::collections::BTreeMap;

use bartizan_formats::yaml_node::{self, Node};
use bartizan_model::{
    Timestamp,
    hosting::{Unseen, UnseenKind},
    problem::Problem,
};
use thiserror::Error;

use crate::{
    name::{Login, RepositoryName, TeamName, Text},
    snapshot::{
        Assignment, Holder, Level, Organisation, Origin, Part, Person, Repository, Resource,
        Snapshot, Team, Unread,
    },
};

/// The largest file that is read. Whoever has more people than fit in it keeps them in several.
pub const LARGEST_FILE: usize = 8 << 20;

/// The most files of one import; the largest real one has about 1,300.
pub const MOST_FILES: usize = 20_000;

/// The most assignments that come of one import.
const MOST_ASSIGNMENTS: usize = 500_000;

/// How many problems are listed.
const MOST_PROBLEMS: usize = 200;

/// A form that is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Form {
    /// `teams.yaml` of sync-teams-action: a list of teams with members and permissions.
    TeamsYaml,
    /// `org.yaml` of peribolos, with `teams.yaml` files beside it.
    Peribolos,
    /// The folders `people`, `teams` and `repos` of rust-lang/team.
    RustTeam,
    /// A table with a head: people, and what they have.
    Csv,
}

/// A file of an import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportFile {
    /// Its path below what is imported, with `/` between its parts.
    pub path: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// What an import is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    /// The form; told by the names of files where it is `None`.
    pub form: Option<Form>,
    /// The organisation that the files are about, where they do not say it.
    pub organisation: Option<Login>,
    /// What time it is.
    pub now: Timestamp,
    /// What the files are called together, for people.
    pub name: String,
}

/// What came of an import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// What the files say.
    pub snapshot: Snapshot,
    /// What in them cannot be read.
    pub problems: Vec<Problem>,
    /// People who have left a team: whom, and what it is called.
    pub alumni: Vec<(TeamName, Login)>,
}

/// Why nothing can be imported.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ImportError {
    /// Nothing tells which form it is.
    #[error("it is not told by their names what form the files have")]
    Form,
    /// The form does not say which organisation it is about.
    #[error("the files do not say which organisation they are about")]
    Organisation,
    /// There is more than is read.
    #[error("more than {MOST_FILES} files")]
    TooMany,
    /// Nobody is named.
    #[error("nobody is named in any of the files")]
    Empty {
        /// What in them cannot be read.
        problems: Vec<Problem>,
    },
}

impl Form {
    /// Every form.
    pub const ALL: &[Self] = &[Self::TeamsYaml, Self::Peribolos, Self::RustTeam, Self::Csv];

    /// Its name on the command line and in snapshots.
    pub fn word(self) -> &'static str {
        match self {
            Self::TeamsYaml => "teams-yaml",
            Self::Peribolos => "peribolos",
            Self::RustTeam => "rust-team",
            Self::Csv => "csv",
        }
    }

    /// The form that files have by their names.
    fn of(files: &[ImportFile]) -> Option<Self> {
        let has = |test: &dyn Fn(&str) -> bool| files.iter().any(|it| test(&it.path));
        let ends = |path: &str, ending: &str| path.to_ascii_lowercase().ends_with(ending);
        if has(&|it| it.starts_with("people/") && ends(it, ".toml")) {
            return Some(Self::RustTeam);
        }
        if has(&|it| ends(it, "org.yaml") || ends(it, "org.yml")) {
            return Some(Self::Peribolos);
        }
        if has(&|it| ends(it, ".csv")) {
            return Some(Self::Csv);
        }
        has(&|it| ends(it, ".yaml") || ends(it, ".yml")).then_some(Self::TeamsYaml)
    }

    /// The parts of a snapshot that it can say.
    fn says(self) -> &'static [Part] {
        match self {
            Self::TeamsYaml => &[Part::Teams, Part::TeamMembers, Part::TeamRepositories],
            Self::Peribolos => &[
                Part::Members,
                Part::Teams,
                Part::TeamMembers,
                Part::TeamRepositories,
            ],
            Self::RustTeam => &[
                Part::Teams,
                Part::TeamMembers,
                Part::TeamRepositories,
                Part::Repositories,
                Part::Collaborators,
            ],
            Self::Csv => &[],
        }
    }
}

/// Reads files of others as a snapshot.
pub fn read(files: &[ImportFile], wish: &Wish) -> Result<Imported, ImportError> {
    if files.len() > MOST_FILES {
        return Err(ImportError::TooMany);
    }
    let form = wish
        .form
        .or_else(|| Form::of(files))
        .ok_or(ImportError::Form)?;
    let mut sorted: Vec<&ImportFile> = files.iter().collect();
    sorted.sort_by(|one, other| one.path.cmp(&other.path));
    let mut draft = Draft::new(form, wish);
    match form {
        Form::TeamsYaml => teams_yaml::read(&mut draft, &sorted, wish)?,
        Form::Peribolos => peribolos::read(&mut draft, &sorted, wish)?,
        Form::RustTeam => rust_team::read(&mut draft, &sorted),
        Form::Csv => csv::read(&mut draft, &sorted, wish),
    }
    draft.finish(form)
}

/// A snapshot that is being made.
struct Draft {
    snapshot: Snapshot,
    people: BTreeMap<Login, Person>,
    problems: Vec<Problem>,
    alumni: Vec<(TeamName, Login)>,
}

impl Draft {
    fn new(form: Form, wish: &Wish) -> Self {
        let origin = Origin {
            form: Text::new(form.word()),
            name: Text::new(&wish.name),
            reader: None,
        };
        Self {
            snapshot: Snapshot::empty(wish.now, origin),
            people: BTreeMap::new(),
            problems: Vec::new(),
            alumni: Vec::new(),
        }
    }

    fn complain(&mut self, subject: impl Into<String>, message: impl Into<String>) {
        if self.problems.len() < MOST_PROBLEMS {
            self.problems.push(Problem::new(subject, message));
        }
    }

    /// The YAML of a file, or a problem.
    fn yaml(&mut self, file: &ImportFile) -> Option<Node> {
        let text = self.text(file)?;
        match yaml_node::parse(text) {
            Ok(node) => Some(node),
            Err(error) => {
                self.complain(&file.path, error.to_string());
                None
            }
        }
    }

    /// The text of a file, or a problem.
    fn text<'a>(&mut self, file: &'a ImportFile) -> Option<&'a str> {
        if file.bytes.len() > LARGEST_FILE {
            self.complain(&file.path, "the file is larger than any that is read");
            return None;
        }
        let text = std::str::from_utf8(&file.bytes).ok();
        if text.is_none() {
            self.complain(&file.path, "the file is no text");
        }
        text
    }

    /// Somebody who is named at a place.
    fn person(&mut self, place: &str, name: &str) -> Option<Login> {
        let Ok(login) = Login::new(name.trim().trim_start_matches('@')) else {
            self.complain(place, format!("`{}` is no account", Text::new(name)));
            return None;
        };
        let person = self.people.entry(login.clone());
        person.or_insert_with(|| {
            let mut person = Person::named(login.clone());
            person.is_bot = login.as_str().ends_with("[bot]");
            person
        });
        Some(login)
    }

    fn organisation(&mut self, name: &Login) {
        if self.snapshot.organisation(name.as_str()).is_none() {
            let organisation = Organisation::named(name.clone());
            self.snapshot.organisations.push(organisation);
        }
    }

    /// A team by the name that people read: `Core Team` is `core-team`.
    fn team(&mut self, place: &str, organisation: &Login, name: &str) -> Option<TeamName> {
        let Ok(name) = TeamName::new(&format!("{organisation}/{}", slug(name))) else {
            self.complain(place, format!("`{}` is no team", Text::new(name)));
            return None;
        };
        self.organisation(organisation);
        if !self.snapshot.teams.iter().any(|it| it.name == name) {
            self.snapshot.teams.push(Team {
                name: name.clone(),
                id: None,
                parent: None,
                is_secret: false,
            });
        }
        Some(name)
    }

    /// A repository, with its owner where the name has none.
    fn repository(&mut self, place: &str, owner: &Login, name: &str) -> Option<RepositoryName> {
        let whole = if name.contains('/') {
            name.to_owned()
        } else {
            format!("{owner}/{name}")
        };
        let Ok(name) = RepositoryName::new(&whole) else {
            self.complain(place, format!("`{}` is no repository", Text::new(name)));
            return None;
        };
        // They are sorted and made one at the end.
        self.snapshot
            .repositories
            .push(Repository::named(name.clone()));
        Some(name)
    }

    /// The level that a word means, or a problem.
    fn level(&mut self, place: &str, word: &str) -> Option<Level> {
        let level = Level::of_repository(word.trim());
        if level.is_none() {
            self.complain(
                place,
                format!("`{}` is no level of a repository", Text::new(word)),
            );
        }
        level.filter(|it| *it > Level::Nothing)
    }

    fn give(&mut self, holder: Holder, resource: Resource, level: Level) {
        if self.snapshot.assignments.len() == MOST_ASSIGNMENTS {
            self.complain("import", "more is given than is read");
        }
        if self.snapshot.assignments.len() < MOST_ASSIGNMENTS {
            self.snapshot.assignments.push(Assignment {
                resource,
                holder,
                level,
                role: None,
            });
        }
    }

    fn finish(mut self, form: Form) -> Result<Imported, ImportError> {
        if self.people.is_empty() {
            return Err(ImportError::Empty {
                problems: self.problems,
            });
        }
        self.snapshot.people = self.people.into_values().collect();
        let unsaid = Unseen::new(
            UnseenKind::NotAsked,
            "the form that was imported does not say it",
        );
        for organisation in &self.snapshot.organisations {
            for part in Part::ALL.iter().filter(|part| !form.says().contains(part)) {
                let unread = Unread::new(*part, organisation.name.as_str(), &unsaid);
                self.snapshot.unread.push(unread);
            }
        }
        self.snapshot.sort();
        self.alumni.sort();
        self.alumni.dedup();
        self.problems.extend(self.snapshot.problems());
        Ok(Imported {
            snapshot: self.snapshot,
            problems: self.problems,
            alumni: self.alumni,
        })
    }
}

/// Whether a path ends in one of these endings.
fn is_of(path: &str, endings: &[&str]) -> bool {
    let ending = path.rsplit('.').next().unwrap_or_default();
    endings.iter().any(|it| it.eq_ignore_ascii_case(ending))
}

/// The name of a team in addresses, as hosts make it of what people read.
pub(crate) fn slug(name: &str) -> String {
    let mut slug = String::new();
    for sign in name.trim().chars() {
        if sign.is_ascii_alphanumeric() || sign == '_' {
            slug.push(sign.to_ascii_lowercase());
        } else if !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug.trim_matches('-').to_owned()
}

#[cfg(test)]
mod tests;
