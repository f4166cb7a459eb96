//! `Pipfile`: the pins in its tables of packages. Its lock is written anew by `pipenv lock`.

use super::{
    EditError, Edited, Editor, PinEdit,
    toml_pins::{Pins, parse, table},
};

pub(super) static EDITOR: Pipfile = Pipfile;

/// See the module.
pub(super) struct Pipfile;

/// Tables of a Pipfile that hold no packages.
const OTHERS: [&str; 4] = ["source", "requires", "scripts", "pipenv"];

impl Editor for Pipfile {
    fn id(&self) -> &'static str {
        "pipfile"
    }

    fn title(&self) -> &'static str {
        "Pipfile"
    }

    fn is_usual_name(&self, name: &str) -> bool {
        name == "Pipfile"
    }

    fn apply(&self, text: &str, edits: &[PinEdit]) -> Result<Edited, EditError> {
        let document = parse(text)?;
        let root = document.get_ref();
        let mut pins = Pins::new(text, edits);
        for name in root.keys().map(|name| name.get_ref().as_ref()) {
            if !OTHERS.contains(&name) {
                pins.packages(table(root, name));
            }
        }
        pins.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{self, edit, is_left_alone};
    use super::*;

    #[test]
    fn pins_of_every_category_change() {
        let text = "[[source]]\nurl = \"x\"\n[packages]\nNumPy = \"==1.0\" # exact\nweb = \"*\"\n[dev-packages]\nnumpy = {version = \"==1.0\", extras = ['x']}\n[requires]\nnumpy = \"1.0\"\n";
        let changed = tests::check(
            &EDITOR,
            text,
            &[edit("numpy", "1.0", "2.0"), edit("web", "1", "2")],
        );
        assert_eq!(changed, text.replace("==1.0", "==2.0"));
        assert!(is_left_alone(&EDITOR, text));
    }
}
