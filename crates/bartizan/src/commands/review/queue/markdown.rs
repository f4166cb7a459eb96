//! The queue as a table in Markdown: short, and nothing of the changes is interpreted.

use bartizan_model::severity::SeverityLevel;

use super::{Answer, human::place};
use crate::render::markdown::{code, details, prose};

/// How many are shown.
const SHOWN: usize = 20;

pub(super) fn text(answer: &Answer) -> String {
    let mut text = format!(
        "### Review queue of {}\n\n{}\n\n",
        prose(&answer.project),
        prose(&answer.summary())
    );
    let mut with = answer.queue.looked.iter().zip(0_usize..);
    let with: Vec<_> = with.by_ref().filter(|(it, _)| it.of_entries > 0).collect();
    if !with.is_empty() {
        text += "| Pull request | Score | Severity | Look first at | Newly | Ask |\n|---|---|---|---|---|---|\n";
    }
    for (it, number) in with.iter().take(SHOWN) {
        let first = it.entries.first().map(|entry| {
            format!(
                "{} {}: {}",
                code(&place(entry)),
                code(&entry.name.rule),
                prose(&entry.message)
            )
        });
        let newly: Vec<&str> = it.capabilities.keys().map(|it| it.as_str()).collect();
        let ask = answer.ask.as_ref().and_then(|it| it.get(*number));
        let ask = ask.map(|it| it.join(" or ")).unwrap_or_default();
        text += &format!(
            "| {} | {} | {} | {} | {} | {} |\n",
            it.number,
            it.weight.value,
            it.severity.unwrap_or(SeverityLevel::None),
            first.unwrap_or_default(),
            prose(&newly.join(", ")),
            prose(&ask),
        );
    }
    if with.len() > SHOWN {
        text += &format!("\n{} more have entries.\n", with.len() - SHOWN);
    }
    let problems = answer.queue.problems.iter();
    let problems = problems.map(|it| format!("{}: {}", code(&it.subject), prose(&it.message)));
    text += "\n";
    text += &details("Could not be read", &problems.collect::<Vec<_>>());
    text.trim_end().to_owned() + "\n"
}
