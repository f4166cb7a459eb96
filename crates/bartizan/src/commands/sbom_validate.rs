//! `bartizan sbom validate`: whether bills of materials are valid by the official schemas, and complete by what authorities
//! ask for.

mod human;
mod json;

use std::path::PathBuf;

use bartizan_sbom::{
    document::{self, Document, DocumentError},
    facts::{self, Facts},
    json::Json,
    profile::{self, Gap, Level, Profile},
    schema::{SchemaError, SchemaName, Shelf, ShelfError},
};
use bartizan_sources::{
    home::Home,
    schemas::{Origin, SchemaStore},
};
use clap::{ArgMatches, Args, ValueEnum, builder::PossibleValuesParser};

use super::{Command, read};
use crate::{
    bills::{self, NamedBill, lacks::Lacks},
    context::Context,
    error::Failure,
    exit::Exit,
    output,
};

pub(super) static COMMAND: SbomValidate = SbomValidate;

pub(super) struct SbomValidate;

#[derive(Debug, Args)]
struct Arguments {
    /// Bills of materials in JSON, or wheels and conda packages that carry some
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,

    /// Tell what a bill lacks of what this authority asks for; may be repeated
    #[arg(long = "profile", value_name = "PROFILE", value_parser = PossibleValuesParser::new(profile::ALL.iter().map(|it| it.id)))]
    profiles: Vec<String>,

    /// Look at the profiles only, so that no schema is needed
    #[arg(long, requires = "profiles")]
    no_schema: bool,

    /// How the answer is written
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    format: Format,

    /// Write the answer to this file, whole or not at all
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people at a terminal; `--verbose` lists every component
    Human,
    /// For programs; see `bartizan schema sbom-validate`
    Json,
}

const AFTER_HELP: &str = "\
Examples:
  bartizan sbom validate sbom.cdx.json
  bartizan sbom validate sbom.spdx.json --profile ntia --profile cisa --profile bsi
  bartizan sbom validate pillow-13.0.0-cp311-cp311-win_amd64.whl       the bills in a wheel
  bartizan sbom validate sbom.json --profile bsi --no-schema

CycloneDX 1.2 to 1.7 and SPDX 2.2 to 3.0.1 are read, in JSON. The official schemas are no part of this program: `bartizan
sbom schemas --fetch` brings them once. Without them nothing is called valid. `bartizan explain sbom-profiles` tells what
the profiles ask.

Exit codes: 0 valid and complete, 1 not valid or something required is missing, 2 wrong use or not JSON, 3 a wheel or
package without a bill, 4 no schema of that version is at hand.";

impl Command for SbomValidate {
    fn path(&self) -> &'static [&'static str] {
        &["sbom", "validate"]
    }

    fn arguments(&self) -> clap::Command {
        Arguments::augment_args(clap::Command::new("validate"))
            .about("Check bills of materials by the official schemas and by NTIA, CISA and BSI")
            .after_help(AFTER_HELP)
    }

    fn run(&self, ctx: &Context, arguments: &ArgMatches) -> Result<Exit, Failure> {
        let arguments: Arguments = read(arguments)?;
        let mut answer = Answer::default();
        let schemas = if arguments.no_schema {
            None
        } else {
            Some(Schemas::open(ctx)?)
        };
        let profiles: Vec<&Profile> = arguments
            .profiles
            .iter()
            .filter_map(|id| profile::find(id))
            .collect();
        for file in &arguments.files {
            let found = bills::read(file)?;
            if found.is_empty() {
                answer.empty.push(file.display().to_string());
            }
            let judged = found
                .iter()
                .map(|bill| judge(bill, schemas.as_ref(), &profiles));
            answer.bills.extend(judged);
        }
        let text = match arguments.format {
            Format::Human => human::text(
                ctx.terminal(arguments.output.as_deref()),
                ctx.is_verbose,
                &answer,
            ),
            Format::Json => json::text(&answer)?,
        };
        output::write(&text, arguments.output.as_deref())?;
        Ok(answer.exit())
    }
}

/// The schemas of the home, and where they came from.
struct Schemas {
    shelf: Shelf,
    store: SchemaStore,
}

impl Schemas {
    fn open(ctx: &Context) -> Result<Self, Failure> {
        let store = SchemaStore::new(Home::new(ctx.home()?).schemas());
        Ok(Self {
            shelf: store.shelf(),
            store,
        })
    }
}

