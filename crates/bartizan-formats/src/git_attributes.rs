//! `.gitattributes`: which files of a commit git changes or leaves out when it writes an archive
//! ([gitattributes](https://git-scm.com/docs/gitattributes)).
//!
//! Only what decides how a file in an archive may differ from the commit is read.

/// The most lines of one file.
const MOST_LINES: usize = 20_000;

/// The longest pattern that is matched; matching costs its length times that of a path.
const LONGEST_PATTERN: usize = 1_024;

/// The attributes that matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Attribute {
    /// It is left out of archives.
    ExportIgnore,
    /// `$Format:…$` in it is replaced.
    ExportSubst,
    /// `$Id$` in it is replaced.
    Ident,
}

/// The attributes of the files of a commit.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Attributes {
    /// Folder, pattern, attribute and whether it is set, in the order in which they count: the last that matches wins.
    lines: Vec<(String, String, Attribute, bool)>,
}

impl Attributes {
    /// Takes in the file of a folder (empty for the top). Files of outer folders come before those of inner ones.
    pub fn add(&mut self, folder: &str, text: &str) {
        for line in text.lines().take(MOST_LINES) {
            let mut words = line.split_whitespace();
            let Some(pattern) = words.next() else {
                continue;
            };
            if pattern.starts_with(['#', '[']) || pattern.len() > LONGEST_PATTERN {
                continue;
            }
            for word in words {
                let (name, is_set) = match word.strip_prefix(['-', '!']) {
                    Some(name) => (name, false),
                    None => (word, true),
                };
                let attribute = match name {
                    "export-ignore" => Attribute::ExportIgnore,
                    "export-subst" => Attribute::ExportSubst,
                    "ident" => Attribute::Ident,
                    _ => continue,
                };
                let line = (folder.to_owned(), pattern.to_owned(), attribute, is_set);
                self.lines.push(line);
            }
        }
    }

    /// Whether a file has an attribute. What is left out with its folder is left out too.
    pub fn has(&self, path: &str, attribute: Attribute) -> bool {
        let last = |path: &str| {
            let mut lines = self.lines.iter().rev();
            lines
                .find(|(folder, pattern, of, _)| {
                    *of == attribute && is_match(folder, pattern, path)
                })
                .map(|(_, _, _, is_set)| *is_set)
        };
        if last(path).unwrap_or(false) {
            return true;
        }
        let is_of_folders = attribute == Attribute::ExportIgnore;
        let mut folders = path
            .match_indices('/')
            .filter_map(|(place, _)| path.get(..place));
        is_of_folders && folders.any(|folder| last(folder).unwrap_or(false))
    }
}

fn is_match(folder: &str, pattern: &str, path: &str) -> bool {
    let inner = match folder {
        "" => Some(path),
        folder => path
            .strip_prefix(folder)
            .and_then(|rest| rest.strip_prefix('/')),
    };
    let Some(inner) = inner else {
        return false;
    };
    let pattern = pattern.trim_end_matches('/');
    match pattern.strip_prefix('/') {
        Some(anchored) => glob(anchored, inner),
        None if pattern.contains('/') => glob(pattern, inner),
        None => glob(pattern, inner.rsplit('/').next().unwrap_or(inner)),
    }
}

/// Whether a pattern of git matches a path: `*` and `?` within a folder, `**` over folders.
pub fn glob(pattern: &str, path: &str) -> bool {
    let (pattern, path): (Vec<char>, Vec<char>) =
        (pattern.chars().collect(), path.chars().collect());
    // What of the pattern may be left after each prefix of the path: no backtracking, so no pattern is dear.
    let mut places = closure(&pattern, vec![0]);
    for c in &path {
        let mut next = Vec::new();
        for &place in &places {
            match pattern.get(place) {
                Some('*') if is_wide(&pattern, place) => next.push(place),
                Some('*') if *c != '/' => next.push(place),
                Some('?') if *c != '/' => next.push(place + 1),
                Some('[') => {
                    if let Some((is_in, after)) = class(&pattern, place, *c) {
                        next.extend((is_in && *c != '/').then_some(after));
                    }
                }
                Some('\\') if pattern.get(place + 1) == Some(c) => next.push(place + 2),
                Some(one) if one == c && !matches!(one, '*' | '?' | '\\') => next.push(place + 1),
                _ => {}
            }
        }
        places = closure(&pattern, next);
        if places.is_empty() {
            return false;
        }
    }
    places.contains(&pattern.len())
}

