//! What an audit may find, with the explanations that users read.

use bartizan_model::{check::Explanation, severity::SeverityLevel};

/// Something that an audit may find.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Check {
    /// The stable id.
    pub id: &'static str,
    /// One line that says what is wrong.
    pub title: &'static str,
    /// How much it matters.
    pub severity: SeverityLevel,
    /// What a user needs to understand and mend it.
    pub explanation: Explanation,
}

/// An organisation lets people in without a second factor.
pub static OPTIONAL_SECOND_FACTOR: Check = Check {
    id: "optional-second-factor",
    title: "an organisation does not require a second factor",
    severity: SeverityLevel::High,
    explanation: Explanation {
        what: "The organisation's setting that everybody needs a second factor is off.",
        why: "A password alone can be guessed, reused and phished. Whoever has an owner's has everything.",
        failing: "An organisation with `requires_second_factor` false.",
        passing: "The same with the setting on.",
        remedy: "Look at the simulation of the audit: who would lose access, and what would be left without an owner. Ask those people first, then an owner switches it on; no program can.",
    },
};

/// Somebody has no second factor, or one that can be taken over.
pub static WEAK_SECOND_FACTOR: Check = Check {
    id: "weak-second-factor",
    title: "somebody has no second factor, or one that can be taken over",
    severity: SeverityLevel::High,
    explanation: Explanation {
        what: "The hosting service says that the account has none, or one by messages to a telephone.",
        why: "The rights of the account are as safe as its password, or as the telephone company.",
        failing: "A member whose second factor is missing.",
        passing: "The member with a security key or an authenticator.",
        remedy: "Ask them, with a date. The finding is private: it tells whom to attack.",
    },
};

/// A right was not used for longer than the limit.
pub static STALE_RIGHT: Check = Check {
    id: "stale-right",
    title: "a right was not used for longer than its role allows",
    severity: SeverityLevel::Medium,
    explanation: Explanation {
        what: "Everything was read that could have shown an act which needs the right, over the whole time, and there was none.",
        why: "An account that nobody looks after is taken over unseen; rights that nobody needs only help whoever does.",
        failing: "Write access to a repository without a push or merge for 200 days, where pushes and merges were read.",
        passing: "The same with a merge last month, or a lower level.",
        remedy: "`bartizan access plan` tells them first, and lowers after thirty days. An exception with a reason and an end keeps it.",
    },
};

/// A lower level would do for what somebody does.
pub static WIDE_ROLE: Check = Check {
    id: "wide-role",
    title: "a role is wider than its use",
    severity: SeverityLevel::Medium,
    explanation: Explanation {
        what: "Everything was read, and what was done with the right needs a lower level only.",
        why: "What nobody uses can be misused; a lower level costs nothing then.",
        failing: "An administrator of a repository who merges and never changes a setting.",
        passing: "The same with the level `write`.",
        remedy: "Lower it by a plan, or state an exception.",
    },
};

/// A deploy key was not used.
pub static STALE_DEPLOY_KEY: Check = Check {
    id: "stale-deploy-key",
    title: "a deploy key was not used for longer than the limit",
    severity: SeverityLevel::High,
    explanation: Explanation {
        what: "The hosting service says when the key was used last, or that it never was since it was made.",
        why: "A key has no second factor and no owner who would notice; a forgotten one lies in a forgotten place.",
        failing: "A key with write access, last used three years ago.",
        passing: "A key that was used last week, or none.",
        remedy: "Take it away by a plan: no person is harmed. It cannot be put back without its file.",
    },
};

/// A token was not used.
pub static STALE_TOKEN: Check = Check {
    id: "stale-token",
    title: "a token was not used for longer than the limit, or never ends",
    severity: SeverityLevel::High,
    explanation: Explanation {
        what: "The token reaches the organisation, and was not used, or has no end.",
        why: "SPEC 6: tokens are narrow and end. One that is not used is only a risk.",
        failing: "A token without an end, or last used a year ago.",
        passing: "A token that was used last week and ends within a year.",
        remedy: "Take it away by a plan; its owner makes another one where it is needed.",
    },
};

