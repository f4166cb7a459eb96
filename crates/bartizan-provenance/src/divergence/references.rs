//! What build tools ship and copy into source distributions, as far as the machine has it.
//!
//! A macro is compared without its comments about copyright, which change each year. One that has lines which no version at
//! hand has is unexplained, whatever serial it states: the back door of xz stated one that no upstream ever had.

use std::collections::{BTreeMap, BTreeSet};

/// A file that a tool ships.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// Where it is.
    pub origin: String,
    /// Its bytes.
    pub text: Vec<u8>,
}

/// Files that tools ship, by their last names; of one name there may be several versions.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct References(pub BTreeMap<String, Vec<Reference>>);

/// How a file compares with those.
pub(super) enum Against {
    /// It is one of them.
    Same { origin: String },
    /// It is another version, of lines that one or the other at hand has.
    Mixed { message: String },
    /// It has lines that none of them has.
    Other { message: String },
    /// There is none of this name.
    Unknown,
}

/// Files that tools ship and that are no macros.
const KNOWN: [&str; 34] = [
    "ABOUT-NLS",
    "INSTALL",
    "COPYING",
    "Makefile.in.in",
    "Makevars.template",
    "POTFILES.in",
    "Rules-quot",
    "ar-lib",
    "boldquot.sed",
    "compile",
    "config.guess",
    "config.rpath",
    "config.sub",
    "depcomp",
    "elisp-comp",
    "en@boldquot.header",
    "en@quot.header",
    "insert-header.sin",
    "insert-header.sed",
    "install-sh",
    "libtool",
    "ltmain.sh",
    "mdate-sh",
    "missing",
    "mkinstalldirs",
    "py-compile",
    "quot.sed",
    "remove-potcdate.sin",
    "remove-potcdate.sed",
    "tap-driver.sh",
    "test-driver",
    "texinfo.tex",
    "ylwrap",
    "shtool",
];

/// Macros that tools ship, where none is at hand that would tell.
const KNOWN_MACROS: [&str; 20] = [
    "gettext.m4",
    "iconv.m4",
    "intlmacosx.m4",
    "lib-ld.m4",
    "lib-link.m4",
    "lib-prefix.m4",
    "libtool.m4",
    "ltoptions.m4",
    "ltsugar.m4",
    "ltversion.m4",
    "lt~obsolete.m4",
    "nls.m4",
    "po.m4",
    "progtest.m4",
    "host-cpu-c-abi.m4",
    "build-to-host.m4",
    "pkg.m4",
    "ax_pthread.m4",
    "visibility.m4",
    "longlong.m4",
];

/// Whether tools are known to ship a file of this name.
pub(super) fn is_known_name(name: &str) -> bool {
    KNOWN.contains(&name) || KNOWN_MACROS.contains(&name)
}

impl References {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Compares a file with those of its name.
    pub(super) fn compare(&self, name: &str, text: &[u8]) -> Against {
        let Some(references) = self.0.get(name).filter(|it| !it.is_empty()) else {
            return Against::Unknown;
        };
        let own = lines(text);
        let same = references.iter().find(|it| lines(&it.text) == own);
        if let Some(same) = same {
            return Against::Same {
                origin: same.origin.clone(),
            };
        }
        let known: BTreeSet<String> = references.iter().flat_map(|it| lines(&it.text)).collect();
        let is_new = |it: &&String| !known.contains(*it) && !is_stamp(it);
        let new: Vec<&String> = own.iter().filter(is_new).collect();
        let version = self.version(name, text);
        let message = match new.first() {
            None => {
                format!("{version}; every line is in one of those at hand, and none is the same")
            }
            Some(first) => format!(
                "{version}, and has {} lines that none of {} at hand has, the first `{}`",
                new.len(),
                references.len(),
                shown(first)
            ),
        };
        let message = format!("build tools ship a file of this name; this one {message}");
        if new.is_empty() {
            Against::Mixed { message }
        } else {
            Against::Other { message }
        }
    }

    /// What a file states of its version, beside what those at hand state.
    fn version(&self, name: &str, text: &[u8]) -> String {
        let references = self.0.get(name).into_iter().flatten();
        let theirs: BTreeSet<String> = references.filter_map(|it| stamp(&it.text)).collect();
        match stamp(text) {
            Some(stamp) if theirs.contains(&stamp) => format!("states {stamp} as one at hand does"),
            Some(stamp) => format!("states {stamp}, which none at hand does"),
            None => "states no version".to_owned(),
        }
    }

