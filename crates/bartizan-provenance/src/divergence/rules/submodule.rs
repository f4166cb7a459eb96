//! Files that the commit takes from another repository.

use super::{Case, Rule, Verdict};

pub(super) static RULE: Rule = Rule {
    id: "submodule",
    title: "a file of a submodule, which is another repository",
    judge,
};

fn judge(case: &Case<'_>) -> Option<Verdict> {
    if case.counterpart.is_some() {
        return None;
    }
    let (folder, commit) = case.world.source.elsewhere(case.path)?;
    Some(Verdict::Uncompared {
        why: format!("is in the submodule `{folder}` at {commit}, which is not at hand"),
        is_missing: true,
    })
}
