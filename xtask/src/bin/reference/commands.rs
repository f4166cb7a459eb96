//! The page of commands and exit codes.

use bartizan::exit;
use clap::{Arg, ArgAction, Command};

use crate::table;

/// Every command with its arguments, the options that all share, and the exit codes.
pub(super) fn body() -> String {
    let mut root = bartizan::command();
    root.build();
    let shared: Vec<&Arg> = root
        .get_arguments()
        .filter(|argument| argument.is_global_set())
        .collect();
    let mut text = String::new();
    for command in root.get_subcommands() {
        section(command, "bartizan", &mut text);
    }
    text += "## Options of every command\n\n";
    text += &arguments(&shared);
    text += "\n## Exit codes\n\nThe same under every format. Where several hold, 70 wins over 2, 4, 1, 3 and 0, in this order.\n\n";
    let codes = exit::ALL.iter().map(|meaning| {
        vec![
            meaning.exit.code().to_string(),
            meaning.title.to_owned(),
            meaning.why.to_owned(),
            meaning.remedy.to_owned(),
        ]
    });
    text + &table(&["Code", "Meaning", "Why", "Remedy"], codes)
}

fn section(command: &Command, above: &str, text: &mut String) {
    let name = format!("{above} {}", command.get_name());
    if command.get_name() == "help" || command.is_hide_set() {
        return;
    }
    if command.has_subcommands() {
        for below in command.get_subcommands() {
            section(below, &name, text);
        }
        return;
    }
    *text += &format!("## {name}\n\n");
    if let Some(about) = command.get_long_about().or_else(|| command.get_about()) {
        *text += &format!("{}.\n\n", about.to_string().trim_end_matches('.'));
    }
    let own: Vec<&Arg> = command
        .get_arguments()
        .filter(|argument| !argument.is_global_set() && !is_help(argument))
        .collect();
    *text += &arguments(&own);
    if let Some(after) = command.get_after_help() {
        *text += &format!("\n{}\n", block(&after.to_string()));
    }
    text.push('\n');
}

fn is_help(argument: &Arg) -> bool {
    matches!(
        argument.get_action(),
        ArgAction::Help | ArgAction::HelpShort | ArgAction::HelpLong | ArgAction::Version
    )
}

fn arguments(arguments: &[&Arg]) -> String {
    arguments
        .iter()
        .filter(|argument| !argument.is_hide_set())
        .map(|argument| item(argument))
        .collect()
}

/// One argument as an item of a list: how it is written, what it does, which values it takes.
fn item(argument: &Arg) -> String {
    let help = argument
        .get_long_help()
        .or_else(|| argument.get_help())
        .map(ToString::to_string)
        .unwrap_or_default();
    let mut text = format!(
        "- `{}`: {}",
        written(argument),
        help.replace("\n\n", " ").replace('\n', " ")
    );
    let takes_value = argument.get_action().takes_values();
    let values: Vec<String> = argument
        .get_possible_values()
        .iter()
        .map(|value| format!("`{}`", value.get_name()))
        .collect();
    if takes_value && !values.is_empty() {
        text += &format!(" ({})", values.join(", "));
    }
    let defaults: Vec<String> = argument
        .get_default_values()
        .iter()
        .map(|value| format!("`{}`", value.to_string_lossy()))
        .collect();
    if takes_value && !defaults.is_empty() {
        text += &format!("; by default {}", defaults.join(", "));
    }
    text.push('\n');
    text
}

fn written(argument: &Arg) -> String {
    let short = argument.get_short().map(|short| format!("-{short}"));
    let long = argument.get_long().map(|long| format!("--{long}"));
    let flags: Vec<String> = short.into_iter().chain(long).collect();
    let names = argument
        .get_value_names()
        .unwrap_or_default()
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>();
    let value = if argument.get_action().takes_values() {
        names.join(" ")
    } else {
        String::new()
    };
    let many = if argument
        .get_num_args()
        .is_some_and(|range| range.max_values() > 1)
    {
        "…"
    } else {
        ""
    };
    [flags.join(", "), format!("{value}{many}")]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

fn block(text: &str) -> String {
    format!("```text\n{}\n```", text.trim())
}
