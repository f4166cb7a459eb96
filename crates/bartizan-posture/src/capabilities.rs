//! Who holds what: the write permissions, stored secrets and identities of each job, and a policy to start from.

mod changes;

use bartizan_formats::ci::workflow::{Level, Permissions, Secrets};

use crate::facts::{Facts, policy::Designated, reach::secrets, workflows::JobAt};
pub use changes::{Change, ChangeKind, changes};

/// A job and the capabilities that it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// The file of the workflow.
    pub workflow: String,
    /// The job.
    pub job: String,
    /// The line of the job.
    pub line: u32,
    /// The environment that it runs in.
    pub environment: Option<String>,
    /// The events that start it, sorted.
    pub events: Vec<String>,
    /// What it holds, sorted by name.
    pub capabilities: Vec<Capability>,
    /// Whether its token has the default rights of the repository, which a checkout does not show.
    pub has_default_token: bool,
}

/// Something that a job may do which not everybody may.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Capability {
    /// `contents: write`, `id-token: write`, `secret: NAME`, `all secrets`, `write-all`.
    pub name: String,
    /// The line that gives it.
    pub line: u32,
}

/// Every job that holds something or has the default token, by workflow and in the order of the text.
pub fn holders(facts: &Facts) -> Vec<Holder> {
    let holders = facts.jobs().map(|at| holder(facts, &at));
    holders
        .filter(|it| !it.capabilities.is_empty() || it.has_default_token)
        .collect()
}

fn holder(facts: &Facts, at: &JobAt<'_>) -> Holder {
    let mut capabilities: Vec<Capability> = match at.permissions() {
        Permissions::WriteAll(line) => vec![Capability {
            name: "write-all".to_owned(),
            line: *line,
        }],
        Permissions::Scopes(_, scopes) => {
            let writes = scopes.iter().filter(|scope| scope.level == Level::Write);
            writes
                .map(|scope| Capability {
                    name: format!("{}: write", scope.name),
                    line: scope.line,
                })
                .collect()
        }
        _ => Vec::new(),
    };
    capabilities.extend(secrets(at).into_iter().map(|(name, line)| Capability {
        name: format!("secret: {name}"),
        line,
    }));
    if let Secrets::All(line) = at.job.secrets {
        capabilities.push(Capability {
            name: "all secrets".to_owned(),
            line,
        });
    }
    capabilities.sort();
    let mut events: Vec<String> = facts
        .starts(at.file)
        .iter()
        .map(|it| it.trigger.event.clone())
        .collect();
    events.sort();
    events.dedup();
    Holder {
        workflow: at.file.path.clone(),
        job: at.job.id.clone(),
        line: at.job.line,
        environment: at.job.environment.as_ref().map(|it| it.value.clone()),
        events,
        capabilities,
        has_default_token: matches!(
            at.permissions(),
            Permissions::Absent | Permissions::Unreadable(_)
        ),
    }
}

impl Designated {
    /// Whether it names a job; without a job it names all of a workflow.
    pub fn is_of(&self, holder: &Holder) -> bool {
        self.workflow == holder.workflow && self.job.as_ref().is_none_or(|job| *job == holder.job)
    }
}

/// A policy that designates what is held now, as a text to review and to commit.
pub fn start_policy(facts: &Facts) -> String {
    let mut text = "# Which job may hold which capability. Written by `bartizan check --start-policy` from what is held now:\n\
                    # take out what should not be, then commit it. `bartizan explain undesignated-capability` tells more.\n"
        .to_owned();
    for holder in holders(facts) {
        if holder.capabilities.is_empty() {
            continue;
        }
        let names: Vec<String> = holder
            .capabilities
            .iter()
            .map(|it| quoted(&it.name))
            .collect();
        text += &format!(
            "\n[[designated]]\nworkflow = {}\njob = {}\n",
            quoted(&holder.workflow),
            quoted(&holder.job)
        );
        if let Some(environment) = &holder.environment {
            text += &format!("environment = {}\n", quoted(environment));
        }
        text += &format!("capabilities = [{}]\n", names.join(", "));
    }
    text
}

/// A basic string of TOML.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for character in text.chars() {
        match character {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            control if control.is_control() => quoted += &format!("\\u{:04X}", u32::from(control)),
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use bartizan_model::assessment::Outcome;

    use super::*;
    use crate::{
        checks,
        facts::policy,
        laboratory::{only, with},
    };

    #[test]
    fn the_map_of_the_laboratory() {
        let shown: Vec<String> = holders(&with(&[]))
            .iter()
            .map(|it| {
                let names: Vec<String> = it
                    .capabilities
                    .iter()
                    .map(|it| format!("{}@{}", it.name, it.line))
                    .collect();
                format!(
                    "{} {} {:?} {:?}: {}",
                    it.workflow,
                    it.job,
                    it.environment,
                    it.events,
                    names.join(", ")
                )
            })
            .collect();
        insta::assert_snapshot!(shown.join("\n"), @r#"
        .github/workflows/label.yml label None ["pull_request"]: pull-requests: write@12
        .github/workflows/nightly.yml tests None ["schedule"]: issues: write@15
        .github/workflows/nightly.yml upload Some("nightly") ["schedule"]: secret: NIGHTLY_TOKEN@29
        .github/workflows/release.yml publish Some("release") ["workflow_dispatch"]: attestations: write@29, id-token: write@28
        "#);
    }

    #[test]
    fn a_policy_to_start_from_designates_all_that_is_held() {
        let workflow = "on: push\npermissions: write-all\njobs:\n  'a\"b\\':\n    environment: x\n    steps: [{run: 'x ${{ secrets.T }}'}]\n  c:\n    uses: ./x.yml\n    secrets: inherit\n    permissions: {}\n";
        let facts = only(&[(".github/workflows/w.yml", workflow)]);
        let text = start_policy(&facts);
        assert_eq!(policy::parse(&text).fault, None, "{text}");
        let facts = only(&[(".github/workflows/w.yml", workflow), (policy::FILE, &text)]);
        let check = checks::find("undesignated-capability").unwrap();
        assert_eq!((check.judge)(&facts).outcome(), Outcome::Pass, "{text}");
    }
}
