//! Paths as git writes them in patches.

/// The two names behind `diff --git`. Where neither has a blank or a quote they stand alone; else they are the same name
/// twice, or not told here.
pub(super) fn header_paths(text: &str) -> Option<(String, String)> {
    let text = text.trim_end();
    if text.starts_with('"') {
        let end = text.find("\" \"")?;
        let (old, new) = (text.get(..=end)?, text.get(end + 2..)?);
        return Some((without_side(&unquoted(old)), without_side(&unquoted(new))));
    }
    let middle = text.len() / 2;
    let (old, new) = (text.get(..middle)?, text.get(middle..)?.strip_prefix(' '));
    if let Some(new) = new
        && without_side(old) == without_side(new)
    {
        return Some((without_side(old), without_side(new)));
    }
    let (old, new) = text.split_once(' ')?;
    (!new.contains(' ')).then(|| (without_side(old), without_side(new)))
}

/// Without `a/` or `b/`.
fn without_side(path: &str) -> String {
    let plain = path.strip_prefix("a/").or_else(|| path.strip_prefix("b/"));
    plain.unwrap_or(path).to_owned()
}

/// A name in quotes, with the escapes of C, as what it stands for.
pub(super) fn unquoted(text: &str) -> String {
    let Some(inner) = text.strip_prefix('"').and_then(|it| it.strip_suffix('"')) else {
        return text.to_owned();
    };
    let mut bytes = Vec::new();
    let mut rest = inner.bytes().peekable();
    while let Some(byte) = rest.next() {
        if byte != b'\\' {
            bytes.push(byte);
            continue;
        }
        match rest.next() {
            Some(digit @ b'0'..=b'3') => {
                let mut value = digit - b'0';
                for _ in 0..2 {
                    if let Some(digit) = rest.next_if(|it| matches!(it, b'0'..=b'7')) {
                        value = value.wrapping_mul(8).wrapping_add(digit - b'0');
                    }
                }
                bytes.push(value);
            }
            Some(b'n') => bytes.push(b'\n'),
            Some(b't') => bytes.push(b'\t'),
            Some(other) => bytes.push(other),
            None => {}
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
