//! Workflows, actions and Dependabot's file, with the expressions in them.
#![no_main]

use bartizan_formats::ci::{action, dependabot, expression::expressions, workflow};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    // To YAML a carriage return alone ends a line too.
    let lines = u32::try_from(text.matches(['\n', '\r']).count()).unwrap_or(u32::MAX);
    if let Ok(workflow) = workflow::read(text) {
        for job in &workflow.jobs {
            assert!(job.line >= 1 && job.line <= lines.saturating_add(2));
            job.node.walk(&mut |text, _| {
                for expression in expressions(text) {
                    assert!(!expression.text.contains("}}"));
                    drop(expression.paths());
                }
            });
        }
    }
    drop(action::read(text));
    drop(dependabot::read(text));
});
