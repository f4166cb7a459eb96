//! What one statement of a requirements file says.

use bartizan_model::{ecosystem::Package, marker::Marker, requirement::Requirement};

use crate::{file_name, target::public_address};

/// A statement that matters here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Statement {
    /// A requirement by name.
    Requirement(Box<Requirement>),
    /// A path or an address without a name.
    Location {
        text: String,
        is_editable: bool,
        marker: Option<Marker>,
    },
    /// A requirement by name whose version only the environment of pip would tell: `name==${VERSION}`.
    Unresolved(Package),
    /// `-r FILE`.
    Include(String),
    /// `-c FILE`.
    Constraint(String),
    /// `--index-url ADDRESS` or `--extra-index-url ADDRESS`.
    Index { address: String, is_extra: bool },
    /// An option that does not change what is required.
    Option,
}

/// Options of pip that take a value, which may follow as a word of its own.
const OPTIONS: [&str; 15] = [
    "-i",
    "--index-url",
    "--pypi-url",
    "--extra-index-url",
    "--no-index",
    "-f",
    "--find-links",
    "--no-binary",
    "--only-binary",
    "--prefer-binary",
    "--require-hashes",
    "--pre",
    "--trusted-host",
    "--use-feature",
    "--all-releases",
];

/// Schemes that mean version control.
const VERSION_CONTROL: [&str; 4] = ["git+", "hg+", "svn+", "bzr+"];

/// Reads a statement; `None` when it is none that pip knows.
pub(super) fn parse(text: &str) -> Option<Statement> {
    if text.starts_with('-') {
        return parse_option(text);
    }
    let text = without_options(text);
    if is_address(text) || text.starts_with(['.', '/', '~']) {
        return Some(location(text, false));
    }
    let path = text.split(';').next().unwrap_or(text).trim();
    let is_word = !path.contains(char::is_whitespace);
    if is_word && file_name::is_archive(path) {
        return Some(location(text, false));
    }
    if let Ok(requirement) = text.parse() {
        return Some(Statement::Requirement(Box::new(requirement)));
    }
    if is_word && path.contains(['/', '\\']) {
        return Some(location(text, false));
    }
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let name = text
        .split(|c| !is_name(c))
        .next()
        .filter(|name| !name.is_empty());
    name.filter(|_| text.contains("${"))
        .map(|name| Statement::Unresolved(Package::pypi(name)))
}

/// Whether a text is an address: `https:`, `git+ssh:`, `file:`.
pub(super) fn is_address(text: &str) -> bool {
    let scheme = text.split_once(':').map(|(scheme, _)| scheme);
    scheme.is_some_and(|scheme| {
        let is_scheme = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
        scheme.len() > 1 && scheme.chars().all(is_scheme)
    })
}

/// Whether an address is one of version control.
pub(super) fn is_version_control(text: &str) -> bool {
    VERSION_CONTROL
        .iter()
        .any(|scheme| text.starts_with(scheme))
}

fn parse_option(text: &str) -> Option<Statement> {
    if let Some(path) = value_of(text, "-r", "--requirement") {
        return Some(Statement::Include(path));
    }
    if let Some(path) = value_of(text, "-c", "--constraint") {
        return Some(Statement::Constraint(path));
    }
    if let Some(place) = value_of(text, "-e", "--editable") {
        return Some(location(&place, true));
    }
    let index = |short, long, is_extra| {
        let address = public_address(&value_of(text, short, long)?);
        Some(Statement::Index { address, is_extra })
    };
    // An option without a short form is given its long one twice.
    let extra = ("--extra-index-url", "--extra-index-url");
    let stated = index(extra.0, extra.1, true)
        .or_else(|| index("--pypi-url", "--pypi-url", false))
        .or_else(|| index("-i", "--index-url", false));
    if stated.is_some() {
        return stated;
    }
    let word = text.split([' ', '\t', '=']).next().unwrap_or_default();
    OPTIONS.contains(&word).then_some(Statement::Option)
}

/// The value of an option: `-r x`, `-rx`, `--requirement x`, `--requirement=x`, with quotes taken off.
fn value_of(text: &str, short: &str, long: &str) -> Option<String> {
    let value = match text.strip_prefix(long) {
        Some(rest) => rest.strip_prefix(['=', ' ', '\t'])?,
        None => text.strip_prefix(short)?,
    };
    let value = value.trim();
    let inside = |quote| value.strip_prefix(quote)?.strip_suffix(quote);
    let value = inside('"').or_else(|| inside('\'')).unwrap_or(value);
    (!value.is_empty()).then(|| value.to_owned())
}

