//! The paths in a `RECORD`
//! ([recording installed projects](https://packaging.python.org/en/latest/specifications/recording-installed-packages/#the-record-file)).

/// The first field of each line.
pub(super) fn paths(bytes: &[u8]) -> impl Iterator<Item = String> + '_ {
    let lines = bytes.split(|&byte| byte == b'\n');
    lines.filter_map(|line| path(&String::from_utf8_lossy(line)))
}

fn path(line: &str) -> Option<String> {
    let path = match line.strip_prefix('"') {
        Some(quoted) => {
            let mut path = String::new();
            let mut parts = quoted.split('"');
            path.push_str(parts.next()?);
            // Two quotation marks stand for one.
            while parts.next() == Some("") && parts.clone().next().is_some() {
                path.push('"');
                path.push_str(parts.next()?);
            }
            path
        }
        None => line.split(',').next()?.trim_end().to_owned(),
    };
    (!path.is_empty()).then_some(path)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn paths_may_be_quoted() {
        let check = |text: &str| paths(text.as_bytes()).collect::<Vec<_>>().join("|");
        assert_eq!(check("a/b.py,sha256=x,1\r\nc,,\n\n"), "a/b.py|c");
        assert_eq!(check("\"a,b\",,\n\"c\"\"d\",,\n\"e"), "a,b|c\"d|e");
    }

    proptest! {
        #[test]
        fn never_panics(text in "[a\",\n]{0,20}") {
            paths(text.as_bytes()).count();
        }
    }
}
