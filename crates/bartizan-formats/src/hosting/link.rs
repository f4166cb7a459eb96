//! The header `Link` ([RFC 8288](https://www.rfc-editor.org/rfc/rfc8288)): where the next page of a list is.

/// The longest header that is looked at.
const LONGEST: usize = 8 << 10;

/// The address of the next page.
pub fn next(header: &str) -> Option<&str> {
    let mut rest = header.get(..header.len().min(LONGEST))?;
    loop {
        let (_, after) = rest.split_once('<')?;
        let (address, after) = after.split_once('>')?;
        let end = after.find(',').unwrap_or(after.len());
        let (parameters, after) = after.split_at(end);
        if parameters.split(';').any(is_next) {
            return Some(address.trim());
        }
        rest = after;
    }
}

fn is_next(parameter: &str) -> bool {
    let Some((name, value)) = parameter.split_once('=') else {
        return false;
    };
    let mut words = value.trim().trim_matches('"').split_whitespace();
    name.trim().eq_ignore_ascii_case("rel") && words.any(|word| word.eq_ignore_ascii_case("next"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(header: &str, expect: Option<&str>) {
        assert_eq!(next(header), expect, "{header}");
    }

    #[test]
    fn the_next_page_is_found() {
        check(
            r#"<https://host.example/a?page=2>; rel="next", <https://host.example/a?page=9>; rel="last""#,
            Some("https://host.example/a?page=2"),
        );
        check(
            r#"<https://host.example/a?x=1,2>; rel="prev", </a?page=3>; type=x; rel=next"#,
            Some("/a?page=3"),
        );
        check(r#"<a>; rel="prev first", <b>; rel="last""#, None);
        check("", None);
        check("<a", None);
        check("<a>", None);
    }

    proptest! {
        #[test]
        fn never_panics(header in r#"(<|>|;|,|rel|=|"|next| |é|a){0,40}"#) {
            if let Some(address) = next(&header) {
                assert!(header.contains(address));
            }
        }
    }
}
