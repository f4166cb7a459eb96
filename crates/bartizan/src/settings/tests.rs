//! What settings files say, and what is said about wrong ones.

use super::*;
use insta::assert_snapshot;

struct Setup {
    variables: Vec<(&'static str, &'static str)>,
    files: Vec<(&'static str, &'static str)>,
    named: Option<&'static str>,
}

/// Writes the files into a new directory, reads the settings from `project/sub` and shows what they say.
fn check(setup: &Setup, show: impl Fn(&Settings) -> String) -> String {
    let root = tempfile::tempdir().unwrap();
    let directory = root.path().join("project/sub");
    std::fs::create_dir_all(&directory).unwrap();
    for (path, text) in &setup.files {
        let path = root.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    let mut environment = Environment::default();
    environment.set(
        "XDG_CONFIG_HOME",
        root.path().join("user").to_str().unwrap(),
    );
    for (name, value) in &setup.variables {
        environment.set(name, value);
    }
    let named = setup.named.map(|path| root.path().join(path));
    let places = Places {
        environment: &environment,
        directory: &directory,
        named: named.as_deref(),
    };
    let text = match load(places) {
        Ok(settings) => show(&settings),
        Err(failure) => format!(
            "error: {}\nhint: {}",
            failure.message,
            failure.hint.unwrap_or_default()
        ),
    };
    text.replace(root.path().to_str().unwrap(), "ROOT")
}

fn wrong(text: &'static str) -> String {
    let setup = Setup {
        variables: vec![],
        files: vec![("project/bartizan.toml", text)],
        named: None,
    };
    check(&setup, |settings| format!("{settings:?}"))
}

#[test]
fn the_nearer_place_wins_key_by_key() {
    let files = vec![
        (
            "user/bartizan/bartizan.toml",
            "max-age = 1\npython = '3.10'\nplatform = 'linux'\nfail-on = 'low'",
        ),
        (
            "project/pyproject.toml",
            "[tool.bartizan]\nmax-age = 2\npython = '3.11'\nplatform = 'macos'",
        ),
        ("project/sub/pyproject.toml", "[tool.ruff]\nbartizan = 1"),
    ];
    let setup = Setup {
        variables: vec![("BARTIZAN_MAX_AGE", "3")],
        files,
        named: None,
    };
    let shown = check(&setup, |s| {
        format!(
            "{} {:?} {:?} {} {:?}",
            s.max_age, s.python, s.platform, s.fail_on, s.files
        )
    });
    assert_snapshot!(shown, @r#"3 Some("3.11") Some("macos") low ["ROOT/project/pyproject.toml", "ROOT/user/bartizan/bartizan.toml"]"#);
}

#[test]
fn a_named_file_takes_the_projects_place_and_may_set_everything() {
    let files = vec![
        ("project/bartizan.toml", "max-age = 1"),
        (
            "other.toml",
            "home = 'state'\n[sync]\necosystems = ['PyPI', 'Julia']",
        ),
    ];
    let setup = Setup {
        variables: vec![],
        files,
        named: Some("other.toml"),
    };
    let shown = check(&setup, |s| {
        format!("{} {:?} {:?}", s.max_age, s.home, s.sync.ecosystems)
    });
    assert_snapshot!(shown, @r#"7 Some("ROOT/state") Some(["PyPI", "Julia"])"#);
}

#[test]
fn a_named_file_must_exist() {
    let setup = Setup {
        variables: vec![],
        files: vec![],
        named: Some("none.toml"),
    };
    assert_snapshot!(check(&setup, |_| String::new()), @r"
    error: no settings file `ROOT/none.toml`
    hint: `--config` and `BARTIZAN_CONFIG` take the path of a file like `bartizan.toml`
    ");
}

#[test]
fn an_unknown_key_is_an_error_with_place_and_nearest_name() {
    assert_snapshot!(wrong("fail-on = 'low'\n\nmax-agee = 3"), @r"
    error: ROOT/project/bartizan.toml:3: unknown key `max-agee`
    hint: did you mean `max-age`?
    ");
    assert_snapshot!(wrong("[sync]\nbass = 'x'"), @r"
    error: ROOT/project/bartizan.toml:2: unknown key `sync.bass`
    hint: did you mean `sync.base`?
    ");
}

#[test]
fn a_wrong_value_names_what_is_taken() {
    assert_snapshot!(wrong("fail-on = 'none'"), @r"
    error: ROOT/project/bartizan.toml:1: the value of `fail-on` is not one it takes
    hint: `fail-on` takes `low`, `medium`, `high` or `critical`
    ");
    assert_snapshot!(wrong("max-age = -1"), @r"
    error: ROOT/project/bartizan.toml:1: the value of `max-age` is not one it takes
    hint: `max-age` takes a whole number of days
    ");
    assert_snapshot!(wrong("sync = 3"), @r"
    error: ROOT/project/bartizan.toml:1: `sync` is not a table
    hint: write `[sync]` on a line of its own
    ");
}

#[test]
fn a_project_cannot_say_where_advisories_come_from() {
    assert_snapshot!(wrong("[sync]\nbase = 'https://example.org'"), @r"
    error: ROOT/project/bartizan.toml:2: `sync.base` cannot be set by a project
    hint: set it in your own settings, by `--config`, or as `BARTIZAN_SYNC_BASE`
    ");
}

#[test]
fn ignores_have_a_reason_and_may_expire() {
    let text = "[[ignore]]\nid = 'CVE-2023-1'\nreason = 'not reachable'\nexpires = 2027-03-31\n\
                [[ignore]]\nid = 'GHSA-x'\nreason = 'tests only'\npackage = 'Zope.Interface'\nexpires = '2027-01-01'";
    let setup = Setup {
        variables: vec![],
        files: vec![("project/bartizan.toml", text)],
        named: None,
    };
    let shown = check(&setup, |settings| {
        let one = |ignore: &Ignore| {
            format!(
                "{} {:?} {:?} {:?}",
                ignore.id,
                ignore.reason,
                ignore.package.as_ref().map(ToString::to_string),
                ignore.expires
            )
        };
        settings
            .ignores
            .iter()
            .map(one)
            .collect::<Vec<_>>()
            .join("\n")
    });
    assert_snapshot!(shown, @r#"
    CVE-2023-1 "not reachable" None Some(2027-03-31)
    GHSA-x "tests only" Some("zope-interface") Some(2027-01-01)
    "#);
}

#[test]
fn an_ignore_that_lacks_something_is_an_error() {
    assert_snapshot!(wrong("[[ignore]]\nid = 'CVE-2023-1'\nreason = '  '"), @r"
    error: ROOT/project/bartizan.toml:1: an ignore without `reason`
    hint: say why it does not count here; an ignore without a reason helps nobody later
    ");
    assert_snapshot!(wrong("[[ignore]]\nid = 'CVE-2023-1'\nreason = 'r'\nexpire = 2027-01-01"), @r"
    error: ROOT/project/bartizan.toml:4: unknown key `expire` of an ignore
    hint: did you mean `expires`?
    ");
    assert_snapshot!(wrong("[[ignore]]\nid = 'CVE-2023-1'\nreason = 'r'\nexpires = 'soon'"), @r"
    error: ROOT/project/bartizan.toml:4: the value of `expires` is no day
    hint: write a day as `2027-03-31`; the ignore still holds on it
    ");
    assert_snapshot!(wrong("ignore = ['CVE-2023-1']"), @r"
    error: ROOT/project/bartizan.toml:1: the value of `ignore` is not one it takes
    hint: `ignore` takes tables `[[ignore]]` with `id` and `reason`
    ");
}

#[test]
fn a_file_that_is_no_toml_is_an_error_with_its_line() {
    assert_snapshot!(wrong("fail-on = 'low'\nmax-age = = 3"), @r"
    error: ROOT/project/bartizan.toml:2: extra `=`, expected nothing
    hint: the file must be TOML
    ");
}

#[test]
fn variables_are_checked_like_files() {
    let setup = Setup {
        variables: vec![("BARTIZAN_OFFLINE", "perhaps")],
        files: vec![],
        named: None,
    };
    assert_snapshot!(check(&setup, |_| String::new()), @r"
    error: the environment variable `BARTIZAN_OFFLINE` has the value `perhaps`
    hint: it takes `true` or `false`
    ");
}

#[test]
fn every_setting_has_a_meaning_and_a_name_of_its_own() {
    for (i, setting) in ALL.iter().enumerate() {
        assert!(setting.meaning.ends_with('.'), "{}", setting.name);
        assert!(
            ALL.iter()
                .skip(i + 1)
                .all(|other| other.name != setting.name),
            "{}",
            setting.name
        );
        let variable = format!(
            "BARTIZAN_{}",
            setting.name.to_uppercase().replace(['-', '.'], "_")
        );
        assert!(
            setting.variable.is_none_or(|name| name == variable),
            "{}",
            setting.name
        );
    }
}
