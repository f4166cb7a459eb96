//! The environment variables of the process, read once, so that everything else can be tested without them.

use std::{collections::BTreeMap, ffi::OsString, path::PathBuf};

/// A copy of the environment variables.
#[derive(Debug, Clone, Default)]
pub(crate) struct Environment(BTreeMap<OsString, OsString>);

impl Environment {
    /// What the process was started with.
    pub(crate) fn of_process() -> Self {
        Self(std::env::vars_os().collect())
    }

    /// The value of a variable that is set, not empty and valid text.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.0
            .get(std::ffi::OsStr::new(name))?
            .to_str()
            .filter(|value| !value.is_empty())
    }

    /// The path that a variable names, where it is set and not empty.
    pub(crate) fn path(&self, name: &str) -> Option<PathBuf> {
        self.0
            .get(std::ffi::OsStr::new(name))
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    }

    /// The user's data directory by the XDG rules, or the platform's own place.
    pub(crate) fn data_directory(&self) -> Option<PathBuf> {
        if let Some(path) = self.absolute("XDG_DATA_HOME") {
            return Some(path);
        }
        if cfg!(windows) {
            return self.path("LOCALAPPDATA");
        }
        let home = self.path("HOME")?;
        Some(if cfg!(target_os = "macos") {
            home.join("Library/Application Support")
        } else {
            home.join(".local/share")
        })
    }

    /// The user's configuration directory by the XDG rules, or the platform's own place.
    pub(crate) fn configuration_directory(&self) -> Option<PathBuf> {
        if let Some(path) = self.absolute("XDG_CONFIG_HOME") {
            return Some(path);
        }
        if cfg!(windows) {
            self.path("APPDATA")
        } else {
            Some(self.path("HOME")?.join(".config"))
        }
    }

    /// Sets a variable in this copy.
    #[cfg(test)]
    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.0.insert(name.into(), value.into());
    }

    /// The XDG rules say that a relative path is to be ignored.
    fn absolute(&self, name: &str) -> Option<PathBuf> {
        self.path(name).filter(|path| path.is_absolute())
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    fn with(variables: &[(&str, &str)]) -> Environment {
        let mut environment = Environment::default();
        for (name, value) in variables {
            environment.set(name, value);
        }
        environment
    }

    #[test]
    fn directories_follow_the_xdg_rules() {
        let set = with(&[
            ("XDG_DATA_HOME", "/data"),
            ("XDG_CONFIG_HOME", "relative"),
            ("HOME", "/home/me"),
        ]);
        assert_eq!(set.data_directory(), Some(PathBuf::from("/data")));
        assert_eq!(
            set.configuration_directory(),
            Some(PathBuf::from("/home/me/.config"))
        );
        let bare = with(&[("HOME", "/home/me"), ("XDG_DATA_HOME", "")]);
        assert_eq!(
            bare.data_directory(),
            Some(PathBuf::from("/home/me/.local/share"))
        );
        assert_eq!(Environment::default().data_directory(), None);
    }
}
