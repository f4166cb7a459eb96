//! Who maintains a feedstock of conda-forge: what its recipe says under `recipe-maintainers`, from which its team follows.
//!
//! A recipe is a template, and not always YAML before it was filled in: the list is read by its lines.

use bartizan_formats::hosting::graph::{GraphHost, Query};
use bartizan_model::hosting::{Seen, Unseen, UnseenKind};
use serde_json::json;

use crate::name::Text;

pub(super) const FEEDSTOCK: &str = include_str!("feedstock.graphql");

/// The key of the list, in both forms of recipes.
const KEY: &str = "recipe-maintainers:";

/// The most maintainers of one. The largest list has about sixty.
const MOST: usize = 500;

/// The largest recipe that is looked through.
const LARGEST: usize = 1 << 20;

/// The accounts that maintain the feedstock of a package, and teams as `organisation/name`.
pub fn feedstock(host: &dyn GraphHost, package: &str) -> Seen<Vec<Text>> {
    let query = Query {
        about: "a recipe",
        text: FEEDSTOCK,
        variables: json!({ "name": format!("{package}-feedstock") }),
        permission: None,
    };
    let graph = host.query(&query)?;
    let absent = |why: &str| Unseen::new(UnseenKind::Absent, why);
    if graph
        .data
        .pointer("/repository")
        .is_none_or(serde_json::Value::is_null)
    {
        let why = graph.why("repository");
        return Err(why.unwrap_or_else(|| absent("there is no such feedstock")));
    }
    let recipes = ["/repository/meta/text", "/repository/recipe/text"];
    let mut recipes = recipes
        .into_iter()
        .filter_map(|it| graph.data.pointer(it)?.as_str());
    let found = recipes.find_map(maintainers);
    found.ok_or_else(|| absent("its recipe names no maintainers"))
}

/// The list in a recipe; none where there is none.
fn maintainers(recipe: &str) -> Option<Vec<Text>> {
    let recipe = recipe.get(..LARGEST).unwrap_or(recipe);
    let mut lines = recipe.lines();
    let key = lines.find(|it| it.trim_start().starts_with(KEY))?;
    let within = key.trim_start().strip_prefix(KEY)?;
    let within = without_comment(within).trim();
    let mut found: Vec<Text> = if let Some(list) = within.strip_prefix('[') {
        list.trim_end_matches(']')
            .split(',')
            .filter_map(account)
            .collect()
    } else {
        let items = lines.map(|it| without_comment(it).trim());
        let items = items.filter(|it| !it.is_empty());
        let items = items.map_while(|it| it.strip_prefix("- "));
        items.take(MOST).filter_map(account).collect()
    };
    found.truncate(MOST);
    found.sort();
    found.dedup();
    (!found.is_empty()).then_some(found)
}

fn without_comment(line: &str) -> &str {
    match line.find(" #") {
        Some(at) => line.get(..at).unwrap_or(line),
        None if line.trim_start().starts_with('#') => "",
        None => line,
    }
}

/// A name as somebody may have one, or a team; what a template would still fill in is none.
fn account(item: &str) -> Option<Text> {
    let name = item.trim().trim_matches(['"', '\'']);
    let is_sign = |it: u8| it.is_ascii_alphanumeric() || b"-_/.".contains(&it);
    let is_name = !name.is_empty() && name.len() <= 100 && name.bytes().all(is_sign);
    is_name.then(|| Text::new(&name.to_ascii_lowercase()))
}

#[cfg(test)]
mod tests {
    use bartizan_formats::hosting::{Host, Question, graph::Graph};
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    struct Answering(Value);

    impl Host for Answering {
        fn ask(&self, _question: &Question) -> Seen<Vec<Value>> {
            Ok(Vec::new())
        }
    }

    impl GraphHost for Answering {
        fn query(&self, _query: &Query) -> Seen<Graph> {
            Graph::read(self.0.to_string().as_bytes())
        }
    }

    fn check(answer: Value) -> String {
        match feedstock(&Answering(answer), "array") {
            Ok(found) => {
                let found: Vec<&str> = found.iter().map(Text::as_str).collect();
                found.join(" ")
            }
            Err(unseen) => unseen.why,
        }
    }

    fn recipe(text: &str) -> String {
        check(json!({"data": {"repository": {"meta": {"text": text}, "recipe": null}}}))
    }

    #[test]
    fn who_maintains_a_feedstock() {
        insta::assert_snapshot!(recipe("{% set v = '1' %}\nextra:\n  recipe-maintainers:\n    - Ann\n    # left\n    - 'ben'   # since 2020\n\n    - conda-forge/core\n    - {{ who }}\nabout:\n  - no\n"), @"ann ben conda-forge/core");
        insta::assert_snapshot!(recipe("extra:\n  recipe-maintainers: [ann, \"Ben\"]\n"), @"ann ben");
        insta::assert_snapshot!(recipe("extra:\n  recipe-maintainers:\nabout:\n"), @"its recipe names no maintainers");
        insta::assert_snapshot!(check(json!({"data": {"repository": {"meta": null, "recipe": {"text": "extra:\n  recipe-maintainers:\n  - cy\n"}}}})), @"cy");
        insta::assert_snapshot!(check(json!({"data": {"repository": null}, "errors": [{"type": "NOT_FOUND", "path": ["repository"], "message": "no such repository"}]})), @"the host answered the query: no such repository");
        insta::assert_snapshot!(check(json!({"data": {}})), @"there is no such feedstock");
    }

    proptest! {
        #[test]
        fn never_panics(text in "\\PC{0,60}", list in "[\\[\\],#'\"{} a-z\n-]{0,60}") {
            let _ = recipe(&text);
            let _ = recipe(&format!("recipe-maintainers:{list}"));
        }
    }
}
