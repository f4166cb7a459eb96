//! What people say of each other: vouches, flags, forgetting, hints. And that nothing of it leaves by mistake.

use std::{collections::BTreeSet, process::Command};

use bartizan_sigstore_laboratory::{Claims, Instance};
use insta::assert_snapshot;
use serde_json::Value;
use ssh_key::{
    LineEnding, PrivateKey,
    private::{Ed25519Keypair, KeypairData},
};

use super::{
    assess::{ASSESS, ecosystem},
    schema::validate::validate,
    workspace::{Run, Workspace},
};

/// What must stand in no public output: addresses, a time zone, and the words of flags.
const SECRETS: [&str; 5] = [
    "secret-address",
    "example.org",
    "+0500",
    "sold-his-account",
    "no-it-is-me",
];

fn private(seed: u8) -> PrivateKey {
    let keypair = Ed25519Keypair::from_seed(&[seed; 32]);
    PrivateKey::new(KeypairData::from(keypair), "").unwrap()
}

/// A workspace with keys of two maintainers, and with the file of signers.
fn workspace() -> Workspace {
    let workspace = Workspace::new();
    furnish(&workspace);
    workspace
}

fn furnish(workspace: &Workspace) {
    let mut signers = String::new();
    for (seed, name) in [(1, "ben"), (2, "cy")] {
        let key = private(seed);
        let text = key.to_openssh(LineEnding::LF).unwrap();
        workspace.file(&format!("project/{name}.key"), text.as_bytes());
        let public = key.public_key().to_openssh().unwrap();
        signers += &format!("github:{name},{name}-secret-address@example.org {public}\n");
    }
    workspace.file("project/signers", signers);
}

fn people(workspace: &Workspace, line: &str) -> Run {
    let words: Vec<&str> = line.split_whitespace().collect();
    workspace.run(&[&["people"], words.as_slice()].concat())
}

/// What is told, with an exit code, and without hashes.
fn told(run: &Run) -> String {
    let lines = run.stdout.lines().chain(run.stderr.lines());
    let lines = lines.map(|it| it.split(" and ends in ").next().unwrap_or(it));
    format!("{}\n{}", run.code, lines.collect::<Vec<_>>().join("\n"))
}

fn vouch(workspace: &Workspace, whom: &str, by: &str, date: &str) -> Run {
    let key = by.trim_start_matches("github:");
    people(
        workspace,
        &format!(
            "vouch add {whom} --by {by} --project lab --reason good-work --sign {key}.key --as-of {date}"
        ),
    )
}

