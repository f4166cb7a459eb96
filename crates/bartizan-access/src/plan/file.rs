//! The file of a plan: JSON with one text only, which ends with the hash of what stands before it.

use bartizan_formats::digest::Digest;
use bartizan_model::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Plan, PlanError, Step};
use crate::right::Account;

/// The largest file that is read.
pub const LARGEST_PLAN: usize = 8 << 20;

/// What the hash is of, before the text: a hash of a plan is never that of something else.
const DOMAIN: &[u8] = b"bartizan access plan 1\n";

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File<'a, P> {
    schema_version: u32,
    plan: P,
    #[serde(borrow)]
    sha256: std::borrow::Cow<'a, str>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    title: String,
    proposer: Account,
    actor: Account,
    made: String,
    expires: String,
    snapshot: Digest,
    steps: Vec<Step>,
}

/// The text of a plan's file.
pub fn text(plan: &Plan) -> String {
    let file = File {
        schema_version: 1,
        plan: body(plan),
        sha256: hash(plan).to_string().into(),
    };
    // Texts and numbers can always be written.
    serde_json::to_string_pretty(&file).unwrap_or_default() + "\n"
}

/// Reads a plan's file. Every other text than the plan's own is refused.
pub fn read(bytes: &[u8]) -> Result<Plan, PlanError> {
    if bytes.len() > LARGEST_PLAN {
        return Err(PlanError::TooLarge);
    }
    let unreadable = |why: String| PlanError::Unreadable { why };
    let file: File<'_, Body> =
        serde_json::from_slice(bytes).map_err(|error| unreadable(error.to_string()))?;
    if file.schema_version != 1 {
        return Err(unreadable("it is of another version".to_owned()));
    }
    let said = file.sha256.into_owned();
    let plan = file
        .plan
        .plan()
        .ok_or_else(|| unreadable("a time in it is none".to_owned()))?;
    if hash(&plan).to_string() != said {
        return Err(PlanError::Changed);
    }
    if text(&plan).as_bytes() != bytes {
        return Err(PlanError::OtherText);
    }
    plan.check()?;
    Ok(plan)
}

/// The hash of what a plan says.
pub(super) fn hash(plan: &Plan) -> Digest {
    let body = serde_json::to_vec(&body(plan)).unwrap_or_default();
    Digest::of(&[DOMAIN, &body].concat())
}

fn body(plan: &Plan) -> Body {
    Body {
        title: plan.title.clone(),
        proposer: plan.proposer.clone(),
        actor: plan.actor.clone(),
        made: plan.made.to_string(),
        expires: plan.expires.to_string(),
        snapshot: plan.snapshot,
        steps: plan.steps.clone(),
    }
}

impl Body {
    fn plan(self) -> Option<Plan> {
        let time = |text: &str| text.parse::<Timestamp>().ok();
        Some(Plan {
            made: time(&self.made)?,
            expires: time(&self.expires)?,
            title: self.title,
            proposer: self.proposer,
            actor: self.actor,
            snapshot: self.snapshot,
            steps: self.steps,
        })
    }
}
