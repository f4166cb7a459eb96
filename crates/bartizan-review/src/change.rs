//! A change as plain values: each file before and after.

/// The largest content of which anybody looks at more than the first bytes: sources that people write end far below.
pub const LARGEST_TEXT: usize = 8 << 20;

/// A file that differs, came or went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileChange {
    /// As it was; none where it came.
    pub before: Option<File>,
    /// As it is; none where it went.
    pub after: Option<File>,
}

/// One side of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Its path from the top, with `/`.
    pub path: String,
    /// What it holds.
    pub content: Content,
    /// Whether it may be run.
    pub is_executable: bool,
}

/// What a file holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// All of it.
    Bytes(Vec<u8>),
    /// Lines of a text at their places, with empty lines for those that a patch leaves out.
    Excerpt(String),
    /// Nothing but that it is no text, as a patch says it.
    Binary,
    /// Where a symbolic link points.
    Link(String),
    /// The commit of another repository.
    Submodule(String),
    /// Nobody could look.
    Unseen {
        /// Why, as a fragment of a sentence.
        why: String,
        /// How many bytes it has, where that is known.
        size: Option<u64>,
    },
}

impl FileChange {
    /// The path where it is now, or was.
    pub fn path(&self) -> &str {
        let file = self.after.as_ref().or(self.before.as_ref());
        file.map_or("", |file| &file.path)
    }

    /// Whether only its name differs.
    pub fn is_move(&self) -> bool {
        match (&self.before, &self.after) {
            (Some(before), Some(after)) => {
                before.content == after.content
                    && before.is_executable == after.is_executable
                    && !matches!(after.content, Content::Binary | Content::Unseen { .. })
            }
            _ => false,
        }
    }
}

impl File {
    /// A text or binary that nobody may run.
    pub fn new(path: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        Self {
            path: path.into(),
            content: Content::Bytes(bytes.into()),
            is_executable: false,
        }
    }

    /// One that could not be read.
    pub fn unseen(path: impl Into<String>, why: impl Into<String>, size: Option<u64>) -> Self {
        Self {
            path: path.into(),
            content: Content::Unseen {
                why: why.into(),
                size,
            },
            is_executable: false,
        }
    }

    /// Its bytes, as far as they are at hand.
    pub fn bytes(&self) -> Option<&[u8]> {
        match &self.content {
            Content::Bytes(bytes) => Some(bytes),
            Content::Excerpt(text) => Some(text.as_bytes()),
            _ => None,
        }
    }

    /// Its text, where it is one that is looked at.
    pub fn text(&self) -> Option<&str> {
        let bytes = self.bytes()?;
        if bytes.len() > LARGEST_TEXT || bartizan_formats::contents::is_binary(bytes) {
            return None;
        }
        // Old sources are in other encodings: what is no UTF-8 is looked at up to there by whoever needs text only.
        std::str::from_utf8(bytes).ok()
    }
}
