//! How much of a change is looked at for what it newly does, wherever its files come from: one that is told by other bounds than those
//! of learning would be new by its size.

use bartizan_review::change::{Content, File, FileChange};

/// How many files of one change are read, and how many bytes of them: what is more is an import of others' work.
const MOST_FILES: usize = 2_000;
const MOST_BYTES: usize = 32 << 20;

/// The largest content that is read.
pub(super) const LARGEST: usize = 2 << 20;

/// Files of a change, as many as count.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Portion {
    files: Vec<FileChange>,
    bytes: usize,
}

impl Portion {
    /// Whether no more count.
    pub fn is_full(&self) -> bool {
        self.files.len() >= MOST_FILES || self.bytes >= MOST_BYTES
    }

    /// Takes a file, unless enough are there; of what is too large only the size.
    pub fn take(&mut self, mut change: FileChange) {
        if self.is_full() {
            return;
        }
        for file in [&mut change.before, &mut change.after] {
            self.bytes += file.as_mut().map_or(0, shortened);
        }
        self.files.push(change);
    }

    /// The files, in the order in which they came.
    pub fn into_files(self) -> Vec<FileChange> {
        self.files
    }
}

/// Leaves of what is too large only the size; gives how many bytes are left.
fn shortened(file: &mut File) -> usize {
    let size = file.bytes().map_or(0, <[u8]>::len);
    if size <= LARGEST {
        return size;
    }
    file.content = too_large(size);
    0
}

/// What is told of a content that is not read.
pub(super) fn too_large(size: usize) -> Content {
    Content::Unseen {
        why: "it is too large".to_owned(),
        size: u64::try_from(size).ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn came(path: &str, bytes: usize) -> FileChange {
        FileChange {
            before: None,
            after: Some(File::new(path, vec![b'x'; bytes])),
        }
    }

    /// How many of these files count, and how many bytes of them.
    fn check(sizes: impl IntoIterator<Item = usize>) -> (usize, usize) {
        let mut portion = Portion::default();
        sizes
            .into_iter()
            .for_each(|it| portion.take(came("a.py", it)));
        (portion.files.len(), portion.bytes)
    }

    #[test]
    fn files_bytes_and_the_largest_content_have_bounds() {
        assert_eq!(check([1, 2]), (2, 3));
        assert_eq!(check(vec![0; MOST_FILES + 1]), (MOST_FILES, 0));
        assert_eq!(check([LARGEST; 20]), (16, MOST_BYTES));
        assert_eq!(check([LARGEST + 1, 1]), (2, 1));
        let mut portion = Portion::default();
        portion.take(came("a.py", LARGEST + 1));
        let told = portion.into_files();
        let told = told[0].after.as_ref().map(|it| &it.content);
        assert_eq!(told, Some(&too_large(LARGEST + 1)));
    }
}
