//! Whom a project itself names as its people.

/// Somebody whom a project names: by an account at a code host, by name, or by both.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Member {
    /// The name of the account, in lower case: code hosts do not tell cases apart.
    pub login: Option<String>,
    /// The number of the account, which nobody else can have later.
    pub number: Option<u64>,
    /// The name.
    pub name: Option<String>,
}

/// Whom a project names.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Team {
    /// Those who are in it.
    pub members: Vec<Member>,
    /// Those who were.
    pub former: Vec<Member>,
}