    /// The lines of a text, with their numbers, that stand in no macro.
    pub(super) fn unknown_lines<'t>(
        &'t self,
        text: &[u8],
        macros: impl Iterator<Item = &'t [u8]>,
    ) -> Vec<(usize, String)> {
        let references = self
            .0
            .iter()
            .filter(|(name, _)| name.strip_suffix(".m4").is_some());
        let references = references.flat_map(|(_, all)| all.iter().map(|it| it.text.as_slice()));
        let mut known: BTreeSet<String> = BTreeSet::new();
        for text in references.chain(macros) {
            known.extend(
                String::from_utf8_lossy(text)
                    .lines()
                    .map(|it| it.trim().to_owned()),
            );
        }
        let text = String::from_utf8_lossy(text);
        let numbered = text.lines().map(str::trim).zip(1..);
        let unknown = numbered.filter(|(line, _)| {
            let is_comment = line.is_empty() || line.starts_with('#') || line.starts_with("dnl");
            let is_include = line.starts_with("m4_include([") && line.ends_with("])");
            !is_comment && !is_include && !is_of_aclocal(line) && !known.contains(*line)
        });
        unknown
            .map(|(line, number)| (number, shown(line)))
            .collect()
    }
}

/// The lines of a file that say something: without comments for macros alone and without notes about copyright.
fn lines(text: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(text);
    let is_kept = |line: &&str| {
        let line = line.trim_start();
        let is_macro_comment = line.starts_with("dnl ") || line == "dnl";
        let is_notice = line.starts_with('#') && line.contains("Copyright");
        !line.is_empty() && !is_macro_comment && !is_notice
    };
    text.lines()
        .filter(is_kept)
        .map(|it| it.trim_end().to_owned())
        .collect()
}

/// Whether a line states the version of a file, or whose it is.
fn is_stamp(line: &str) -> bool {
    let line = line.trim_start();
    (line.starts_with('#') && line.contains("serial ")) || stamp(line.as_bytes()).is_some()
}

/// Whether a line is one of those that aclocal itself writes before all macros: it asks for the version of autoconf.
fn is_of_aclocal(line: &str) -> bool {
    let begins = [
        "m4_ifndef([AC_CONFIG_MACRO_DIRS]",
        "m4_ifndef([AC_AUTOCONF_VERSION]",
        "[m4_copy([m4_PACKAGE_VERSION]",
        "m4_if(m4_defn([AC_AUTOCONF_VERSION])",
        "[m4_warning([this file was generated for autoconf",
        "You have another version of autoconf.",
        "If you have problems, you may need",
        "To do so, use the procedure",
    ];
    let rest = line.replace("$@", "");
    begins.iter().any(|it| line.starts_with(it))
        && !rest.contains(['$', '|', ';', '`', '"'])
        && !line.contains("syscmd")
}

/// What a file states of its version: `serial 30`, `scriptversion=…`, `timestamp='…'`.
fn stamp(text: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(text);
    text.lines().take(400).find_map(|line| {
        let marks = ["serial ", "scriptversion=", "timestamp="];
        let begin = marks.iter().find_map(|it| line.find(it))?;
        // `# serial 3`, `# lab.m4 serial 3 (lab-1.0)`, `scriptversion=2018-03-07.03; # UTC`.
        let rest = line.get(begin..)?;
        let words = if rest.starts_with("serial ") { 2 } else { 1 };
        let stated: Vec<&str> = rest.split([' ', ';', ',']).take(words).collect();
        line.get(..begin)?
            .chars()
            .all(|c| !matches!(c, '$' | '='))
            .then(|| shown(&stated.join(" ")))
    })
}

/// The begin of a line, for people.
fn shown(line: &str) -> String {
    line.trim()
        .chars()
        .take(80)
        .flat_map(char::escape_default)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const MACRO: &str =
        "# lab.m4 serial 3\ndnl Copyright (C) 2020\nAC_DEFUN([LAB], [\n  echo lab\n])\n";

    fn check(text: &str) -> String {
        let reference = Reference {
            origin: "/usr/share/aclocal/lab.m4".to_owned(),
            text: MACRO.as_bytes().to_vec(),
        };
        let references = References(BTreeMap::from([("lab.m4".to_owned(), vec![reference])]));
        match references.compare("lab.m4", text.as_bytes()) {
            Against::Same { origin } => format!("same as {origin}"),
            Against::Other { message } | Against::Mixed { message } => message,
            Against::Unknown => "unknown".to_owned(),
        }
    }

    #[test]
    fn a_macro_is_held_against_those_at_hand() {
        insta::assert_snapshot!(check(&MACRO.replace("2020", "2024")), @"same as /usr/share/aclocal/lab.m4");
        insta::assert_snapshot!(check(&MACRO.replace("echo lab", "eval $x")), @"build tools ship a file of this name; this one states serial 3 as one at hand does, and has 1 lines that none of 1 at hand has, the first `eval $x`");
    }

    #[test]
    fn names_that_are_not_known_are_told() {
        let references = References::default();
        assert!(matches!(references.compare("x.m4", b""), Against::Unknown));
        assert!(is_known_name("config.guess") && !is_known_name("lab.m4"));
    }
}
