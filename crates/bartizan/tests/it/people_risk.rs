//! `bartizan people risk` and `bartizan people advise` as a user runs them.

use std::{
    fmt::Write as _,
    io::Write as _,
    process::{Command, Stdio},
};

use insta::assert_snapshot;
use serde_json::Value;

use super::{
    schema::check_schema,
    workspace::{Run, Workspace},
};

/// Commits of a made-up history, in git's own language for imports.
#[derive(Default)]
struct Import {
    text: String,
    number: u32,
}

impl Import {
    /// Somebody's work on a branch, brought in by somebody, on a day since 1970 and with a time zone.
    fn work(&mut self, branch: &str, who: (&str, &str), day: u32, (path, zone): (&str, &str)) {
        self.number += 1;
        let (author, committer) = who;
        let address = |it: &str| format!("{it} Zed <{it}@secret.example>");
        let time = u64::from(day) * 86_400 + u64::from(self.number);
        write!(
            self.text,
            "commit {branch}\nauthor {} {time} {zone}\ncommitter {} {time} {zone}\ndata 1\nx\nM 100644 inline {path}\ndata {}\n{}\n",
            address(author),
            address(committer),
            self.number.to_string().len(),
            self.number,
        )
        .unwrap();
    }

    fn branch(&mut self, branch: &str, from: &str) {
        write!(self.text, "reset {branch}\nfrom {from}\n\n").unwrap();
    }

    /// Makes a repository of it; none where git is not here.
    fn into_repository(self, workspace: &Workspace, name: &str) -> bool {
        let root = workspace.path(name);
        std::fs::create_dir_all(&root).unwrap();
        let init = ["-c", "init.defaultBranch=main", "init", "-q", "--bare", "."];
        let made = Command::new("git").current_dir(&root).args(init).output();
        if !made.is_ok_and(|it| it.status.success()) {
            println!("skipped: git is not here");
            return false;
        }
        let mut child = Command::new("git")
            .current_dir(&root)
            .args(["fast-import", "--quiet", "--force"])
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        child
            .stdin
            .take()
            .unwrap()
            .write_all(self.text.as_bytes())
            .unwrap();
        assert!(child.wait().unwrap().success());
        true
    }
}

/// One who keeps a project alone for years; somebody new who comes to lead it; a proposal of somebody whom nobody knows.
fn laboratory(zone: &str, names: [&str; 3]) -> Import {
    let [ann, cy, new] = names;
    let mut import = Import::default();
    for number in 0..12 {
        let path = format!("src/{number}.c");
        import.work(
            "refs/heads/main",
            (ann, ann),
            15_000 + number * 200,
            (&path, zone),
        );
    }
    for number in 0..20 {
        let path = format!("src/{}.c", number % 12);
        import.work(
            "refs/heads/main",
            (cy, ann),
            18_000 + number * 10,
            (&path, zone),
        );
    }
    for number in 0..4 {
        import.work(
            "refs/heads/main",
            (new, cy),
            18_300 + number,
            ("src/1.c", zone),
        );
    }
    for number in 0..20 {
        let path = format!("src/{}.c", number % 5);
        import.work("refs/heads/main", (cy, cy), 18_310 + number, (&path, zone));
    }
    for (pull, path) in [(1, "src/2.c"), (2, "configure.ac")] {
        let branch = format!("refs/pull/{pull}/head");
        import.branch(&branch, "refs/heads/main");
        import.work(&branch, ("Unknown", "Unknown"), 18_340, (path, zone));
    }
    import
}

const DAY: &str = "--as-of=2020-03-20";

fn run(workspace: &Workspace, arguments: &[&str]) -> Run {
    let ended = workspace.run(arguments);
    assert_eq!(
        (ended.code, ended.stderr.as_str()),
        (0, ""),
        "{}",
        ended.shown()
    );
    ended
}

