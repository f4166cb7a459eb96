use proptest::prelude::*;

use super::*;

fn check(name: &str, text: &str) -> String {
    let team = match read(name, text.as_bytes()) {
        Ok(team) => team,
        Err(error) => return error.to_string(),
    };
    let told = |member: &Member, is_former: bool| {
        let login = member.login.as_deref().unwrap_or("-");
        let number = member.number.map_or("-".to_owned(), |it| it.to_string());
        let name = member.name.as_deref().unwrap_or("-");
        let former = if is_former { " (left)" } else { "" };
        format!("{login} {number} {name}{former}")
    };
    let members = team.members.iter().map(|it| told(it, false));
    let former = team.former.iter().map(|it| told(it, true));
    members.chain(former).collect::<Vec<_>>().join("\n")
}

const TABLE: &str = "
[[item]]
type = 'card'
body = '''{{< image src=\"https://avatars.githubusercontent.com/u/17?u=0a&v=4\"\" alt=\"Avatar of Ann B\" >}}
Ann B'''
link = 'https://github.com/AnnB'

[[item]]
body = 'Cy D'
";

#[test]
fn tables() {
    insta::assert_snapshot!(check("maintainers.toml", TABLE), @r"
    annb 17 Ann B
    - - Cy D
    ");
    insta::assert_snapshot!(check("emeritus-maintainers.toml", TABLE), @r"
    annb 17 Ann B (left)
    - - Cy D (left)
    ");
    insta::assert_snapshot!(check("x.toml", "item = []"), @"nobody is named in it");
}

#[test]
fn settings_of_a_site() {
    let text = "
navbar:
  - name: x
maintainers:
  active:
  - Ann
  - 'ben-c'  # since May
  - name: \"no account\"
  inactive:
  - cy
other: 1
sponsors:
  active:
  - di
";
    insta::assert_snapshot!(check("config.yml", text), @r"
    ann - -
    ben-c - -
    cy - - (left)
    ");
}

#[test]
fn pages_of_any_markup() {
    let text = "
Core Developers
---------------
   <a href=\"https://github.com/Ann\" class=\"x\">
     <img src=\"https://avatars.githubusercontent.com/u/17?v=4\"
        alt=\"Avatar picture of @ann\" />
     Ann Bee
   </a>
   <div class=\"handle\">@ann</div>
see https://github.com/org/project and mail ann@example.org or @org/team
<a href='https://github.com/ben'><img src='https://avatars.githubusercontent.com/u/18?v=4' class='avatar' /></a> <br />
<p>Ben Cee</p>

## Emeritus developers
- @cy (Cyril Dee)
- @ann
";
    insta::assert_snapshot!(check("teams.inc", text), @r"
    ann 17 Ann Bee
    ben 18 Ben Cee
    cy - Cyril Dee (left)
    ");
}

#[test]
fn owners_and_plain_lists() {
    insta::assert_snapshot!(check("CODEOWNERS", "a/ @Ann @org/team x@example.org\nb @ben @ann"), @r"
    ann - -
    ben - -
    ");
    insta::assert_snapshot!(check("seeds.txt", "# us\n@ann Ann Bee\nben\nCyril Dee\n"), @r"
    ann - Ann Bee
    ben - -
    - - Cyril Dee
    ");
    assert_eq!(check("seeds.txt", ""), "nobody is named in it");
    assert_eq!(
        check("emeritus.rst", "- Ann Bee\n* Cyril Dee\n- see below: x"),
        "- - Ann Bee (left)\n- - Cyril Dee (left)"
    );
}

proptest! {
    #[test]
    fn never_panics(text in ".{0,200}", signs in "([-#=<>a-c@/.:'\" ]{0,20}\n|https://github.com/a|avatars.githubusercontent.com/u/1|maintainers:\n){0,12}") {
        for name in ["a.toml", "a.yml", "a.txt", "CODEOWNERS", "a.inc"] {
            check(name, &text);
            check(name, &signs);
        }
    }
}
