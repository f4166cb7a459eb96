//! What git writes in place of a content.

use crate::digest::Digest;

/// The largest pointer.
const LARGEST_POINTER: usize = 1_024;

/// The digest of the content that a pointer of git's large file storage stands for
/// ([specification](https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md)).
pub fn pointer(bytes: &[u8]) -> Option<Digest> {
    let text = std::str::from_utf8(bytes.get(..LARGEST_POINTER).unwrap_or(bytes)).ok()?;
    let mut lines = text.lines();
    lines
        .next()
        .filter(|line| line.starts_with("version https://git-lfs"))?;
    let named = lines.find_map(|line| line.strip_prefix("oid sha256:"))?;
    Digest::parse(named.trim())
}
