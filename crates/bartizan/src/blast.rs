//! `scan --blast NAME`: who stands on a component, for people or as JSON.

use bartizan_model::inventory::{ComponentIndex, Inventory};
use bartizan_vulnerability::{
    blast::{Blast, blast},
    paths::label,
};
use serde::Serialize;

use crate::{
    error::Failure,
    exit::Exit,
    render::{json::to_text, words},
    term::Terminal,
};

/// Raised when a key goes away or changes its meaning.
const SCHEMA_VERSION: u32 = 1;

#[derive(Serialize)]
struct BlastJson<'a> {
    schema_version: u32,
    name: &'a str,
    targets: Vec<TargetJson<'a>>,
}

#[derive(Serialize)]
struct TargetJson<'a> {
    label: &'a str,
    path: &'a str,
    components: Vec<String>,
    of: usize,
    standing: Vec<StandingJson>,
}

#[derive(Serialize)]
struct StandingJson {
    component: String,
    direct: bool,
    path: Vec<String>,
}

/// The answer, and the exit code: that of nothing to look at where no target has the component.
pub(crate) fn answer(
    inventories: &[Inventory],
    name: &str,
    (format, terminal): (&str, Terminal),
) -> Result<(String, Exit), Failure> {
    let found = inventories.iter();
    let found = found.filter_map(|inventory| Some((inventory, blast(inventory, name)?)));
    let found: Vec<(&Inventory, Blast)> = found.collect();
    let exit = if found.is_empty() {
        Exit::NothingToLookAt
    } else {
        Exit::Clean
    };
    let text = match format {
        "json" => to_text(&json(name, &found))?,
        "human" => human(name, &found, terminal),
        other => {
            return Err(
                Failure::usage(format!("`--blast` does not write `{other}`"))
                    .hint("it writes `--format human` and `--format json`"),
            );
        }
    };
    Ok((text, exit))
}

fn names(inventory: &Inventory, places: &[ComponentIndex]) -> Vec<String> {
    let components = places.iter().filter_map(|it| inventory.components.get(*it));
    components.map(label).collect()
}

fn json<'a>(name: &'a str, found: &'a [(&Inventory, Blast)]) -> BlastJson<'a> {
    let targets = found.iter().map(|(inventory, blast)| TargetJson {
        label: &blast.target,
        path: &inventory.path,
        components: names(inventory, &blast.components),
        of: blast.of,
        standing: blast
            .standing
            .iter()
            .map(|it| {
                let path = names(inventory, &it.path);
                StandingJson {
                    component: path.first().cloned().unwrap_or_default(),
                    direct: it.is_root,
                    path,
                }
            })
            .collect(),
    });
    BlastJson {
        schema_version: SCHEMA_VERSION,
        name,
        targets: targets.collect(),
    }
}

fn human(name: &str, found: &[(&Inventory, Blast)], terminal: Terminal) -> String {
    if found.is_empty() {
        return terminal.clean(&format!("No target has a component `{name}`.")) + "\n";
    }
    let mut text = String::new();
    for (inventory, blast) in found {
        let of = blast.of.saturating_sub(blast.components.len());
        let line = format!(
            "{} in {}: {} of {} stand on it.",
            names(inventory, &blast.components).join(", "),
            blast.target,
            words::amount(blast.standing.len() as u64),
            words::count(of, "other component", "other components"),
        );
        text += &(terminal.clean(&line) + "\n");
        for standing in &blast.standing {
            let path = names(inventory, &standing.path).join(terminal.arrow());
            let direct = if standing.is_root { " (asked for)" } else { "" };
            text += &format!("  {}{direct}\n", terminal.clean(&path));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::tests::laboratory;

    fn check(name: &str, format: &str) -> String {
        let terminal = Terminal {
            width: 80,
            has_color: false,
            has_unicode: true,
            is_interactive: false,
        };
        match answer(&[laboratory().0], name, (format, terminal)) {
            Ok((text, exit)) => format!("{text}exit {}", exit.code()),
            Err(failure) => failure.message,
        }
    }

    #[test]
    fn who_stands_on_it_is_told_with_the_way() {
        insta::assert_snapshot!(check("base", "human"), @r#"
        base 1.0 in lab <&">: 3 of 5 other components stand on it.
          left 1.0 → base 1.0
          right 1.0 → base 1.0
          app 1.0 → left 1.0 → base 1.0 (asked for)
        exit 0
        "#);
        insta::assert_snapshot!(check("numpy", "human"), @r"
        No target has a component `numpy`.
        exit 3
        ");
        insta::assert_snapshot!(check("left", "json"), @r#"
        {
          "schema_version": 1,
          "name": "left",
          "targets": [
            {
              "label": "lab <&\">",
              "path": "uv.lock",
              "components": [
                "left 1.0"
              ],
              "of": 6,
              "standing": [
                {
                  "component": "app 1.0",
                  "direct": true,
                  "path": [
                    "app 1.0",
                    "left 1.0"
                  ]
                }
              ]
            }
          ]
        }
        exit 0
        "#);
        insta::assert_snapshot!(check("base", "sarif"), @"`--blast` does not write `sarif`");
    }
}
