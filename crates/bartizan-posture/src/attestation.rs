//! What only a person can attest: read from the repository's policy, with a day on which it ends.

use jiff::{ToSpan, civil::Date};

use crate::{
    facts::{Facts, policy, policy::Attestation},
    judgement::{Judgement, Place},
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
