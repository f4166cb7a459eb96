//! Who looks. The queries of this crate take it and enforce what it may see; no page can forget to.

use bartizan_model::assessment::Visibility;

/// Who looks.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Viewer {
    /// Anybody.
    Public,
    /// A maintainer of the named projects.
    Maintainer(Vec<String>),
    /// A member of the ecosystem's security team.
    SecurityTeam,
}

/// What a finding must satisfy to be seen, with `$1` and `$2` of [`Viewer::widest`] and [`Viewer::own`]. What only a person
/// may see is seen by nobody here. Every finding's project is compared as a whole word, between slashes.
macro_rules! may_see {
    () => {
        "(visibility <= $1 OR (visibility = 1 AND REPLACE($2, '/' || project || '/', '') <> $2))"
    };
}
pub(crate) use may_see;

impl Viewer {
    /// The place of the narrowest visibility that it may see of every project.
    pub(crate) fn widest(&self) -> i64 {
        visibility_rank(match self {
            Self::Public | Self::Maintainer(_) => Visibility::Public,
            Self::SecurityTeam => Visibility::SecurityTeam,
        })
    }

    /// Whether it sees what everybody sees and nothing else.
    pub(crate) fn is_everybody(&self) -> bool {
        match self {
            Self::Public => true,
            Self::Maintainer(projects) => projects.is_empty(),
            Self::SecurityTeam => false,
        }
    }

    /// Its own projects, each between two slashes.
    pub(crate) fn own(&self) -> String {
        match self {
            Self::Maintainer(projects) => projects
                .iter()
                .filter(|project| !project.contains('/'))
                .fold(String::new(), |text, project| text + "/" + project + "/"),
            Self::Public | Self::SecurityTeam => String::new(),
        }
    }
}

/// The place of a visibility in the model's order, which is what the store keeps.
pub(crate) fn visibility_rank(visibility: Visibility) -> i64 {
    match visibility {
        Visibility::Public => 0,
        Visibility::Maintainers => 1,
        Visibility::SecurityTeam => 2,
        Visibility::Person => 3,
    }
}

/// The visibility at a place.
pub(crate) fn visibility_of(rank: i64) -> Option<Visibility> {
    Visibility::ALL
        .into_iter()
        .find(|visibility| visibility_rank(*visibility) == rank)
}