#[test]
#[expect(clippy::too_many_lines, reason = "one story from end to end")]
fn a_vouch_is_given_told_and_taken_back() {
    let workspace = workspace();
    workspace.file("project/VOUCHED.td", "# who\nann\n-github:zed spam\n");
    assert_eq!(
        vouch(&workspace, "github:ann", "github:ben", "2026-01-01").code,
        0
    );
    assert_eq!(
        vouch(&workspace, "github:dan", "github:ben", "2026-01-01").code,
        0
    );
    let list = std::fs::read_to_string(workspace.path("project/VOUCHED.td")).unwrap();
    assert_eq!(
        list,
        "# who\ngithub:ann good-work\ngithub:dan good-work\n-github:zed spam\n"
    );
    let list = "vouch list --signers signers --as-of 2026-06-01";
    assert_snapshot!(told(&people(&workspace, list)), @r"
    0
    github:ann: vouched for
      by github:ben, from 2026-01-01 to 2028-01-01, weight 1.00
    github:dan: vouched for
      by github:ben, from 2026-01-01 to 2028-01-01, weight 1.00

    1 account is denounced by this project; that holds here and nowhere else
      github:zed
    ");
    let verify = |rest: &str| {
        people(
            &workspace,
            &format!("vouch verify {rest} --as-of 2026-06-01"),
        )
        .code
    };
    assert_eq!(verify("github:ann --signers signers"), 0);
    assert_eq!(verify("github:ann"), 1);
    assert_eq!(verify("github:zed --signers signers"), 1);
    assert_eq!(verify("github:eve --signers signers"), 3);
    assert_eq!(verify("--signers signers"), 0);
    // Nobody signs for somebody else.
    let forged = "vouch add github:eve --by github:cy --reason x --sign ben.key --as-of 2026-01-01";
    assert_eq!(people(&workspace, forged).code, 0);
    assert_eq!(verify("github:eve --signers signers"), 1);
    let revoke =
        "vouch revoke github:dan --by github:cy --reason gone --sign cy.key --as-of 2026-03-01";
    assert_eq!(people(&workspace, revoke).code, 0);
    assert_snapshot!(told(&people(&workspace, list)), @r"
    0
    github:ann: vouched for
      by github:ben, from 2026-01-01 to 2028-01-01, weight 0.50
    github:dan: taken back
      by github:ben, from 2026-01-01 to 2028-01-01, by github:cy: gone
    github:eve: the signature does not count
      by github:cy, from 2026-01-01 to 2028-01-01, signed by the key
      SHA256:fe85JkIjo8VPe+XqXJGH5Mau1EMFdK1OdKvJUFicyA8, which is not one of
      github:cy

    1 account is denounced by this project; that holds here and nowhere else
      github:zed

    github:ben vouched for 2, of whom the project turned from 1
    ");
    let json = people(&workspace, &format!("{list} --format json"));
    let value: Value = serde_json::from_str(&json.stdout).unwrap();
    let schema = workspace.run(&["schema", "people-vouch-list"]).stdout;
    let schema = serde_json::from_str(&schema).unwrap();
    assert_eq!(validate(&schema, &value), Vec::<String>::new());
    for secret in SECRETS {
        assert!(!json.stdout.contains(secret), "{secret}");
    }
}

/// Two years after it was given a vouch no longer counts; a statement that is signed elsewhere is taken.
#[test]
fn a_vouch_ends_and_may_be_signed_elsewhere() {
    let workspace = workspace();
    assert_eq!(
        vouch(&workspace, "github:ann", "github:ben", "2024-01-01").code,
        0
    );
    let verify = "vouch verify github:ann --signers signers --as-of";
    assert_eq!(people(&workspace, &format!("{verify} 2025-12-30")).code, 0);
    assert_eq!(people(&workspace, &format!("{verify} 2026-01-02")).code, 1);
    let unsigned = "vouch add github:dan --by github:cy --reason x --as-of 2026-01-01";
    let statement = people(&workspace, unsigned).stdout;
    assert_snapshot!(statement, @r"
    bartizan people statement 1
    deed: vouch
    project: lab
    whom: github:dan
    by: github:cy
    at: 2026-01-01T00:00:00Z
    until: 2028-01-01T00:00:00Z
    reason: x
    ");
    let key = bartizan_formats::signature::SigningKey::read(
        private(2).to_openssh(LineEnding::LF).unwrap().as_bytes(),
    );
    let signature = key.unwrap().sign(statement.as_bytes()).unwrap();
    workspace
        .file("project/statement", &statement)
        .file("project/signature", signature);
    let signed = "--statement statement --signature signature";
    let wrong = people(&workspace, &format!("vouch add github:eve {signed}"));
    assert_eq!(wrong.code, 2);
    assert_eq!(
        people(&workspace, &format!("vouch add github:dan {signed}")).code,
        0
    );
    let verify = "vouch verify github:dan --signers signers --as-of 2026-02-01";
    assert_eq!(people(&workspace, verify).code, 0);
}

/// A flag of two maintainers, with reasons that hold secrets.
fn flagged(workspace: &Workspace) {
    for (line, code) in [
        (
            "raise github:dan --project lab --by github:ben --sign ben.key --reason sold-his-account",
            0,
        ),
        // Neither alone nor with another's key nor about oneself.
        ("second 1 --by github:ben --sign ben.key --reason again", 2),
        ("second 1 --by github:cy --sign ben.key --reason forged", 2),
        (
            "raise github:ben --project lab --by github:ben --sign ben.key --reason x",
            2,
        ),
        (
            "second 1 --by github:cy --sign cy.key --reason sold-his-account-too",
            0,
        ),
    ] {
        let run = people(
            workspace,
            &format!("flag {line} --signers signers --as-of 2026-02-01"),
        );
        assert_eq!(run.code, code, "{line} {}", run.stderr);
    }
}

fn show(workspace: &Workspace, line: &str) -> String {
    let run = people(workspace, &format!("flag show {line} --output shown"));
    let shown = std::fs::read_to_string(workspace.path("project/shown")).unwrap();
    format!("{} {shown}", run.code)
}

#[test]
fn a_flag_of_two_with_an_answer() {
    let workspace = workspace();
    flagged(&workspace);
    let answer = "flag appeal 1 --by github:dan --text no-it-is-me --as-of 2026-02-02";
    assert_eq!(people(&workspace, answer).code, 0);
    let other = "flag appeal 1 --by github:eve --text x --as-of 2026-02-02";
    assert_eq!(people(&workspace, other).code, 2);
    assert_snapshot!(show(&workspace, "--by github:cy --as-of 2026-02-03"), @r"
    0 flag 1: said by two maintainers; raised on 2026-02-01, ends on 2026-05-02
      raised, github:ben of lab, about github:dan: sold-his-account
      seconded, github:cy of lab, about github:dan: sold-his-account-too
      appealed, the answer: no-it-is-me
    ");
    // Whoever it is about sees all of it, and not who said it.
    assert_snapshot!(show(&workspace, "github:dan --by github:dan --as-of 2026-02-03"), @r"
    0 flag 1: said by two maintainers; raised on 2026-02-01, ends on 2026-05-02
      raised, a maintainer of lab: sold-his-account
      seconded, a maintainer of lab: sold-his-account-too
      appealed, the answer: no-it-is-me
      you may answer: `bartizan people flag appeal 1`
    ");
    assert!(show(&workspace, "--by github:cy --as-of 2026-05-03").starts_with("3 nothing"));
    for (by, day) in [("ben", 4), ("cy", 5)] {
        let lift = format!(
            "flag lift 1 --by github:{by} --sign {by}.key --signers signers --reason he-called --as-of 2026-02-0{day}"
        );
        assert_eq!(people(&workspace, &lift).code, 0);
    }
    assert!(show(&workspace, "--by github:cy --as-of 2026-02-06").starts_with("3 nothing"));
    // All of it is in the log, the readings too.
    let log = people(&workspace, "flag log --output log");
    assert_eq!(log.code, 0);
    let log = std::fs::read_to_string(workspace.path("project/log")).unwrap();
    let events: Vec<&str> = log
        .lines()
        .filter(|it| it.starts_with(' '))
        .filter_map(|it| it.split_whitespace().nth(2))
        .collect();
    assert_snapshot!(events.join(" "), @"raised seconded appealed read read read lifted lifted read");
    let head = log.trim_end().rsplit(' ').next().unwrap().to_owned();
    assert_eq!(
        people(&workspace, &format!("flag log -o log --remember {head}")).code,
        0
    );
    // What is changed is not believed.
    let path = workspace.path("home/people/flags/log.jsonl");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text.replace("seconded", "lifted")).unwrap();
    assert_eq!(people(&workspace, "flag log --output log").code, 4);
    let first: Vec<&str> = text.lines().take(2).collect();
    let short = first.join("\n") + "\n";
    std::fs::write(&path, short).unwrap();
    assert_eq!(
        people(&workspace, &format!("flag log -o log --remember {head}")).code,
        4
    );
}

/// Private answers go to a file for its owner, or to a terminal, which a pipe is not.
#[test]
fn private_answers_go_into_no_pipe() {
    let workspace = workspace();
    flagged(&workspace);
    for line in [
        "flag show --by github:ben",
        "flag log",
        "anomalies .",
        "anomalies . --format json",
    ] {
        let run = people(&workspace, line);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{line}");
        assert!(run.stderr.contains("private"), "{line} {}", run.stderr);
    }
    show(&workspace, "--by github:ben --as-of 2026-02-02");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = |path: &str| {
            let metadata = std::fs::metadata(workspace.path(path)).unwrap();
            metadata.permissions().mode() & 0o777
        };
        assert_eq!(mode("project/shown"), 0o600);
        assert_eq!(mode("home/people/flags"), 0o700);
        assert_eq!(mode("home/people/flags/log.jsonl"), 0o600);
        assert_eq!(mode("home/people/flags/words/1.json"), 0o600);
    }
}

/// Makes a commit; says whether git is here.
fn commit(workspace: &Workspace, folder: &str, (who, date): (&str, &str), file: &str) -> bool {
    let path = format!("{folder}/{file}");
    workspace.file(&path, format!("{date} {file}\n"));
    let git = |arguments: &[&str]| {
        let (name, address) = who.split_once(' ').unwrap();
        let date = format!("{date}T03:04:05+0500");
        let output = Command::new("git")
            .arg("-C")
            .arg(workspace.path(folder))
            .args([
                "-c",
                "commit.gpgsign=false",
                "-c",
                "init.defaultBranch=main",
            ])
            .args(arguments)
            .envs([
                ("GIT_AUTHOR_NAME", name),
                ("GIT_AUTHOR_EMAIL", address),
                ("GIT_AUTHOR_DATE", &date),
                ("GIT_COMMITTER_NAME", name),
                ("GIT_COMMITTER_EMAIL", address),
                ("GIT_COMMITTER_DATE", &date),
                ("GIT_CONFIG_GLOBAL", "/dev/null"),
                ("GIT_CONFIG_SYSTEM", "/dev/null"),
            ])
            .output();
        output.is_ok_and(|output| output.status.success())
    };
    git(&["init", "-q"]) && git(&["add", "."]) && git(&["commit", "-qm", "x"])
}

/// A history in which Dan's account was silent for years, and does everything at once then.
fn taken_over(workspace: &Workspace) -> bool {
    let dan = "Dan 17+dan@users.noreply.github.com";
    let ann = "Ann ann-secret-address@example.org";
    let mut is_made = true;
    for day in 1..8 {
        is_made &= commit(
            workspace,
            "lab",
            (ann, &format!("2020-01-{day:02}")),
            "doc/a.md",
        );
        is_made &= commit(
            workspace,
            "lab",
            (dan, &format!("2020-02-{day:02}")),
            "doc/b.md",
        );
    }
    for day in 1..29 {
        for file in [
            "src/core/a.c",
            "src/more/b.c",
            "setup.py",
            ".github/workflows/publish.yml",
        ] {
            let date = format!("2026-0{}-{day:02}", 1 + day % 3);
            is_made &= commit(workspace, "lab", (dan, &date), file);
        }
    }
    if !is_made {
        println!("skipped: git is not here");
    }
    is_made
}

#[test]
fn an_account_that_comes_back_unlike_its_past() {
    let workspace = workspace();
    if !taken_over(&workspace) {
        return;
    }
    let lab = format!("lab={}", workspace.path("lab").display());
    let line = format!("anomalies {lab} --as-of 2026-04-01 --output hints");
    let run = people(&workspace, &line);
    assert_eq!(run.code, 1, "{}", run.stderr);
    let hints = || std::fs::read_to_string(workspace.path("project/hints")).unwrap();
    assert_snapshot!(hints(), @r"
    lab
      1 account came back after a long silence in all of its history; 1 hint

      Dan: silent for 5.9 years, then back; told since 2026-01-08, ends on
      2026-04-08
        usual for them, from 2020-01-31 to 2020-02-06: 7 acts, at most 7 in 90 days
        and in 2 weeks of these
        since they came back, within 90 days: 112 acts in 12 weeks
        - more than ever before: 112 acts, where the most was 7: so did 4 of 711
        accounts that came back in 23 projects
        - in more weeks than ever before: 12, where the most was 2: so did 4 of 711
        accounts that came back in 23 projects
        - for the first time changed what runs on the code host's machines, what
        builds run: so did 11 of 711 accounts that came back in 23 projects
        - wrote for the first time in 4 parts: `src/more`, its top, `src/core`,
        `.github/workflows`: so did 77 of 711 accounts that came back in 23 projects
        most likely they simply came back: ask them, by another way than this
        account
    ");
    assert_eq!(people(&workspace, &format!("{line} --format json")).code, 1);
    let value: Value = serde_json::from_str(&hints()).unwrap();
    let schema = workspace.run(&["schema", "people-anomalies"]).stdout;
    let schema = serde_json::from_str(&schema).unwrap();
    assert_eq!(validate(&schema, &value), Vec::<String>::new());
    // It ends by itself, and before the return there was nothing.
    for date in ["2026-12-01", "2025-12-31"] {
        let line = format!("anomalies {lab} --as-of {date} --output hints");
        assert_eq!(people(&workspace, &line).code, 0, "{date}");
    }
}

/// The commands of a group, as the help lists them: each as `people …`.
fn commands() -> BTreeSet<String> {
    fn below(command: &clap::Command, above: &str, all: &mut BTreeSet<String>) {
        for it in command
            .get_subcommands()
            .filter(|it| it.get_name() != "help")
        {
            let name = format!("{above}{}", it.get_name());
            if it.has_subcommands() {
                below(it, &format!("{name} "), all);
            } else {
                all.insert(name);
            }
        }
    }
    let root = bartizan::command();
    let mut all = BTreeSet::new();
    below(root.find_subcommand("people").unwrap(), "", &mut all);
    all
}

/// Every command about people, over a history with addresses, a flag and a person who is to be forgotten: no address and no
/// word of a flag leaves on standard output or error, and the forgotten one has no name.
#[test]
#[expect(clippy::too_many_lines, reason = "a table of every command")]
fn no_address_and_no_flag_in_any_public_output() {
    let workspace = workspace();
    if !taken_over(&workspace) {
        return;
    }
    flagged(&workspace);
    assert_eq!(
        vouch(&workspace, "github:ann", "github:ben", "2026-01-01").code,
        0
    );
    let lab = format!("lab={}", workspace.path("lab").display());
    let path = workspace.path("lab").display().to_string();
    workspace.file(
        "project/export.json",
        r#"{"schema_version": 1, "project": "lab", "pulls": [{"number": 1, "merged_by": "dan"}]}"#,
    );
    workspace.file(
        "project/team.toml",
        "[[item]]\nname = 'Ann'\nlink = 'https://github.com/ann'\n",
    );
    let lines = |name: &str| -> Vec<String> {
        let with_lab = |rest: &str| vec![format!("{name} {rest}").replace("LAB", &lab)];
        match name {
            "index" => vec![
                format!("index {path}"),
                format!("index {path} --format json"),
            ],
            "anomalies" => vec![
                format!("anomalies {lab}"),
                format!("anomalies {lab} -o private --all"),
            ],
            "vouch add" | "vouch revoke" => {
                with_lab("github:eve --by github:ben --reason x --sign ben.key")
            }
            "vouch list" | "vouch verify" => with_lab("--signers signers"),
            "flag raise" => with_lab(
                "github:eve --project lab --by github:ben --sign ben.key --signers signers --reason sold-his-account",
            ),
            "flag second" | "flag lift" => with_lab(
                "1 --by github:cy --sign cy.key --signers signers --reason sold-his-account",
            ),
            "flag appeal" => with_lab("1 --by github:dan --text no-it-is-me"),
            "flag show" => vec![
                "flag show --by github:ben".to_owned(),
                "flag show --by github:ben -o private".to_owned(),
            ],
            "flag log" => vec!["flag log".to_owned(), "flag log -o private".to_owned()],
            "forget" => vec![
                format!("forget address:ann-secret-address@example.org {path}"),
                "forget name:nobody".to_owned(),
            ],
            // Everything else answers from histories.
            _ => EVERY_WAY
                .iter()
                .map(|rest| format!("{name} {rest}").replace("LAB", &lab))
                .collect(),
        }
    };
    let mut names = commands().into_iter().collect::<Vec<_>>();
    // Forgetting comes last: before, there is more that could be told.
    names.sort_by_key(|it| it == "forget");
    for name in &names {
        for line in lines(name) {
            let run = people(&workspace, &line);
            assert!(!run.stderr.contains("panicked"), "{line} {}", run.stderr);
            for secret in SECRETS {
                let all = format!("{}{}", run.stdout, run.stderr);
                assert!(
                    !all.contains(secret),
                    "`{secret}` in `people {line}`: {all}"
                );
            }
        }
    }
    for name in ["experts", "network", "trust", "risk"] {
        if !names.iter().any(|it| it == name) {
            continue;
        }
        for line in lines(name) {
            let run = people(&workspace, &line);
            assert!(!run.stdout.contains("Ann"), "{line} {}", run.stdout);
        }
    }
}

/// How commands that answer from histories are asked. What a command does not take is wrong use, which tells nothing either.
const EVERY_WAY: [&str; 10] = [
    "dan --repository LAB --team lab=team.toml --team other=team.toml",
    "dan --repository LAB --team lab=team.toml --levels --format json --vouched lab=VOUCHED.td --signers signers",
    "LAB",
    "LAB --format json",
    "LAB --export export.json",
    "LAB --format graphml",
    "--repository LAB dan",
    "dan --repository LAB --format json",
    "src/core/a.c --repository LAB",
    "doc --repository LAB --format json",
];

#[test]
fn whoever_is_forgotten_is_a_node() {
    let workspace = workspace();
    if !taken_over(&workspace) {
        return;
    }
    flagged(&workspace);
    let lab = format!("lab={}", workspace.path("lab").display());
    let path = workspace.path("lab").display().to_string();
    let line = format!("anomalies {lab} --all --output hints --format json");
    let hints = || {
        people(&workspace, &line);
        let text = std::fs::read_to_string(workspace.path("project/hints")).unwrap();
        serde_json::from_str::<Value>(&text).unwrap()["projects"][0].clone()
    };
    let before = hints();
    assert_eq!(before["hints"][0]["name"], "Dan");
    let forget = format!("forget account:dan {path} --account github:dan");
    assert_snapshot!(told(&people(&workspace, &forget)), @r"
    0
    forgotten by 1 address, of which 1 new; 1 flag's words removed
    ");
    let after = hints();
    let pseudonym = before["hints"][0]["pseudonym"].as_str().unwrap();
    assert_eq!(after["hints"][0]["name"], format!("person {pseudonym}"));
    assert_eq!(after["hints"][0]["pseudonym"], pseudonym);
    assert_eq!(after["hints"][0]["conduct"], before["hints"][0]["conduct"]);
    // The words of the flag are gone, the log still holds, and the flag is over.
    assert_eq!(people(&workspace, "flag log --output log").code, 0);
    let words = std::fs::read_dir(workspace.path("home/people/flags/words")).unwrap();
    assert_eq!(words.count(), 0);
    assert!(
        show(&workspace, "github:dan --by github:ben --as-of 2026-02-03").starts_with("3 nothing")
    );
    // Nobody is forgotten by mistake.
    for line in ["name:Dan", "account:nobody", "x"] {
        assert_eq!(
            people(&workspace, &format!("forget {line}")).code,
            2,
            "{line}"
        );
    }
    assert_eq!(
        people(&workspace, &format!("forget name:Nobody {path}")).code,
        3
    );
}

/// What `assess` prints, keeps and writes as a site has no address and no word of a flag.
#[test]
fn no_address_and_no_flag_in_what_assess_writes() {
    let (workspace, has_git) = ecosystem();
    furnish(&workspace);
    let dan = "Dan dan-secret-address@example.org";
    if !has_git || !commit(&workspace, "clones/imager", (dan, "2026-01-03"), "setup.py") {
        println!("skipped: git is not here");
        return;
    }
    flagged(&workspace);
    let site = workspace.path("site").display().to_string();
    let run = workspace.run(&[&ASSESS[..], &["--site", &site]].concat());
    assert!(run.stdout.contains("imager"), "{}", run.stderr);
    let mut left = vec![workspace.path("site"), workspace.path("home")];
    let mut read = vec![(run.stdout + &run.stderr).into_bytes()];
    while let Some(path) = left.pop() {
        if path == workspace.path("home/people") {
            continue;
        }
        if path.is_dir() {
            let entries = std::fs::read_dir(path).unwrap();
            left.extend(entries.map(|it| it.unwrap().path()));
        } else {
            read.push(std::fs::read(path).unwrap());
        }
    }
    assert!(read.len() > 20, "a store and a site");
    for secret in ["secret-address", "+0500", "sold-his-account"] {
        let is_there = |it: &Vec<u8>| it.windows(secret.len()).any(|it| it == secret.as_bytes());
        assert!(!read.iter().any(is_there), "{secret}");
    }
}

/// A Sigstore bundle is somebody's word where the file of identities says that the account signs so, and nobody else's.
#[test]
fn a_vouch_signed_with_sigstore() {
    let workspace = Workspace::new();
    let instance = Instance::serve();
    let identity = "https://github.com/lab/lab/.github/workflows/release.yml@refs/tags/v1.0";
    let issuer = "https://token.actions.githubusercontent.com";
    let identities = |who: &str| {
        format!("[[identity]]\nwho = '{who}'\nidentity = '{identity}'\nissuer = '{issuer}'\n")
    };
    workspace
        .file(
            "project/trust.json",
            instance.trust_config(&[1, 2]).to_string(),
        )
        .file("project/root.json", instance.trusted_root().to_string())
        .file("project/token", instance.token(&Claims::default()))
        .file("project/predicate.json", "{}")
        .file("project/ben", identities("github:ben"))
        .file("project/cy", identities("github:cy"));
    let add = "vouch add github:ann --by github:ben --project lab --reason x";
    workspace.file("project/statement", people(&workspace, add).stdout);
    let signed = workspace.run(&[
        "attest",
        "--trust-config=trust.json",
        "--identity-token-file=token",
        "--predicate=predicate.json",
        "--predicate-type=https://example.org/word",
        "statement",
    ]);
    assert_eq!(signed.code, 0, "{}", signed.stderr);
    let line = "vouch add github:ann --statement statement --signature statement.sigstore.json";
    assert_eq!(people(&workspace, line).code, 0);
    let verify = |rest: &str| people(&workspace, &format!("vouch verify github:ann {rest}"));
    let run = verify("--identities ben --trusted-root root.json");
    assert_eq!(run.code, 0, "{} {}", run.stdout, run.stderr);
    for rest in [
        "--identities cy --trusted-root root.json",
        "--identities ben",
        "",
    ] {
        let run = verify(rest);
        assert_eq!(run.code, 1, "{rest} {} {}", run.stdout, run.stderr);
        assert!(!run.stdout.contains("release.yml"), "{}", run.stdout);
    }
}
