//! The project and version that the name of an artifact states.

use bartizan_model::version::pep440::Version;

/// A project and a version of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReleaseName {
    /// The project, normalised.
    pub project: String,
    /// The version, as it is written.
    pub version: String,
}

impl ReleaseName {
    /// Whether a text is the version, however it is written.
    pub(super) fn is_version(&self, text: &str) -> bool {
        let parse = |text: &str| text.parse::<Version>().ok();
        text == self.version || parse(text).is_some_and(|it| parse(&self.version) == Some(it))
    }
}
