//! The catalogue of commands: one file and one line each.

mod access_apply;
mod access_approve;
mod access_audit;
mod access_diff;
mod access_import;
mod access_log_checkpoint;
mod access_log_show;
mod access_log_verify;
mod access_object;
mod access_plan;
mod access_remind;
mod access_report;
mod access_snapshot;
mod access_survey;
mod access_undo;
mod access_verify;
mod assess;
mod attest;
mod backup;
mod channel_index;
mod check;
mod completions;
mod db_export;
mod db_match;
mod db_new;
mod db_publish;
mod db_search;
mod db_show;
mod db_status;
mod db_sync;
mod explain;
mod fix;
mod init_release;
mod inspect;
mod ledger;
mod man;
mod migrate;
mod people_advise;
mod people_anomalies;
mod people_experts;
mod people_flag_appeal;
mod people_flag_lift;
mod people_flag_log;
mod people_flag_raise;
mod people_flag_second;
mod people_flag_show;
mod people_forget;
mod people_index;
mod people_network;
mod people_risk;
mod people_trust;
mod people_vouch_add;
mod people_vouch_list;
mod people_vouch_revoke;
mod people_vouch_verify;
mod restore;
mod review;
mod sbom_compare;
mod sbom_create;
mod sbom_schemas;
mod sbom_validate;
mod scan;
mod schema;
mod serve;
mod trust_refresh;
mod trust_show;
mod verdict_add;
mod verdict_list;
mod verdict_precision;
mod verify;
mod verify_bundle;
mod worker;

use std::ffi::OsString;

use clap::{ArgMatches, Args, FromArgMatches};

pub(crate) use self::db_export::signing_key;

use crate::{
    arguments::GlobalArguments,
    context::{Context, tell},
    environment::Environment,
    error::Failure,
    exit::Exit,
    jobs,
    term::{ColorChoice, Terminal},
};

/// Something that Bartizan does when it is told to.
pub(crate) trait Command: Sync {
    /// Its words: `["db", "sync"]`.
    fn path(&self) -> &'static [&'static str];

    /// Its arguments and help, under the last of its words.
    fn arguments(&self) -> clap::Command;

    /// Whether settings matter to it. A command that does without still works when they are wrong.
    fn wants_settings(&self) -> bool {
        true
    }

    /// Does it.
    fn run(&self, ctx: &Context, arguments: &ArgMatches) -> Result<Exit, Failure>;
}

/// Every command, in the order of the help.
static ALL: &[&dyn Command] = &[
    &scan::COMMAND,
    &inspect::COMMAND,
    &fix::COMMAND,
    &assess::COMMAND,
    &check::COMMAND,
    &review::COMMAND,
    &verdict_add::COMMAND,
    &verdict_list::COMMAND,
    &verdict_precision::COMMAND,
    &verify::COMMAND,
    &verify_bundle::COMMAND,
    &trust_refresh::COMMAND,
    &trust_show::COMMAND,
    &ledger::COMMAND,
    &attest::COMMAND,
    &init_release::COMMAND,
    &sbom_create::COMMAND,
    &sbom_validate::COMMAND,
    &sbom_compare::COMMAND,
    &sbom_schemas::COMMAND,
    &channel_index::COMMAND,
    &db_sync::COMMAND,
    &db_status::COMMAND,
    &db_show::COMMAND,
    &db_search::COMMAND,
    &db_match::COMMAND,
    &db_export::COMMAND,
    &db_new::COMMAND,
    &db_publish::COMMAND,
    &access_audit::COMMAND,
    &access_plan::COMMAND,
    &access_approve::COMMAND,
    &access_apply::COMMAND,
    &access_undo::COMMAND,
    &access_object::COMMAND,
    &access_remind::COMMAND,
    &access_report::COMMAND,
    &access_verify::COMMAND,
    &access_log_show::COMMAND,
    &access_log_verify::COMMAND,
    &access_log_checkpoint::COMMAND,
    &people_index::COMMAND,
    &people_risk::COMMAND,
    &people_advise::COMMAND,
    &people_anomalies::COMMAND,
    &people_vouch_add::COMMAND,
    &people_vouch_list::COMMAND,
    &people_vouch_verify::COMMAND,
    &people_vouch_revoke::COMMAND,
    &people_flag_raise::COMMAND,
    &people_flag_second::COMMAND,
    &people_flag_show::COMMAND,
    &people_flag_appeal::COMMAND,
    &people_flag_lift::COMMAND,
    &people_flag_log::COMMAND,
    &people_forget::COMMAND,
    &people_experts::COMMAND,
    &people_trust::COMMAND,
    &people_network::COMMAND,
    &access_snapshot::COMMAND,
    &access_import::COMMAND,
    &access_diff::COMMAND,
    &access_survey::COMMAND,
    &serve::COMMAND,
    &worker::COMMAND,
    &migrate::COMMAND,
    &backup::COMMAND,
    &restore::COMMAND,
    &explain::COMMAND,
    &completions::COMMAND,
    &man::COMMAND,
    &schema::COMMAND,
];

