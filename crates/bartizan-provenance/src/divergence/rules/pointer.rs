//! Contents that the repository keeps elsewhere (git's large file storage).

use bartizan_formats::contents::pointer;

use super::{Case, Rule, Verdict};

pub(super) static RULE: Rule = Rule {
    id: "pointer",
    title: "a content that the repository names by its digest alone",
    judge,
};

fn judge(case: &Case<'_>) -> Option<Verdict> {
    let stated = pointer(case.source_text()?)?;
    if case.facts.identity.sha256 == Some(stated) {
        return Verdict::explained("the content that the pointer in the source names");
    }
    Verdict::unexplained("is not the content that the pointer in the source names")
}
