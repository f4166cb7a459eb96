//! The lock file of uv, version 1.
//!
//! A lock file speaks of every environment that its project supports. It is walked from the project's own
//! members, with all their extras and dependency groups, over the dependencies whose markers hold in the
//! environment at hand. The members are where paths begin; they are not looked up as packages of an index.

mod files;
mod packages;

use std::path::Path;

use bartizan_model::inventory::Inventory;

use self::packages::UvLockFile;
use super::{Candidate, TargetContext, TargetError, TargetFormat};
use crate::document::read_text;

/// The format.
pub(super) static FORMAT: UvLock = UvLock;

/// See the module.
pub(super) struct UvLock;

/// The version of the format that is understood; its revisions only add to it.
const KNOWN_VERSION: &str = "1";

impl TargetFormat for UvLock {
    fn id(&self) -> &'static str {
        "uv-lock"
    }

    fn title(&self) -> &'static str {
        "uv.lock"
    }

    fn is_usual_name(&self, candidate: &Candidate<'_>) -> bool {
        candidate.name() == "uv.lock" || candidate.name().ends_with(".py.lock")
    }

    fn recognises(&self, candidate: &Candidate<'_>) -> bool {
        if !candidate.is_file() {
            return false;
        }
        // Other lock files have packages too; only uv writes their source as an inline table.
        let has = |text: &str, start| text.lines().any(|line| line.starts_with(start));
        let is_lock =
            |text| has(text, "[[package]]") && has(text, "source = {") && has(text, "version = ");
        candidate.name() == "uv.lock" || candidate.head_text().is_some_and(is_lock)
    }

    fn read(&self, ctx: &TargetContext<'_>, path: &Path) -> Result<Inventory, TargetError> {
        let text = files::left_out(read_text(ctx.tree, path)?);
        let file = UvLockFile::read(path, &text)?;
        match &file.version {
            Some(version) if version == KNOWN_VERSION => {
                Ok(file.lock.inventory(ctx, path, self.id()))
            }
            found => Err(TargetError::unknown_version(
                path,
                found.as_deref(),
                KNOWN_VERSION,
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use proptest::prelude::*;

    use crate::{
        target::{
            PlatformChoice, discover,
            tests::{context, found, show},
        },
        tree::MemoryTree,
    };

    fn check(text: &str) -> String {
        found(&[("uv.lock", text.as_bytes())], "uv.lock")
    }

    const PROJECT: &str = r#"
version = 1
revision = 3
requires-python = ">=3.10"
resolution-markers = ["python_full_version >= '3.12'", "python_full_version < '3.12'"]

[[package]]
name = "lab"
source = { editable = "." }
dependencies = [
    { name = "numpy", version = "2.0", source = { registry = "r" }, marker = "python_full_version >= '3.12'" },
    { name = "numpy", version = "1.26", source = { registry = "r" }, marker = "python_full_version < '3.12'" },
    { name = "requests", extra = ["socks"] },
    { name = "win", marker = "sys_platform == 'win32'" },
]
[package.optional-dependencies]
plot = [{ name = "plotter" }]
[package.dev-dependencies]
dev = [{ name = "tester" }]
[package.metadata]
requires-dist = [{ name = "numpy" }]

[[package]]
name = "numpy"
version = "1.26"
source = { registry = "r" }
resolution-markers = ["python_full_version < '3.12'"]

[[package]]
name = "numpy"
version = "2.0"
source = { registry = "r" }
resolution-markers = ["python_full_version >= '3.12'"]

[[package]]
name = "plotter"
version = "3"
source = { git = "https://host/plotter?rev=v3#00" }
dependencies = [{ name = "numpy" }]

[[package]]
name = "pysocks"
version = "1.7"
source = { registry = "r" }

[[package]]
name = "requests"
version = "2.32"
source = { registry = "r" }
dependencies = [{ name = "requests", extra = ["socks"] }, { name = "vendored" }]
[package.optional-dependencies]
socks = [{ name = "pysocks" }]
never = [{ name = "win" }]

[[package]]
name = "tester"
version = "8"
source = { url = "https://host/tester-8-py3-none-any.whl" }

[[package]]
name = "vendored"
source = { directory = "vendor/x" }

[[package]]
name = "win"
version = "4"
source = { registry = "r" }
"#;

    #[test]
    fn what_is_asked_for_under_a_condition_says_so() {
        let package = |name: &str| {
            format!("[[package]]\nname = '{name}'\nversion = '1'\nsource = {{ registry = 'r' }}\n")
        };
        let text = format!(
            "version = 1\n[[package]]\nname = 'lab'\nsource = {{ editable = '.' }}\ndependencies = [{{ name = 'both' }}]\n\
             [package.optional-dependencies]\nx = [{{ name = 'plotter' }}]\n\
             [package.dev-dependencies]\ndev = [{{ name = 'both' }}, {{ name = 'tester' }}]\n{}{}{}",
            package("both"),
            package("plotter"),
            package("tester")
        );
        let tree = MemoryTree::new([("uv.lock", text)]);
        let found = discover(&context(&tree), Path::new("uv.lock")).unwrap();
        let inventory = &found.inventories[0];
        let names = inventory.asked.iter();
        let names = names.map(|(at, why)| format!("{} {why:?}", inventory.components[*at].package));
        assert_eq!(
            names.collect::<Vec<_>>(),
            ["plotter Optional", "tester Development"]
        );
    }

    #[test]
    fn a_project_is_walked_from_its_members() {
        insta::assert_snapshot!(check(PROJECT), @r"
        lab [uv-lock] CPython 3.12.0 on linux x86_64 (as asked for), 2 excluded
        * numpy 2.0 (uv.lock:29)
        * plotter 3 (uv.lock:35) -> numpy
          pysocks 1.7 (uv.lock:41)
        * requests 2.32 (uv.lock:46) -> pysocks
        * tester 8 (uv.lock:55)
        ? vendored: a path (uv.lock:60)
        ");
        let other = found(
            &[("a.toml", PROJECT.replace("3.12", "3.13").as_bytes())],
            "a.toml",
        );
        assert!(
            other.contains("* numpy 1.26") && !other.contains("numpy 2.0"),
            "{other}"
        );
    }

    #[test]
    fn for_any_platform_every_package_counts() {
        let tree = MemoryTree::new([("uv.lock", PROJECT)]);
        let ctx = crate::target::TargetContext {
            platform: PlatformChoice::Any,
            ..context(&tree)
        };
        insta::assert_snapshot!(show(discover(&ctx, Path::new("uv.lock"))), @r"
        lab [uv-lock] any platform and Python, markers not evaluated, 0 excluded
        * numpy 1.26 (uv.lock:23)
        * numpy 2.0 (uv.lock:29)
        * plotter 3 (uv.lock:35) -> numpy, numpy
          pysocks 1.7 (uv.lock:41)
        * requests 2.32 (uv.lock:46) -> pysocks, win
        * tester 8 (uv.lock:55)
        * win 4 (uv.lock:64)
        ? vendored: a path (uv.lock:60)
        ");
    }

    #[test]
    fn every_further_registry_is_an_index_besides() {
        let lock = "version = 1\n[[package]]\nname = \"a\"\nversion = \"1\"\nsource = { registry = \"https://one.example/simple\" }\n[[package]]\nname = \"b\"\nversion = \"1\"\nsource = { registry = \"https://me:secret@two.example/simple/\" }\n";
        insta::assert_snapshot!(check(lock), @r#"
        uv.lock [uv-lock] CPython 3.12.0 on linux x86_64 (as asked for), 0 excluded
        * a 1 (uv.lock:2)
        * b 1 (uv.lock:6)
        + https://two.example/simple (uv.lock:6)
        "#);
    }

    #[test]
    fn workspaces_scripts_and_conflicts() {
        insta::assert_snapshot!(check(r#"
version = 1
conflicts = [[{ package = "app", extra = "cpu" }, { package = "app", extra = "gpu" }]]
[manifest]
members = ["app", "core"]
requirements = [{ name = "tool", specifier = ">=1" }]
[manifest.dependency-groups]
lint = [{ name = "linter" }]
[[package]]
name = "app"
version = "1"
source = { virtual = "packages/app" }
dependencies = [{ name = "core" }]
[package.optional-dependencies]
cpu = [{ name = "torch", version = "1", source = { registry = "r" }, marker = "extra == 'extra-3-app-cpu' and extra != 'extra-3-app-gpu'" }]
gpu = [{ name = "torch", version = "2", source = { registry = "r" }, marker = "extra == 'extra-3-app-gpu' and extra != 'extra-3-app-cpu'" }]
[[package]]
name = "core"
version = "1"
source = { editable = "packages/core" }
dependencies = [{ name = "leaf" }, { name = "absent" }]
[[package]]
name = "leaf"
version = "1"
source = { registry = "r" }
[[package]]
name = "linter"
version = "1"
source = { registry = "r" }
[[package]]
name = "tool"
version = "1"
source = { registry = "r" }
[[package]]
name = "torch"
version = "1"
source = { registry = "r" }
[[package]]
name = "torch"
version = "2"
source = { registry = "r" }
"#), @r"
        uv.lock [uv-lock] CPython 3.12.0 on linux x86_64 (as asked for), 0 excluded
        * leaf 1 (uv.lock:22)
        * linter 1 (uv.lock:26)
        * tool 1 (uv.lock:30)
        * torch 1 (uv.lock:34)
        * torch 2 (uv.lock:38)
        ! uv.lock: `absent` is required and not locked
        ");
    }

    #[test]
    fn damaged_entries_cost_only_themselves() {
        insta::assert_snapshot!(check(r#"
version = 1
[[package]]
version = "1"
source = { registry = "r" }
[[package]]
name = 7
[[package]]
name = "a"
version = 7
source = { registry = "r" }
dependencies = [{ nome = "b" }, 7, { name = "c", marker = "nonsense ==" }]
[[package]]
name = "c"
version = "not a version"
source = "r"
dependencies = "x"
"#), @r"
        uv.lock [uv-lock] CPython 3.12.0 on linux x86_64 (as asked for), 0 excluded
        * c not a version (uv.lock:13)
        ? a: no version (uv.lock:8)
        ! uv.lock:3: a package without a name
        ! uv.lock:6: a package without a name
        ! uv.lock:8: `a` has no version
        ! uv.lock:12: a dependency without a name
        ! uv.lock:12: marker `nonsense ==`: expected a variable of the environment or a quoted text after 0 bytes
        ");
        insta::assert_snapshot!(check("version = 2\n[[package]]\nname = \"a\"\nsource = { registry = \"r\" }"), @r"!! uv.lock: `uv.lock` states version `2` of its format; only 1 is known");
        insta::assert_snapshot!(check("version = 1\n[[package]\n"), @r"!! uv.lock: cannot read `uv.lock`: line 2 is not TOML: unclosed array table, expected `]`");
        insta::assert_snapshot!(found(&[("uv.lock", b"version = 1\n# \xff")], "uv.lock"), @r"!! uv.lock: cannot read `uv.lock`: not UTF-8");
        insta::assert_snapshot!(check(""), @r"!! uv.lock: `uv.lock` states no version of its format; only 1 is known");
    }

    #[test]
    fn cycles_end() {
        insta::assert_snapshot!(check(r#"
version = 1
[[package]]
name = "a"
version = "1"
source = { registry = "r" }
dependencies = [{ name = "b", extra = ["x"] }]
[[package]]
name = "b"
version = "1"
source = { registry = "r" }
dependencies = [{ name = "a" }]
[package.optional-dependencies]
x = [{ name = "b", extra = ["x"] }]
"#), @r"
        uv.lock [uv-lock] CPython 3.12.0 on linux x86_64 (as asked for), 0 excluded
        * a 1 (uv.lock:3) -> b
          b 1 (uv.lock:8) -> a
        ");
    }

    proptest! {
        #[test]
        fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            found(&[("uv.lock", &bytes)], "uv.lock");
        }

        #[test]
        fn never_panics_on_damage(from in 0_usize..2200, length in 0_usize..60, text in "[\\[\\]{}=\"'a-z ,\n]{0,6}") {
            let end = (from + length).min(PROJECT.len());
            let (head, tail) = (PROJECT.get(..from.min(end)).unwrap_or_default(), PROJECT.get(end..).unwrap_or_default());
            check(&format!("{head}{text}{tail}"));
        }
    }
}
