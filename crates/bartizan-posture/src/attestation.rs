//! What only a person can attest: read from the repository's policy, with a day on which it ends.

use bartizan_model::{assessment::Outcome, hosting::Unseen};
use jiff::{ToSpan, civil::Date};

use crate::{
    facts::{Facts, policy, policy::Attestation},
    judgement::{Judgement, Place, Statement, unknown},
};

/// Whether a check is attested: current passes, expired fails, absent is unknown.
pub(crate) fn attested(facts: &Facts, check: &str, needs: &str) -> Judgement {
    current(facts, check).unwrap_or_else(|| {
        let needs = format!(
            "{needs}; or attest it in `{}` with `check = \"{check}\"`, `by` and `on`",
            policy::FILE
        );
        Judgement::unknown("cannot be seen in a checkout", &needs)
    })
}

/// What was seen of what a check asks for. Where something of it is hidden and nothing that was seen fails, what is attested
/// counts.
pub(crate) fn seen_or_attested(
    facts: &Facts,
    check: &str,
    statements: Vec<Statement>,
    pass: impl Into<String>,
) -> Judgement {
    let judgement = Judgement::of(statements, pass);
    match judgement.outcome() {
        Outcome::Unknown => current(facts, check).unwrap_or(judgement),
        _ => judgement,
    }
}

/// A statement that something is hidden, with what would show it.
pub(crate) fn hidden(what: &str, unseen: &Unseen, places: Vec<Place>) -> Statement {
    unknown(
        format!("{what} cannot be seen: {}", unseen.why),
        &unseen.needs(),
        places,
    )
}

/// What is attested of a check; `None` where nobody attests anything.
pub(crate) fn current(facts: &Facts, check: &str) -> Option<Judgement> {
    let of_check = facts
        .policy
        .attestations
        .iter()
        .filter(|it| it.check == check);
    let attestation = of_check.max_by_key(|it| it.on)?;
    let ends = ends(attestation);
    let place = vec![Place::line(policy::FILE, attestation.line)];
    let Attestation { by, on, .. } = attestation;
    if *on > facts.today {
        let message = format!("the attestation of {by} is of {on}, a day to come");
        return Some(Judgement::fail(message, place));
    }
    if ends < facts.today {
        let message = format!("the attestation of {by} of {on} ended on {ends}");
        return Some(Judgement::fail(message, place));
    }
    let message = format!("attested by {by} on {on}, until {ends}");
    Some(Judgement::pass(message, place))
}

fn ends(attestation: &Attestation) -> Date {
    let a_year = attestation.on.saturating_add(1.year());
    attestation.expires.map_or(a_year, |day| day.min(a_year))
}