/// Whether a requirement states a hash: by an option, or in the fragment of its address.
pub(super) fn is_hashed(text: &str) -> bool {
    let mut words = text.split_whitespace();
    let in_fragment =
        |name: &str| text.contains(&format!("#{name}=")) || text.contains(&format!("&{name}="));
    words.any(|word| word == "--hash" || word.starts_with("--hash=") || word.starts_with("--hash:"))
        || ["sha256", "sha384", "sha512"].into_iter().any(in_fragment)
}

/// A requirement ends where the first word begins with a hyphen, as pip decides it.
fn without_options(text: &str) -> &str {
    let mut at_word = false;
    for (place, character) in text.char_indices() {
        if at_word && character == '-' {
            return text.split_at(place).0.trim_end();
        }
        at_word = character.is_whitespace();
    }
    text
}

fn location(text: &str, is_editable: bool) -> Statement {
    let separator = if is_address(text) { " ;" } else { ";" };
    let (place, marker) = match text.split_once(separator) {
        Some((place, marker)) => (place.trim(), marker.trim().parse().ok()),
        None => (text, None),
    };
    Statement::Location {
        text: place.to_owned(),
        is_editable,
        marker,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &str) {
        let found = match parse(text) {
            None => "nothing".to_owned(),
            Some(Statement::Requirement(requirement)) => format!("require {requirement}"),
            Some(Statement::Location {
                text,
                is_editable,
                marker,
            }) => {
                let marker = marker
                    .map(|marker| format!(" when {marker}"))
                    .unwrap_or_default();
                format!(
                    "{} {text}{marker}",
                    if is_editable { "edit" } else { "locate" }
                )
            }
            Some(Statement::Unresolved(package)) => format!("unresolved {package}"),
            Some(Statement::Include(path)) => format!("include {path}"),
            Some(Statement::Constraint(path)) => format!("constrain {path}"),
            Some(Statement::Index { address, is_extra }) => {
                format!("{} {address}", if is_extra { "extra" } else { "index" })
            }
            Some(Statement::Option) => "option".to_owned(),
        };
        assert_eq!(found, expect, "{text}");
    }

    #[test]
    fn statements_are_told_apart() {
        check("numpy==1.26.4 --hash=sha256:00", "require numpy==1.26.4");
        check(
            "Zope.Interface [test] >= 5 ; python_version < '3'",
            "require zope-interface[test]>=5; python_version < \"3\"",
        );
        check("-r base.txt", "include base.txt");
        check("-rbase.txt", "include base.txt");
        check("--requirement=\"my base.txt\"", "include my base.txt");
        check("-c ../constraints.txt", "constrain ../constraints.txt");
        check("-e .", "edit .");
        check(
            "-e git+https://host/x@v1#egg=x",
            "edit git+https://host/x@v1#egg=x",
        );
        check(
            "--index-url https://host/simple",
            "index https://host/simple",
        );
        check("-i https://host/simple/", "index https://host/simple");
        check(
            "--extra-index-url=https://me:secret@host/simple?key=secret",
            "extra https://host/simple",
        );
        check("--index-urls https://host/simple", "nothing");
        check("--pre", "option");
        check("--frobnicate", "nothing");
        check(
            "./wheels/a-1.0-py3-none-any.whl ; python_version < '4'",
            "locate ./wheels/a-1.0-py3-none-any.whl when python_version < \"4\"",
        );
        check(
            "https://host/a-1.0.tar.gz",
            "locate https://host/a-1.0.tar.gz",
        );
        check(
            "a @ https://host/a-1.0.tar.gz",
            "require a @ https://host/a-1.0.tar.gz",
        );
        check("a-1.0-py3-none-any.whl", "locate a-1.0-py3-none-any.whl");
        check("sub/folder", "locate sub/folder");
        check("a[x]==${VERSION}", "unresolved a");
        check("this is prose", "nothing");
        check("a==", "nothing");
    }

    #[test]
    fn hashes_are_seen_in_options_and_addresses() {
        for (text, expect) in [
            ("a==1 --hash=sha256:00", true),
            ("a==1 --hash sha256:00", true),
            ("a @ https://host/a-1.0.tar.gz#sha256=00", true),
            ("a @ https://host/a-1.0.tar.gz#egg=a&sha512=00", true),
            ("a==1 --hashes", false),
            ("a @ https://host/a-1.0.tar.gz#md5=00", false),
        ] {
            assert_eq!(is_hashed(text), expect, "{text}");
        }
    }
}
