//! The files of other systems of continuous integration.

use bartizan_formats::ci::elsewhere::{self, Pipeline, System};

use super::{Reader, documents::Document, publishing};

/// How many files are read.
const MAX_FILES: usize = 200;

/// Files of systems that are not read: programs, or systems that no core project uses.
const UNREAD: [&str; 7] = [
    ".cirrus.star",
    "Jenkinsfile",
    ".drone.yml",
    ".woodpecker.yml",
    ".buildkite/pipeline.yml",
    "bitbucket-pipelines.yml",
    ".semaphore/semaphore.yml",
];

/// A file of another system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PipelineFile {
    /// The file.
    pub document: Document,
    /// What it says; `None` where it is not read, or could not be.
    pub pipeline: Option<Pipeline>,
}

impl PipelineFile {
    /// Where it publishes releases, in words and with the line.
    pub fn publications(&self) -> Vec<(String, u32)> {
        let Some(pipeline) = &self.pipeline else {
            return Vec::new();
        };
        let mut found: Vec<(String, u32)> = Vec::new();
        for script in &pipeline.scripts {
            for (number, line) in (script.line..).zip(script.value.lines()) {
                if let Some(command) = publishing::command_in(line) {
                    found.push((format!("`{command}`"), number));
                }
            }
        }
        let deployments = pipeline.deployments.iter();
        found.extend(deployments.map(|line| ("a deployment of the system".to_owned(), *line)));
        found
    }

    /// Its system, for people.
    pub fn title(&self) -> &'static str {
        self.pipeline
            .as_ref()
            .map_or("another system", |it| it.system.title())
    }
}

pub(super) fn read(reader: &mut Reader<'_>) -> Vec<PipelineFile> {
    let is_one =
        |path: &&String| System::of_path(path).is_some() || UNREAD.contains(&path.as_str());
    let paths: Vec<&String> = reader.files.iter().filter(is_one).take(MAX_FILES).collect();
    let mut files = Vec::new();
    for path in paths {
        let Some(document) = reader.document(path) else {
            continue;
        };
        let pipeline = System::of_path(path).and_then(|system| {
            let read = elsewhere::read(system, &document.text);
            let fault = |error| reader.problem(path, format!("is no {}: {error}", system.title()));
            read.map_err(fault).ok()
        });
        files.push(PipelineFile { document, pipeline });
    }
    files
}
