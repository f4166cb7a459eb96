//! The table for pull requests and pages.

use super::{Matrix, measured, number};
use crate::render::{
    markdown::{code, details, prose},
    words,
};

pub(super) fn text(matrix: &Matrix<'_>) -> String {
    let ids = matrix.accepted();
    let title = prose(&matrix.ecosystem.file.profile.title);
    let mut text = format!("### SPECs of {title}\n\n| Project |");
    for id in &ids {
        text += &format!(" {} |", number(id));
    }
    text += &format!("\n|---|{}\n", "---|".repeat(ids.len()));
    for line in &matrix.lines {
        text += &format!("| {} |", prose(&line.project.name));
        for id in &ids {
            let facts = matrix.facts(line, id);
            let mut words = Vec::new();
            if facts.is_endorsed == Some(true) {
                words.push("endorsed".to_owned());
            }
            if facts.is_declared == Some(true) {
                words.push("declared".to_owned());
            }
            words.push(match measured(facts.measured).as_str() {
                "?" => "not looked at".to_owned(),
                "n/a" => "does not apply".to_owned(),
                "met" => "met".to_owned(),
                count => match count.strip_suffix('?') {
                    Some(count) => format!("{count} known to hold"),
                    None => format!("{count} hold"),
                },
            });
            text += &format!(" {} |", words.join(", "));
        }
        text += "\n";
    }
    let commit = matrix.standards.commit.as_deref();
    let endorsements = match commit {
        Some(commit) => format!(
            "endorsements at {}",
            code(commit.get(..12).unwrap_or(commit))
        ),
        None => "no repository of the SPECs was here".to_owned(),
    };
    text += &format!(
        "\n{} of {} projects looked at on {}; {endorsements}. Endorsed, declared and measured are three separate facts.\n\n",
        matrix.seen(),
        matrix.lines.len(),
        words::day(matrix.now),
    );
    let unseen = matrix.unseen().into_iter();
    let unseen: Vec<String> = unseen
        .map(|(name, why)| format!("{}: {}", code(name), prose(why)))
        .collect();
    text += &details("Not looked at", &unseen);
    text.trim_end().to_owned() + "\n"
}
