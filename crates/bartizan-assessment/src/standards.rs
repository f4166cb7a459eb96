//! The standards of an ecosystem, read once from the repository that holds them.

use bartizan_formats::standard::{self, MAX_BYTES, Standard};
use bartizan_model::{
    assessment::{Document, Figure, ProjectAssessment},
    problem::Problem,
    profile::Project,
};
use bartizan_sources::git::{Lookup, Repository};
use serde_json::json;

use crate::{
    matrix::endorses,
    measures::{STANDARD_ENDORSED, figure},
    project::Inputs,
};

/// The source that evidence names.
pub(crate) const SOURCE: &str = "spec-repository";

/// The kind of the document that lists what a project endorses.
const ENDORSEMENTS: &str = "endorsements";

/// The standards at one commit.
#[derive(Debug, Clone, Default)]
pub struct Standards {
    /// The standards, by their ids.
    pub all: Vec<Standard>,
    /// The commit that they were read at; `None` where there is no repository of them.
    pub commit: Option<String>,
    /// What could not be read.
    pub problems: Vec<Problem>,
}

impl Standards {
    /// Reads the pages of standards: the file `index.md` of each folder that begins with `spec-`.
    pub fn read(repository: &Repository) -> Self {
        let mut standards = Self::default();
        let head = match repository.head() {
            Ok(head) => head,
            Err(error) => {
                let problem = Problem::new(SOURCE, error.to_string());
                standards.problems.push(problem);
                return standards;
            }
        };
        for file in repository.files(&head).items {
            if !is_page(&file.path) {
                continue;
            }
            let read = match repository.file(&head, &file.path, MAX_BYTES) {
                Lookup::Content(bytes) => {
                    standard::read(&file.path, &bytes).map_err(|error| error.to_string())
                }
                Lookup::Missing => Err("its content is not in this clone".to_owned()),
                Lookup::TooLarge => Err(format!("larger than {MAX_BYTES} bytes")),
                Lookup::None | Lookup::Broken => Err("cannot be read".to_owned()),
            };
            match read {
                Ok(mut standard) => {
                    standards.problems.append(&mut standard.problems);
                    standards.all.push(standard);
                }
                Err(why) => standards.problems.push(Problem::new(file.path, why)),
            }
        }
        standards.commit = Some(head.as_str().to_owned());
        standards
    }
}

fn is_page(path: &str) -> bool {
    let folder = path.strip_suffix("/index.md");
    folder.is_some_and(|folder| folder.starts_with("spec-") && !folder.contains('/'))
}

/// What a project endorses: a figure for each standard, and all of them as a document.
pub(crate) fn add(inputs: &Inputs<'_>, project: &Project, said: &mut ProjectAssessment) {
    let standards = inputs.standards;
    let Some(commit) = &standards.commit else {
        let measure = STANDARD_ENDORSED.id.to_owned();
        said.unseen.measures.insert(measure);
        said.unseen.documents.insert(ENDORSEMENTS.to_owned());
        return;
    };
    let endorses = |standard: &Standard| endorses(standard, project);
    let evidence = inputs.evidence(SOURCE, Some(commit), "front matter of the standards");
    let accepted = standards.all.iter().filter(|standard| !standard.is_draft);
    said.figures.extend(accepted.map(|standard| Figure {
        measure: format!("{}:{}", STANDARD_ENDORSED.id, standard.id),
        whole: Some(1.0),
        evidence: vec![evidence.clone()],
        ..figure(&STANDARD_ENDORSED, f64::from(u8::from(endorses(standard))))
    }));
    let listed: Vec<_> = standards
        .all
        .iter()
        .map(|standard| {
            json!({
                "id": standard.id,
                "title": standard.title,
                "is_draft": standard.is_draft,
                "is_endorsed": endorses(standard),
            })
        })
        .collect();
    said.documents.push(Document {
        kind: ENDORSEMENTS.to_owned(),
        key: String::new(),
        json: json!({ "standards": listed }).to_string(),
        evidence,
    });
}