/// What is said of all bills.
#[derive(Default)]
struct Answer {
    bills: Vec<Judged>,
    /// Wheels that carry none.
    empty: Vec<String>,
}

/// What is said of one bill.
struct Judged {
    file: String,
    /// What it is, with how many components; or why it is not read.
    read: Result<Identity, Unread>,
    validity: Validity,
    profiles: Vec<(&'static Profile, Vec<Gap>)>,
    /// What its components lack, whoever asks; nothing where it is not read.
    lacks: Option<Lacks>,
}

struct Identity {
    format: &'static str,
    version: String,
    components: usize,
}

/// Why a bill is not read.
struct Unread {
    message: String,
    hint: Option<&'static str>,
    /// Whether it says nothing of whether the bill is valid.
    is_unjudged: bool,
}

/// What the schema says.
enum Validity {
    /// Nobody asked, or there was nothing to ask about.
    NotAsked,
    /// It is.
    Valid(Option<Origin>),
    /// It is not.
    Invalid(Option<Origin>, Vec<SchemaError>),
    /// Nobody knows, because there is no schema.
    Unknown(ShelfError),
}

fn judge(bill: &NamedBill, schemas: Option<&Schemas>, profiles: &[&'static Profile]) -> Judged {
    let unread = |unread: Unread| Judged {
        file: bill.name.clone(),
        read: Err(unread),
        validity: Validity::NotAsked,
        profiles: Vec::new(),
        lacks: None,
    };
    let bytes = match &bill.bytes {
        Ok(bytes) => bytes,
        Err(message) => {
            return unread(Unread {
                message: message.clone(),
                hint: None,
                is_unjudged: true,
            });
        }
    };
    let document = document::read(bytes);
    let read = document.and_then(|document| {
        let facts = facts::read(&document)?;
        Ok((document, facts))
    });
    match read {
        Ok((document, facts)) => judge_document(bill, (&document, &facts), schemas, profiles),
        Err(error) => unread(Unread::of(&error)),
    }
}

fn judge_document(
    bill: &NamedBill,
    (document, facts): (&Document<Json<'_>>, &Facts),
    schemas: Option<&Schemas>,
    profiles: &[&'static Profile],
) -> Judged {
    Judged {
        file: bill.name.clone(),
        read: Ok(Identity {
            format: document.format.title(),
            version: document.version.clone(),
            components: facts.items.len(),
        }),
        validity: schemas.map_or(Validity::NotAsked, |schemas| schemas.judge(document)),
        profiles: profiles.iter().map(|it| (*it, it.gaps(facts))).collect(),
        lacks: Some(Lacks::of(document, facts, bill.backend)),
    }
}

impl Schemas {
    fn judge(&self, document: &Document<Json<'_>>) -> Validity {
        let id = SchemaName::Of(document.format, document.version.clone()).id();
        let origin = || self.store.origins().remove(&id);
        match self.shelf.errors(document) {
            Ok(errors) if errors.is_empty() => Validity::Valid(origin()),
            Ok(errors) => Validity::Invalid(origin(), errors),
            Err(error) => Validity::Unknown(error),
        }
    }
}

impl Unread {
    fn of(error: &DocumentError) -> Self {
        Self {
            message: error.to_string(),
            hint: error.hint(),
            is_unjudged: error.is_unread(),
        }
    }
}

impl Judged {
    /// The elements that must be there and are not.
    fn required_gaps(&self) -> usize {
        let gaps = self.profiles.iter().flat_map(|(_, gaps)| gaps);
        gaps.filter(|gap| gap.element.level == Level::Required)
            .count()
    }

    fn exit(&self) -> Exit {
        let read = match &self.read {
            Ok(_) => Exit::Clean,
            Err(unread) if unread.is_unjudged => Exit::Usage,
            Err(_) => Exit::Findings,
        };
        let valid = match &self.validity {
            Validity::NotAsked | Validity::Valid(_) => Exit::Clean,
            Validity::Invalid(..) => Exit::Findings,
            Validity::Unknown(_) => Exit::Data,
        };
        let complete = match self.required_gaps() {
            0 => Exit::Clean,
            _ => Exit::Findings,
        };
        read.and(valid).and(complete)
    }
}

impl Answer {
    fn exit(&self) -> Exit {
        let empty = if self.empty.is_empty() {
            Exit::Clean
        } else {
            Exit::NothingToLookAt
        };
        self.bills.iter().map(Judged::exit).fold(empty, Exit::and)
    }
}
