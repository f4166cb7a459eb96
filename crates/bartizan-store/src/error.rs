//! Why a store could not do what it was asked, so that a caller can tell a full disk from a mistake.

use sqlx::error::DatabaseError;

/// Why a store could not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Its place cannot be opened.
    #[error("cannot open the store `{store}`")]
    Open {
        /// Its address, without a password.
        store: String,
        /// Why.
        #[source]
        cause: Box<sqlx::Error>,
    },
    /// A newer program has written it.
    #[error("the store has schema {found}, and this program knows {known} at most")]
    TooNew {
        /// The version found.
        found: i64,
        /// The newest version that this program knows.
        known: i64,
    },
    /// A migration that ran is not the one that this program has under its number.
    #[error("migration {version} of the store is not the one of this program")]
    OtherMigration {
        /// Its number.
        version: i64,
    },
    /// It keeps another ecosystem.
    #[error("the store keeps the ecosystem `{found}`, not `{asked}`")]
    OtherProfile {
        /// The ecosystem that it keeps.
        found: String,
        /// The one that was to be put.
        asked: String,
    },
    /// A name that is not in it.
    #[error("cannot {doing}: the store has no {kind} `{name}`")]
    Missing {
        /// What was being done.
        doing: &'static str,
        /// The kind of thing.
        kind: &'static str,
        /// Its name.
        name: String,
    },
    /// A page that lies further behind than lists are looked through.
    #[error("cannot list findings: the page lies too far behind")]
    TooFar,
    /// Somebody else has the job now, or it is over.
    #[error("the lease of job {id} is lost")]
    LeaseLost {
        /// The job.
        id: i64,
    },
    /// There is no room left.
    #[error("cannot {doing}: the disk of the store is full")]
    Full {
        /// What was being done.
        doing: &'static str,
        /// What the engine says.
        #[source]
        cause: Box<sqlx::Error>,
    },
    /// The disk failed.
    #[error("cannot {doing}: the disk of the store fails")]
    Disk {
        /// What was being done.
        doing: &'static str,
        /// What the engine says.
        #[source]
        cause: Box<sqlx::Error>,
    },
    /// What it holds is not what was written.
    #[error("cannot {doing}: the store is damaged ({what})")]
    Damaged {
        /// What was being done.
        doing: &'static str,
        /// What is wrong.
        what: String,
    },
    /// Somebody else holds it for too long.
    #[error("cannot {doing}: the store is busy")]
    Busy {
        /// What was being done.
        doing: &'static str,
        /// What the engine says.
        #[source]
        cause: Box<sqlx::Error>,
    },
    /// Its server does not answer.
    #[error("cannot {doing}: the store does not answer")]
    Unreachable {
        /// What was being done.
        doing: &'static str,
        /// What the engine says.
        #[source]
        cause: Box<sqlx::Error>,
    },
    /// The engine refuses it for another reason.
    #[error("cannot {doing}")]
    Refused {
        /// What was being done.
        doing: &'static str,
        /// What the engine says.
        #[source]
        cause: Box<sqlx::Error>,
    },
}

impl StoreError {
    /// Tells what an error of the engine means.
    pub(crate) fn of(doing: &'static str, cause: sqlx::Error) -> Self {
        let code = cause.as_database_error().and_then(DatabaseError::code);
        let code = code.map(std::borrow::Cow::into_owned);
        let what = cause.to_string();
        let cause = Box::new(cause);
        match &*cause {
            sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::WorkerCrashed => {
                Self::Unreachable { doing, cause }
            }
            sqlx::Error::PoolTimedOut => Self::Busy { doing, cause },
            sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) => {
                Self::Damaged { doing, what }
            }
            _ => match code.as_deref().map(kind_of).unwrap_or_default() {
                Kind::Full => Self::Full { doing, cause },
                Kind::Disk => Self::Disk { doing, cause },
                Kind::Damaged => Self::Damaged { doing, what },
                Kind::Busy => Self::Busy { doing, cause },
                Kind::Unreachable => Self::Unreachable { doing, cause },
                Kind::Other => Self::Refused { doing, cause },
            },
        }
    }

    /// A row that holds what no program wrote.
    pub(crate) fn row(doing: &'static str, what: impl Into<String>) -> Self {
        let what = what.into();
        Self::Damaged { doing, what }
    }

    /// What to do next, where something can be done.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Open { .. } => {
                Some("look whether the folder or the server exists and may be used")
            }
            Self::TooNew { .. } => Some("use the program that wrote it, or a newer one"),
            Self::OtherMigration { .. } => Some(
                "the store was made by a program between releases; make it anew or restore a backup",
            ),
            Self::OtherProfile { .. } => Some("keep each ecosystem in a store of its own"),
            Self::Full { .. } => {
                Some("free some room; nothing of what was refused is in the store")
            }
            Self::Disk { .. } => {
                Some("look at the disk; nothing of what was refused is in the store")
            }
            Self::Damaged { .. } => Some("restore a backup"),
            Self::Busy { .. } => Some("try again, or see who else writes to it"),
            Self::Unreachable { .. } => Some("see whether the database server runs"),
            Self::TooFar => Some("ask for less: a narrower filter leads there"),
            Self::LeaseLost { .. } | Self::Missing { .. } | Self::Refused { .. } => None,
        }
    }

    /// Whether the same call may succeed when it is made again a little later.
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Busy { .. } | Self::Unreachable { .. })
    }
}

#[derive(Default)]
enum Kind {
    Full,
    Disk,
    Damaged,
    Busy,
    Unreachable,
    #[default]
    Other,
}

/// The meaning of a code: SQLite's are numbers (the low byte counts), PostgreSQL's have five characters.
fn kind_of(code: &str) -> Kind {
    if code.len() == 5 {
        return match code {
            "53100" => Kind::Full,
            "58030" => Kind::Disk,
            "XX001" | "XX002" => Kind::Damaged,
            "55P03" | "40001" | "40P01" | "53300" | "57014" => Kind::Busy,
            "57P01" | "57P02" | "57P03" | "08000" | "08003" | "08006" => Kind::Unreachable,
            _ => Kind::Other,
        };
    }
    match code.parse::<u32>().unwrap_or_default() & 0xff {
        13 => Kind::Full,
        10 | 14 | 8 => Kind::Disk,
        11 | 26 => Kind::Damaged,
        5 | 6 | 9 => Kind::Busy,
        _ => Kind::Other,
    }
}
