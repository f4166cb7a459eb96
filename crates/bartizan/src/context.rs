//! What a command is given: settings, terminals, the way to talk. The clock is read here and nowhere else.

use std::{
    io::Write,
    path::{Path, PathBuf},
};

use bartizan_model::Timestamp;

use crate::{
    arguments::{FreshnessArguments, GlobalArguments},
    environment::Environment,
    error::Failure,
    freshness::Tolerance,
    settings::{self, Places, Settings},
    term::{Ink, Terminal},
};

/// What a command is given.
pub(crate) struct Context {
    pub(crate) environment: Environment,
    /// The directory that the process was started in.
    pub(crate) directory: PathBuf,
    pub(crate) settings: Settings,
    pub(crate) stdout: Terminal,
    pub(crate) stderr: Terminal,
    pub(crate) is_verbose: bool,
    pub(crate) is_quiet: bool,
}

impl Context {
    /// Reads the settings, where the command wants them, and lays the global arguments over them.
    pub(crate) fn new(
        environment: Environment,
        arguments: GlobalArguments,
        wants_settings: bool,
    ) -> Result<Self, Failure> {
        let directory = std::env::current_dir().unwrap_or_default();
        let places = Places {
            environment: &environment,
            directory: &directory,
            named: arguments.config.as_deref(),
        };
        let mut settings = if wants_settings {
            settings::load(places)?
        } else {
            Settings::default()
        };
        settings.color = arguments.color.unwrap_or(settings.color);
        settings.is_offline |= arguments.offline;
        settings.home = arguments.home.or(settings.home);
        let context = Self {
            stdout: Terminal::stdout(&environment, settings.color),
            stderr: Terminal::stderr(&environment, settings.color),
            environment,
            directory,
            settings,
            is_verbose: arguments.verbose,
            is_quiet: arguments.quiet,
        };
        if context.is_verbose {
            context
                .settings
                .files
                .iter()
                .for_each(|file| context.note(&format!("settings: {}", file.display())));
        }
        Ok(context)
    }

    /// Where Bartizan keeps its state.
    pub(crate) fn home(&self) -> Result<PathBuf, Failure> {
        let default = || Some(self.environment.data_directory()?.join("bartizan"));
        self.settings.home.clone().or_else(default).ok_or_else(|| {
            Failure::usage("no place for Bartizan's advisories is known")
                .hint("name a directory by `--home` or `BARTIZAN_HOME`")
        })
    }

    /// What counts as fresh for a command.
    pub(crate) fn tolerance(&self, arguments: &FreshnessArguments) -> Tolerance {
        Tolerance {
            now: arguments.as_of.unwrap_or_else(Timestamp::now),
            max_age: arguments.max_age.unwrap_or(self.settings.max_age),
            allow_starter: arguments.allow_starter || self.settings.allow_starter,
        }
    }

    /// What the output of a command can show.
    pub(crate) fn terminal(&self, file: Option<&Path>) -> Terminal {
        match file {
            Some(_) => Terminal::file(&self.environment, self.settings.color),
            None => self.stdout,
        }
    }

    /// Talk, unless the user wants none.
    pub(crate) fn note(&self, text: &str) {
        if !self.is_quiet {
            say(self.stderr, None, text);
        }
    }

    /// A warning with what to do about it, unless the user wants none.
    pub(crate) fn warn(&self, text: &str, hint: &str) {
        if !self.is_quiet {
            say(self.stderr, Some((Ink::Medium, "warning:")), text);
            say(self.stderr, Some((Ink::Hint, "hint:")), hint);
        }
    }
}

/// Tells a failure in one line, with its hint in another.
pub(crate) fn tell(terminal: Terminal, failure: &Failure) {
    say(terminal, Some((Ink::Critical, "error:")), &failure.message);
    if let Some(hint) = &failure.hint {
        say(terminal, Some((Ink::Hint, "hint:")), hint);
    }
}

fn say(terminal: Terminal, word: Option<(Ink, &str)>, text: &str) {
    let word = word
        .map(|(ink, word)| terminal.paint(ink, word) + " ")
        .unwrap_or_default();
    let line = format!("{word}{}\n", terminal.clean(text));
    // Where standard error is closed nobody listens; the exit code says what matters.
    let _ = std::io::stderr().lock().write_all(line.as_bytes());
}
