//! The whole graph for Graphviz.

use super::{Target, plain};
use crate::render::words;

pub(super) fn text(targets: &[Target<'_>]) -> String {
    let mut out = String::from(
        "digraph risk {\n  rankdir=LR;\n  node [shape=box, fontname=\"sans-serif\"];\n",
    );
    for (number, target) in targets.iter().enumerate() {
        write(target, number, &mut out);
    }
    out.push_str("}\n");
    out
}

fn write(target: &Target<'_>, number: usize, out: &mut String) {
    let label = plain(&target.inventory.label);
    let score = words::risk(target.weighed.risk.score.value());
    *out += &format!(
        "  subgraph cluster_{number} {{\n    label={};\n",
        quoted(&format!("{label}: risk {score}"))
    );
    for place in 0..target.inventory.components.len() {
        let name = target.label(place);
        let risk = target.risk(place);
        let (own, share) = risk.map_or((0.0, 0.0), |it| (it.own.value(), it.share.value()));
        let (text, style) = if own > 0.0 {
            let ids = target.findings(place).join(", ");
            let (shown, share) = (words::risk(own), words::risk(share));
            let text = format!("{name}\nown {shown}, share {share}\n{ids}");
            (
                text,
                format!(
                    ", style=filled, fillcolor=\"0.03 {:.2} 1.0\"",
                    0.1 + 0.6 * own
                ),
            )
        } else {
            (name, String::new())
        };
        *out += &format!("    n{number}_{place} [label={}{style}];\n", quoted(&text));
    }
    let edges = target.inventory.edges.iter();
    let count = target.inventory.components.len();
    let mut edges: Vec<(usize, usize)> = edges
        .map(|edge| (edge.from, edge.to))
        .filter(|(from, to)| *from < count && *to < count)
        .collect();
    edges.sort_unstable();
    edges.dedup();
    for (from, to) in edges {
        *out += &format!("    n{number}_{from} -> n{number}_{to};\n");
    }
    out.push_str("  }\n");
}

/// A string of DOT: only quotes and backslashes mean something in it.
fn quoted(text: &str) -> String {
    let escaped = text.replace('\\', "\\\\").replace('"', "\\\"");
    format!("\"{}\"", escaped.replace('\n', "\\n"))
}

#[cfg(test)]
mod tests {
    use super::{super::tests::laboratory, *};

    #[test]
    fn names_cannot_leave_their_quotes() {
        let (inventory, weighed) = laboratory();
        let text = text(&[Target::of(&inventory, &weighed)]);
        insta::assert_snapshot!(text, @r#"
        digraph risk {
          rankdir=LR;
          node [shape=box, fontname="sans-serif"];
          subgraph cluster_0 {
            label="lab <&\">: risk 0.022";
            n0_0 [label="app 1.0"];
            n0_1 [label="left 1.0"];
            n0_2 [label="right 1.0"];
            n0_3 [label="base 1.0\nown 0.017, share 0.017\nCVE-1", style=filled, fillcolor="0.03 0.11 1.0"];
            n0_4 [label="</text>�\"&<x> 1.0\nown 0.0046, share 0.0045\nCVE-2", style=filled, fillcolor="0.03 0.10 1.0"];
            n0_5 [label="quiet 1.0"];
            n0_0 -> n0_1;
            n0_0 -> n0_2;
            n0_0 -> n0_4;
            n0_0 -> n0_5;
            n0_1 -> n0_3;
            n0_2 -> n0_3;
          }
        }
        "#);
    }
}
