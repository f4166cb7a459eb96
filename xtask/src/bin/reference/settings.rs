//! The page of settings.

use bartizan::settings::{ALL, Scope, Setting};

use crate::table;

/// What may be set, and where.
pub(super) fn body() -> String {
    let intro = "Command line before environment before the nearest `bartizan.toml` (or `[tool.bartizan]` of `pyproject.toml`) \
        before the user's own file. \"User\" settings are not taken from a project's file: a project that is merely looked at \
        must not say where Bartizan writes or whom it asks.";
    let rows = ALL.iter().map(row);
    format!(
        "{intro}\n\n{}",
        table(
            &[
                "Setting",
                "Values",
                "Default",
                "Variable",
                "Set by",
                "What it does"
            ],
            rows
        )
    )
}

fn row(setting: &Setting) -> Vec<String> {
    let scope = match setting.scope {
        Scope::Project => "project, user",
        Scope::User => "user",
    };
    vec![
        format!("`{}`", setting.name),
        setting.kind.describe().to_owned(),
        setting.default.to_owned(),
        setting
            .variable
            .map(|variable| format!("`{variable}`"))
            .unwrap_or_default(),
        scope.to_owned(),
        setting.meaning.to_owned(),
    ]
}
