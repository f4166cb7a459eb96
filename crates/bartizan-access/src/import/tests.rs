use proptest::prelude::*;

use super::*;

fn file(path: &str, text: &str) -> ImportFile {
    ImportFile {
        path: path.to_owned(),
        bytes: text.as_bytes().to_vec(),
    }
}

fn wish(form: Option<Form>) -> Wish {
    Wish {
        form,
        organisation: Login::new("lab").ok(),
        now: Timestamp::from_second(1_790_000_000).unwrap(),
        name: "test".to_owned(),
    }
}

/// What comes of files: what was given, teams within teams, who has left, problems.
fn check(files: &[ImportFile]) -> String {
    let imported = match read(files, &wish(None)) {
        Ok(imported) => imported,
        Err(error) => return error.to_string(),
    };
    let snapshot = &imported.snapshot;
    let given = snapshot.assignments.iter();
    let mut lines: Vec<String> = given
        .map(|it| format!("{}: {} {}", it.resource, it.holder, it.level))
        .collect();
    let within = snapshot
        .teams
        .iter()
        .filter_map(|it| Some((&it.name, it.parent.as_ref()?)));
    lines.extend(within.map(|(one, other)| format!("{one} in {other}")));
    lines.extend(
        imported
            .alumni
            .iter()
            .map(|(team, who)| format!("{who} left {team}")),
    );
    lines.extend(
        imported
            .problems
            .iter()
            .map(|it| format!("! {}: {}", it.subject, it.message)),
    );
    lines.join("\n")
}

const TEAMS: &str = "\
- name: Core Team
  members: [ann, Ben]
  permissions:
    - repo: array
      role: maintain
    - repo: site
      role:
    - repo: other
      role: king
- name: gpu
  members:
    - a b
";

