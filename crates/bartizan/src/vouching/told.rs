//! Vouches as people and programs read them.

use bartizan_model::problem::Problem;
use bartizan_people::vouch::{Handle, Judged, State, Vouches};
use serde::Serialize;

use crate::{
    error::Failure,
    render::{
        json::{SCHEMA_VERSION, to_text},
        words::{count, day},
    },
    term::{Ink, Sheet, Terminal},
};

pub(crate) fn human(terminal: Terminal, vouches: &Vouches, problems: &[Problem]) -> String {
    let mut sheet = Sheet::new(terminal);
    for judged in &vouches.judged {
        let ink = match judged.state {
            State::Counts => Ink::Strong,
            State::Denounced | State::Unproven | State::Revoked => Ink::Medium,
            _ => Ink::Faint,
        };
        let whom = terminal.clean(&judged.whom.to_string());
        sheet.line(&format!(
            "{whom}: {}",
            terminal.paint(ink, &state(judged.state))
        ));
        sheet.wrapped(2, &told(judged));
    }
    if !vouches.denounced.is_empty() {
        let number = vouches.denounced.len();
        sheet.gap();
        sheet.wrapped(
            0,
            &format!(
                "{} by this project; that holds here and nowhere else",
                count(number, "account is denounced", "accounts are denounced")
            ),
        );
        for handle in &vouches.denounced {
            sheet.wrapped(2, &handle.to_string());
        }
    }
    for (giver, (all, back)) in &vouches.givers {
        if *back > 0 {
            sheet.gap();
            sheet.wrapped(
                0,
                &format!("{giver} vouched for {all}, of whom the project turned from {back}"),
            );
        }
    }
    for problem in problems {
        sheet.gap();
        sheet.wrapped(
            0,
            &format!("not read: {}: {}", problem.subject, problem.message),
        );
    }
    sheet.text
}

fn told(judged: &Judged) -> String {
    let by = judged.by.as_ref().map(|it| format!("by {it}"));
    let span = judged
        .span
        .map(|(at, until)| format!("from {} to {}", day(at), day(until)));
    let weight = (judged.state == State::Counts).then(|| format!("weight {:.2}", judged.weight));
    let parts: Vec<String> = [by, span, weight, judged.why.clone()]
        .into_iter()
        .flatten()
        .collect();
    parts.join(", ")
}

fn state(state: State) -> String {
    let words = match state {
        State::Counts => "vouched for",
        State::Unsigned => "in the list, with nobody's signed word",
        State::Unproven => "the signature does not count",
        State::Denounced => "denounced by this project",
        State::Revoked => "taken back",
        State::NotListed => "signed, and not in the list",
        State::Expired => "ended",
        State::Early => "said to be from the future",
        State::Renewed => "given again later",
        State::OwnWord => "about themselves",
        State::Elsewhere => "given in another project",
    };
    words.to_owned()
}

#[derive(Serialize)]
struct Document {
    schema_version: u32,
    vouches: Vec<VouchJson>,
    denounced: Vec<String>,
    givers: Vec<GiverJson>,
    problems: Vec<ProblemJson>,
}

#[derive(Serialize)]
struct VouchJson {
    whom: String,
    by: Option<String>,
    at: Option<String>,
    until: Option<String>,
    state: &'static str,
    why: Option<String>,
    weight: f64,
}

#[derive(Serialize)]
struct GiverJson {
    who: String,
    vouched_for: usize,
    taken_back: usize,
}

#[derive(Serialize)]
struct ProblemJson {
    subject: String,
    message: String,
}

pub(crate) fn json(vouches: &Vouches, problems: &[Problem]) -> Result<String, Failure> {
    to_text(&Document {
        schema_version: SCHEMA_VERSION,
        vouches: vouches.judged.iter().map(vouch).collect(),
        denounced: vouches.denounced.iter().map(Handle::to_string).collect(),
        givers: vouches
            .givers
            .iter()
            .map(|(who, (all, back))| GiverJson {
                who: who.to_string(),
                vouched_for: *all,
                taken_back: *back,
            })
            .collect(),
        problems: problems
            .iter()
            .map(|it| ProblemJson {
                subject: it.subject.clone(),
                message: it.message.clone(),
            })
            .collect(),
    })
}

fn vouch(judged: &Judged) -> VouchJson {
    VouchJson {
        whom: judged.whom.to_string(),
        by: judged.by.as_ref().map(Handle::to_string),
        at: judged.span.map(|(at, _)| at.to_string()),
        until: judged.span.map(|(_, until)| until.to_string()),
        state: judged.state.id(),
        why: judged.why.clone(),
        weight: judged.weight,
    }
}
