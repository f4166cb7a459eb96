//! `pyproject.toml`: the pins in its lists of requirements, and in the tables of Poetry.

use super::{
    EditError, Edited, Editor, PinEdit,
    toml_pins::{Pins, parse, table, tables},
};

pub(super) static EDITOR: ProjectFile = ProjectFile;

/// See the module.
pub(super) struct ProjectFile;

impl Editor for ProjectFile {
    fn id(&self) -> &'static str {
        "pyproject"
    }

    fn title(&self) -> &'static str {
        "pyproject.toml"
    }

    fn is_usual_name(&self, name: &str) -> bool {
        name == "pyproject.toml"
    }

    fn apply(&self, text: &str, edits: &[PinEdit]) -> Result<Edited, EditError> {
        let document = parse(text)?;
        let root = document.get_ref();
        let mut pins = Pins::new(text, edits);
        if let Some(project) = table(root, "project") {
            pins.requirements(project.get("dependencies"));
            pins.requirements_of_each(table(project, "optional-dependencies"));
        }
        pins.requirements_of_each(table(root, "dependency-groups"));
        let tools = table(root, "tool");
        let tool = |name| tools.and_then(|tools| table(tools, name));
        if let Some(pdm) = tool("pdm") {
            pins.requirements_of_each(table(pdm, "dev-dependencies"));
        }
        if let Some(uv) = tool("uv") {
            pins.requirements(uv.get("dev-dependencies"));
        }
        if let Some(poetry) = tool("poetry") {
            pins.packages(table(poetry, "dependencies"));
            pins.packages(table(poetry, "dev-dependencies"));
            for group in tables(table(poetry, "group")) {
                pins.packages(table(group, "dependencies"));
            }
        }
        pins.finish()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::tests::{self, edit, is_left_alone};
    use super::*;

    const FILE: &str = r#"# mine
[project]
name = 'lab' # numpy==1.0
dependencies = [
    "numpy==1.0",  # exact
    'web >= 2', "numpy==1.0 ; python_version < '3.9'",
]
[project.optional-dependencies]
plot = ["Num_Py[x] == 1.0"]
[dependency-groups]
dev = ["numpy==1.0", {include-group = "x"}]
[tool.poetry.dependencies]
python = "^3.10"
numpy = "1.0"
[tool.poetry.group.dev.dependencies]
numpy = { version = "==1.0", extras = ["x"] }
several = [{ version = "1.0", python = "<3.9" }, { version = "2.0", python = ">=3.9" }]
caret = "^1.0"
"#;

    #[test]
    fn pins_change_wherever_they_stand() {
        let changed = tests::check(
            &EDITOR,
            FILE,
            &[
                edit("numpy", "1.0", "1.26.4"),
                edit("several", "2.0", "2.1"),
                edit("caret", "1.0", "1.2"),
            ],
        );
        let mut expect = FILE
            .replace("\"numpy==1.0", "\"numpy==1.26.4")
            .replace("numpy = \"1.0\"", "numpy = \"1.26.4\"");
        expect = expect
            .replace("version = \"==1.0\"", "version = \"==1.26.4\"")
            .replace("\"2.0\"", "\"2.1\"");
        assert_eq!(changed, expect);
    }

    #[test]
    fn what_is_no_toml_is_refused() {
        assert!(tests::check(&EDITOR, "[project", &[]).starts_with("error: not TOML"));
        assert!(is_left_alone(&EDITOR, FILE) && is_left_alone(&EDITOR, ""));
    }

    proptest! {
        #[test]
        fn never_panics_on_damage(from in 0_usize..600, length in 0_usize..40, text in "[\\[\\]{}=\"'a-z ,\n^~<>*é]{0,6}") {
            let end = (from + length).min(FILE.len());
            let (head, tail) = (FILE.get(..from.min(end)).unwrap_or_default(), FILE.get(end..).unwrap_or_default());
            let damaged = format!("{head}{text}{tail}");
            tests::check(&EDITOR, &damaged, &[edit("numpy", "1.0", "2")]);
            prop_assert!(is_left_alone(&EDITOR, &damaged));
        }
    }
}
