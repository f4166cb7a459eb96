//! An action that a repository keeps for itself or for others (`action.yml`).

use super::{Node, NodeError, step::Step};
use crate::yaml_node;

/// An action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Action {
    /// How it runs: `composite`, `docker`, `node20`, …
    pub using: String,
    /// The names of its inputs.
    pub inputs: Vec<String>,
    /// The steps of a composite one.
    pub steps: Vec<Step>,
}

/// Reads the text of an `action.yml`.
pub fn read(text: &str) -> Result<Action, NodeError> {
    let root = yaml_node::parse(text)?;
    let runs = root.get("runs");
    let inputs = root.get("inputs").map(Node::entries).unwrap_or_default();
    let steps = runs.and_then(|runs| runs.get("steps"));
    let steps = steps.map(Node::items).unwrap_or_default();
    Ok(Action {
        using: runs
            .and_then(|runs| runs.text_of("using"))
            .unwrap_or_default()
            .to_owned(),
        inputs: inputs.iter().map(|entry| entry.key.clone()).collect(),
        steps: steps.iter().map(|step| Step::read(step, text)).collect(),
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_composite_action_has_inputs_and_steps() {
        let text = "inputs:\n  who: {default: x}\nruns:\n  using: composite\n  steps:\n    - run: echo ${{ inputs.who }}\n      shell: bash\n    - uses: a/b@v1 # v1.2\n";
        let action = read(text).unwrap();
        assert_eq!(
            (action.using.as_str(), action.inputs),
            ("composite", vec!["who".to_owned()])
        );
        assert_eq!(action.steps[0].script(), "echo ${{ inputs.who }}");
        let uses = action.steps[1].uses.clone().unwrap();
        assert_eq!((uses.line, uses.comment.as_deref()), (8, Some("v1.2")));
        assert_eq!(read("- 1").unwrap().using, "");
    }

    proptest! {
        #[test]
        fn nothing_panics(text in r"(runs|steps|using|uses|[-: \n{}\[\]#@/a])*{0,40}") {
            drop(read(&text));
        }
    }
}
