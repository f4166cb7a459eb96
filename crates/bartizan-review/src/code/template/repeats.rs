//! Templates of `NumPy` (`.c.src`): `/**begin repeat … **/` is a comment of C already, `@name@` becomes a name.

use std::borrow::Cow;

use super::name_of;

/// The longest name between two signs.
const LONGEST: usize = 60;

/// Whether a text is such a template.
pub(crate) fn is_template(text: &str) -> bool {
    memchr::memmem::find(text.as_bytes(), b"/**begin repeat").is_some()
}

/// The text with names in place of its marks.
pub(crate) fn neutral(text: &str) -> Cow<'_, str> {
    without(text, |_before| true)
}

/// The same of marks that begin a value or a statement, as those of files that are configured: elsewhere the sign multiplies.
pub(crate) fn neutral_values(text: &str) -> Cow<'_, str> {
    without(text, |before| {
        let last = before.trim_end_matches([' ', '\t']).chars().next_back();
        last.is_none_or(|it| matches!(it, '\n' | '=' | '(' | ','))
    })
}

/// The text without those marks of which something holds that stands before them.
fn without(text: &str, is_mark: impl Fn(&str) -> bool) -> Cow<'_, str> {
    if memchr::memchr(b'@', text.as_bytes()).is_none() {
        return Cow::Borrowed(text);
    }
    let mut written = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('@') {
        written.push_str(before);
        let length = behind.bytes().take(LONGEST).position(|byte| byte == b'@');
        let inner = length.and_then(|length| behind.get(..length));
        let is_name = |it: &&str| {
            !it.is_empty()
                && it
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        };
        if let Some(inner) = inner.filter(is_name).filter(|_| is_mark(&written)) {
            written.push_str(&name_of(inner));
            rest = behind.get(inner.len() + 1..).unwrap_or_default();
        } else {
            // An address, or a mark that nothing ends.
            written.push('@');
            rest = behind;
        }
    }
    written.push_str(rest);
    Cow::Owned(written)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn marks_become_parts_of_names() {
        assert_eq!(
            neutral("@TYPE@_add(npy_@type@ x) @ y @a b@ @z"),
            "TYPE_add(npy_type x) @ y @a b@ @z"
        );
    }

    proptest! {
        #[test]
        fn never_panics_and_keeps_lines(text in "([@a-z_ \né]){0,80}") {
            prop_assert_eq!(neutral(&text).matches('\n').count(), text.matches('\n').count());
        }
    }
}
