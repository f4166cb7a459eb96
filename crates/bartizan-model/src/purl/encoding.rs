//! Percent-encoding as package URLs use it: letters, digits, `.-_~` and `:` stay, everything else is encoded.

use std::{borrow::Cow, fmt};

use super::PurlError;
use crate::scanner::excerpt;

/// Resolves `%XX`; the result must be UTF-8.
pub(super) fn decode(text: &str) -> Result<String, PurlError> {
    let fault = || PurlError::BadEncoding(excerpt(text));
    let mut parts = text.split('%');
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        let (digits, after) = part.split_at_checked(2).ok_or_else(fault)?;
        let is_hexadecimal = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        let byte = u8::from_str_radix(digits, 16)
            .ok()
            .filter(|_| is_hexadecimal)
            .ok_or_else(fault)?;
        bytes.push(byte);
        bytes.extend_from_slice(after.as_bytes());
    }
    match String::from_utf8_lossy(&bytes) {
        Cow::Borrowed(text) => Ok(text.to_owned()),
        Cow::Owned(_) => Err(fault()),
    }
}

/// Writes a text with `%XX` where needed.
pub(super) fn write(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b'~' | b':') {
            write!(f, "{}", char::from(byte))?;
        } else {
            write!(f, "%{byte:02X}")?;
        }
    }
    Ok(())
}