#[test]
fn lists_of_teams() {
    insta::assert_snapshot!(check(&[file("teams.yaml", TEAMS)]), @r"
    team lab/core-team: @ann member
    team lab/core-team: @ben member
    repository lab/array: team lab/core-team maintain
    ! teams.yaml:8: `king` is no level of a repository
    ! teams.yaml:10: `a b` is no account
    ");
    let other = wish(None);
    let other = Wish {
        organisation: None,
        ..other
    };
    let error = read(&[file("teams.yaml", TEAMS)], &other).unwrap_err();
    assert_eq!(error, ImportError::Organisation);
}

const ORGANISATION: &str = "\
default_repository_permission: read
admins:
- ann
members:
- ben
- eve
teams:
  core:
    privacy: closed
    maintainers: [ann]
    members: [ben]
    repos:
      array: write
    teams:
      GPU People:
        members: [eve]
        privacy: secret
";

#[test]
fn files_of_an_organisation() {
    let more = "teams:\n  site:\n    members: [eve]\n    repos: {site: admin}\n";
    let files = [
        file("org.yaml", ORGANISATION),
        file("sig-site/teams.yaml", more),
    ];
    insta::assert_snapshot!(check(&files), @r"
    organisation lab: @ann owner
    organisation lab: @ben member
    organisation lab: @eve member
    team lab/core: @ann maintainer
    team lab/core: @ben member
    team lab/gpu-people: @eve member
    team lab/site: @eve member
    repository lab/array: team lab/core write
    repository lab/site: team lab/site admin
    lab/gpu-people in lab/core
    ");
    let several = "orgs:\n  one:\n    members: [ann]\n  'o n':\n    members: []\n";
    insta::assert_snapshot!(check(&[file("org.yaml", several)]), @r"
    organisation one: @ann member
    ! org.yaml:4: no organisation
    ");
}

#[test]
fn folders_of_people_teams_and_repositories() {
    let files = [
        file(
            "people/ann.toml",
            "name = 'Ann'\ngithub = 'Ann'\ngithub-id = 7\nemail = 'ann@example.org'\n",
        ),
        file("people/ben.toml", "github = 'ben'\n"),
        file("people/broken.toml", "github = 1\n"),
        file(
            "teams/core.toml",
            "name = 'core'\n[people]\nleads = ['ann']\nmembers = ['ann', {github = 'ben', roles = ['x']}]\nalumni = ['eve']\n[[github]]\norgs = ['lab']\n",
        ),
        file(
            "teams/all.toml",
            "name = 'all'\n[people]\nleads = []\nmembers = []\nincluded-teams = ['core', 'all']\n[[github]]\norgs = ['lab']\nteam-name = 'everybody'\n",
        ),
        file(
            "repos/lab/array.toml",
            "org = 'lab'\nname = 'array'\nbots = ['lab-bot']\n[access.teams]\ncore = 'maintain'\nnobody = 'write'\n[access.individuals]\neve = 'triage'\n",
        ),
    ];
    insta::assert_snapshot!(check(&files), @r"
    team lab/core: @ann member
    team lab/core: @ben member
    team lab/everybody: @ann member
    team lab/everybody: @ben member
    repository lab/array: @eve triage
    repository lab/array: @lab-bot write
    repository lab/array: team lab/core maintain
    eve left lab/core
    ! people/broken.toml: invalid type: integer `1`, expected a string
    ! repos/lab/array.toml: the team `nobody` is not of lab
    ");
}

#[test]
fn tables() {
    let export = "login,name,tfa_enabled,role\nann,\"Ann, the \"\"first\"\"\",true,owner\nben,,false,member\n\n";
    let imported = read(&[file("members.csv", export)], &wish(None)).unwrap();
    let told = imported.snapshot.people.iter();
    let told = told.map(|it| {
        format!(
            "{} {:?} {:?}",
            it.login,
            it.name.as_ref().map(Text::as_str),
            it.second_factor
        )
    });
    insta::assert_snapshot!(told.collect::<Vec<_>>().join("\n"), @r#"
    ann Some("Ann, the \"first\"") Enabled
    ben None Missing
    "#);
    insta::assert_snapshot!(check(&[file("members.csv", export)]), @r"
    organisation lab: @ann owner
    organisation lab: @ben member
    ");
    let given = "user,repository,team,level\r\nann,lab/array,,admin\r\nben,,lab/core,maintainer\r\n,lab/array,,read\r\neve,array,,boss\r\n";
    insta::assert_snapshot!(check(&[file("given.csv", given)]), @r"
    team lab/core: @ben maintainer
    repository lab/array: @ann admin
    ! given.csv:4: nobody is named
    ! given.csv:5: `boss` is no level of a repository
    ");
    let doubtful = "login,role,team,repository\nann,boss,,\nben,boss,core,\neve,write,core,array\ngus,Owner,,\n";
    insta::assert_snapshot!(check(&[file("given.csv", doubtful)]), @r"
    organisation lab: @gus owner
    ! given.csv:2: `boss` is none of owner, admin, member
    ! given.csv:3: `boss` is none of maintainer, member
    ! given.csv:4: it names a team and a repository: each is a line of its own
    ");
    let nobody = read(&[file("given.csv", "name,level\nann,owner\n")], &wish(None));
    let Err(ImportError::Empty { problems }) = nobody else {
        panic!("{nobody:?}");
    };
    insta::assert_snapshot!(problems[0].message, @"its head names no column `login`, `user`, `username`, `person` or `holder-team`");
}

#[test]
fn what_the_form_cannot_say_is_not_none() {
    let imported = read(&[file("teams.yaml", TEAMS)], &wish(None)).unwrap();
    assert!(
        imported
            .snapshot
            .has_read(Part::TeamMembers, "lab/core-team")
    );
    assert!(!imported.snapshot.has_read(Part::Members, "lab"));
    assert_eq!(
        check(&[file("notes.txt", "x")]),
        "it is not told by their names what form the files have"
    );
    assert_eq!(
        check(&[file("teams.yaml", "[]")]),
        "nobody is named in any of the files"
    );
    // Why that is so is told where nothing could be read.
    let broken = read(&[file("teams.yaml", "foo: [")], &wish(None)).unwrap_err();
    let ImportError::Empty { problems } = broken else {
        panic!("{broken}");
    };
    assert_eq!(problems.len(), 1);
    assert_eq!(problems[0].subject, "teams.yaml");
}

proptest! {
    #[test]
    fn never_panics(text in "\\PC{0,60}", at in 0..TEAMS.len(), put in "[\\PC\n]{0,6}") {
        let mut broken = TEAMS.to_owned();
        if broken.is_char_boundary(at) {
            broken.insert_str(at, &put);
        }
        for path in ["teams.yaml", "org.yaml", "people/a.toml", "teams/a.toml", "repos/a/b.toml", "a.csv"] {
            for form in Form::ALL {
                for text in [&text, &broken] {
                    let _ = read(&[file(path, text)], &wish(Some(*form)));
                }
            }
        }
    }

    #[test]
    fn tables_are_read_as_they_are_written(fields in prop::collection::vec("[ -~\n]{1,8}", 2..5)) {
        let quoted: Vec<String> = fields.iter().map(|it| format!("\"{}\"", it.replace('"', "\"\""))).collect();
        let read = csv::records_of(&quoted.join(","));
        if fields.iter().any(|it| !it.trim().is_empty()) {
            prop_assert_eq!(&read[0], &fields);
        }
    }
}
