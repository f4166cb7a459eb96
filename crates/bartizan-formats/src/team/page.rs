//! Pages with links to accounts, in any markup: a link or a mention begins somebody, what follows belongs to them.

use bartizan_model::team::Member;

use super::{Draft, is_former, login_of, name_of};

/// Before the name of an account in a link.
const HOST: &str = "github.com/";

/// Before the number of an account in the address of a picture.
const PICTURES: &str = ".githubusercontent.com/u/";

/// What in a line says something about somebody.
enum Sign {
    Login(String),
    Number(u64),
    Name(String),
}

/// Reads a page.
pub(super) fn read(text: &str) -> Draft {
    let mut page = Page::default();
    let lines: Vec<&str> = text.lines().collect();
    for (number, line) in lines.iter().enumerate() {
        let below = lines.get(number + 1).copied().unwrap_or_default();
        if is_heading(line, below) {
            page.end();
            page.is_former = is_former(line);
        }
        for sign in signs(line) {
            page.take(sign);
        }
    }
    page.end();
    if page.draft.entries.is_empty() {
        items(&lines)
    } else {
        page.draft
    }
}

/// A page without any account: items of a list that are a name of several words each.
fn items(lines: &[&str]) -> Draft {
    let mut draft = Draft::default();
    for line in lines {
        let line = line.trim_start();
        let item = line.strip_prefix("- ").or(line.strip_prefix("* "));
        let name = item.and_then(name_of).filter(|it| it.contains(' '));
        if name.is_some() {
            let member = Member {
                name,
                ..Member::default()
            };
            draft.put(member, false);
        }
    }
    draft
}

#[derive(Default)]
struct Page {
    draft: Draft,
    member: Option<Member>,
    is_former: bool,
}

impl Page {
    fn take(&mut self, sign: Sign) {
        match (sign, &mut self.member) {
            (Sign::Login(login), Some(member)) if member.login.as_ref() == Some(&login) => {}
            (Sign::Login(login), _) => {
                self.end();
                self.member = Some(Member {
                    login: Some(login),
                    ..Member::default()
                });
            }
            (Sign::Number(number), Some(member)) => {
                member.number.get_or_insert(number);
            }
            (Sign::Name(name), Some(member)) => {
                member.name.get_or_insert(name);
            }
            (_, None) => {}
        }
    }

    fn end(&mut self) {
        if let Some(member) = self.member.take() {
            self.draft.put(member, self.is_former);
        }
    }
}

/// Whether a line is a heading: of Markdown or HTML, or with a line of equal signs below.
fn is_heading(line: &str, below: &str) -> bool {
    let line = line.trim();
    let below = below.trim_end();
    let mut signs = below.chars();
    let is_underlined = below.len() > 2
        && signs
            .next()
            .is_some_and(|first| "-=~^*+#\"".contains(first) && signs.all(|it| it == first));
    let is_tag = line
        .strip_prefix("<h")
        .and_then(|it| it.chars().next())
        .is_some_and(|it| it.is_ascii_digit());
    !line.is_empty() && (is_underlined || is_tag || line.starts_with('#'))
}

/// What a line says, in its order: accounts, then the number, then a name.
fn signs(line: &str) -> Vec<Sign> {
    let mut signs: Vec<Sign> = accounts(line).into_iter().map(Sign::Login).collect();
    signs.extend(number(line).map(Sign::Number));
    signs.extend(name(line).map(Sign::Name));
    signs
}

/// The account that a text links to.
pub(super) fn account(text: &str) -> Option<String> {
    accounts(text).into_iter().next()
}

fn accounts(line: &str) -> Vec<String> {
    let mut found: Vec<(usize, String)> = Vec::new();
    for (place, mark) in line.match_indices(HOST) {
        let rest = line.get(place + mark.len()..).unwrap_or_default();
        let login = word(rest);
        let after = rest.get(login.len()..).unwrap_or_default();
        // A repository, or a file in one, is nobody.
        let is_deeper = after
            .strip_prefix('/')
            .is_some_and(|it| it.starts_with(|c: char| c.is_ascii_alphanumeric()));
        if !is_deeper && let Some(login) = login_of(login) {
            found.push((place, login));
        }
    }
    for (place, mark) in line.match_indices('@') {
        let before = line.get(..place).and_then(|it| it.chars().next_back());
        let rest = line.get(place + mark.len()..).unwrap_or_default();
        let login = word(rest);
        let after = rest
            .get(login.len()..)
            .and_then(|it| it.chars().next())
            .unwrap_or(' ');
        let is_mention = before.is_none_or(|it| !it.is_alphanumeric() && it != '/')
            && !matches!(after, '/' | '.' | '@' | '_');
        if is_mention && let Some(login) = login_of(login) {
            found.push((place, login));
        }
    }
    found.sort();
    found.into_iter().map(|(_, login)| login).collect()
}

fn word(text: &str) -> &str {
    let end = text.find(|it: char| !it.is_ascii_alphanumeric() && it != '-');
    text.get(..end.unwrap_or(text.len())).unwrap_or_default()
}

/// The number in the address of a picture.
pub(super) fn number(text: &str) -> Option<u64> {
    let (_, rest) = text.split_once(PICTURES)?;
    word(rest).parse().ok()
}

/// A name: alone in a line, in one paragraph, or in brackets behind a mention.
fn name(line: &str) -> Option<String> {
    let line = line.trim();
    let paragraph = line
        .strip_prefix("<p>")
        .and_then(|it| it.strip_suffix("</p>"));
    let brackets = || {
        let (before, rest) = line.split_once('(')?;
        let is_behind = before
            .trim_end()
            .ends_with(|it: char| it.is_ascii_alphanumeric())
            && before.contains('@');
        rest.split(')').next().filter(|_| is_behind)
    };
    name_of(paragraph.or_else(brackets).unwrap_or(line)).filter(|it| it.contains(' '))
}
