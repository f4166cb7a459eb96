//! What a checkout says of itself. Everything here is read, nothing is judged.
//!
//! Whatever is missing is missing, whatever cannot be read is a problem; sizes and counts are bounded.

pub mod documents;
pub mod outside;
pub mod pipelines;
pub mod policy;
pub mod project;
pub mod publishing;
pub mod python;
pub mod reach;
pub mod resources;
mod seen;
pub mod support;
pub mod tags;
mod walk;
pub mod workflows;

use std::path::Path;

use bartizan_formats::{
    ci::dependabot::{self, Update},
    tree::{Tree, TreeError},
};
use bartizan_model::problem::Problem;
use jiff::civil::Date;

use documents::Document;
use outside::Outside;
use pipelines::PipelineFile;
use policy::Policy;
use project::Project;
use python::Sources;
use resources::Resources;
use tags::KnownTags;
use workflows::{ActionFile, WorkflowFile};

/// The largest file of configuration or text that is read.
pub(crate) const MAX_FILE: u64 = 1 << 20;

/// What is known of a repository.
#[derive(Debug, Clone)]
pub struct Facts {
    /// The day that counts as today.
    pub today: Date,
    /// Every file that was listed, from the top of the repository, sorted.
    pub files: Vec<String>,
    /// Its workflows, sorted by path.
    pub workflows: Vec<WorkflowFile>,
    /// Its actions, sorted by path.
    pub actions: Vec<ActionFile>,
    /// What Dependabot keeps up to date, with its file.
    pub updates: Option<(String, Vec<Update>)>,
    /// The file of Renovate, where there is one.
    pub renovate: Option<String>,
    /// The files of other systems of continuous integration.
    pub other_systems: Vec<PipelineFile>,
    /// What its Python package says of itself.
    pub project: Project,
    /// Its README, where there is one.
    pub readme: Option<Document>,
    /// Texts for people about releases, governance, security and access.
    pub documents: Vec<Document>,
    /// The owners of its code (`CODEOWNERS`).
    pub owners: Option<Document>,
    /// What it states of its restricted resources.
    pub resources: Option<Resources>,
    /// What its own Python code shows.
    pub sources: Sources,
    /// What it says of itself to Bartizan.
    pub policy: Policy,
    /// Which commits releases of others' actions are, as far as a table says so.
    pub tags: KnownTags,
    /// What is known of it from elsewhere than its files.
    pub outside: Outside,
    /// What could not be read.
    pub problems: Vec<Problem>,
}

const RENOVATE: [&str; 5] = [
    "renovate.json",
    "renovate.json5",
    ".github/renovate.json",
    ".github/renovate.json5",
    ".renovaterc.json",
];

/// Reads a checkout. The tree's paths are those from the top of the repository.
pub fn read(tree: &dyn Tree, today: Date) -> Facts {
    let mut problems = Vec::new();
    let files = walk::files(tree, &mut problems);
    let mut reader = Reader {
        tree,
        files: &files,
        problems,
    };
    let workflows = workflows::read(&mut reader);
    let actions = workflows::read_actions(&mut reader);
    let updates = updates(&mut reader);
    let documents = documents::read(&mut reader);
    let other_systems = pipelines::read(&mut reader);
    let readme = reader.first(&["README.md", "README.rst", "README.txt", "README"]);
    let owners = reader.first(&[".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"]);
    let project = project::read(&mut reader);
    let policy = policy::read(&mut reader);
    let resources = resources::read(&mut reader);
    let tags = tags::read(&mut reader);
    let sources = python::read(&mut reader, project.name.as_deref());
    let renovate = RENOVATE.iter().find(|path| reader.has(path));
    let renovate = renovate.map(|path| (*path).to_owned());
    let mut problems = reader.problems;
    problems.sort();
    problems.dedup();
    Facts {
        today,
        files,
        workflows,
        actions,
        updates,
        renovate,
        other_systems,
        project,
        readme,
        documents,
        owners,
        resources,
        sources,
        policy,
        tags,
        outside: Outside::default(),
        problems,
    }
}

fn updates(reader: &mut Reader<'_>) -> Option<(String, Vec<Update>)> {
    let file = reader.first(&[".github/dependabot.yml", ".github/dependabot.yaml"])?;
    match dependabot::read(&file.text) {
        Ok(updates) => Some((file.path, updates)),
        Err(error) => {
            reader.problem(&file.path, error.to_string());
            None
        }
    }
}

/// Reads files of a listed tree and keeps what went wrong.
pub(crate) struct Reader<'a> {
    pub(crate) tree: &'a dyn Tree,
    pub(crate) files: &'a [String],
    pub(crate) problems: Vec<Problem>,
}

impl<'a> Reader<'a> {
    /// Whether a file was listed.
    pub(crate) fn has(&self, path: &str) -> bool {
        self.files
            .binary_search_by(|it| it.as_str().cmp(path))
            .is_ok()
    }

    /// The files of a folder, those below it too.
    pub(crate) fn under(&self, folder: &str) -> impl Iterator<Item = &'a str> {
        let files = self.files.iter().map(String::as_str);
        let folder = folder.to_owned();
        files.filter(move |path| {
            path.strip_prefix(&folder)
                .is_some_and(|rest| rest.starts_with('/'))
        })
    }

    /// The text of a file; what cannot be read is a problem.
    pub(crate) fn text(&mut self, path: &str) -> Option<String> {
        match self.tree.read(Path::new(path), MAX_FILE) {
            // Not every README is UTF-8, and a replaced letter changes no answer.
            Ok(bytes) => Some(String::from_utf8_lossy(&bytes).into_owned()),
            Err(TreeError::NotFound) => None,
            Err(error) => {
                self.problem(path, walk::told(&error));
                None
            }
        }
    }

    /// A file that was listed, with its text. An empty one is none.
    pub(crate) fn document(&mut self, path: &str) -> Option<Document> {
        if !self.has(path) {
            return None;
        }
        let text = self.text(path)?;
        let has_text = !text.trim().is_empty();
        has_text.then(|| Document {
            path: path.to_owned(),
            text,
        })
    }

    /// The first of several files that is there.
    pub(crate) fn first(&mut self, paths: &[&str]) -> Option<Document> {
        paths.iter().find_map(|path| self.document(path))
    }

    pub(crate) fn problem(&mut self, path: &str, message: impl Into<String>) {
        self.problems.push(Problem::new(path, message));
    }
}
