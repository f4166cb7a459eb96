//! What the files of a package say of who used their right to upload. An index does not name who uploaded a file; it attests which
//! workflow did, and whatever a workflow uploaded nobody did by an account of theirs.

use std::collections::BTreeSet;

use bartizan_model::Timestamp;

use super::{ActKind, Coverage, EvidenceSource};

/// From when on nobody uploaded by an account of theirs: since the last file that no workflow is attested for. A file that was taken
/// away again is not told.
pub fn uploads(
    project: &str,
    files: impl IntoIterator<Item = (Option<Timestamp>, bool)>,
    now: Timestamp,
) -> Coverage {
    let by_somebody = files.into_iter().filter(|(_, is_attested)| !is_attested);
    let last = by_somebody.map(|(at, _)| at.unwrap_or(now)).max();
    Coverage {
        source: EvidenceSource::Index,
        place: project.to_owned(),
        kinds: BTreeSet::from([ActKind::Upload]),
        of: None,
        since: last.unwrap_or(Timestamp::MIN),
        until: now,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::tests::day;

    fn check(files: &[(Option<i64>, bool)]) -> Timestamp {
        let files = files
            .iter()
            .map(|(at, is_attested)| (at.map(day), *is_attested));
        uploads("array", files, day(100)).since
    }

    #[test]
    fn what_no_workflow_did_somebody_did() {
        assert_eq!(check(&[]), Timestamp::MIN);
        assert_eq!(check(&[(Some(90), true), (Some(20), true)]), Timestamp::MIN);
        assert_eq!(check(&[(Some(90), true), (Some(20), false)]), day(20));
        assert_eq!(check(&[(None, false)]), day(100));
        assert_eq!(check(&[(None, true)]), Timestamp::MIN);
    }
}