#[test]
fn a_project_that_went_over_to_somebody_new() {
    let workspace = Workspace::new();
    if !laboratory("+0000", ["Ann", "Cy", "New"]).into_repository(&workspace, "lab") {
        return;
    }
    let lab = format!("lab={}", workspace.path("lab").display());
    let ended = run(&workspace, &["people", "risk", &lab, DAY]);
    assert_snapshot!(ended.stdout, @r"
    lab: structural risk high as of 2020-03-20
      !!   Most recent work is by somebody known for less than two years, and at most two people bring work in
           85 % of the 28 works of the last half year are by somebody whose work has been taken in for 340 days; 2 people bring work in
           but 1 other wrote 4 of them as well
           in fourteen projects of scientific Python it held in 1 of 778 quarters (0.1 %)
           what helps: have a second person look at what comes in, and at each release, and ask for help where there is none
      !!   Somebody came to bring in others' work on one person's word, and at most one other person does
           who came to bring in others' work 300 days after their first own had all 20 looked at by one person; 1 person brings work in beside them
           but 20 of their works had been looked at and taken in before
           in fourteen projects of scientific Python it held in 9 of 674 quarters (1.3 %)
           what helps: have a second person, from another project if need be, look at what the newest maintainer brings in and releases
      !    At most two people bring work in
           2 people bring work in
           but 2 people wrote something within a year
           in fourteen projects of scientific Python it held in 92 of 669 quarters (13.8 %)
           what helps: invite a further maintainer, and tell those who stand on the project that one is needed
      no   revived-by-newcomer: no newcomer woke it up after a year of sleep
      no   one-author: 2 people would have to go before most of 12 files have nobody left who knows them
      no   one-hand: 54 % of what came in within a year came by one hand
      ?    one-releaser: 0 tags with a message within two years, made by 0 people; 0 claim to be signed, by 0 keys
      3 contributors in all; within a year 44 works by 2 people
      review: 0 pull requests of the last year came in, 2 wait, were refused or went to another branch; 1.0 of these for each who brings work in; 54 % by one hand
    ");
    let json = ["people", "risk", &lab, DAY, "--history", "--format=json"];
    let ended = run(&workspace, &json);
    check_schema(&workspace, "people-risk", &ended);
    let earlier = run(&workspace, &["people", "risk", &lab, "--as-of=2019-01-01"]);
    assert!(
        earlier.stdout.contains("structural risk usual"),
        "{}",
        earlier.stdout
    );
}

#[test]
fn nobody_is_named_in_public_and_nobody_has_an_address_anywhere() {
    let workspace = Workspace::new();
    if !laboratory("+0000", ["Ann", "Cy", "New"]).into_repository(&workspace, "lab") {
        return;
    }
    let lab = format!("lab={}", workspace.path("lab").display());
    let place = workspace.path("lab").display().to_string();
    for format in ["--format=human", "--format=json"] {
        for arguments in [
            &["people", "risk", &lab, "--history", DAY, format][..],
            &[
                "people",
                "advise",
                "--pulls",
                "--repository",
                &place,
                format,
            ],
            &[
                "people",
                "advise",
                "main..refs/pull/2/head",
                "--repository",
                &place,
                format,
            ],
        ] {
            let ended = run(&workspace, arguments);
            for word in ["Ann", "Cy ", "New Zed", "Unknown", "secret"] {
                assert!(!ended.stdout.contains(word), "{word}: {}", ended.shown());
            }
        }
    }
    // Into a pipe nobody is named, whoever asks; into a file those who are meant are.
    let refused = workspace.run(&["people", "risk", &lab, "--private"]);
    assert_eq!(refused.code, 2, "{}", refused.shown());
    let file = workspace.path("who.json").display().to_string();
    let private = [
        "people",
        "risk",
        &lab,
        DAY,
        "--private",
        "--format=json",
        "--output",
        &file,
    ];
    run(&workspace, &private);
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(
        text.contains("Cy Zed") && !text.contains("secret"),
        "{text}"
    );
    let ended = Run {
        stdout: text,
        ..refused
    };
    check_schema(&workspace, "people-risk", &ended);
}

#[test]
fn names_and_time_zones_decide_nothing() {
    let workspace = Workspace::new();
    let told = |name: &str, zone: &str, names: [&str; 3]| {
        if !laboratory(zone, names).into_repository(&workspace, name) {
            return None;
        }
        let place = workspace.path(name).display().to_string();
        let lab = format!("lab={place}");
        let risk = ["people", "risk", &lab, "--history", DAY, "--format=json"];
        let advise = [
            "people",
            "advise",
            "--pulls",
            "--repository",
            &lab,
            "--format=json",
        ];
        let all: Vec<String> = [&risk[..], &advise]
            .iter()
            .map(|it| {
                let mut value: Value = serde_json::from_str(&run(&workspace, it).stdout).unwrap();
                // The commits are others, since names stand in them.
                if let Some(project) = value.pointer_mut("/projects/0") {
                    project["head"] = Value::Null;
                }
                value.to_string()
            })
            .collect();
        Some(all)
    };
    let one = told("one", "+0000", ["Ann", "Cy", "New"]);
    assert_eq!(
        one,
        told("two", "+0800", ["Zo\u{eb}", "B\u{e9}atrice", "A"])
    );
}

#[test]
fn advice_on_a_change() {
    let workspace = Workspace::new();
    if !laboratory("+0000", ["Ann", "Cy", "New"]).into_repository(&workspace, "lab") {
        return;
    }
    let place = workspace.path("lab").display().to_string();
    let advise = |range: &str, more: &[&str]| {
        let arguments = ["people", "advise", range, "--repository", &place, DAY];
        run(&workspace, &[&arguments, more].concat())
    };
    assert_snapshot!(advise("main..refs/pull/1/head", &[]).stdout, @r"the usual review: the author is here for the first time and changes 1 file");
    assert_snapshot!(advise("main..refs/pull/2/head", &[]).stdout, @r"
    one more person, who knows such files and looks at what they do when built, tested or run: the author is here for the first time and changes 1 file
    +1 new-to-all: no work of the author has been taken in yet, and the change touches what builds run (`configure.ac`)
    but such files were changed here 0 times, 0 of them by somebody whose first work that was
    +1 fragile-project: the project's structural risk is high, and the change touches what builds run (`configure.ac`)
    but such files were changed here 0 times, 0 of them by somebody whose first work that was
    ");
    assert_snapshot!(advise("main~3..main", &["--everyone"]).stdout, @r"the usual review: the author contributes regularly and changes 3 files");
    let json = advise("main..refs/pull/2/head", &["--format=json"]);
    check_schema(&workspace, "people-advise", &json);
    let pulls = [
        "people",
        "advise",
        "--pulls",
        "--repository",
        &place,
        "--format=json",
    ];
    check_schema(&workspace, "people-advise", &run(&workspace, &pulls));
    let empty = workspace.run(&["people", "advise", "main..main", "--repository", &place]);
    assert_eq!(empty.code, 3, "{}", empty.shown());
    for wrong in [&["main"][..], &["main..none"], &[]] {
        let arguments = [&["people", "advise", "--repository", &place], wrong].concat();
        let ended = workspace.run(&arguments);
        assert_eq!(ended.code, 2, "{}", ended.shown());
    }
}