/// Whether a star is one of two that stand together.
fn is_wide(pattern: &[char], place: usize) -> bool {
    let is_star = |place: usize| pattern.get(place) == Some(&'*');
    is_star(place + 1) || place.checked_sub(1).is_some_and(is_star)
}

/// The places with those that are reached without a character.
fn closure(pattern: &[char], mut places: Vec<usize>) -> Vec<usize> {
    let mut known = vec![false; pattern.len() + 2];
    let mut all = Vec::new();
    while let Some(place) = places.pop() {
        match known.get_mut(place) {
            Some(is_known) if !*is_known => *is_known = true,
            _ => continue,
        }
        all.push(place);
        if pattern.get(place) == Some(&'*') {
            places.push(place + 1);
            // `**/` also stands for no folder at all.
            let is_second = place > 0 && pattern.get(place - 1) == Some(&'*');
            if is_second && pattern.get(place + 1) == Some(&'/') {
                places.push(place + 2);
            }
        }
    }
    all
}

/// Whether a character is in the class that begins here, and where the class ends.
fn class(pattern: &[char], begin: usize, c: char) -> Option<(bool, usize)> {
    let mut place = begin + 1;
    let is_negated = matches!(pattern.get(place), Some('!' | '^'));
    place += usize::from(is_negated);
    let (first, mut is_in) = (place, false);
    loop {
        match *pattern.get(place)? {
            ']' if place > first => return Some((is_in != is_negated, place + 1)),
            low => {
                let high = pattern.get(place + 2).copied();
                match (pattern.get(place + 1), high) {
                    (Some('-'), Some(high)) if high != ']' => {
                        is_in |= (low..=high).contains(&c);
                        place += 3;
                    }
                    _ => {
                        is_in |= low == c;
                        place += 1;
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn patterns_match_as_git_has_it() {
        let check = |pattern: &str, path: &str| is_match("", pattern, path);
        for (pattern, path) in [
            ("*.py", "lab/a.py"),
            ("/a", "a"),
            ("lab/*", "lab/a"),
            ("lab/**", "lab/a/b"),
            ("**/b", "b"),
            ("**/b", "a/c/b"),
            ("a/**/b", "a/b"),
            ("a/**/b", "a/x/y/b"),
            ("[a-c]?.m4", "b1.m4"),
            ("[!a]", "b"),
            ("docs/", "docs"),
            ("\\*", "*"),
        ] {
            assert!(check(pattern, path), "{pattern} {path}");
        }
        for (pattern, path) in [
            ("/a", "b/a"),
            ("lab/*", "lab/a/b"),
            ("[!a]", "a"),
            ("*.py", "a.pyc"),
            ("[a", "a"),
        ] {
            assert!(!check(pattern, path), "{pattern} {path}");
        }
    }

    #[test]
    fn the_last_line_and_the_inner_folder_win() {
        let mut attributes = Attributes::default();
        attributes.add(
            "",
            "*.py export-subst\nlab/b.py -export-subst\ndocs export-ignore\n# x\n",
        );
        attributes.add("inner", "a.py !export-subst\n");
        let subst = |path: &str| attributes.has(path, Attribute::ExportSubst);
        assert_eq!(
            (subst("lab/a.py"), subst("lab/b.py"), subst("inner/a.py")),
            (true, false, false)
        );
        assert!(attributes.has("docs/deep/x", Attribute::ExportIgnore));
        assert!(!attributes.has("lab/x", Attribute::ExportIgnore));
    }

    proptest! {
        #[test]
        fn never_panics(pattern in "[a\\*?\\[\\]\\\\/!-]{0,12}", path in "[a/b-]{0,12}") {
            glob(&pattern, &path);
            Attributes::default().add("", &format!("{pattern} export-subst"));
        }
    }
}
