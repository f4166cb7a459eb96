//! Who may do what: jobs, the environments that they run in, and what they hold, as a drawing.

use std::collections::{BTreeMap, BTreeSet};

use super::{Edge, Graph, Node};
use crate::{
    page::{Sign, Table},
    words,
};

/// A job with what it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Job<'a> {
    /// Its name.
    pub name: &'a str,
    /// The file of its workflow.
    pub workflow: &'a str,
    /// The environment that it runs in.
    pub environment: Option<&'a str>,
    /// A write permission, a secret or an identity, as `bartizan check --capabilities` spells it.
    pub holds: &'a str,
}

const SECRET: &str = "stored secret";

/// Jobs at the left, what they hold at the right. An environment stands between, since it can ask for approval.
pub fn rights(id: String, held: &[Job<'_>], table: Table) -> Graph {
    let mut nodes: BTreeMap<(usize, String), Node> = BTreeMap::new();
    let mut edges: BTreeSet<Edge> = BTreeSet::new();
    // Where no job runs in an environment, no column is left for one.
    let last = if held.iter().any(|it| it.environment.is_some()) {
        2
    } else {
        1
    };
    for job in held {
        let of_job = format!("job {} {}", job.workflow, job.name);
        let file = job.workflow.rsplit('/').next().unwrap_or(job.workflow);
        let mut put = |column: usize, id: &str, name: &str, detail: &str, sign: Sign| {
            let node = Node {
                id: id.to_owned(),
                name: name.to_owned(),
                detail: detail.to_owned(),
                sign,
                page: None,
                column: Some(column),
            };
            nodes.insert((column, id.to_owned()), node);
        };
        put(0, &of_job, job.name, file, Sign::Neutral);
        let mut from = of_job;
        if let Some(environment) = job.environment {
            let of = format!("environment {environment}");
            put(1, &of, environment, "environment", Sign::Stated);
            edges.insert(edge(from, &of, false));
            from = of;
        }
        let (kind, sign) = kind(job.holds);
        let of = format!("right {}", job.holds);
        put(last, &of, job.holds, kind, sign);
        edges.insert(edge(from, &of, kind == SECRET));
    }
    let jobs: BTreeSet<(&str, &str)> = held.iter().map(|it| (it.workflow, it.name)).collect();
    let cut = match nodes.len() {
        count if count > Graph::MOST => {
            format!(
                " {} of {count} boxes are drawn; the table has all.",
                Graph::MOST
            )
        }
        _ => String::new(),
    };
    Graph {
        id,
        title: "Jobs, and what they hold".to_owned(),
        description: format!(
            "{} with lines to what each may write, which stored secrets it is given, and whether it can prove who it is.",
            words::counted(jobs.len() as u64, "job", "jobs")
        ),
        nodes: nodes.into_values().collect(),
        edges: edges.into_iter().collect(),
        legend: format!(
            "Line: may write, or proves who it is. Dashed line: is given a stored secret. A box between is an environment, which can ask for approval.{cut}"
        ),
        table,
    }
}

fn kind(holds: &str) -> (&'static str, Sign) {
    if holds.starts_with("secret: ") || holds == "all secrets" {
        (SECRET, Sign::Watch)
    } else if holds.starts_with("id-token") {
        ("identity", Sign::Stated)
    } else if holds == "write-all" {
        ("every write permission", Sign::Watch)
    } else {
        ("write permission", Sign::Neutral)
    }
}

fn edge(from: String, to: &str, is_carried: bool) -> Edge {
    Edge {
        from,
        to: to.to_owned(),
        is_carried,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_leads_through_the_environment() {
        let job = |name, environment, holds| Job {
            name,
            workflow: ".github/workflows/w.yml",
            environment,
            holds,
        };
        let graph = rights(
            "x".to_owned(),
            &[
                job("publish", Some("release"), "id-token: write"),
                job("label", None, "secret: T"),
            ],
            Table::default(),
        );
        let edges = graph.edges.iter();
        let edges = edges.map(|it| format!("{} -> {} {}", it.from, it.to, it.is_carried));
        insta::assert_snapshot!(edges.collect::<Vec<_>>().join("\n"), @"
        environment release -> right id-token: write false
        job .github/workflows/w.yml label -> right secret: T true
        job .github/workflows/w.yml publish -> environment release false
        ");
        assert_eq!(graph.nodes.len(), 5);
        assert!(
            graph.description.starts_with("2 jobs"),
            "{}",
            graph.description
        );
    }
}
