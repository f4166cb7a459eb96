//! `bartizan explain`: what a statement of a report means, what commands compute, and what an exit code means.

use bartizan_model::check::Explanation;
use bartizan_posture::frameworks;
use clap::{ArgMatches, Args};

use super::{Command, read};
use crate::{
    catalogue,
    context::Context,
    error::Failure,
    exit::{self, Exit, Meaning},
    output, settings,
    term::{Ink, Terminal, wrap},
    topics::{self, Topic},
};

pub(super) static COMMAND: Explain = Explain;

pub(super) struct Explain;

#[derive(Debug, Args)]
struct Arguments {
    /// A check, such as `known-vulnerability`, a topic, such as `fix`, or an exit code, such as `4`; without it all are listed
    check: Option<String>,
}

impl Command for Explain {
    fn path(&self) -> &'static [&'static str] {
        &["explain"]
    }

    fn arguments(&self) -> clap::Command {
        Arguments::augment_args(clap::Command::new("explain"))
            .about("Explain a check, what a command computes, or an exit code")
            .after_help("Examples:\n  bartizan explain\n  bartizan explain stale-database\n  bartizan explain fix\n  bartizan explain 4")
    }

    fn wants_settings(&self) -> bool {
        false
    }

    fn run(&self, ctx: &Context, arguments: &ArgMatches) -> Result<Exit, Failure> {
        let Arguments { check } = read(arguments)?;
        let text = match check.as_deref() {
            None => list(ctx.stdout),
            Some(name) => explain(ctx.stdout, name).ok_or_else(|| unknown(name))?,
        };
        output::write(&text, None)?;
        Ok(Exit::Clean)
    }
}

fn list(terminal: Terminal) -> String {
    let checks = catalogue::all();
    let longest = checks.iter().map(|check| check.id.len()).max();
    let width = longest.unwrap_or_default() + 2;
    let mut text = format!("{}\n", terminal.paint(Ink::Strong, "Checks"));
    for check in checks {
        text += &format!("  {:<width$}{}\n", check.id, check.title);
    }
    text += &format!("\n{}\n", terminal.paint(Ink::Strong, "Topics"));
    for topic in topics::ALL {
        text += &format!("  {:<width$}{}\n", topic.id, topic.title);
    }
    text += &format!("\n{}\n", terminal.paint(Ink::Strong, "Exit codes"));
    for meaning in exit::ALL {
        text += &format!("  {:<width$}{}\n", meaning.exit.code(), meaning.title);
    }
    text
}

fn explain(terminal: Terminal, name: &str) -> Option<String> {
    if let Some(check) = catalogue::find(name) {
        let Explanation {
            what,
            why,
            failing,
            passing,
            remedy,
        } = check.explanation;
        let supports = supports(&check);
        let mut parts = vec![
            ("What", what),
            ("Why", why),
            ("With it", failing),
            ("Without it", passing),
            ("Remedy", remedy),
        ];
        if !supports.is_empty() {
            parts.push(("Supports", &supports));
        }
        return Some(page(
            terminal,
            &format!("{}: {}", check.id, check.title),
            &parts,
        ));
    }
    if let Some(Topic { id, title, parts }) = topics::find(name) {
        return Some(page(terminal, &format!("{id}: {title}"), parts));
    }
    let code: u8 = name.strip_prefix("exit-").unwrap_or(name).parse().ok()?;
    let Meaning {
        title,
        why,
        example,
        remedy,
        ..
    } = exit::ALL
        .iter()
        .find(|meaning| meaning.exit.code() == code)?;
    let parts = [("Why", *why), ("Example", *example), ("Remedy", *remedy)];
    Some(page(
        terminal,
        &format!("exit code {code}: {title}"),
        &parts,
    ))
}

/// Each requirement of a framework that a check supports, with what it asks for.
fn supports(check: &catalogue::Explained) -> String {
    let lines = check.supports.iter().map(|it| {
        let known = frameworks::find(it.framework, it.requirement);
        let meaning = known.map_or("", |known| known.meaning);
        let (title, version) = (it.framework.title(), it.framework.version());
        format!("{title} {} ({version}): {meaning}", it.requirement)
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn page(terminal: Terminal, title: &str, parts: &[(&str, &str)]) -> String {
    let mut text = format!("{}\n", terminal.paint(Ink::Strong, &terminal.clean(title)));
    for (name, part) in parts {
        text += &format!("\n{name}\n");
        for line in part
            .lines()
            .flat_map(|line| wrap(&terminal.clean(line), terminal.width - 2))
        {
            text += &format!("  {line}\n");
        }
    }
    text
}

fn unknown(name: &str) -> Failure {
    let topics = topics::ALL.iter().map(|topic| topic.id);
    let names = catalogue::all().into_iter().map(|check| check.id);
    let near = settings::nearest(name, names.chain(topics));
    let hint = match near {
        Some(near) => format!("did you mean `{near}`?"),
        None => "`bartizan explain` lists all checks, topics and exit codes".to_owned(),
    };
    Failure::usage(format!(
        "no check, no topic and no exit code is called `{name}`"
    ))
    .hint(hint)
}
