//! Lists of patterns as OpenSSH matches them (`ssh_config(5)`, PATTERNS).

/// Whether a list of patterns with `,` between them accepts a text. A `!` before a pattern refuses what the
/// pattern matches, whatever else the list says.
pub(super) fn list_accepts(list: &str, text: &str) -> bool {
    let mut is_accepted = false;
    for pattern in list.split(',') {
        match pattern.strip_prefix('!') {
            Some(pattern) if matches(pattern, text) => return false,
            Some(_) => {}
            None => is_accepted |= matches(pattern, text),
        }
    }
    is_accepted
}

/// Whether a pattern matches a text whole: `*` is any run of characters, `?` is one. The place of the last
/// `*` is all that is gone back to, so the time is at most the product of both lengths.
pub(crate) fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
    let (mut at, mut place) = (0, 0);
    let mut star = None;
    while let Some(byte) = text.get(place) {
        match pattern.get(at) {
            Some(b'*') => {
                star = Some((at, place));
                at += 1;
            }
            Some(wanted) if *wanted == b'?' || wanted == byte => {
                at += 1;
                place += 1;
            }
            _ => {
                let Some((last, begin)) = star else {
                    return false;
                };
                star = Some((last, begin + 1));
                at = last + 1;
                place = begin + 1;
            }
        }
    }
    let rest = pattern.get(at..).unwrap_or_default();
    rest.iter().all(|byte| *byte == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(list: &str, text: &str, expect: bool) {
        assert_eq!(list_accepts(list, text), expect, "{list} {text}");
    }

    #[test]
    fn lists_are_matched_as_openssh_does() {
        check("bartizan", "bartizan", true);
        check("git,bartizan", "bartizan", true);
        check("git", "bartizan", false);
        check("", "bartizan", false);
        check("*", "bartizan", true);
        check("b?rti*", "bartizan", true);
        check("*a*a*", "bartizan", true);
        check("*a*a*a*", "bartizan", false);
        check("*,!bart*", "bartizan", false);
        check("!git", "bartizan", false);
        check("*n?", "bartizan", false);
    }

    #[test]
    fn many_stars_take_no_time() {
        check(&"*a".repeat(500), &"a".repeat(4000), true);
        check(&("*a".repeat(500) + "b"), &"a".repeat(4000), false);
    }
}
