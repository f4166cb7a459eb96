//! What a step or a job takes from elsewhere: `uses:`.

/// A reference to an action, a reusable workflow or a container image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Uses {
    /// The text as it was written.
    pub text: String,
    /// Its line.
    pub line: u32,
    /// What stands behind it in a comment of the same line, without `#`.
    pub comment: Option<String>,
}

/// What a reference leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target<'a> {
    /// A path within this repository.
    Local(&'a str),
    /// A container image.
    Image(&'a str),
    /// Another repository.
    Repository {
        /// Owner and name, with the path in it where one is named.
        path: &'a str,
        /// What stands behind `@`.
        reference: Option<&'a str>,
    },
}

impl Uses {
    /// What it leads to.
    pub fn target(&self) -> Target<'_> {
        let text = self.text.trim();
        // Both name this repository: in the workspace, and at the commit that runs.
        if let Some(path) = text.strip_prefix("$/").or_else(|| text.strip_prefix("./")) {
            return Target::Local(path.trim_start_matches("./").trim_end_matches('/'));
        }
        if let Some(image) = text.strip_prefix("docker://") {
            return Target::Image(image);
        }
        match text.split_once('@') {
            Some((path, reference)) => Target::Repository {
                path,
                reference: Some(reference),
            },
            None => Target::Repository {
                path: text,
                reference: None,
            },
        }
    }

    /// Owner and name of another repository, without a path in it.
    pub fn repository(&self) -> Option<&str> {
        let Target::Repository { path, .. } = self.target() else {
            return None;
        };
        let end = path.match_indices('/').nth(1).map(|(at, _)| at);
        path.get(..end.unwrap_or(path.len()))
    }

    /// Whether it is this repository (`owner/name`, letters of any case) or something in it.
    pub fn is(&self, repository: &str) -> bool {
        self.repository()
            .is_some_and(|own| own.eq_ignore_ascii_case(repository))
    }

    /// Whether it names a full commit.
    pub fn is_commit(&self) -> bool {
        let Target::Repository {
            reference: Some(reference),
            ..
        } = self.target()
        else {
            return false;
        };
        reference.len() == 40 && reference.bytes().all(|byte| byte.is_ascii_hexdigit())
    }
}

/// The comment at the end of a line of YAML.
pub(crate) fn comment(text: &str, line: u32) -> Option<String> {
    let line = text
        .lines()
        .nth(usize::try_from(line).ok()?.checked_sub(1)?)?;
    let (_, comment) = line.split_once(" #")?;
    Some(comment.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &str) {
        let uses = Uses {
            text: text.to_owned(),
            line: 1,
            comment: None,
        };
        let told = format!(
            "{:?} {:?} {}",
            uses.target(),
            uses.repository(),
            uses.is_commit()
        );
        assert_eq!(told, expect);
    }

    #[test]
    fn references_are_told_apart() {
        check(
            "./.github/actions/x/",
            r#"Local(".github/actions/x") None false"#,
        );
        check(
            "$/.github/actions/x",
            r#"Local(".github/actions/x") None false"#,
        );
        check("docker://alpine:3", r#"Image("alpine:3") None false"#);
        check(
            "a/b/c/d@v1",
            r#"Repository { path: "a/b/c/d", reference: Some("v1") } Some("a/b") false"#,
        );
        check(
            "a/b@0123456789012345678901234567890123456789",
            r#"Repository { path: "a/b", reference: Some("0123456789012345678901234567890123456789") } Some("a/b") true"#,
        );
        check(
            "a",
            r#"Repository { path: "a", reference: None } Some("a") false"#,
        );
    }
}
