//! The exceptions of a policy that let nothing through: what nobody needs any more is told, not kept in silence.

use std::collections::BTreeSet;

use bartizan_formats::build_policy::{BuildPolicy, Exception};
use bartizan_model::Timestamp;
use bartizan_provenance::{
    checks::{EXPIRED_EXCEPTION, UNUSED_EXCEPTION},
    policy::{Standing, idle},
};
use jiff::tz::TimeZone;

use super::{answer::ArtifactAnswer, finding::Finding};

/// A finding for each exception that ended or was not needed.
pub(super) fn findings(
    policy: &BuildPolicy,
    artifacts: &[ArtifactAnswer],
    now: Timestamp,
) -> Vec<Finding> {
    let used: BTreeSet<Exception> = artifacts.iter().flat_map(|it| it.used.clone()).collect();
    let on = now.to_zoned(TimeZone::UTC).date();
    let finding = |(standing, it): (Standing, &Exception)| {
        let exception = format!(
            "the exception of `{}` from `{}`",
            it.package.name(),
            it.rule.id()
        );
        let mut artifacts = artifacts.iter();
        let is_seen = artifacts.any(|artifact| artifact.package.as_ref() == Some(&it.package));
        match standing {
            Standing::Ended => {
                let message = format!("{exception} ended on {} ({})", it.expires, it.reason);
                Finding::of(&EXPIRED_EXCEPTION, message)
            }
            Standing::Unused if is_seen => {
                let message = format!("{exception} lets nothing through ({})", it.reason);
                Finding::of(&UNUSED_EXCEPTION, message)
            }
            Standing::Unused => {
                let message = format!(
                    "{exception} is of nothing that was looked at ({})",
                    it.reason
                );
                Finding::of(&UNUSED_EXCEPTION, message)
            }
        }
    };
    idle(policy, &used, on).into_iter().map(finding).collect()
}
