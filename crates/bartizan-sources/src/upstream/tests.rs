//! Repositories and trees that the tests make themselves.

use std::{collections::BTreeSet, fs, process::Command};

use insta::assert_snapshot;

use super::*;

/// A project with a release `v1.0`, a commit that mends its source code and its test, and one that only writes notes.
struct Project {
    folder: tempfile::TempDir,
    commits: Vec<String>,
}

const OLD: &str =
    "int first;\nint second;\nint third;\nint size = get();\nint fourth;\nint fifth;\nint sixth;\n";

fn mended(text: &str) -> String {
    text.replace("int size = get();", "unsigned size = checked(get());")
}

impl Project {
    /// None where there is no git.
    fn new() -> Option<Self> {
        if Command::new("git").arg("--version").output().is_err() {
            println!("skipped: there is no git");
            return None;
        }
        let folder = tempfile::tempdir().unwrap();
        let mut project = Self {
            folder,
            commits: Vec::new(),
        };
        project.git(&["init", "--quiet", "--initial-branch=main", "clone"]);
        project.write("clone/lib/read.c", OLD);
        project.commit("release");
        project.git(&["-C", "clone", "tag", "v1.0"]);
        project.write("clone/lib/read.c", &mended(OLD));
        project.write("clone/test/test_read.c", "int main;\n");
        project.write("clone/NEWS", "mended\n");
        project.commit("mend");
        project.write("clone/NEWS", "more\n");
        project.commit("notes");
        Some(project)
    }

