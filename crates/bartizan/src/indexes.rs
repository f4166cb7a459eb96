//! Which package indexes the user is configured with, from the places where pip and uv look.
//!
//! Only the user's own configuration counts: a project that is merely looked at must not say whom Bartizan asks, so
//! neither its `pyproject.toml` or `uv.toml` nor its requirements files are read for this.

use std::path::PathBuf;

use bartizan_formats::{
    pip_config::{self, MAX_BYTES, PipIndexes},
    tree::TreeError,
    uv_config,
};
use bartizan_sources::{disk, http::Address, index::default_index};

use crate::{environment::Environment, error::Failure};

/// The indexes, the main one first.
pub(crate) fn configured(environment: &Environment) -> Result<Vec<Address>, Failure> {
    let pip = of_pip(environment);
    let is_silent = pip.index.is_none() && pip.extra.is_none();
    let stated = if is_silent {
        of_uv(environment)?.over(pip)
    } else {
        pip
    };
    if stated.is_none == Some(true) {
        return Err(
            Failure::usage("pip or uv is configured to use no index").hint(
                "leave out `--index`, or set `PIP_NO_INDEX=0`, or `no-index` in `uv.toml` to false",
            ),
        );
    }
    let main = stated.index.or_else(default_index).ok_or_else(|| {
        Failure::usage("no package index is configured, and pip does not tell its default")
            .hint("set `PIP_INDEX_URL`, or put a Python with pip on the search path")
    })?;
    let all = std::iter::once(main).chain(stated.extra.into_iter().flatten());
    let mut addresses: Vec<Address> = Vec::new();
    for text in all {
        let address: Address = text.parse().map_err(|error| {
            // The text may hold a password and is not repeated.
            Failure::usage(format!(
                "an index that pip or uv is configured with is {error}"
            ))
            .hint("only indexes over HTTP can be asked")
        })?;
        if !addresses.contains(&address) {
            addresses.push(address);
        }
    }
    Ok(addresses)
}

/// Variables before the named file, before the environment's, the user's and the machine's files.
fn of_pip(environment: &Environment) -> PipIndexes {
    let variables = PipIndexes {
        index: environment.text("PIP_INDEX_URL").map(str::to_owned),
        extra: environment
            .text("PIP_EXTRA_INDEX_URL")
            .map(PipIndexes::extra_of),
        is_none: environment.text("PIP_NO_INDEX").map(is_on),
    };
    let named = environment.path("PIP_CONFIG_FILE");
    // pip reads no file at all where it is sent to the null device.
    let is_off = named
        .as_ref()
        .is_some_and(|path| path.as_os_str() == "/dev/null");
    let files = if is_off {
        Vec::new()
    } else {
        files(environment, named)
    };
    files.into_iter().fold(variables, |higher, file| {
        let Ok(bytes) = disk::read_small(&file, MAX_BYTES) else {
            return higher;
        };
        higher.over(pip_config::read(&String::from_utf8_lossy(&bytes)))
    })
}

fn is_on(value: &str) -> bool {
    let value = value.to_ascii_lowercase();
    matches!(value.as_str(), "1" | "true" | "yes" | "on")
}

/// The files of pip, the one that counts most first.
fn files(environment: &Environment, named: Option<PathBuf>) -> Vec<PathBuf> {
    let name = if cfg!(windows) { "pip.ini" } else { "pip.conf" };
    let below = |directory: Option<PathBuf>, folder: &str| Some(directory?.join(folder).join(name));
    let home = environment.path("HOME");
    let mut files = vec![
        named,
        below(environment.path("VIRTUAL_ENV"), ""),
        below(environment.configuration_directory(), "pip"),
        below(home.clone(), ".pip"),
    ];
    if cfg!(target_os = "macos") {
        files.push(below(home, "Library/Application Support/pip"));
    }
    if cfg!(unix) {
        let machine = environment.text("XDG_CONFIG_DIRS").unwrap_or("/etc/xdg");
        files.extend(
            machine
                .split(':')
                .map(|directory| below(Some(directory.into()), "pip")),
        );
        files.push(Some(PathBuf::from("/etc/pip.conf")));
    }
    files.into_iter().flatten().collect()
}

