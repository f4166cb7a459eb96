//! Rules of branches and tags: rulesets, and the older protection of branches.

use bartizan_model::hosting::{BranchRules, Seen, TagRules};
use serde::Deserialize;

use super::{Asking, cut};
use crate::signature::pattern::matches;

/// How many rulesets are looked at.
const MOST_RULESETS: usize = 50;

#[derive(Deserialize)]
struct Rule {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    parameters: Parameters,
}

#[derive(Deserialize, Default)]
struct Parameters {
    #[serde(default)]
    required_approving_review_count: Option<u64>,
}

#[derive(Deserialize)]
struct Branch {
    protected: bool,
}

#[derive(Deserialize)]
struct Protection {
    #[serde(default)]
    required_pull_request_reviews: Option<Reviews>,
    #[serde(default)]
    allow_force_pushes: Switch,
    #[serde(default)]
    allow_deletions: Switch,
    #[serde(default)]
    required_signatures: Switch,
}

#[derive(Deserialize)]
struct Reviews {
    #[serde(default)]
    required_approving_review_count: Option<u64>,
}

#[derive(Deserialize, Default)]
struct Switch {
    #[serde(default)]
    enabled: bool,
}

#[derive(Deserialize)]
struct ListedRuleset {
    id: u64,
}

#[derive(Deserialize)]
struct Ruleset {
    name: String,
    #[serde(default)]
    target: String,
    #[serde(default)]
    enforcement: String,
    #[serde(default)]
    conditions: Option<Conditions>,
    #[serde(default)]
    rules: Vec<Rule>,
}

#[derive(Deserialize)]
struct Conditions {
    #[serde(default)]
    ref_name: Option<RefName>,
}

#[derive(Deserialize)]
struct RefName {
    #[serde(default)]
    include: Vec<String>,
    #[serde(default)]
    exclude: Vec<String>,
}

/// What holds for a branch. The older protection is asked for only where the rules leave something open and the host says
/// that there is one.
pub(super) fn of_branch(asking: &Asking<'_>, branch: &str) -> Seen<BranchRules> {
    let question = asking
        .of(
            "rules of the default branch",
            &["rules", "branches", branch],
        )
        .listed()
        .with("metadata=read");
    let rules: Vec<Rule> = asking.all(&question, None)?;
    let mut holds = BranchRules::default();
    for rule in &rules {
        let parameters = &rule.parameters;
        match rule.kind.as_str() {
            "pull_request" => {
                let count = parameters.required_approving_review_count;
                holds.reviews = holds.reviews.max(Some(count.unwrap_or(0)));
            }
            "non_fast_forward" => holds.forbids_force = true,
            "deletion" => holds.forbids_deletion = true,
            "required_signatures" => holds.needs_signatures = true,
            _ => {}
        }
    }
    let is_complete = holds.reviews.is_some_and(|it| it > 0)
        && holds.forbids_force
        && holds.forbids_deletion
        && holds.needs_signatures;
    if !is_complete {
        older_protection(asking, branch, &mut holds);
    }
    Ok(holds)
}

fn older_protection(asking: &Asking<'_>, branch: &str, holds: &mut BranchRules) {
    let question = asking
        .of("the default branch", &["branches", branch])
        .with("contents=read");
    match asking.one::<Branch>(&question) {
        Ok(it) if !it.protected => return,
        Ok(_) => {}
        Err(unseen) => {
            holds.hidden = Some(unseen);
            return;
        }
    }
    let path = ["branches", branch, "protection"];
    let question = asking
        .of("protection of the default branch", &path)
        .with("administration=read");
    match asking.one::<Protection>(&question) {
        Ok(protection) => {
            let reviews = protection.required_pull_request_reviews;
            let count = reviews.map(|it| it.required_approving_review_count.unwrap_or(1));
            holds.reviews = holds.reviews.max(count);
            holds.forbids_force |= !protection.allow_force_pushes.enabled;
            holds.forbids_deletion |= !protection.allow_deletions.enabled;
            holds.needs_signatures |= protection.required_signatures.enabled;
        }
        Err(unseen) => holds.hidden = Some(unseen),
    }
}

/// The active rules for tags, those of the organisation too.
pub(super) fn of_tags(asking: &Asking<'_>) -> Seen<Vec<TagRules>> {
    let question = asking
        .of("rulesets of tags", &["rulesets"])
        .listed()
        .asking("per_page=100&includes_parents=true&targets=tag")
        .with("metadata=read");
    let listed: Vec<ListedRuleset> = asking.all(&question, None)?;
    let mut all = Vec::new();
    for entry in listed.into_iter().take(MOST_RULESETS) {
        let id = entry.id.to_string();
        let question = asking
            .of("a ruleset", &["rulesets", &id])
            .asking("includes_parents=true")
            .with("metadata=read");
        let ruleset: Ruleset = asking.one(&question)?;
        // Whatever is not `active` lets everything pass.
        if ruleset.target == "tag" && ruleset.enforcement == "active" {
            all.push(of_ruleset(ruleset));
        }
    }
    Ok(all)
}

fn of_ruleset(ruleset: Ruleset) -> TagRules {
    let has = |kind: &str| ruleset.rules.iter().any(|rule| rule.kind == kind);
    let (creation, deletion) = (has("creation"), has("deletion"));
    let update = has("update") || has("non_fast_forward");
    let names = ruleset.conditions.and_then(|it| it.ref_name);
    let texts = |all: Vec<String>| all.iter().map(|it| cut(it)).collect();
    let (include, exclude) = names.map_or_else(Default::default, |it| (it.include, it.exclude));
    TagRules {
        name: cut(&ruleset.name),
        include: texts(include),
        exclude: texts(exclude),
        forbids_creation: creation,
        forbids_update: update,
        forbids_deletion: deletion,
    }
}

/// Whether patterns of full names (`refs/tags/v*`, `~ALL`) hold for a tag.
pub fn covers(rules: &TagRules, tag: &str) -> bool {
    let full = format!("refs/tags/{tag}");
    let any = |patterns: &[String]| patterns.iter().any(|it| it == "~ALL" || matches(it, &full));
    any(&rules.include) && !any(&rules.exclude)
}