    fn git(&self, arguments: &[&str]) -> String {
        let output = Command::new("git")
            .args([
                "-c",
                "user.name=t",
                "-c",
                "user.email=t@lab.example",
                "-c",
                "commit.gpgsign=false",
            ])
            .args(arguments)
            .current_dir(self.folder.path())
            // There is no such file.
            .env("GIT_CONFIG_GLOBAL", self.path("no-config"))
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "{arguments:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn commit(&mut self, message: &str) {
        self.git(&["-C", "clone", "add", "--all"]);
        self.git(&["-C", "clone", "commit", "--quiet", "--message", message]);
        self.commits
            .push(self.git(&["-C", "clone", "rev-parse", "HEAD"]));
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    fn check(&self, folders: &[&str], fix: usize, reach: Reach) -> String {
        let paths: Vec<PathBuf> = folders.iter().map(|path| self.path(path)).collect();
        let opened = SourceFolders::open(&paths).unwrap();
        let fix = FixCommit {
            commit: self.commits[fix][..10].to_owned(),
            reach,
            repository: None,
            address: None,
            records: BTreeSet::new(),
        };
        let looked = opened.look(&fix, "reader", "1.0.0").unwrap();
        let mut text = String::new();
        for found in &looked.commits {
            let place = self
                .commits
                .iter()
                .position(|commit| *commit == found.commit);
            text += &format!("commit {} and {} others\n", place.unwrap(), found.others);
            for file in &found.files {
                text += &format!("{}\n", file.path);
                for CopyFit { of, file, fit } in &file.copies {
                    let file = file.as_deref().unwrap_or("-");
                    text += &format!("  {of} {file} {fit:?}\n");
                }
            }
        }
        text += &looked
            .more_than
            .map(|count| format!("more than {count}\n"))
            .unwrap_or_default();
        text.replace(&self.folder.path().display().to_string(), "")
    }
}

#[test]
fn a_change_is_held_against_the_release_and_every_copy() {
    let Some(project) = Project::new() else {
        return;
    };
    project.write(
        "sdist/vendor/reader/lib/read.c",
        &format!("/* ours */\n{OLD}"),
    );
    project.write("sdist/other/lib/read.c", &mended(OLD).replace('\n', "\r\n"));
    project.write("sdist/unlike/lib/read.c", "void unlike(void);\n");
    project.write("altered/read.c", &OLD.replace("int third", "long third"));
    assert_snapshot!(project.check(&["clone", "sdist", "altered"], 1, Reach::Stated), @"
    commit 1 and 1 others
    lib/read.c
      v1.0 lib/read.c Some(Clean)
      /sdist other/lib/read.c Some(Present)
      /sdist vendor/reader/lib/read.c Some(Moved { lines: 1 })
      /altered read.c Some(Conflicts { failing: 1, parts: 1 })
    test/test_read.c
      v1.0 - None
      /sdist - None
      /altered - None
    ");
    assert_snapshot!(project.check(&["sdist"], 1, Reach::Stated), @"");
}

#[test]
fn a_bare_mirror_does_as_well_as_a_checkout() {
    let Some(project) = Project::new() else {
        return;
    };
    project.git(&["clone", "--quiet", "--mirror", "clone", "mirror"]);
    let checkout = project.check(&["clone"], 1, Reach::Stated);
    assert_eq!(project.check(&["mirror"], 1, Reach::Stated), checkout);
    assert!(
        checkout.contains("v1.0 lib/read.c Some(Clean)"),
        "{checkout}"
    );
}

#[test]
fn of_a_span_the_commits_with_source_code_are_looked_at() {
    let Some(mut project) = Project::new() else {
        return;
    };
    let since = Reach::Since(project.commits[0].clone());
    assert_snapshot!(project.check(&["clone"], 2, since.clone()), @"
    commit 1 and 1 others
    lib/read.c
      v1.0 lib/read.c Some(Clean)
    test/test_read.c
      v1.0 - None
    ");
    for number in 0..MOST_BETWEEN {
        project.write("clone/lib/more.c", &format!("int more{number};\n"));
        project.commit("more");
    }
    let last = project.commits.len() - 1;
    assert_snapshot!(project.check(&["clone"], last, since), @"more than 8");
}

/// A commit that claims to be signed has its signature checked by a program of the repository's choice, where git is
/// told to list commits and nothing forbids it.
#[cfg(unix)]
#[test]
fn a_repository_cannot_have_programs_run() {
    use std::os::unix::fs::PermissionsExt;

    let Some(project) = Project::new() else {
        return;
    };
    let mark = project.path("ran");
    let program = project.path("program.sh");
    let text = format!("#!/bin/sh\ntouch '{}'\n", mark.display());
    fs::write(&program, text).unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    let commit = project.git(&["-C", "clone", "cat-file", "commit", "HEAD"]);
    let signature =
        "gpgsig -----BEGIN PGP SIGNATURE-----\n \n eA==\n -----END PGP SIGNATURE-----\n";
    let (head, message) = commit.split_once("\n\n").unwrap();
    project.write("signed", &format!("{head}\n{signature}\n{message}\n"));
    let signed = project.git(&[
        "-C",
        "clone",
        "hash-object",
        "-t",
        "commit",
        "-w",
        "../signed",
    ]);
    project.git(&["-C", "clone", "update-ref", "refs/heads/main", &signed]);
    let keys = [
        "core.fsmonitor",
        "diff.external",
        "gpg.program",
        "core.sshCommand",
        "core.pager",
        "diff.c.textconv",
    ];
    for key in keys {
        project.git(&["-C", "clone", "config", key, &program.display().to_string()]);
    }
    project.git(&["-C", "clone", "config", "log.showSignature", "true"]);
    project.write("clone/.gitattributes", "*.c diff=c\n");
    project.check(&["clone"], 1, Reach::Since(project.commits[0].clone()));
    git::names_ever(&project.path("clone"), "NEWS").unwrap();
    assert!(!mark.exists());
    // The trap is one.
    project.git(&["-C", "clone", "log", "--format=%H"]);
    assert!(mark.exists());
}

#[test]
fn what_is_no_directory_is_refused() {
    let Some(project) = Project::new() else {
        return;
    };
    let error = SourceFolders::open(&[project.path("none")]).unwrap_err();
    let text = error
        .to_string()
        .replace(&project.folder.path().display().to_string(), "");
    assert_eq!(text, "`/none` is no directory");
}
