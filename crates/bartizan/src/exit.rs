//! Exit codes, and which one wins when several hold. The same codes are used under every output format.

use bartizan_model::severity::SeverityLevel;

/// How a run ended. The order of the variants is their precedence, the weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Exit {
    /// Nothing at or above the threshold.
    Clean,
    /// Nothing to look at.
    NothingToLookAt,
    /// Findings at or above the threshold.
    Findings,
    /// A data source is missing, unreachable or too old.
    Data,
    /// Wrong use or configuration.
    Usage,
    /// A fault inside Bartizan.
    Internal,
}

/// What one exit code means, for `bartizan explain` and the reference.
#[derive(Debug, Clone, Copy)]
pub struct Meaning {
    /// The code.
    pub exit: Exit,
    /// What it says, in one line.
    pub title: &'static str,
    /// Why it is a code of its own.
    pub why: &'static str,
    /// When it is seen.
    pub example: &'static str,
    /// What to do.
    pub remedy: &'static str,
}

impl Exit {
    /// The number that the process returns.
    pub fn code(self) -> u8 {
        match self {
            Self::Clean => 0,
            Self::Findings => 1,
            Self::Usage => 2,
            Self::NothingToLookAt => 3,
            Self::Data => 4,
            Self::Internal => 70,
        }
    }

    /// The code that stands when both hold.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        self.max(other)
    }
}

/// The level from which a finding counts, unless the user names another.
pub const DEFAULT_THRESHOLD: SeverityLevel = SeverityLevel::High;

/// Every exit code, by number.
pub static ALL: &[Meaning] = &[
    Meaning {
        exit: Exit::Clean,
        title: "nothing at or above the threshold",
        why: "Every source was fresh, every target was looked at, and no finding reaches `--fail-on` (default `high`).",
        example: "A scan of an environment whose packages have no advisory, or only ignored ones.",
        remedy: "Nothing. The report still lists what lies below the threshold and what could not be decided.",
    },
    Meaning {
        exit: Exit::Findings,
        title: "findings at or above the threshold",
        why: "At least one finding that no ignore covers reaches `--fail-on`. A severity that nobody states counts as reaching it.",
        example: "`bartizan scan requirements.txt` with a package that has a critical advisory.",
        remedy: "Upgrade as the report says, or write an `[[ignore]]` with a reason. `--exit-zero` turns this code into 0.",
    },
    Meaning {
        exit: Exit::Usage,
        title: "wrong use or configuration",
        why: "An option, a setting, a query or a path is wrong; the run would not have meant what was asked.",
        example: "A path that does not exist, an unknown key in `bartizan.toml`, an ignore without a reason.",
        remedy: "Follow the `hint:` line.",
    },
    Meaning {
        exit: Exit::NothingToLookAt,
        title: "nothing to look at",
        why: "A named target or artifact holds nothing that Bartizan can read components from. An empty answer is not a clean one.",
        example: "A directory without an environment, a lock file or a wheel.",
        remedy: "Name the environment or the lock file itself.",
    },
    Meaning {
        exit: Exit::Data,
        title: "a data source is missing, unreachable or too old",
        why: "Old or missing advisories cannot say that something is clean. Findings are still shown.",
        example: "A scan before the first `bartizan db sync`, or with a snapshot older than `--max-age` days.",
        remedy: "Run `bartizan db sync`; accept the embedded sample with `--allow-starter`, or an older snapshot with `--max-age`.",
    },
    Meaning {
        exit: Exit::Internal,
        title: "internal fault",
        why: "Bartizan met a state that it was not written for. Its output cannot be relied on.",
        example: "A panic, or an answer that cannot be written down.",
        remedy: "Report it with the text on standard error and, where you may share it, the input.",
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn precedence_is_70_2_4_1_3_0() {
        let mut order: Vec<Exit> = ALL.iter().map(|meaning| meaning.exit).collect();
        order.sort();
        order.reverse();
        assert_eq!(
            order.iter().map(|exit| exit.code()).collect::<Vec<_>>(),
            [70, 2, 4, 1, 3, 0]
        );
        for (i, strong) in order.iter().enumerate() {
            for weak in &order[i..] {
                assert_eq!(strong.and(*weak), *strong);
                assert_eq!(weak.and(*strong), *strong);
            }
        }
    }
}