/// The first words under which commands are gathered, with what they are about.
const GROUPS: &[(&str, &str)] = &[
    (
        "db",
        "The advisory database: fetch it, look into it, ask it",
    ),
    (
        "trust",
        "The roots of trust that signatures are verified by: refresh them, show them",
    ),
    (
        "verdict",
        "What maintainers say of entries of reviews, and how often rules are right by that",
    ),
    ("init", "Write what a repository needs"),
    (
        "sbom",
        "Bills of materials: check them, hold them against artifacts, make them",
    ),
    (
        "channel",
        "Channels of conda: the metadata beside their packages",
    ),
    (
        "access",
        "Who may do what: judge it, plan what is reduced, have it approved, apply it, undo it",
    ),
    (
        "access log",
        "Everything that happened to rights, in a log that only grows",
    ),
    ("people", "What histories say of who did what"),
    (
        "people vouch",
        "Whom a project vouches for: `VOUCHED.td`, and signed statements beside it",
    ),
    (
        "people flag",
        "What maintainers say in private of an account that behaves unlike its owner",
    ),
];

const AFTER_HELP: &str = "\
Exit codes:
   0  nothing at or above `--fail-on`
   1  findings at or above `--fail-on`
   2  wrong use or configuration
   3  nothing to look at
   4  a data source is missing, unreachable or too old
  70  internal fault

`bartizan explain` tells more about each of them.";

/// The whole command line, for help, completions and the reference.
pub fn command() -> clap::Command {
    tree(ALL)
}

/// The command line with some of the commands.
fn tree(commands: &[&dyn Command]) -> clap::Command {
    // The arguments first: each set of them brings a description of itself, which is not the command's.
    let mut root = GlobalArguments::augment_args(clap::Command::new("bartizan"))
        .version(env!("CARGO_PKG_VERSION"))
        .about("Known vulnerabilities of scientific Python software, told truly and quickly")
        .after_help(AFTER_HELP)
        .subcommand_required(true)
        .arg_required_else_help(true)
        .max_term_width(100);
    for command in commands {
        root = placed(root, "", command.path(), *command);
    }
    root
}

/// Puts a command below the groups that its first words name.
fn placed(
    parent: clap::Command,
    above: &str,
    path: &'static [&'static str],
    command: &dyn Command,
) -> clap::Command {
    let [group, rest @ ..] = path else {
        return parent;
    };
    if rest.is_empty() {
        return parent.subcommand(command.arguments());
    }
    let whole = if above.is_empty() {
        (*group).to_owned()
    } else {
        format!("{above} {group}")
    };
    let parent = match parent.find_subcommand(group) {
        Some(_) => parent,
        None => parent.subcommand(group_of(group, &whole)),
    };
    parent.mut_subcommand(group, |it| placed(it, &whole, rest, command))
}

fn group_of(name: &'static str, whole: &str) -> clap::Command {
    let about = GROUPS
        .iter()
        .find(|(group, _)| *group == whole)
        .map(|(_, about)| *about);
    clap::Command::new(name)
        .about(about.unwrap_or_default())
        .subcommand_required(true)
        .arg_required_else_help(true)
}

/// Reads the arguments and runs the command they name.
pub(crate) fn dispatch(arguments: &[OsString]) -> Exit {
    let environment = Environment::of_process();
    jobs::end_with_worker(&environment);
    let matches = match parse(arguments) {
        Ok(matches) => matches,
        Err(error) => {
            // Help and version are answers; everything else is wrong use. A closed pipe changes neither.
            let _ = error.print();
            return if error.use_stderr() {
                Exit::Usage
            } else {
                Exit::Clean
            };
        }
    };
    let terminal = Terminal::stderr(
        &environment,
        matches
            .get_one("color")
            .copied()
            .unwrap_or(ColorChoice::Auto),
    );
    match run(environment, &matches) {
        Ok(exit) => exit,
        Err(failure) => {
            tell(terminal, &failure);
            failure.exit
        }
    }
}

/// Reads the arguments. To describe every command takes longer than to run a short one, so the command that the first
/// words name is tried alone. Help, suggestions and errors are about all of them.
fn parse(arguments: &[OsString]) -> Result<ArgMatches, clap::Error> {
    let words = arguments.get(1..).unwrap_or_default();
    let is_named = |command: &&&dyn Command| {
        let path = command.path();
        words.len() >= path.len() && path.iter().zip(words).all(|(name, word)| word == name)
    };
    if let Some(named) = ALL.iter().find(is_named)
        && let Ok(matches) = tree(&[*named]).try_get_matches_from(arguments)
    {
        return Ok(matches);
    }
    command().try_get_matches_from(arguments)
}

fn run(environment: Environment, matches: &ArgMatches) -> Result<Exit, Failure> {
    let (mut words, mut inner) = (Vec::new(), matches);
    while let Some((word, arguments)) = inner.subcommand() {
        words.push(word);
        inner = arguments;
    }
    let command = ALL
        .iter()
        .find(|command| command.path() == words.as_slice());
    let command = command.ok_or_else(|| {
        Failure::internal(format!("the command `{}` is not known", words.join(" ")))
    })?;
    let global = read(inner)?;
    let ctx = Context::new(environment, global, command.wants_settings())?;
    command.run(&ctx, inner)
}

/// The arguments of a command as a value.
pub(crate) fn read<T: FromArgMatches>(matches: &ArgMatches) -> Result<T, Failure> {
    T::from_arg_matches(matches)
        .map_err(|error| Failure::internal(format!("cannot read arguments: {error}")))
}

#[cfg(test)]
mod tests;
