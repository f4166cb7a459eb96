//! The answer as JSON; `bartizan schema sbom-validate` publishes its schema.

use bartizan_sbom::profile::{Gap, Level, Profile};
use bartizan_sources::schemas::Origin;
use serde::Serialize;

use super::{Answer, Judged, Validity};
use crate::{
    bills::lacks::{Lacks, LacksJson},
    error::Failure,
    exit::Exit,
    render::json::{SCHEMA_VERSION, to_text},
};

#[derive(Serialize)]
struct AnswerJson<'a> {
    schema_version: u32,
    bills: Vec<BillJson<'a>>,
    without_bill: &'a [String],
    summary: SummaryJson,
}

#[derive(Serialize)]
struct BillJson<'a> {
    file: &'a str,
    format: Option<&'a str>,
    format_version: Option<&'a str>,
    components: Option<usize>,
    problem: Option<&'a str>,
    schema: SchemaJson<'a>,
    profiles: Vec<ProfileJson<'a>>,
    lacking: LacksJson<'a>,
}

#[derive(Serialize)]
struct SchemaJson<'a> {
    status: &'static str,
    package: Option<String>,
    licence: Option<String>,
    sha256: Option<String>,
    reason: Option<String>,
    errors: Vec<ErrorJson<'a>>,
}

#[derive(Serialize)]
struct ErrorJson<'a> {
    place: &'a str,
    message: &'a str,
}

#[derive(Serialize)]
struct ProfileJson<'a> {
    id: &'static str,
    title: &'static str,
    complete: bool,
    gaps: Vec<GapJson<'a>>,
}

#[derive(Serialize)]
struct GapJson<'a> {
    element: &'static str,
    title: &'static str,
    required: bool,
    components: &'a [String],
    lacking: usize,
    total: usize,
    remedy: &'static str,
}

#[derive(Serialize)]
struct SummaryJson {
    bills: usize,
    clean: usize,
    without_schema: usize,
}

/// The text of the answer.
pub(super) fn text(answer: &Answer) -> Result<String, Failure> {
    let is = |bill: &&Judged, exit: Exit| bill.exit() == exit;
    let unknown = |bill: &&Judged| matches!(bill.validity, Validity::Unknown(_));
    to_text(&AnswerJson {
        schema_version: SCHEMA_VERSION,
        bills: answer.bills.iter().map(BillJson::of).collect(),
        without_bill: &answer.empty,
        summary: SummaryJson {
            bills: answer.bills.len(),
            clean: answer.bills.iter().filter(|it| is(it, Exit::Clean)).count(),
            without_schema: answer.bills.iter().filter(unknown).count(),
        },
    })
}

impl<'a> BillJson<'a> {
    fn of(bill: &'a Judged) -> Self {
        let read = bill.read.as_ref().ok();
        Self {
            file: &bill.file,
            format: read.map(|it| it.format),
            format_version: read.map(|it| it.version.as_str()),
            components: read.map(|it| it.components),
            problem: bill.read.as_ref().err().map(|it| it.message.as_str()),
            schema: SchemaJson::of(&bill.validity),
            profiles: bill
                .profiles
                .iter()
                .map(|(profile, gaps)| ProfileJson::of(profile, gaps))
                .collect(),
            lacking: bill.lacks.as_ref().map(Lacks::json).unwrap_or_default(),
        }
    }
}

impl<'a> SchemaJson<'a> {
    fn of(validity: &'a Validity) -> Self {
        match validity {
            Validity::NotAsked => Self::new("not-asked", None),
            Validity::Valid(origin) => Self::new("valid", origin.as_ref()),
            Validity::Invalid(origin, errors) => {
                let error = |it: &'a bartizan_sbom::schema::SchemaError| ErrorJson {
                    place: &it.place,
                    message: &it.message,
                };
                Self {
                    errors: errors.iter().map(error).collect(),
                    ..Self::new("invalid", origin.as_ref())
                }
            }
            Validity::Unknown(error) => Self {
                reason: Some(error.to_string()),
                ..Self::new("unknown", None)
            },
        }
    }

    fn new(status: &'static str, origin: Option<&Origin>) -> Self {
        Self {
            status,
            package: origin.map(|it| it.package.clone()),
            licence: origin.and_then(|it| it.licence.clone()),
            sha256: origin.map(|it| it.sha256.clone()),
            reason: None,
            errors: Vec::new(),
        }
    }
}

impl<'a> ProfileJson<'a> {
    fn of(profile: &'static Profile, gaps: &'a [Gap]) -> Self {
        let is_required = |gap: &Gap| gap.element.level == Level::Required;
        let gap = |gap: &'a Gap| GapJson {
            element: gap.element.id,
            title: gap.element.title,
            required: is_required(gap),
            components: &gap.components,
            lacking: gap.lacking,
            total: gap.total,
            remedy: gap.remedy,
        };
        Self {
            id: profile.id,
            title: profile.title,
            complete: !gaps.iter().any(is_required),
            gaps: gaps.iter().map(gap).collect(),
        }
    }
}
