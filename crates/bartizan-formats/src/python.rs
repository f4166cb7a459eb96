//! Which Python markers are evaluated for, and why.
//!
//! A lock file speaks of many environments at once. The one that is meant is chosen here, once, and put
//! into words, so that an answer always says what it is about.

use bartizan_model::{
    environment::{MarkerEnvironment, Platform, System},
    marker::{Marker, MarkerContext},
    requirement::SpecifierSet,
};

use crate::target::TargetContext;

/// The versions of CPython that are tried, newest first, where nothing names one.
const CURRENT: [u32; 5] = [14, 13, 12, 11, 10];

/// A patch version that no series reaches: it stands for "some patch of this series".
const ANY_PATCH: u32 = 99;

/// Versions that "any environment" is made of, where a marker has to be evaluated all the same.
const ANY_PYTHON: [&str; 7] = ["3.8", "3.9", "3.10", "3.11", "3.12", "3.13", "3.14"];

/// The platform that markers are evaluated for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PlatformChoice {
    /// The one that the program runs on.
    Host(Platform),
    /// The one that the user names.
    Named(Platform),
    /// All at once: no entry of a lock file is left out for its marker.
    Any,
}

impl PlatformChoice {
    /// The platform; Linux stands in where all are meant.
    pub(crate) fn platform(&self) -> Platform {
        match self {
            Self::Host(platform) | Self::Named(platform) => platform.clone(),
            Self::Any => Platform {
                system: System::Linux,
                machine: "x86_64".to_owned(),
            },
        }
    }
}

/// The environment, or all of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Environment {
    /// One, or those that "any" is made of.
    candidates: Vec<MarkerEnvironment>,
    is_any: bool,
    reason: Option<String>,
}

impl Environment {
    /// Whether every platform is meant.
    pub fn is_any(&self) -> bool {
        self.is_any
    }

    /// Whether a marker holds; no marker always does.
    pub fn holds(&self, marker: Option<&Marker>, context: MarkerContext<'_>) -> bool {
        let Some(marker) = marker else {
            return true;
        };
        self.candidates
            .iter()
            .any(|candidate| marker.evaluate(candidate, context))
    }

    /// The environment, where it is one.
    pub fn single(&self) -> Option<MarkerEnvironment> {
        self.candidates.first().filter(|_| !self.is_any).cloned()
    }

    /// The same for another implementation of Python.
    pub(crate) fn with_implementation(mut self, name: &str) -> Self {
        for candidate in &mut self.candidates {
            name.clone_into(&mut candidate.platform_python_implementation);
            candidate.implementation_name = name.to_ascii_lowercase();
        }
        self
    }

    /// Whether a set of versions of Python allows it. Where only the series is known, any patch of it does.
    pub(crate) fn is_allowed_by(&self, versions: &SpecifierSet) -> bool {
        self.candidates.iter().any(|candidate| {
            let newest = format!("{}.{ANY_PATCH}", candidate.python_version);
            versions.contains(&candidate.python_full_version) || versions.contains(&newest)
        })
    }

    /// The environment in words, with the reason why it is this one.
    pub fn describe(&self) -> String {
        let reason = self
            .reason
            .as_ref()
            .map(|reason| format!(" ({reason})"))
            .unwrap_or_default();
        match self.candidates.first() {
            Some(one) if !self.is_any => format!("{}{reason}", one.describe()),
            _ => "any platform and Python, markers not evaluated".to_owned(),
        }
    }
}

impl TargetContext<'_> {
    /// The environment for a file that allows the versions of Python in `requires`.
    pub(crate) fn environment(&self, requires: Option<&SpecifierSet>) -> Environment {
        let platform = self.platform.platform();
        let (python, reason) = self.choose_python(requires);
        let Environment {
            candidates, is_any, ..
        } = self.environment_of(&python, &platform);
        Environment {
            candidates,
            is_any,
            reason: Some(reason),
        }
    }

    /// The environment of an installation whose version of Python is known.
    pub(crate) fn environment_of(&self, python: &str, platform: &Platform) -> Environment {
        if self.platform != PlatformChoice::Any {
            let candidates = vec![MarkerEnvironment::cpython(python, platform)];
            return Environment {
                candidates,
                is_any: false,
                reason: None,
            };
        }
        let platforms = [
            "linux-x86_64",
            "linux-aarch64",
            "macos-arm64",
            "macos-x86_64",
            "windows-amd64",
        ];
        let candidates = platforms
            .iter()
            .filter_map(|name| Platform::parse(name))
            .flat_map(|platform| {
                ANY_PYTHON.map(|python| MarkerEnvironment::cpython(python, &platform))
            })
            .collect();
        Environment {
            candidates,
            is_any: true,
            reason: None,
        }
    }

    fn choose_python(&self, requires: Option<&SpecifierSet>) -> (String, String) {
        if let Some(python) = &self.python {
            return (python.clone(), "as asked for".to_owned());
        }
        let allows = |version: &str| requires.is_none_or(|requires| requires.contains(version));
        if let Some(active) = self.active_python.as_ref().filter(|active| allows(active)) {
            return (active.clone(), "the active environment".to_owned());
        }
        let newest = CURRENT.into_iter().find(|minor| {
            allows(&format!("3.{minor}.0")) || allows(&format!("3.{minor}.{ANY_PATCH}"))
        });
        match (newest, requires) {
            (Some(minor), Some(_)) => {
                (format!("3.{minor}"), "the newest that it allows".to_owned())
            }
            (Some(minor), None) => (format!("3.{minor}"), "the newest".to_owned()),
            (None, _) => (
                "3.14".to_owned(),
                "the newest; it allows no current version".to_owned(),
            ),
        }
    }
}