/// A program that is installed and does nothing.
pub static STALE_APP: Check = Check {
    id: "stale-app",
    title: "an app is installed that is suspended, or may write and does not",
    severity: SeverityLevel::Medium,
    explanation: Explanation {
        what: "The app is suspended for longer than the limit; or it may change contents, and every push and merge to every repository of the organisation was read over the whole time, and none is its own.",
        why: "Whoever takes over the maker of an app has what every installation of it has. No host says when an app was used last.",
        failing: "An app with `contents: write` that pushed nothing for a year.",
        passing: "The app that pushes weekly, or one that may read only.",
        remedy: "Ask what it is for; then take it away by a plan, or give it less.",
    },
};

/// An invitation that nobody answers.
pub static STALE_INVITATION: Check = Check {
    id: "stale-invitation",
    title: "an invitation was not answered for a month, or cannot be any more",
    severity: SeverityLevel::Low,
    explanation: Explanation {
        what: "The invitation stands for more than thirty days, or the hosting service says that it failed.",
        why: "Whoever has the mailbox years later gets the right.",
        failing: "An invitation from last year.",
        passing: "None, or one from last week.",
        remedy: "Take it back by a plan, and invite again where it is still meant.",
    },
};

/// A place has one who can act.
pub static TOO_FEW_OWNERS: Check = Check {
    id: "too-few-owners",
    title: "fewer than two people can act for a place",
    severity: SeverityLevel::High,
    explanation: Explanation {
        what: "An organisation or a package has fewer than two owners, or a repository fewer than two administrators, owners of the organisation included.",
        why: "SPEC 6: one person can lose a key, fall ill or leave, and nobody else can let others in.",
        failing: "A package with one owner.",
        passing: "The package with two.",
        remedy: "Give a second person the role, by a plan that two approve.",
    },
};

/// More owners than a place needs.
pub static TOO_MANY_OWNERS: Check = Check {
    id: "too-many-owners",
    title: "an organisation has more owners than it needs",
    severity: SeverityLevel::Medium,
    explanation: Explanation {
        what: "More people own the organisation than the profile says; five where it says nothing.",
        why: "Each owner's account opens everything.",
        failing: "An organisation with nine owners.",
        passing: "The same with four, the others as members with teams.",
        remedy: "Owners become members by a plan; what they do daily is a role in a team.",
    },
};

/// Grants beside teams.
pub static DIRECT_GRANT: Check = Check {
    id: "direct-grant",
    title: "a member has a grant of their own beside the teams",
    severity: SeverityLevel::Low,
    explanation: Explanation {
        what: "Somebody who belongs to the organisation has a level on a repository by name, in place of by a team.",
        why: "Grants of people override those of teams and are forgotten when the person leaves the team.",
        failing: "A member with `admin` on one repository by name.",
        passing: "The member in a team that has it.",
        remedy: "Put them into a team, and reduce the grant to reading. Removing the collaborator would delete their forks.",
    },
};

/// Somebody left, and can still publish.
pub static LEFT_WITH_KEYS: Check = Check {
    id: "left-with-keys",
    title: "somebody who left holds a role in a package or put a deploy key there",
    severity: SeverityLevel::High,
    explanation: Explanation {
        what: "An account that is no member any more and has no other right owns or maintains a package, or a deploy key that it added is in force.",
        why: "Whoever leaves a code host does not leave the index; an index keeps the trusted publishers that somebody registered, too.",
        failing: "A package whose maintainer left the organisation two years ago.",
        passing: "The package without them.",
        remedy: "Take the role away at the index and look at its trusted publishers there; replace the key.",
    },
};

/// Everything that an audit may find, sorted by id.
pub static ALL: &[&Check] = &[
    &DIRECT_GRANT,
    &LEFT_WITH_KEYS,
    &OPTIONAL_SECOND_FACTOR,
    &STALE_APP,
    &STALE_DEPLOY_KEY,
    &STALE_INVITATION,
    &STALE_RIGHT,
    &STALE_TOKEN,
    &TOO_FEW_OWNERS,
    &TOO_MANY_OWNERS,
    &WEAK_SECOND_FACTOR,
    &WIDE_ROLE,
];
