//! The whole graph for programs.

use bartizan_vulnerability::risk::Score;
use serde::Serialize;

use super::Target;
use crate::{error::Failure, render::json::to_text};

/// Raised when a key goes away or changes its meaning.
const SCHEMA_VERSION: u32 = 1;

#[derive(Serialize)]
struct GraphJson<'a> {
    schema_version: u32,
    profile: &'a str,
    targets: Vec<TargetJson<'a>>,
}

#[derive(Serialize)]
struct TargetJson<'a> {
    label: &'a str,
    path: &'a str,
    score: f64,
    nodes: Vec<NodeJson<'a>>,
    edges: Vec<EdgeJson>,
}

#[derive(Serialize)]
struct NodeJson<'a> {
    id: usize,
    name: &'a str,
    version: &'a str,
    purl: String,
    root: bool,
    native: bool,
    own: f64,
    chain: Option<f64>,
    share: f64,
    priority: f64,
    dependants: Option<usize>,
    findings: Vec<String>,
}

#[derive(Serialize)]
struct EdgeJson {
    from: usize,
    to: usize,
}

pub(super) fn text(targets: &[Target<'_>], profile: &str) -> Result<String, Failure> {
    to_text(&GraphJson {
        schema_version: SCHEMA_VERSION,
        profile,
        targets: targets.iter().map(target).collect(),
    })
}

fn target<'a>(target: &'a Target<'a>) -> TargetJson<'a> {
    let inventory = target.inventory;
    let mut edges: Vec<(usize, usize)> = inventory
        .edges
        .iter()
        .map(|edge| (edge.from, edge.to))
        .collect();
    edges.sort_unstable();
    edges.dedup();
    TargetJson {
        label: &inventory.label,
        path: &inventory.path,
        score: target.weighed.risk.score.value(),
        nodes: (0..inventory.components.len())
            .filter_map(|id| node(target, id))
            .collect(),
        edges: edges
            .into_iter()
            .map(|(from, to)| EdgeJson { from, to })
            .collect(),
    }
}

fn node<'a>(target: &'a Target<'a>, id: usize) -> Option<NodeJson<'a>> {
    let component = target.inventory.components.get(id)?;
    let risk = target.risk(id);
    // What carries no risk has a chain of 0, unless the graph was too large to ask.
    let chain = risk.map_or(target.has_chains.then_some(0.0), |it| {
        it.chain.map(Score::value)
    });
    Some(NodeJson {
        id,
        name: component.package.name(),
        version: &component.version,
        purl: component.purl().to_string(),
        root: target.roots.contains(&id),
        native: component.native.is_some(),
        own: risk.map_or(0.0, |it| it.own.value()),
        chain,
        share: risk.map_or(0.0, |it| it.share.value()),
        priority: risk.map_or(0.0, |it| it.priority.value()),
        dependants: risk.and_then(|it| it.dependants),
        findings: target.findings(id),
    })
}

#[cfg(test)]
mod tests {
    use super::{super::tests::laboratory, *};

    #[test]
    fn every_node_and_edge_is_there() {
        let (inventory, weighed) = laboratory();
        let text = text(&[Target::of(&inventory, &weighed)], "p").unwrap();
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        let target = &value["targets"][0];
        assert_eq!(target["nodes"].as_array().unwrap().len(), 6);
        assert_eq!(target["edges"].as_array().unwrap().len(), 6);
        insta::assert_snapshot!(target["nodes"][3], @r#"{"chain":0.01729,"dependants":3,"findings":["CVE-1"],"id":3,"name":"base","native":false,"own":0.01729,"priority":0.013832,"purl":"pkg:pypi/base@1.0","root":false,"share":0.01725,"version":"1.0"}"#);
        insta::assert_snapshot!(target["nodes"][5], @r#"{"chain":0.0,"dependants":null,"findings":[],"id":5,"name":"quiet","native":false,"own":0.0,"priority":0.0,"purl":"pkg:pypi/quiet@1.0","root":false,"share":0.0,"version":"1.0"}"#);
    }
}
