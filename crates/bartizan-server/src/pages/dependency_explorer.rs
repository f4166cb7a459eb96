//! The graph of a project: the risky part of it, or the neighbourhood of one component; and the whole as a table beside it.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use bartizan_model::assessment::AssessedEdge;
use bartizan_store::{ComponentFilter, ComponentRow, Page as Rows};

use super::{PageItem, project::component_table, projects::title, rows};
use crate::{
    chart::{Chart, Edge, Graph, Node},
    context::{Asked, Context, PageError},
    href::Place,
    page::{Block, Cell, Column, Field, Filter, Page, Section, Sign, Table, Text},
    words,
};

pub(super) static PAGE: PageItem = PageItem {
    path: "/dependencies/{}",
    title: "Dependency graph",
    purpose: "The risky part of a project's graph, or the neighbourhood of one component",
    is_in_menu: false,
    asks: &["around", "text", "page"],
    render: |ctx, asked| Box::pin(render(ctx, asked)),
    feed: None,
    badge: None,
};

/// What is drawn of a graph.
struct Shown {
    headline: String,
    ids: BTreeSet<String>,
}

async fn render(ctx: &Context, asked: &Asked) -> Result<Option<Page>, PageError> {
    let Some(project) = ctx.store.project(asked.part(0)).await? else {
        return Ok(None);
    };
    let name = project.project.name.as_str();
    let all = ComponentFilter::default();
    let found = ctx.store.components(name, &all, Rows::whole()).await?;
    let edges = ctx.store.edges(name).await?;
    let components: BTreeMap<String, &ComponentRow> = found
        .rows
        .iter()
        .map(|row| (row.component.purl.to_string(), row))
        .collect();
    let shown = match asked.place.asked("around") {
        Some(purl) => around(purl, &components, &edges),
        None => risky(&title(&project), &components, &edges),
    };
    let graph = graph(name, &shown, &components, &edges);
    let drawn = if graph.nodes.is_empty() {
        Block::Prose("Nothing to draw: no graph was read, or no component adds to the risk.".into())
    } else {
        Block::Chart(Chart::Graph(graph))
    };
    Ok(Some(Page {
        title: format!("Dependencies of {}", title(&project)),
        headline: shown.headline,
        lede: Text::default().plain(format!(
            "{} in all. A component opens its neighbourhood.",
            words::counted(found.total, "component", "components")
        )),
        above: above(asked, name, title(&project)),
        sections: vec![
            Section::new("picture", "Graph").with(drawn),
            listed(ctx, asked, name).await?,
        ],
        ..Page::default()
    }))
}

fn above(asked: &Asked, name: &str, title: String) -> Vec<(String, Place)> {
    let mut above = vec![
        ("Dependencies".to_owned(), Place::new(["dependencies"])),
        (title, Place::new(["projects", name])),
    ];
    if asked.place.asked("around").is_some() {
        above.push(("Risky part".to_owned(), asked.bare()));
    }
    above
}

/// Every component, or those with a name.
async fn listed(ctx: &Context, asked: &Asked, name: &str) -> Result<Section, PageError> {
    let filter = ComponentFilter {
        text: asked.text("text"),
        ..ComponentFilter::default()
    };
    let page = Rows::new(asked.page(), rows::PAGE_SIZE);
    let listed = ctx.store.components(name, &filter, page).await?;
    let table = Table {
        pager: rows::pager(asked, listed.total, rows::PAGE_SIZE),
        ..component_table("all-components", &listed.rows)
    };
    let text = Field {
        key: "text".to_owned(),
        label: "Name".to_owned(),
        choices: Vec::new(),
        value: asked.text("text").unwrap_or_default(),
    };
    let form = Filter {
        place: asked.bare(),
        fields: vec![text],
    };
    Ok(Section::new("table", "Every component")
        .with(Block::Filter(form))
        .with(Block::Table(table)))
}

/// The riskiest components with everything on the shortest ways to them.
fn risky(
    project: &str,
    components: &BTreeMap<String, &ComponentRow>,
    edges: &[AssessedEdge],
) -> Shown {
    let mut risky: Vec<(&String, f64)> = components
        .iter()
        .filter_map(|(purl, row)| Some((purl, row.component.risk.filter(|risk| *risk > 0.0)?)))
        .collect();
    risky.sort_by(|one, other| other.1.total_cmp(&one.1).then(one.0.cmp(other.0)));
    let mut dependants: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for edge in edges {
        dependants.entry(&edge.to).or_default().push(&edge.from);
    }
    let mut ids = BTreeSet::new();
    for (purl, _) in &risky {
        if ids.len() >= Graph::MOST / 2 {
            break;
        }
        ids.extend(way(purl, &dependants).into_iter().map(str::to_owned));
    }
    let count = risky.len() as u64;
    let headline = match count {
        0 if components.is_empty() => format!("What {project} stands on was not measured yet"),
        0 => format!("No component adds to the chain risk of {project}"),
        1 => format!("One component adds to the chain risk of {project}"),
        many => format!(
            "{} components add to the chain risk of {project}",
            words::sentence(&words::number_word(many))
        ),
    };
    Shown { headline, ids }
}

