//! What the output can show: how wide it is, whether it takes colour, which characters it knows.
//!
//! Everything that was read from others passes through [`Terminal::clean`] before it is printed, so that
//! a package name can neither move the cursor nor turn the text around.

mod sheet;
mod text;

use std::io::IsTerminal;

use anstyle::{AnsiColor, Color, Style};
use clap::ValueEnum;

pub(crate) use sheet::Sheet;
pub(crate) use text::{clean, columns, cut, is_treacherous, wrap};

use crate::environment::Environment;

/// When to colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum ColorChoice {
    /// On a terminal that takes it.
    #[default]
    Auto,
    /// In any case.
    Always,
    /// Not at all.
    Never,
}

/// One output and what it can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Terminal {
    /// How many columns a line may have.
    pub(crate) width: usize,
    /// Whether it takes colour.
    pub(crate) has_color: bool,
    /// Whether it shows more than ASCII.
    pub(crate) has_unicode: bool,
    /// Whether a person is looking at it as it is written.
    pub(crate) is_interactive: bool,
}

/// What a piece of text is, for its colour. The words say the same without it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ink {
    /// The most urgent.
    Critical,
    /// Urgent.
    High,
    /// Less urgent.
    Medium,
    /// Not urgent.
    Low,
    /// What the eye should find first.
    Strong,
    /// What the eye may skip.
    Faint,
    /// A remedy.
    Hint,
}

const NARROW: usize = 80;
const WIDE: usize = 120;
const NARROWEST: usize = 40;

impl Terminal {
    /// Standard output.
    pub(crate) fn stdout(environment: &Environment, choice: ColorChoice) -> Self {
        let width = terminal_size::terminal_size_of(std::io::stdout())
            .map(|(width, _)| usize::from(width.0));
        Self::new(environment, choice, std::io::stdout().is_terminal(), width)
    }

    /// Standard error.
    pub(crate) fn stderr(environment: &Environment, choice: ColorChoice) -> Self {
        let width = terminal_size::terminal_size_of(std::io::stderr())
            .map(|(width, _)| usize::from(width.0));
        Self::new(environment, choice, std::io::stderr().is_terminal(), width)
    }

    /// A file: no colour unless it is asked for.
    pub(crate) fn file(environment: &Environment, choice: ColorChoice) -> Self {
        Self::new(environment, choice, false, None)
    }

    fn new(
        environment: &Environment,
        choice: ColorChoice,
        is_terminal: bool,
        width: Option<usize>,
    ) -> Self {
        let stated = environment
            .text("COLUMNS")
            .and_then(|columns| columns.parse().ok());
        Self {
            width: stated.or(width).unwrap_or(NARROW).clamp(NARROWEST, WIDE),
            has_color: takes_color(environment, choice, is_terminal),
            has_unicode: is_utf8(environment),
            is_interactive: is_terminal && environment.text("TERM") != Some("dumb"),
        }
    }

    /// Text of others, harmless and in one line.
    pub(crate) fn clean(self, text: &str) -> String {
        clean(text, self.has_unicode)
    }

    /// The text in the colour of `ink`, where the output takes colour.
    pub(crate) fn paint(self, ink: Ink, text: &str) -> String {
        if !self.has_color || text.is_empty() {
            return text.to_owned();
        }
        let style = ink.style();
        format!("{style}{text}{style:#}")
    }

    /// The sign between the steps of a path.
    pub(crate) fn arrow(self) -> &'static str {
        if self.has_unicode { " → " } else { " -> " }
    }

    /// The text cut to at most `width` columns, with a sign that it was cut.
    pub(crate) fn cut(self, text: &str, width: usize) -> String {
        cut(text, width, if self.has_unicode { "…" } else { "..." })
    }
}

impl Ink {
    fn style(self) -> Style {
        let color = |color| Style::new().fg_color(Some(Color::Ansi(color)));
        match self {
            Self::Critical => color(AnsiColor::Red).bold(),
            Self::High => color(AnsiColor::Red),
            Self::Medium => color(AnsiColor::Yellow),
            Self::Low | Self::Hint => color(AnsiColor::Cyan),
            Self::Strong => Style::new().bold(),
            Self::Faint => Style::new().dimmed(),
        }
    }
}

/// `--color` first, then `NO_COLOR` (<https://no-color.org>), then `CLICOLOR_FORCE`, then the terminal.
fn takes_color(environment: &Environment, choice: ColorChoice, is_terminal: bool) -> bool {
    match choice {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        ColorChoice::Auto if environment.text("NO_COLOR").is_some() => false,
        ColorChoice::Auto
            if environment
                .text("CLICOLOR_FORCE")
                .is_some_and(|value| value != "0") =>
        {
            true
        }
        ColorChoice::Auto => is_terminal && environment.text("TERM") != Some("dumb"),
    }
}

/// The first of the locale variables that is set decides, as in POSIX; without any the locale is `C`.
fn is_utf8(environment: &Environment) -> bool {
    if cfg!(windows) {
        return true;
    }
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
        .into_iter()
        .find_map(|name| environment.text(name));
    locale.is_some_and(|locale| {
        let locale = locale.to_ascii_lowercase();
        locale.ends_with("utf-8")
            || locale.ends_with("utf8")
            || locale.contains("utf-8@")
            || locale.contains("utf8@")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(
        variables: &[(&str, &str)],
        choice: ColorChoice,
        is_terminal: bool,
    ) -> (bool, bool, usize) {
        let mut environment = Environment::default();
        for (name, value) in variables {
            environment.set(name, value);
        }
        let terminal = Terminal::new(&environment, choice, is_terminal, Some(100));
        (terminal.has_color, terminal.has_unicode, terminal.width)
    }

    #[test]
    fn colour_needs_a_terminal_and_no_objection() {
        use ColorChoice::{Always, Auto, Never};
        assert!(check(&[], Auto, true).0);
        assert!(!check(&[], Auto, false).0);
        assert!(!check(&[("NO_COLOR", "1")], Auto, true).0);
        assert!(check(&[("NO_COLOR", "")], Auto, true).0);
        assert!(!check(&[("TERM", "dumb")], Auto, true).0);
        assert!(check(&[("CLICOLOR_FORCE", "1")], Auto, false).0);
        assert!(!check(&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")], Auto, false).0);
        assert!(check(&[("NO_COLOR", "1")], Always, false).0);
        assert!(!check(&[("CLICOLOR_FORCE", "1")], Never, true).0);
    }

    #[test]
    fn the_locale_decides_about_characters() {
        assert!(!check(&[], ColorChoice::Auto, true).1);
        assert!(check(&[("LANG", "de_DE.UTF-8")], ColorChoice::Auto, true).1);
        assert!(
            !check(
                &[("LC_ALL", "C"), ("LANG", "de_DE.UTF-8")],
                ColorChoice::Auto,
                true
            )
            .1
        );
        assert!(check(&[("LC_CTYPE", "C.utf8")], ColorChoice::Auto, true).1);
    }

    #[test]
    fn lines_are_neither_narrow_nor_endless() {
        assert_eq!(check(&[], ColorChoice::Auto, true).2, 100);
        assert_eq!(check(&[("COLUMNS", "7")], ColorChoice::Auto, true).2, 40);
        assert_eq!(check(&[("COLUMNS", "300")], ColorChoice::Auto, true).2, 120);
        assert_eq!(check(&[("COLUMNS", "x")], ColorChoice::Auto, true).2, 100);
    }
}