/// Variables before the user's file, before the machine's; further indexes of all of them count.
fn of_uv(environment: &Environment) -> Result<PipIndexes, Failure> {
    let mut all = variables_of_uv(environment);
    for path in files_of_uv(environment) {
        let unreadable = |why: &dyn std::fmt::Display| {
            Failure::usage(format!("cannot read `{}`: {why}", path.display()))
                .hint("uv would refuse it too; `UV_NO_CONFIG=1` leaves the configuration of uv out")
        };
        let bytes = match disk::read_small(&path, MAX_BYTES) {
            Ok(bytes) => bytes,
            Err(TreeError::NotFound) => continue,
            Err(error) => return Err(unreadable(&error)),
        };
        let text = std::str::from_utf8(&bytes).map_err(|_not_text| unreadable(&"not UTF-8"))?;
        let mut file = uv_config::read(text).map_err(|error| unreadable(&error))?;
        let mut extra = all.extra.take().unwrap_or_default();
        extra.extend(file.extra.take().unwrap_or_default());
        all = PipIndexes {
            extra: (!extra.is_empty()).then_some(extra),
            ..all.over(file)
        };
    }
    Ok(all)
}

/// The files of uv: the named one alone, or the user's and the first of the machine's.
fn files_of_uv(environment: &Environment) -> Vec<PathBuf> {
    if environment.text("UV_NO_CONFIG").is_some_and(is_on) {
        return Vec::new();
    }
    if let Some(named) = environment.path("UV_CONFIG_FILE") {
        return vec![named];
    }
    let below = |directory: PathBuf| directory.join("uv").join("uv.toml");
    let user = environment.configuration_directory();
    let machine = if cfg!(windows) {
        Vec::from_iter(environment.path("PROGRAMDATA"))
    } else {
        let named = environment.text("XDG_CONFIG_DIRS").unwrap_or("/etc/xdg");
        let named = named.split(':').map(PathBuf::from);
        named.chain([PathBuf::from("/etc")]).collect()
    };
    let machine = machine.into_iter().map(below).find(|path| path.exists());
    user.map(below).into_iter().chain(machine).collect()
}

/// What the variables of uv name.
fn variables_of_uv(environment: &Environment) -> PipIndexes {
    let main = environment
        .text("UV_DEFAULT_INDEX")
        .or(environment.text("UV_INDEX_URL"));
    let extra = environment
        .text("UV_INDEX")
        .or(environment.text("UV_EXTRA_INDEX_URL"));
    // An index may have a name: `institute=https://…`.
    let address = |text: &str| match text.split_once('=') {
        Some((name, address)) if !name.contains(':') => address.to_owned(),
        _ => text.to_owned(),
    };
    let extra = extra.map(|text| {
        PipIndexes::extra_of(text)
            .iter()
            .map(|it| address(it))
            .collect()
    });
    PipIndexes {
        index: main.map(address),
        extra,
        is_none: environment.text("UV_NO_INDEX").map(is_on),
    }
}

