//! How projects stand on their people, by the histories of the clones that are here. Nobody is named.
//!
//! The histories of all projects are read once and as one corpus: whoever is new to a project may have been known to another
//! for years, and that is known only from both. A clone that is out of reach says nothing, and what was known stays.

use std::{collections::BTreeSet, sync::OnceLock};

use bartizan_model::{
    Timestamp,
    assessment::{Document, Evidence, Figure, ProjectAssessment},
    problem::Problem,
    profile::{Profile, Project},
};
use bartizan_people::{
    corpus::{Corpus, PersonNumber},
    corrections::Corrections,
    review::{self, Pressure},
    structure::{ALL_SIGNALS, Known, Level, State, Structure, Timeline},
    together::Together,
};
use bartizan_sources::{
    home::Home,
    past::{self, Loaded, NamedRepository, Proposals, Reader},
};
use serde_json::{Value, json};

use crate::{
    measures::{
        BRING_WORK_IN, KEEP_SEVERAL, ONE_HAND, REST_ON_FEW, REVIEWS_OF_EACH, STRUCTURAL_RISK,
        TRUCK_FACTOR, figure,
    },
    project::Inputs,
    repository::Repositories,
    review::{queue, told::Pulls},
};

/// The source that evidence names.
const SOURCE: &str = "history";

/// The kind of the document that says how a project stands on its people.
const STRUCTURE: &str = "structure";

/// So few people are told of: a table at dinner.
const FEW_PEOPLE: usize = 5;

/// The histories of the projects of a profile, read when the first of them is asked for.
pub struct Histories<'a> {
    home: &'a Home,
    read: OnceLock<Result<Read, String>>,
}

struct Read {
    loaded: Loaded,
    known: Known,
    /// The projects of which no clone is here, with why.
    absent: Vec<Problem>,
}

impl<'a> Histories<'a> {
    /// Histories that are kept in a home between assessments.
    pub fn new(home: &'a Home) -> Self {
        Self {
            home,
            read: OnceLock::new(),
        }
    }

    fn get(&self, profile: &Profile, repositories: &Repositories) -> Result<&Read, String> {
        let read = self
            .read
            .get_or_init(|| self.read(profile, repositories))
            .as_ref();
        read.map_err(Clone::clone)
    }

    /// The pull requests of a project that are not known to be in; none where its history is not here.
    pub(crate) fn pulls(
        &self,
        profile: &Profile,
        repositories: &Repositories,
        (name, most): (&str, usize),
    ) -> Option<Pulls> {
        let read = self.get(profile, repositories).ok()?;
        let projects = read.loaded.corpus.projects.iter();
        let mut found = projects.zip(&read.loaded.heads);
        let (project, head) = found.find(|(it, _)| it.name == name)?;
        Some((head.clone(), queue::pulls(project, most)))
    }

    /// What all histories have in common; none where fewer than two were read.
    pub(crate) fn together(&self, as_of: Timestamp) -> Option<Vec<Figure>> {
        let read = self.read.get()?.as_ref().ok()?;
        let corpus = &read.loaded.corpus;
        if corpus.projects.len() < 2 {
            return None;
        }
        let together = Together::of(corpus, as_of);
        let evidence = Evidence {
            source: SOURCE.to_owned(),
            snapshot: None,
            locator: format!("{} histories read together", corpus.projects.len()),
            observed: as_of,
        };
        let keepers = |projects: usize| {
            let found = together.across.iter().find(|it| it.projects == projects);
            found.map_or(0, |it| it.keepers) as f64
        };
        let few = together.resting.iter().take(FEW_PEOPLE).next_back();
        let living = together.projects.iter().filter(|it| it.works > 0).count();
        let figures = [
            Figure {
                whole: Some(keepers(1)),
                ..figure(&KEEP_SEVERAL, keepers(2))
            },
            Figure {
                whole: Some(living as f64),
                ..figure(&REST_ON_FEW, few.map_or(0, |it| it.projects) as f64)
            },
        ];
        let figures = figures.map(|figure| Figure {
            evidence: vec![evidence.clone()],
            ..figure
        });
        Some(figures.to_vec())
    }

    fn read(&self, profile: &Profile, repositories: &Repositories) -> Result<Read, String> {
        let key = past::key(self.home).map_err(|error| error.to_string())?;
        let (mut named, mut absent) = (Vec::new(), Vec::new());
        for project in &profile.projects {
            let Some(repository) = project.repositories.iter().find(|it| !it.is_release) else {
                continue;
            };
            match repositories.open(&repository.url, &project.name) {
                Ok(opened) => named.push(NamedRepository {
                    name: project.name.clone(),
                    path: opened.path().to_owned(),
                }),
                Err(why) => absent.push(Problem::new(&project.name, why)),
            }
        }
        let corrections = Corrections::default();
        let reader = Reader {
            home: self.home,
            key: &key,
            corrections: &corrections,
            lines: false,
        };
        let loaded = past::corpus_with(&named, reader, |_| Proposals::Pulls, |_| ());
        Ok(Read {
            known: Known::of(&loaded.corpus),
            loaded,
            absent,
        })
    }
}

/// The measures of all histories together.
pub(crate) fn of_all() -> impl Iterator<Item = String> {
    [&KEEP_SEVERAL, &REST_ON_FEW]
        .into_iter()
        .map(|measure| measure.id.to_owned())
}

