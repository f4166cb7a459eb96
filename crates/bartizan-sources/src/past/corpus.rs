//! Several repositories as one corpus.

use std::path::{Path, PathBuf};

use bartizan_model::problem::Problem;
use bartizan_people::{
    Key,
    corpus::{Corpus, Source},
    corrections::Corrections,
    history::Gaps,
};

use super::{Kept, Proposals, Wanted, Watcher, forgotten, read};
use crate::home::Home;

/// How many repositories are read for one corpus.
const MOST_REPOSITORIES: usize = 500;

/// How many commits and changes of files a corpus has, over all its projects: some gigabytes of memory.
const MOST_FACTS: usize = 30_000_000;

/// A repository under the name of its project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedRepository {
    /// What its project is called.
    pub name: String,
    /// Where it is.
    pub path: PathBuf,
}

impl NamedRepository {
    /// `NAME=PATH` or `OWNER/NAME=PATH`, or a path, whose last part is the name then.
    pub fn of(text: &Path) -> Self {
        if let Some((name, path)) = text.to_str().and_then(|it| it.split_once('='))
            && is_name(name)
            && !text.exists()
        {
            return Self {
                name: name.to_owned(),
                path: PathBuf::from(path),
            };
        }
        let whole = std::fs::canonicalize(text).unwrap_or_else(|_unknown| text.to_owned());
        let mut parts = whole.iter().rev().map(|it| it.to_string_lossy());
        // A checkout's own directory of git says nothing; what holds it does.
        let name = parts.find(|it| it != ".git").unwrap_or_default();
        Self {
            name: name.strip_suffix(".git").unwrap_or(&name).to_owned(),
            path: text.to_owned(),
        }
    }
}

/// Whether a text is a name rather than the beginning of a path: one part, or an owner's and one.
fn is_name(text: &str) -> bool {
    let is_part = |it: &str| !it.is_empty() && !it.starts_with('.') && !it.contains(['/', '\\']);
    let (owner, name) = text.split_once('/').unwrap_or(("-", text));
    is_part(owner) && is_part(name)
}

/// How repositories are read for a corpus.
#[derive(Debug, Clone, Copy)]
pub struct Reader<'a> {
    /// Where histories are kept between runs.
    pub home: &'a Home,
    /// The key of the home.
    pub key: &'a Key,
    /// Who is who, above what is guessed.
    pub corrections: &'a Corrections,
    /// Whether lines are counted; most questions do without.
    pub lines: bool,
}

/// A corpus, and what of it could not be read.
#[derive(Debug, Default)]
pub struct Loaded {
    /// The corpus.
    pub corpus: Corpus,
    /// The commit that each project's history ends in, in the order of the projects.
    pub heads: Vec<String>,
    /// What is missing or broken in each, in the order of the projects.
    pub gaps: Vec<Gaps>,
    /// Repositories that could not be read.
    pub problems: Vec<Problem>,
}

/// Reads repositories into one corpus. One that is wrong does not keep the others from being read.
pub fn corpus<W: Watcher>(
    repositories: &[NamedRepository],
    reader: Reader<'_>,
    watcher: impl FnMut(&NamedRepository) -> W,
) -> Loaded {
    corpus_with(repositories, reader, |_| Proposals::None, watcher)
}

/// The same with what is proposed in each of them and not in its history.
pub fn corpus_with<W: Watcher>(
    repositories: &[NamedRepository],
    reader: Reader<'_>,
    proposals: impl Fn(&NamedRepository) -> Proposals,
    mut watcher: impl FnMut(&NamedRepository) -> W,
) -> Loaded {
    let mut loaded = Loaded::default();
    let mut corrections = reader.corrections.clone();
    match forgotten(reader.home) {
        Ok(forgotten) => corrections.forgotten.extend(forgotten),
        // Whoever is to be forgotten is not named because a file is broken.
        Err(error) => {
            let problem = Problem::new(
                reader.home.people().display().to_string(),
                error.to_string(),
            );
            let hint = "mend the file `forgotten` there; nobody is named until then";
            loaded.problems.push(problem.with_hint(hint));
            return loaded;
        }
    }
    let mut sources: Vec<Source> = Vec::new();
    let mut facts = 0;
    for (number, repository) in repositories.iter().enumerate() {
        let subject = repository.path.display().to_string();
        if number >= MOST_REPOSITORIES || facts >= MOST_FACTS {
            let problem = Problem::new(subject, "the corpus is too large for it");
            loaded
                .problems
                .push(problem.with_hint("name fewer repositories"));
            continue;
        }
        if sources.iter().any(|it| it.name == repository.name) {
            let why = format!("another repository is called `{}`", repository.name);
            let problem = Problem::new(subject, why);
            loaded.problems.push(problem.with_hint("write `NAME=PATH`"));
            continue;
        }
        let wanted = Wanted {
            lines: reader.lines,
            kept: Some(Kept::new(reader.home, reader.key, &repository.path)),
            proposals: proposals(repository),
        };
        match read(&repository.path, &wanted, &mut watcher(repository)) {
            Ok(reading) => {
                let commits = &reading.history.commits;
                facts += commits.len() + commits.iter().map(|it| it.changes.len()).sum::<usize>();
                loaded.heads.push(reading.head);
                loaded.gaps.push(reading.history.gaps);
                sources.push(Source {
                    name: repository.name.clone(),
                    history: reading.history,
                });
            }
            Err(error) => {
                let problem = Problem::new(subject, error.to_string());
                let hint = "name a git repository with at least one commit";
                loaded.problems.push(problem.with_hint(hint));
            }
        }
    }
    loaded.corpus = Corpus::of(sources, &corrections, reader.key);
    loaded
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str) -> (String, String) {
        let named = NamedRepository::of(Path::new(text));
        (named.name, named.path.display().to_string())
    }

    #[test]
    fn names_of_repositories() {
        let owned = |name: &str, path: &str| (name.to_owned(), path.to_owned());
        assert_eq!(check("p=/nowhere/x"), owned("p", "/nowhere/x"));
        assert_eq!(check("o/p=/nowhere/x"), owned("o/p", "/nowhere/x"));
        assert_eq!(check("o/p/q=x/y"), owned("y", "o/p/q=x/y"));
        assert_eq!(check("../p=x/y"), owned("y", "../p=x/y"));
        assert_eq!(check("/nowhere/p"), owned("p", "/nowhere/p"));
        assert_eq!(check("/nowhere/p.git"), owned("p", "/nowhere/p.git"));
        assert_eq!(check("/nowhere/p/.git"), owned("p", "/nowhere/p/.git"));
        assert_eq!(check("/no=where/p"), owned("p", "/no=where/p"));
        assert_eq!(check(""), owned("", ""));
    }
}
