//! Files that the source has at another place.

use super::{Case, Rule, Verdict};
use crate::divergence::is_same;

pub(super) static RULE: Rule = Rule {
    id: "moved",
    title: "a file that the source has at another place under the same name, or an empty one",
    judge,
};

fn judge(case: &Case<'_>) -> Option<Verdict> {
    if case.counterpart.is_some() || case.facts.link.is_some() {
        return None;
    }
    if case.facts.size == Some(0) {
        return Verdict::explained("is empty");
    }
    let source = &case.world.source;
    let mut places = source.named(case.name());
    let place = places.find(|path| source.facts(path).is_some_and(|it| is_same(it, case.facts)))?;
    Verdict::explained(format!("`{place}` of the source"))
}
