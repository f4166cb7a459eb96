//! The bytes of a requirements file, without lines that are too long to be anything.

use std::{
    io::{BufRead, BufReader, Read},
    path::Path,
};

use crate::tree::{Tree, TreeError};

/// How much of a file is looked at.
const LARGEST_FILE: u64 = 1 << 30;

/// How much of it is kept. With hashes, a thousand pins take about 2 MiB.
const MOST_KEPT: u64 = 64 << 20;

/// A longer line is no requirement: the longest honest ones list some hundred hashes.
pub(super) const LONGEST_LINE: usize = 1 << 20;

/// What stands for a line that was too long. It is no character of any text.
pub(super) const TOO_LONG: char = '\u{fffe}';

/// Reads a file; each line that is too long becomes [`TOO_LONG`].
pub(super) fn read(tree: &dyn Tree, path: &Path) -> Result<Vec<u8>, TreeError> {
    read_keeping(tree, path, MOST_KEPT)
}

fn read_keeping(tree: &dyn Tree, path: &Path, most_kept: u64) -> Result<Vec<u8>, TreeError> {
    let size = tree.entry(path)?.size;
    if size <= most_kept {
        return tree.read(path, most_kept);
    }
    if size > LARGEST_FILE {
        return Err(TreeError::TooLarge {
            limit: LARGEST_FILE,
        });
    }
    let mut reader = BufReader::new(tree.open(path)?.take(LARGEST_FILE));
    let mut kept = Vec::new();
    loop {
        let begin = kept.len();
        let length = reader
            .by_ref()
            .take(LONGEST_LINE as u64 + 1)
            .read_until(b'\n', &mut kept)?;
        if length == 0 {
            return Ok(kept);
        }
        if length > LONGEST_LINE {
            kept.truncate(begin);
            kept.extend_from_slice(TOO_LONG.encode_utf8(&mut [0; 4]).as_bytes());
            kept.push(b'\n');
            reader.skip_until(b'\n')?;
        }
        if kept.len() as u64 > most_kept {
            return Err(TreeError::TooLarge { limit: most_kept });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::MemoryTree;

    fn check(text: String, expect: &str) {
        let tree = MemoryTree::new([("r.txt", text)]);
        let kept = read_keeping(&tree, Path::new("r.txt"), 1000);
        let kept = kept.map(|bytes| String::from_utf8(bytes).unwrap());
        assert_eq!(kept.unwrap_or_else(|error| error.to_string()), expect);
    }

    #[test]
    fn lines_without_end_are_replaced() {
        let long = "x".repeat(LONGEST_LINE + 1);
        check(
            format!("a==1\n{long}\nb==2\n{long}"),
            "a==1\n\u{fffe}\nb==2\n\u{fffe}\n",
        );
        check("a\n".repeat(600), "larger than 1000 bytes");
        check("a==1".to_owned(), "a==1");
    }
}