/// Says of a project how it stands on its people.
pub(crate) fn add(inputs: &Inputs<'_>, project: &Project, said: &mut ProjectAssessment) {
    let Some(repository) = project.repositories.iter().find(|it| !it.is_release) else {
        return;
    };
    let told = inputs
        .histories
        .get(inputs.profile, inputs.repositories)
        .and_then(|read| Told::of(read, &project.name, inputs.as_of));
    match told {
        Ok(told) => told.tell(inputs, &repository.url, said),
        Err(why) => {
            unseen(said);
            said.problems.push(Problem::new(&repository.url, why));
        }
    }
}

/// Nobody could look: what is known stays.
fn unseen(said: &mut ProjectAssessment) {
    let measures = [
        &STRUCTURAL_RISK,
        &TRUCK_FACTOR,
        &BRING_WORK_IN,
        &ONE_HAND,
        &REVIEWS_OF_EACH,
    ];
    let ids = measures.map(|measure| measure.id.to_owned());
    said.unseen.measures.extend(ids);
    said.unseen.documents.insert(STRUCTURE.to_owned());
}

/// What the history of one project says.
struct Told {
    head: String,
    structure: Structure,
    pressure: Option<Pressure>,
    /// Of those who bring work in, how many do so in another project of the profile too.
    shared_hands: Option<usize>,
}

impl Told {
    fn of(read: &Read, name: &str, as_of: Timestamp) -> Result<Self, String> {
        let corpus = &read.loaded.corpus;
        let found = corpus.projects.iter().zip(&read.loaded.heads);
        let Some((project, head)) = found.into_iter().find(|(it, _)| it.name == name) else {
            let problems = read.absent.iter().chain(&read.loaded.problems);
            let own = problems.into_iter().find(|it| it.subject == name);
            return Err(own.map_or("its history cannot be read".to_owned(), |it| {
                it.message.clone()
            }));
        };
        let structure = Timeline::new(corpus, project, &read.known).at(as_of);
        let proposals = review::proposals(corpus, project);
        let pressure = review::pressure((corpus, project, &read.known), &proposals, &[], as_of);
        Ok(Self {
            head: head.clone(),
            shared_hands: shared_hands(read, name, &structure, as_of),
            pressure: (pressure.unseen + pressure.taken_in > 0).then_some(pressure),
            structure,
        })
    }

    fn tell(&self, inputs: &Inputs<'_>, url: &str, said: &mut ProjectAssessment) {
        let evidence = inputs.evidence(SOURCE, Some(&self.head), url);
        let figures = self.figures().into_iter().map(|figure| Figure {
            evidence: vec![evidence.clone()],
            ..figure
        });
        said.figures.extend(figures);
        said.documents.push(Document {
            kind: STRUCTURE.to_owned(),
            key: String::new(),
            json: self.json().to_string(),
            evidence,
        });
    }

    fn figures(&self) -> Vec<Figure> {
        let structure = &self.structure;
        let level = structure.level();
        let is = |it: Level| f64::from(u8::from(it == level));
        let mut figures = vec![Figure {
            whole: Some(1.0),
            shares: [Level::High, Level::Raised, Level::Usual]
                .map(|it| (it.as_str().to_owned(), is(it)))
                .to_vec(),
            ..figure(&STRUCTURAL_RISK, is(Level::High))
        }];
        let truck = structure.truck.factor.map(|it| it as f64);
        figures.extend(truck.map(|it| figure(&TRUCK_FACTOR, it)));
        let hands = structure.hands.active().map(|it| it.len());
        figures.extend(hands.map(|it| figure(&BRING_WORK_IN, it as f64)));
        let top = structure.hands.top().map(|(_, share)| share);
        figures.extend(top.map(|it| figure(&ONE_HAND, it)));
        let of_each = self.pressure.as_ref().and_then(Pressure::of_each);
        figures.extend(of_each.map(|it| figure(&REVIEWS_OF_EACH, it)));
        figures
    }

    fn json(&self) -> Value {
        let structure = &self.structure;
        let signals = ALL_SIGNALS.map(|it| {
            let (state, rate) = (structure.state(it), it.base_rate());
            json!({
                "signal": it.as_str(),
                "state": state.as_str(),
                "title": it.title(),
                "because": structure.because(it),
                "against": structure.against(it).filter(|_| state == State::Holds),
                "remedy": it.remedy(),
                "held": rate.held,
                "of": rate.of,
            })
        });
        json!({
            "level": structure.level().as_str(),
            "signals": signals,
            "contributors": structure.contributors,
            "recent_authors": structure.recent.by.len(),
            "recent_works": structure.recent.all,
            "truck_factor": structure.truck.factor,
            "hands": structure.hands.active().map(|it| it.len()),
            "shared_hands": self.shared_hands,
            "releasers": structure.releases.by.by.len(),
            "releases": structure.releases.by.all,
            "signed_releases": structure.releases.signed,
            "review": self.pressure.as_ref().map(|it| json!({
                "unseen": it.unseen,
                "taken_in": it.taken_in,
                "of_each": it.of_each(),
                "waited_days_half": it.waited.map(|(half, _)| half),
                "waited_days_nine_tenths": it.waited.map(|(_, most)| most),
                "one_hand": it.one_hand,
            })),
        })
    }
}

/// Of those who bring work into a project, how many bring work into another one of the corpus too.
fn shared_hands(read: &Read, name: &str, structure: &Structure, as_of: Timestamp) -> Option<usize> {
    let corpus: &Corpus = &read.loaded.corpus;
    let others = corpus.projects.iter().filter(|it| it.name != name);
    let elsewhere: BTreeSet<PersonNumber> = others
        .filter_map(|it| {
            Timeline::new(corpus, it, &read.known)
                .hands_at(as_of)
                .active()
        })
        .flatten()
        .collect();
    let own = structure.hands.active()?;
    Some(own.iter().filter(|it| elsewhere.contains(it)).count())
}
