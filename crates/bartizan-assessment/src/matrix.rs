//! Projects and standards: what is endorsed, declared and measured, for whoever wants the table without a store.

use std::{
    num::NonZero,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use bartizan_formats::standard::Standard;
use bartizan_model::{Timestamp, problem::Problem, profile::Project};
use bartizan_posture::adoption::Adoption;

use crate::{
    posture::{Sights, look},
    repository::Repositories,
    standards::Standards,
};

/// How many projects are looked at at a time.
const AT_A_TIME: usize = 4;

/// What is known of one project.
#[derive(Debug, Clone)]
pub struct Line<'a> {
    /// The project.
    pub project: &'a Project,
    /// What its repositories show; nothing where it has none, a problem where they could not be read.
    pub sights: Result<Option<Sights>, Problem>,
}

/// The three facts of one standard in one project.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// Whether it endorses the standard; `None` where no list of endorsements was read.
    pub is_endorsed: Option<bool>,
    /// Whether a badge declares it; `None` where no README was read.
    pub is_declared: Option<bool>,
    /// What was measured; `None` where nothing was looked at.
    pub measured: Option<&'a Adoption>,
}

/// Looks at every project, several at a time, in their order.
pub fn lines<'a>(
    repositories: &Repositories,
    projects: &[&'a Project],
    as_of: Timestamp,
) -> Vec<Line<'a>> {
    let next = AtomicUsize::new(0);
    let lines: Mutex<Vec<(usize, Line<'a>)>> = Mutex::default();
    let workers = thread::available_parallelism().map_or(1, NonZero::get);
    thread::scope(|scope| {
        for _ in 0..workers.min(AT_A_TIME) {
            scope.spawn(|| {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(project) = projects.get(index) else {
                        break;
                    };
                    let line = Line {
                        project,
                        sights: look(repositories, project, as_of),
                    };
                    let mut lines = lines.lock().unwrap_or_else(PoisonError::into_inner);
                    lines.push((index, line));
                }
            });
        }
    });
    let mut lines = lines.into_inner().unwrap_or_else(PoisonError::into_inner);
    lines.sort_by_key(|(index, _)| *index);
    lines.into_iter().map(|(_, line)| line).collect()
}

impl Line<'_> {
    /// What its repositories show, where they could be read.
    pub fn seen(&self) -> Option<&Sights> {
        self.sights.as_ref().ok()?.as_ref()
    }

    /// The three facts of a standard.
    pub fn facts(&self, standards: &Standards, id: &str) -> Facts<'_> {
        let seen = self.seen();
        let measured = seen.and_then(|it| it.adoptions.iter().find(|it| it.id() == id));
        Facts {
            is_endorsed: standards.is_endorsed(id, self.project),
            is_declared: seen
                .filter(|it| it.leading.has_readme)
                .and(measured)
                .map(|it| it.declared.is_some()),
            measured,
        }
    }
}

impl Standards {
    /// Whether a project endorses a standard; `None` where the standard's page was not read.
    pub fn is_endorsed(&self, id: &str, project: &Project) -> Option<bool> {
        let standard = self.all.iter().find(|it| it.id == id)?;
        Some(endorses(standard, project))
    }
}

/// Whether the page of a standard names a project.
pub(crate) fn endorses(standard: &Standard, project: &Project) -> bool {
    let name = project.endorses_as.as_deref().unwrap_or(&project.name);
    standard.endorsed_by.iter().any(|it| it == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_here_is_unknown_and_the_order_stays() {
        let place = tempfile::tempdir().unwrap();
        let repositories = Repositories {
            directory: Some(place.path().to_owned()),
            mirrors: place.path().join("mirrors"),
            is_offline: true,
            ..Repositories::default()
        };
        let project = |name: &str, urls: &[&str]| Project {
            name: name.to_owned(),
            repositories: urls
                .iter()
                .map(|url| bartizan_model::profile::Repository {
                    url: (*url).to_owned(),
                    is_release: false,
                })
                .collect(),
            ..Project::default()
        };
        let all = [
            project("lab", &["https://example.org/lab/lab"]),
            project("bench", &[]),
        ];
        let standards = Standards {
            all: vec![Standard {
                id: "spec-8".to_owned(),
                endorsed_by: vec!["bench".to_owned()],
                ..Standard::default()
            }],
            ..Standards::default()
        };
        let projects: Vec<&Project> = all.iter().collect();
        let told = lines(&repositories, &projects, Timestamp::UNIX_EPOCH);
        let told = told.iter().map(|line| {
            let facts = line.facts(&standards, "spec-8");
            let of_other = line.facts(&standards, "spec-0");
            format!(
                "{} {:?} {:?} {} {:?}",
                line.project.name,
                facts.is_endorsed,
                facts.is_declared,
                facts.measured.is_none(),
                of_other.is_endorsed
            )
        });
        insta::assert_snapshot!(told.collect::<Vec<_>>().join("\n"), @"
        lab Some(false) None true None
        bench Some(true) None true None
        ");
    }
}
