//! Everybody, for programs that draw graphs ([GraphML](http://graphml.graphdrawing.org/specification.html)).

use super::Told;
use crate::render::words::day;

/// What nodes and links carry: its number, of what, its name and its type.
const KEYS: [(&str, &str, &str, &str); 9] = [
    ("n0", "node", "label", "string"),
    ("n1", "node", "works", "int"),
    ("n2", "node", "decisions", "int"),
    ("n3", "node", "projects", "string"),
    ("n4", "node", "last", "string"),
    ("e0", "edge", "times", "int"),
    ("e1", "edge", "weight", "double"),
    ("e2", "edge", "projects", "string"),
    ("e3", "edge", "last", "string"),
];

pub(super) fn text(told: &Told<'_>) -> String {
    let mut text = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\">\n",
    );
    for (id, of, name, kind) in KEYS {
        text += &format!(
            "  <key id=\"{id}\" for=\"{of}\" attr.name=\"{name}\" attr.type=\"{kind}\"/>\n"
        );
    }
    text += "  <graph id=\"people\" edgedefault=\"directed\">\n";
    let mut nodes: Vec<(String, String)> = told
        .network
        .nodes
        .iter()
        .map(|it| {
            let label = told.names.name(it.person);
            let values = [
                ("n0", label.clone()),
                ("n1", it.works.to_string()),
                ("n2", it.decisions.to_string()),
                ("n3", told.projects(it).join(" ")),
                ("n4", it.last.map(day).unwrap_or_default()),
            ];
            (id(told, it.person, &label), data(&values))
        })
        .collect();
    nodes.sort();
    for (id, data) in nodes {
        text += &format!("    <node id=\"{id}\">{data}</node>\n");
    }
    let mut links: Vec<(String, String, String)> = told
        .network
        .links
        .iter()
        .map(|it| {
            let projects: Vec<&str> = it.projects.iter().map(String::as_str).collect();
            let values = [
                ("e0", it.times.to_string()),
                ("e1", format!("{:.4}", it.weight)),
                ("e2", projects.join(" ")),
                ("e3", it.last.map(day).unwrap_or_default()),
            ];
            let by = id(told, it.by, &told.names.name(it.by));
            let of = id(told, it.of, &told.names.name(it.of));
            (by, of, data(&values))
        })
        .collect();
    links.sort();
    for (by, of, data) in links {
        text += &format!("    <edge source=\"{by}\" target=\"{of}\">{data}</edge>\n");
    }
    text + "  </graph>\n</graphml>\n"
}

/// The id of a node: what stands for somebody, or, where names are told, their number, as two may have one name.
fn id(told: &Told<'_>, person: u32, label: &str) -> String {
    if told.names.is_plain() {
        format!("p{person}")
    } else {
        format!("p{label}")
    }
}

fn data(values: &[(&str, String)]) -> String {
    let data = values
        .iter()
        .map(|(key, value)| format!("<data key=\"{key}\">{}</data>", escaped(value)));
    data.collect()
}

/// Text in XML. What no document may hold is left out.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\u{fffe}' | '\u{ffff}' => {}
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}
