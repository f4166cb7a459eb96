//! A `RECORD`: what a wheel or an installation says that it consists of
//! ([recording installed projects](https://packaging.python.org/en/latest/specifications/recording-installed-packages/#the-record-file)).

/// A line of a `RECORD`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// The path, as it is written.
    pub path: String,
    /// The name of an algorithm and the digest by it, where the line has both.
    pub digest: Option<(String, Vec<u8>)>,
    /// Whether the line has a digest that cannot be read.
    pub is_damaged: bool,
}

/// Every line with a path.
pub fn entries(bytes: &[u8]) -> impl Iterator<Item = Recorded> + '_ {
    let lines = bytes.split(|&byte| byte == b'\n');
    lines.filter_map(|line| entry(&String::from_utf8_lossy(line)))
}

/// The first field of each line.
pub(crate) fn paths(bytes: &[u8]) -> impl Iterator<Item = String> + '_ {
    let lines = bytes.split(|&byte| byte == b'\n');
    lines.filter_map(|line| Some(path(&String::from_utf8_lossy(line))?.0))
}

fn entry(line: &str) -> Option<Recorded> {
    let (path, rest) = path(line)?;
    let written = rest.split(',').next().unwrap_or_default();
    let digest = written.split_once('=').and_then(|(algorithm, text)| {
        let digest = crate::attestation::decode_base64("RECORD", text.trim()).ok()?;
        Some((algorithm.to_owned(), digest))
    });
    Some(Recorded {
        path,
        is_damaged: !written.trim().is_empty() && digest.is_none(),
        digest,
    })
}

/// The path of a line, and what follows the comma after it.
fn path(line: &str) -> Option<(String, &str)> {
    let (path, rest) = match line.strip_prefix('"') {
        Some(quoted) => {
            let mut path = String::new();
            let mut rest = quoted;
            loop {
                let Some((part, after)) = rest.split_once('"') else {
                    path.push_str(rest);
                    break (path, "");
                };
                path.push_str(part);
                // Two quotation marks stand for one.
                match after.strip_prefix('"') {
                    Some(after) => {
                        path.push('"');
                        rest = after;
                    }
                    None => break (path, after.strip_prefix(',').unwrap_or_default()),
                }
            }
        }
        None => match line.split_once(',') {
            Some((path, rest)) => (path.trim_end().to_owned(), rest),
            None => (line.trim_end().to_owned(), ""),
        },
    };
    (!path.is_empty()).then_some((path, rest))
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

    #[test]
    fn digests_are_read() {
        let check = |text: &str| {
            let told = |it: Recorded| format!("{} {:?} {}", it.path, it.digest, it.is_damaged);
            entries(text.as_bytes())
                .map(told)
                .collect::<Vec<_>>()
                .join("|")
        };
        assert_eq!(
            check("a,sha256=YWI,1\r\n\"b,c\",sha512=YWI=,\nd,,\ne,sha256=!,1\nf,md5,1\n"),
            "a Some((\"sha256\", [97, 98])) false|b,c Some((\"sha512\", [97, 98])) false|d None false|e None true|f None true"
        );
    }

    proptest! {
        #[test]
        fn never_panics(text in "[a=\",\n]{0,20}") {
            paths(text.as_bytes()).count();
            entries(text.as_bytes()).count();
        }
    }
}
