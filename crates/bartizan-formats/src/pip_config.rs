//! Which package indexes pip's configuration names
//! ([pip's configuration files](https://pip.pypa.io/en/stable/topics/configuration/)).
//!
//! The files are those of Python's `configparser`: sections, `key = value`, further lines of a value indented. Of all
//! settings only the indexes are kept. Addresses may hold secrets: they are handed on and never printed.

/// A longer text is no configuration.
pub const MAX_BYTES: usize = 1 << 20;

/// How many extra indexes are kept.
pub(crate) const MOST_EXTRA: usize = 20;

/// The indexes that one place names; `None` where it is silent.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct PipIndexes {
    /// The main index (`index-url`).
    pub index: Option<String>,
    /// The indexes besides it (`extra-index-url`).
    pub extra: Option<Vec<String>>,
    /// Whether no index is to be used (`no-index`).
    pub is_none: Option<bool>,
}

impl PipIndexes {
    /// This place over one that counts for less: what it is silent about is taken from there.
    #[must_use]
    pub fn over(self, lower: Self) -> Self {
        Self {
            index: self.index.or(lower.index),
            extra: self.extra.or(lower.extra),
            is_none: self.is_none.or(lower.is_none),
        }
    }

    /// What a text that is separated by white space names as extra indexes.
    pub fn extra_of(text: &str) -> Vec<String> {
        let words = text.split_whitespace().take(MOST_EXTRA);
        words.map(str::to_owned).collect()
    }
}

/// Reads a configuration file. The section of a command (`[install]`) counts for more than `[global]`. What is no
/// setting of an index is passed over: pip itself judges its file.
pub fn read(text: &str) -> PipIndexes {
    if text.len() > MAX_BYTES {
        return PipIndexes::default();
    }
    let (mut global, mut install) = (PipIndexes::default(), PipIndexes::default());
    let mut section = "";
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        let line = line.trim_end();
        if line.is_empty() || line.starts_with(['#', ';']) {
            continue;
        }
        if let Some(name) = line
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'))
        {
            section = name.trim();
            continue;
        }
        let Some((key, first)) = line.split_once(['=', ':']) else {
            continue;
        };
        let mut value = first.trim().to_owned();
        while let Some(more) = lines.next_if(|line| line.starts_with([' ', '\t'])) {
            let more = more.trim();
            if !more.starts_with(['#', ';']) {
                value.push('\n');
                value.push_str(more);
            }
        }
        let place = match section {
            "global" => &mut global,
            "install" => &mut install,
            _ => continue,
        };
        set(place, key.trim(), value.trim());
    }
    install.over(global)
}

/// The default that the help of `pip install` states for `--index-url`: its configuration's, or its own.
pub fn default_in_help(help: &str) -> Option<String> {
    let (_, after) = help.split_once("--index-url")?;
    // The next option ends what is said of this one.
    let about = after.split("\n  -").next()?;
    let (_, stated) = about.split_once("(default")?;
    let address = stated.trim_start_matches([':', ' ', '\n', '\t']);
    let end = address.find([')', ' ', '\n'])?;
    let (address, _) = address.split_at_checked(end)?;
    (!address.is_empty()).then(|| address.to_owned())
}

fn set(place: &mut PipIndexes, key: &str, value: &str) {
    match key.to_ascii_lowercase().replace('_', "-").as_str() {
        "index-url" if !value.is_empty() => place.index = Some(value.to_owned()),
        "extra-index-url" => place.extra = Some(PipIndexes::extra_of(value)),
        "no-index" => {
            let word = value.to_ascii_lowercase();
            place.is_none = Some(matches!(word.as_str(), "1" | "true" | "yes" | "on"));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(text: &str, expect: &str) {
        let PipIndexes {
            index,
            extra,
            is_none,
        } = read(text);
        let found = format!("{index:?} {extra:?} {is_none:?}");
        assert_eq!(found, expect, "{text}");
    }

    #[test]
    fn indexes_are_found_in_their_sections() {
        check(
            "# mine\n[global]\ntimeout = 9\nindex-url = https://a.example/simple\nextra_index_url =\n    https://b.example\n    # not now\n    https://c.example\n",
            r#"Some("https://a.example/simple") Some(["https://b.example", "https://c.example"]) None"#,
        );
        check(
            "[install]\nindex-url: https://b.example\n[global]\nindex-url: https://a.example\nno-index = yes\n",
            r#"Some("https://b.example") None Some(true)"#,
        );
        check(
            "[freeze]\nindex-url = https://a.example\n",
            "None None None",
        );
        check("index-url = https://a.example\n[", "None None None");
        check("[global]\nindex-url\n", "None None None");
    }

    #[test]
    fn the_default_stands_in_the_help() {
        let help = "Package Index Options:\n  -i, --index-url <url>       Base URL of the index (default\n                              https://a.example/simple). This should point elsewhere.\n  --extra-index-url <url>     Extra (default https://b.example).\n";
        assert_eq!(
            default_in_help(help).as_deref(),
            Some("https://a.example/simple")
        );
        assert_eq!(
            default_in_help("--index-url <url>\n  --no-index  (default x)\n"),
            None
        );
        assert_eq!(default_in_help("no such option"), None);
    }

    #[test]
    fn the_higher_place_counts() {
        let high = read("[global]\nindex-url = h\n");
        let low = read("[global]\nindex-url = l\nextra-index-url = x\n");
        let both = high.over(low);
        assert_eq!(
            (both.index.as_deref(), both.extra),
            (Some("h"), Some(vec!["x".to_owned()]))
        );
    }

    proptest! {
        #[test]
        fn never_panics(text in "(\\PC{0,20}\\n|\\[\\PC{0,8}\\]\\n|index-url = \\PC{0,8}\\n| \\PC{0,8}\\n){0,12}") {
            let _ = (read(&text), default_in_help(&text));
        }
    }
}
