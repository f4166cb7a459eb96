//! The page of topics.

use bartizan::topics::ALL;

/// What commands compute; the same that `bartizan explain` shows.
pub(super) fn body() -> String {
    let sections = ALL.iter().map(|topic| {
        let parts = topic
            .parts
            .iter()
            .map(|(name, text)| format!("**{name}.** {text}\n"));
        let parts: Vec<String> = parts.collect();
        format!(
            "## {}\n\nExplains {}.\n\n{}",
            topic.id,
            topic.title,
            parts.join("\n")
        )
    });
    sections.collect::<Vec<_>>().join("\n")
}
