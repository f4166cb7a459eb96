//! Where something is stated: a file as a code host names it, and a line.

use std::path::Path;

/// A file, relative to the directory of the run where it lies in it, with `/` between its parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) file: String,
    pub(crate) line: Option<u32>,
}

impl Place {
    /// Reads a locator: `uv.lock`, `requirements.txt:3`.
    pub(crate) fn of(locator: &str, root: &Path) -> Self {
        let (file, line) = match locator.rsplit_once(':') {
            Some((file, line)) => match line.parse() {
                Ok(line) if !file.is_empty() => (file, Some(line)),
                _ => (locator, None),
            },
            None => (locator, None),
        };
        let path = Path::new(file);
        let path = path.strip_prefix(root).unwrap_or(path);
        let file = path.to_string_lossy().replace('\\', "/");
        let file = file.strip_prefix("./").unwrap_or(&file).to_owned();
        Self { file, line }
    }

    /// The file as a reference of a URI ([RFC 3986](https://www.rfc-editor.org/rfc/rfc3986)).
    pub(crate) fn uri(&self) -> String {
        let mut uri = String::new();
        if self.file.starts_with('/') {
            uri.push_str("file://");
        }
        for byte in self.file.bytes() {
            match byte {
                b'A'..=b'Z'
                | b'a'..=b'z'
                | b'0'..=b'9'
                | b'-'
                | b'.'
                | b'_'
                | b'~'
                | b'/'
                | b'+'
                | b'=' => {
                    uri.push(char::from(byte));
                }
                other => uri += &format!("%{other:02X}"),
            }
        }
        uri
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_locator_is_a_file_and_perhaps_a_line() {
        let check = |locator: &str, file: &str, line: Option<u32>, uri: &str| {
            let place = Place::of(locator, Path::new("/work/project"));
            assert_eq!(
                (place.file.as_str(), place.line, place.uri().as_str()),
                (file, line, uri)
            );
        };
        check("uv.lock:12", "uv.lock", Some(12), "uv.lock");
        check("./a b/uv.lock", "a b/uv.lock", None, "a%20b/uv.lock");
        check("/work/project/req.txt:3", "req.txt", Some(3), "req.txt");
        check(
            "/elsewhere/req:x",
            "/elsewhere/req:x",
            None,
            "file:///elsewhere/req%3Ax",
        );
        check(
            "wheels/größe.whl",
            "wheels/größe.whl",
            None,
            "wheels/gr%C3%B6%C3%9Fe.whl",
        );
    }
}