/// The shortest way from something that nothing stands on, by walking backwards.
fn way<'a>(to: &'a str, dependants: &BTreeMap<&'a str, Vec<&'a str>>) -> Vec<&'a str> {
    let mut before: BTreeMap<&str, &str> = BTreeMap::new();
    let mut queue = VecDeque::from([to]);
    let mut seen = BTreeSet::from([to]);
    let mut end = to;
    while let Some(here) = queue.pop_front() {
        let next = dependants.get(here).map(Vec::as_slice).unwrap_or_default();
        end = here;
        if next.is_empty() {
            break;
        }
        for from in next {
            if seen.insert(from) {
                before.insert(from, here);
                queue.push_back(from);
            }
        }
    }
    let mut way = vec![end];
    while let Some(next) = before.get(end) {
        way.push(next);
        end = next;
    }
    way
}

/// A component with what stands on it and what it stands on.
fn around(
    purl: &str,
    components: &BTreeMap<String, &ComponentRow>,
    edges: &[AssessedEdge],
) -> Shown {
    let near = edges
        .iter()
        .filter(|edge| edge.from == purl || edge.to == purl);
    let mut ids = BTreeSet::from([purl.to_owned()]);
    for edge in near.take(Graph::MOST - 1) {
        ids.insert(edge.from.clone());
        ids.insert(edge.to.clone());
    }
    let name = components
        .get(purl)
        .map_or(purl, |row| row.component.name.as_str());
    Shown {
        headline: format!("What {name} stands on, and what stands on it"),
        ids,
    }
}

fn graph(
    project: &str,
    shown: &Shown,
    components: &BTreeMap<String, &ComponentRow>,
    edges: &[AssessedEdge],
) -> Graph {
    let nodes: Vec<Node> = shown
        .ids
        .iter()
        .take(Graph::MOST)
        .map(|id| node(project, id, components.get(id).copied()))
        .collect();
    let drawn: BTreeSet<&str> = nodes.iter().map(|node| node.id.as_str()).collect();
    let between = edges
        .iter()
        .filter(|edge| drawn.contains(edge.from.as_str()) && drawn.contains(edge.to.as_str()));
    let lines: Vec<&AssessedEdge> = between.collect();
    let name = |id: &str| {
        components
            .get(id)
            .map_or_else(|| short(id), |row| row.component.name.clone())
    };
    let row = |edge: &&AssessedEdge| {
        vec![
            Cell::text(name(&edge.from)),
            Cell::text(edge.kind.replace('-', " ")),
            Cell::text(name(&edge.to)),
        ]
    };
    Graph {
        legend: "Line: requires. Dashed line: carries a copy within.".to_owned(),
        id: "graph".to_owned(),
        title: shown.headline.clone(),
        description: format!(
            "{} and {} between them; the table below has the same.",
            words::counted(nodes.len() as u64, "component", "components"),
            words::counted(lines.len() as u64, "edge", "edges")
        ),
        edges: lines
            .iter()
            .map(|edge| Edge {
                from: edge.from.clone(),
                to: edge.to.clone(),
                is_carried: edge.kind == "bundles",
            })
            .collect(),
        table: Table {
            id: "edges".to_owned(),
            caption: "The same as a table".into(),
            columns: vec![
                Column::text("from", "Component"),
                Column::text("kind", "How"),
                Column::text("to", "Stands on"),
            ],
            rows: lines.iter().map(row).collect(),
            empty: "No edge between them.".into(),
            ..Table::default()
        },
        nodes,
    }
}

fn node(project: &str, id: &str, row: Option<&ComponentRow>) -> Node {
    let page = Some(Place::new(["dependencies", project]).with("around", id));
    let Some(row) = row else {
        return Node {
            id: id.to_owned(),
            name: short(id),
            detail: "the project itself".to_owned(),
            sign: Sign::Stated,
            page,
            column: None,
        };
    };
    let component = &row.component;
    let version = component
        .version
        .clone()
        .unwrap_or_else(|| "version unknown".to_owned());
    let (detail, sign) = match component.risk {
        Some(risk) if risk >= 0.1 => (
            format!("{version} · risk {}", words::value(risk)),
            Sign::Bad,
        ),
        Some(risk) if risk > 0.0 => (
            format!("{version} · risk {}", words::value(risk)),
            Sign::Watch,
        ),
        _ => (version, Sign::Neutral),
    };
    Node {
        id: id.to_owned(),
        name: component.name.clone(),
        detail,
        sign,
        page,
        column: None,
    }
}

/// The name within a package URL.
fn short(purl: &str) -> String {
    let name = purl.rsplit('/').next().unwrap_or(purl);
    name.split(['?', '#'])
        .next()
        .unwrap_or(name)
        .replace('@', " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shortest_way_starts_where_nothing_depends() {
        let mut dependants: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        dependants.insert("libwebp", vec!["pillow"]);
        dependants.insert("pillow", vec!["image", "root"]);
        dependants.insert("image", vec!["root"]);
        assert_eq!(way("libwebp", &dependants), ["root", "pillow", "libwebp"]);
        dependants.insert("root", vec!["libwebp"]);
        assert!(!way("libwebp", &dependants).is_empty());
        assert_eq!(short("pkg:pypi/numpy@1.0?x=y"), "numpy 1.0");
    }
}