#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests {
    use super::*;

    fn check(variables: &[(&str, &str)], file: &str) -> String {
        let home = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(home.path().join("pip")).unwrap();
        std::fs::write(home.path().join("pip/pip.conf"), file).unwrap();
        let mut environment = Environment::default();
        environment.set("XDG_CONFIG_HOME", home.path().to_str().unwrap());
        environment.set("XDG_CONFIG_DIRS", "/nowhere");
        for (name, value) in variables {
            environment.set(name, value);
        }
        match configured(&environment) {
            Ok(addresses) => format!("{addresses:?}"),
            Err(failure) => failure.message,
        }
    }

    const FILE: &str = "[global]\nindex-url = https://file.example/simple\nextra-index-url = https://me:secret@extra.example\n";

    #[test]
    fn variables_count_before_files_and_pip_before_uv() {
        assert_eq!(
            check(&[], FILE),
            "[Address(https://file.example/simple), Address(https://extra.example)]"
        );
        let variable = ("PIP_INDEX_URL", "https://variable.example");
        assert_eq!(
            check(&[variable], FILE),
            "[Address(https://variable.example), Address(https://extra.example)]"
        );
        assert_eq!(
            check(&[variable, ("PIP_CONFIG_FILE", "/dev/null")], FILE),
            "[Address(https://variable.example)]"
        );
        // The machine's own `/etc/pip.conf` must not speak here.
        let uv = [
            ("PIP_CONFIG_FILE", "/dev/null"),
            ("UV_DEFAULT_INDEX", "https://uv.example"),
            ("UV_INDEX", "mine=https://mine.example"),
        ];
        assert_eq!(
            check(&uv, ""),
            "[Address(https://uv.example), Address(https://mine.example)]"
        );
        assert!(check(uv.get(1..).unwrap(), FILE).contains("file.example"));
    }

    /// As `check`, with files of uv for the user and the machine, and without those of pip.
    fn check_uv(variables: &[(&str, &str)], user: &str, machine: &str) -> String {
        let place = tempfile::tempdir().unwrap();
        let mut environment = Environment::default();
        environment.set("PIP_CONFIG_FILE", "/dev/null");
        for (variable, folder, text) in [
            ("XDG_CONFIG_HOME", "user", user),
            ("XDG_CONFIG_DIRS", "machine", machine),
        ] {
            let folder = place.path().join(folder);
            std::fs::create_dir_all(folder.join("uv")).unwrap();
            std::fs::write(folder.join("uv/uv.toml"), text).unwrap();
            environment.set(variable, folder.to_str().unwrap());
        }
        for (name, value) in variables {
            environment.set(name, value);
        }
        match configured(&environment) {
            Ok(addresses) => format!("{addresses:?}"),
            Err(failure) => {
                let place = place.path().to_str().unwrap();
                failure.message.replace(place, "PLACE")
            }
        }
    }

    #[test]
    fn files_of_uv_count_after_its_variables() {
        let user = "[[index]]\nurl = \"https://user.example\"\ndefault = true\n[[index]]\nurl = \"https://me:secret@more.example\"\n";
        let machine = "index-url = \"https://machine.example\"\nextra-index-url = [\"https://last.example\"]\n";
        insta::assert_snapshot!(check_uv(&[], user, machine), @"[Address(https://user.example), Address(https://more.example), Address(https://last.example)]");
        insta::assert_snapshot!(check_uv(&[("UV_DEFAULT_INDEX", "https://v.example"), ("UV_INDEX", "n=https://w.example")], user, ""), @"[Address(https://v.example), Address(https://w.example), Address(https://more.example)]");
        insta::assert_snapshot!(check_uv(&[("PIP_INDEX_URL", "https://pip.example")], user, machine), @"[Address(https://pip.example)]");
        insta::assert_snapshot!(check_uv(&[("UV_NO_CONFIG", "1"), ("UV_INDEX_URL", "https://v.example")], user, machine), @"[Address(https://v.example)]");
        insta::assert_snapshot!(check_uv(&[], "no-index = true\n", machine), @"pip or uv is configured to use no index");
        insta::assert_snapshot!(check_uv(&[], "url = https://me:secret@x\n", machine), @"cannot read `PLACE/user/uv/uv.toml`: line 1 is not TOML");
    }

    #[test]
    fn what_cannot_be_asked_is_refused_without_its_secrets() {
        assert_eq!(
            check(&[("PIP_NO_INDEX", "1")], FILE),
            "pip or uv is configured to use no index"
        );
        let bad = check(&[("PIP_INDEX_URL", "file://me:secret@host/x")], "");
        assert_eq!(
            bad,
            "an index that pip or uv is configured with is not an `http://` or `https://` address"
        );
    }
}
