//! A workflow of GitHub Actions
//! ([workflow syntax](https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax)).

mod permissions;
mod trigger;

pub use permissions::{Level, Permissions, Scope};
pub use trigger::{Filter, Trigger};

use super::{
    Node, NodeError,
    step::{Named, Placed, Step, named, owned, placed, uses_of},
    uses::Uses,
};
use crate::yaml_node::{self, NodeValue};

/// A workflow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Workflow {
    /// Its name for people.
    pub name: Option<String>,
    /// What starts it.
    pub triggers: Vec<Trigger>,
    /// What its token may do, unless a job says otherwise.
    pub permissions: Permissions,
    /// Variables of every job.
    pub env: Vec<Named>,
    /// Its jobs, in the order of the text.
    pub jobs: Vec<Job>,
    /// The line of `jobs`.
    pub jobs_line: u32,
}

/// A job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// Its id.
    pub id: String,
    /// The line of its id.
    pub line: u32,
    /// The jobs that it waits for.
    pub needs: Vec<String>,
    /// When it runs.
    pub condition: Option<Placed<String>>,
    /// What its token may do.
    pub permissions: Permissions,
    /// The environment whose rules and secrets hold for it.
    pub environment: Option<Placed<String>>,
    /// The labels of the machines that it runs on, with the group.
    pub runs_on: Vec<Placed<String>>,
    /// The container images that it runs in or beside.
    pub images: Vec<Placed<String>>,
    /// Variables of every step.
    pub env: Vec<Named>,
    /// Its steps.
    pub steps: Vec<Step>,
    /// The reusable workflow that it calls in place of steps.
    pub uses: Option<Uses>,
    /// The inputs of that workflow.
    pub with: Vec<Named>,
    /// What of its secrets it hands on to that workflow.
    pub secrets: Secrets,
    /// All of it, for what is not named here.
    pub node: Node,
}

/// The secrets that are handed on to a called workflow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Secrets {
    /// Those that are named.
    Named(Vec<Named>),
    /// All of them (`secrets: inherit`), with the line.
    All(u32),
}

/// Reads the text of a workflow.
pub fn read(text: &str) -> Result<Workflow, NodeError> {
    let root = yaml_node::parse(text)?;
    let jobs = root.entry("jobs");
    let read_job = |entry: &yaml_node::Entry| job(&entry.key, entry.line, &entry.value, text);
    Ok(Workflow {
        name: owned(&root, "name"),
        // Some writers quote `on`, and a reader of YAML 1.1 would have made it `true`.
        triggers: trigger::read(root.entry("on").or_else(|| root.entry("true"))),
        permissions: permissions::read(&root),
        env: named(root.get("env")),
        jobs: jobs
            .map(|jobs| jobs.value.entries().iter().map(read_job).collect())
            .unwrap_or_default(),
        jobs_line: jobs.map_or(1, |jobs| jobs.line),
    })
}

fn job(id: &str, line: u32, node: &Node, text: &str) -> Job {
    let steps = node.get("steps").map(Node::items).unwrap_or_default();
    Job {
        id: id.to_owned(),
        line,
        needs: node
            .get("needs")
            .map(Node::texts)
            .unwrap_or_default()
            .into_iter()
            .map(str::to_owned)
            .collect(),
        condition: placed(node, "if"),
        permissions: permissions::read(node),
        environment: environment(node),
        runs_on: runs_on(node),
        images: images(node),
        env: named(node.get("env")),
        steps: steps.iter().map(|step| Step::read(step, text)).collect(),
        uses: uses_of(node, text),
        with: named(node.get("with")),
        secrets: secrets(node),
        node: node.clone(),
    }
}

fn environment(node: &Node) -> Option<Placed<String>> {
    placed(node, "environment").or_else(|| placed(node.get("environment")?, "name"))
}

fn runs_on(node: &Node) -> Vec<Placed<String>> {
    let Some(found) = node.get("runs-on") else {
        return Vec::new();
    };
    let of_keys = ["group", "labels"].iter().filter_map(|key| found.get(key));
    of_keys.chain([found]).flat_map(all_texts).collect()
}

fn all_texts(node: &Node) -> Vec<Placed<String>> {
    let place = |node: &Node| {
        Some(Placed {
            value: node.text()?.to_owned(),
            line: node.line,
        })
    };
    match &node.value {
        NodeValue::Text(_) => place(node).into_iter().collect(),
        NodeValue::List(items) => items.iter().filter_map(place).collect(),
        _ => Vec::new(),
    }
}

fn images(node: &Node) -> Vec<Placed<String>> {
    let container = node.get("container").into_iter();
    let services = node.get("services").map(Node::entries).unwrap_or_default();
    let services = services.iter().map(|service| &service.value);
    let image = |node: &Node| match node.text() {
        Some(text) => Some(Placed {
            value: text.to_owned(),
            line: node.line,
        }),
        None => placed(node, "image"),
    };
    container.chain(services).filter_map(image).collect()
}

fn secrets(node: &Node) -> Secrets {
    match node.get("secrets") {
        Some(found) if found.text() == Some("inherit") => Secrets::All(found.line),
        found => Secrets::Named(named(found)),
    }
}

#[cfg(test)]
mod tests;
