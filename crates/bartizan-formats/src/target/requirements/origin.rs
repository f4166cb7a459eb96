//! Comments that say for whose sake a requirement is listed, as pip-compile and uv write them.

/// For whose sake a requirement is listed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Origin {
    /// The project itself or a file of its own asks for it.
    Root,
    /// A project of this name asks for it, which may be the project itself.
    Project(String),
}

/// Collects the origins that follow a requirement.
#[derive(Debug, Default)]
pub(super) struct OriginReader {
    is_listing: bool,
}

impl OriginReader {
    /// A new requirement begins.
    pub(super) fn restart(&mut self) {
        self.is_listing = false;
    }

    /// The origins in a comment that follows the requirement.
    pub(super) fn read(&mut self, comment: &str) -> Vec<Origin> {
        let words = comment.trim();
        let after_via = words
            .strip_prefix("via")
            .filter(|rest| rest.is_empty() || rest.starts_with(' '));
        match after_via {
            Some(names) => {
                self.is_listing = true;
                names.split(',').filter_map(origin).collect()
            }
            // The names of a list are indented below `via`.
            None if self.is_listing && comment.starts_with("  ") => {
                origin(words).into_iter().collect()
            }
            None => {
                self.is_listing = false;
                Vec::new()
            }
        }
    }
}

/// `name`, `name[extra]`, `name (pyproject.toml)`, `-r requirements.in`; a constraint asks for nothing.
fn origin(text: &str) -> Option<Origin> {
    let text = text.trim();
    if text.starts_with('-') {
        let restricts = ["-c", "--constraint", "--override", "--build-constraint"];
        let option = text.split_whitespace().next()?;
        return (!restricts.contains(&option)).then_some(Origin::Root);
    }
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '_' | '.'));
    let (name, rest) = text.split_at(end.unwrap_or(text.len()));
    match (name, rest.trim_start().starts_with('(')) {
        ("", _) => None,
        (_, true) => Some(Origin::Root),
        (name, false) => Some(Origin::Project(name.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(comments: &[&str], expect: &str) {
        let mut reader = OriginReader::default();
        let found: Vec<_> = comments
            .iter()
            .flat_map(|comment| reader.read(comment))
            .map(|origin| match origin {
                Origin::Root => "ROOT".to_owned(),
                Origin::Project(name) => name,
            })
            .collect();
        assert_eq!(found.join(" "), expect);
    }

    #[test]
    fn both_styles_are_read() {
        check(&[" via flask, black[d]"], "flask black");
        check(
            &[
                " via",
                "   -r requirements.in",
                "   -c limits.txt",
                "   flask",
            ],
            "ROOT flask",
        );
        check(&[" via demo (pyproject.toml)"], "ROOT");
        check(
            &[" a note", " via flask", " another note", "   not-listed"],
            "flask",
        );
        check(&[" viable"], "");
    }
}
