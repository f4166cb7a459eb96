//! What was seen of one artifact, until it is weighed.

use std::sync::Arc;

use bartizan_formats::core_metadata;
use bartizan_model::{
    ecosystem::Package,
    native::{Carrier, Contents},
    problem::Problem,
};

use super::{Bills, Counted, Place, part, part::Part, stated};
use crate::{
    conclude::{Conclusion, Stated, conclude},
    knowledge::Knowledge,
    sighting::{self, Sighting},
    source::{SourceSighting, vendored_python::Collector},
};

/// The largest file of text that is read: metadata and bills of materials.
const LARGEST_TEXT: u64 = 32 << 20;

/// The most problems that one artifact lists; the rest is counted.
const MOST_PROBLEMS: usize = 100;

/// The most files of machine code that one artifact may have; the largest environments have some 10,000.
pub(super) const MOST_FILES: usize = 200_000;

/// What was seen in one file.
pub(super) enum Seen {
    /// Machine code.
    Code(Box<Sighting>),
    /// A text that tells of the artifact.
    Text(Vec<u8>),
    /// Nothing that matters.
    Nothing,
    /// Something that cannot be read.
    Bad(String),
}

/// Looks at one file. `read` puts its content into the buffer if its beginning is wanted, and says whether it was.
pub(super) fn look<E: std::fmt::Display>(
    knowledge: &Knowledge,
    (path, part, size): (&str, Part, u64),
    buffer: &mut Vec<u8>,
    read: impl FnOnce(&mut Vec<u8>, &mut dyn FnMut(&[u8]) -> bool) -> Result<bool, E>,
) -> Seen {
    let is_text = part != Part::Any;
    if is_text && size > LARGEST_TEXT {
        return Seen::Bad(format!("larger than {LARGEST_TEXT} bytes"));
    }
    match read(buffer, &mut |head| is_text || part::is_machine_code(head)) {
        Ok(false) => Seen::Nothing,
        Ok(true) if is_text => Seen::Text(buffer.clone()),
        Ok(true) => match sighting::look_at(knowledge, path, buffer) {
            Ok(Some(sighting)) => Seen::Code(Box::new(sighting)),
            Ok(None) => Seen::Nothing,
            Err(error) => Seen::Bad(error.to_string()),
        },
        Err(error) => Seen::Bad(error.to_string()),
    }
}

/// What was seen of one artifact.
#[derive(Default)]
pub(super) struct Collection {
    file: String,
    carrier: Option<Carrier>,
    metadata: Vec<(String, Vec<u8>)>,
    bills: Bills,
    /// Which of them count.
    counted: Counted,
    sightings: Vec<Sighting>,
    python: Collector,
    problems: Vec<Problem>,
    problem_count: usize,
}

impl Collection {
    /// Of an artifact, as the user wrote its path, with the package that its name or an installer says it is.
    pub(super) fn new(place: &Place<'_>, carrier: Option<(Package, String)>) -> Self {
        Self {
            file: place.shown(),
            counted: place.bills.clone(),
            carrier: carrier.map(|(package, version)| Carrier { package, version }),
            metadata: Vec::new(),
            bills: Vec::new(),
            sightings: Vec::new(),
            python: Collector::default(),
            problems: Vec::new(),
            problem_count: 0,
        }
    }

    /// Whether nothing was seen.
    pub(super) fn is_empty(&self) -> bool {
        self.metadata.is_empty() && self.bills.is_empty() && self.sightings.is_empty()
    }

    /// Takes what was seen of a file.
    pub(super) fn add(&mut self, path: &str, part: Part, seen: Seen) {
        match seen {
            Seen::Code(sighting) if self.sightings.len() < MOST_FILES => {
                self.sightings.push(*sighting);
            }
            Seen::Code(_) => self.problem(
                path,
                &format!("more than {MOST_FILES} files of machine code"),
            ),
            Seen::Text(bytes) if part == Part::Sbom => {
                self.bills.push((path.to_owned(), Arc::new(bytes)));
            }
            Seen::Text(bytes) if part == Part::Python => self.python.file(path, &bytes),
            Seen::Text(bytes) => self.metadata.push((path.to_owned(), bytes)),
            Seen::Nothing => {}
            Seen::Bad(message) => self.problem(path, &message),
        }
    }

    /// Notes what could not be read.
    pub(super) fn problem(&mut self, path: &str, message: &str) {
        self.problem_count += 1;
        if self.problem_count <= MOST_PROBLEMS {
            self.problems.push(Problem::new(path, message));
        }
    }

    /// Notes a name that would leave its folder, if it does.
    pub(super) fn check_name(&mut self, name: &str) {
        if !bartizan_formats::archive::is_plain_name(name) {
            let name: String = name.chars().take(200).collect();
            self.problem_count += 1;
            if self.problem_count <= MOST_PROBLEMS {
                let message = "would be unpacked outside of its folder";
                let problem = Problem::new(name, message).with_hint("do not install it");
                self.problems.push(problem);
            }
        }
    }

    /// Weighs what was seen.
    pub(super) fn finish(self, knowledge: &Knowledge) -> Contents {
        self.weigh(knowledge, None)
    }

    /// Weighs what was seen of an archive of source code.
    pub(super) fn finish_source(
        self,
        knowledge: &Knowledge,
        source: SourceSighting<'_>,
    ) -> Contents {
        self.weigh(knowledge, Some(source))
    }

    fn weigh(mut self, knowledge: &Knowledge, source: Option<SourceSighting<'_>>) -> Contents {
        if let Some(carrier) = self.stated_carrier() {
            self.carrier = Some(carrier);
        }
        let stated = self.take_stated();
        let Conclusion {
            natives,
            mut components,
            problems,
        } = conclude(knowledge, self.sightings, stated);
        self.problems.extend(problems);
        match source {
            // A source tree's own collector has seen the Python packages too.
            Some(source) => {
                let (found, problems) = source.finish();
                components.extend(found);
                self.problems.extend(problems);
            }
            None => components.extend(self.python.finish(knowledge)),
        }
        if self.problem_count > MOST_PROBLEMS {
            let message = format!("{} more problems", self.problem_count - MOST_PROBLEMS);
            self.problems.push(Problem::new(self.file.clone(), message));
        }
        components.sort();
        self.problems.sort();
        self.problems.dedup();
        Contents {
            file: self.file,
            carrier: self.carrier,
            natives,
            components,
            problems: self.problems,
        }
    }

    /// What the bills of materials say.
    fn take_stated(&mut self) -> Vec<Stated> {
        let mut stated = Vec::new();
        let mut bills = std::mem::take(&mut self.bills);
        bills.sort();
        for (file, bytes) in std::mem::take(&mut self.counted).of(bills) {
            let (more, problems) = stated::read(&file, &bytes, self.carrier.as_ref());
            stated.extend(more);
            self.problems.extend(problems);
        }
        stated
    }

    /// The package that the metadata at the top of an artifact state; those of a wheel before those of a source.
    fn stated_carrier(&self) -> Option<Carrier> {
        let at_top = self
            .metadata
            .iter()
            .filter(|(path, _)| path.matches('/').count() == 1);
        let best = at_top.min_by_key(|(path, _)| (!path.ends_with("/METADATA"), path.as_str()))?;
        let (package, version) = match Part::of(&best.0) {
            Part::CondaIndex => {
                let owner = bartizan_formats::installed::conda_package(&best.1)?;
                (owner.package, owner.version)
            }
            _ => core_metadata::identity(&best.1)?,
        };
        Some(Carrier { package, version })
    }
}
