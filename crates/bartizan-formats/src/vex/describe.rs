//! A print of VEX documents for the tests of all formats: one line a statement, one a product, then the problems.

use std::fmt::Write;

use bartizan_model::vex::VexIdentifier;

use super::read;

/// What a document states, and what is wrong with it.
pub(super) fn describe(text: &str) -> String {
    let reading = read("x.json", text.as_bytes()).unwrap();
    let mut out = String::new();
    if let Some(document) = &reading.document {
        let stated = document.stated.map(|time| time.to_string());
        let facts =
            [&document.id, &document.author, &stated].map(|fact| fact.as_deref().unwrap_or("-"));
        writeln!(out, "{}", facts.join(" | ")).unwrap();
    }
    for statement in &reading.statements {
        let reason = statement.justification.map_or("", |reason| reason.as_str());
        let status = statement.status.as_str();
        write!(out, "{} {status} {reason}", statement.ids.join(" ")).unwrap();
        if let Some(note) = &statement.note {
            write!(out, " {note:?}").unwrap();
        }
        if statement.stated != statement.document.stated {
            write!(out, " {}", statement.stated.unwrap()).unwrap();
        }
        out.push('\n');
        for product in &statement.products {
            let parts: Vec<String> = product.parts.iter().map(name).collect();
            let within = if parts.is_empty() { "" } else { " parts " };
            writeln!(
                out,
                "  {}{within}{}",
                name(&product.product),
                parts.join(" ")
            )
            .unwrap();
        }
    }
    for problem in &reading.problems {
        writeln!(out, "problem {}: {}", problem.subject, problem.message).unwrap();
    }
    out
}

fn name(identifier: &VexIdentifier) -> String {
    match identifier {
        VexIdentifier::Purl(purl) => purl.to_string(),
        VexIdentifier::Text(text) => format!("{text:?}"),
    }
}
