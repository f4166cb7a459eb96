use std::fmt::Write as _;

use proptest::prelude::*;

use super::{sample::day, *};

/// What stands in a corpus, by names.
fn told(corpus: &Corpus) -> String {
    let mut text = String::new();
    let name = |person: PersonNumber| corpus.person(person).map_or("?", |it| it.name.as_str());
    let or_none = |person: Option<PersonNumber>| person.map_or("-", name);
    for project in &corpus.projects {
        writeln!(text, "{}", project.name).unwrap();
        for work in &project.works {
            let id = id(project, work.commit);
            let way = match work.way {
                Way::Merged(merge) => format!("merge {}", self::id(project, merge)),
                other => format!("{other:?}").to_lowercase(),
            };
            let credits: Vec<String> = work
                .credits
                .iter()
                .map(|(credit, person)| format!(" {credit:?} {}", name(*person)))
                .collect();
            let pull = work.pull.map(|it| format!(" #{it}")).unwrap_or_default();
            let (author, integrator) = (name(work.author), or_none(work.integrator));
            writeln!(
                text,
                "  {id} {author} by {integrator}, {way}{pull}{}",
                credits.concat()
            )
            .unwrap();
        }
        for merge in &project.merges {
            let authors = merge.authors.iter().map(|it| format!(" {}", name(*it)));
            let authors: Vec<String> = authors.collect();
            let id = id(project, merge.commit);
            writeln!(
                text,
                "  {id} merged by {}:{}",
                or_none(merge.by),
                authors.concat()
            )
            .unwrap();
        }
        for release in &project.releases {
            let tag = project.tag(release).map_or("?", |it| it.name.as_str());
            writeln!(text, "  {tag} by {}", name(release.by)).unwrap();
        }
    }
    text
}

fn id(project: &Project, commit: u32) -> String {
    let id = project.history.commits[commit as usize].id;
    let end = id.iter().position(|it| *it == 0).unwrap_or(id.len());
    String::from_utf8_lossy(&id[..end]).into_owned()
}

fn check(projects: &[(&str, &str)]) -> String {
    told(&sample::corpus(projects))
}

#[test]
fn whose_hand_a_change_goes_through() {
    let history = "
        a ann 2020-01-01 +x
        b ben>ann 2020-01-02 ~x co:cy co:ben
        c<b ben 2020-01-03 ~x
        d<b cy>github 2020-01-04 ~x #5
        e<d+c ann>github 2020-01-05 #6
        f cy>dependabot[bot] 2020-01-06 ~x
        tag v1 ann 2020-01-07
    ";
    insta::assert_snapshot!(check(&[("p", history)]), @r"
    p
      f cy by -, committed
      d cy by -, host #5
      c ben by ann, merge e #6
      b ben by ann, committed CoAuthored cy
      a ann by ann, committed
      e merged by ann: ben
      v1 by ann
    ");
}

/// A pull request merged into a branch is the decision of whoever merged it; the main line merged into a branch is nobody's.
#[test]
fn merges_inside_of_branches() {
    let history = "
        a ann 2020-01-01
        b<a ben 2020-01-02
        c<a cy 2020-01-03
        d<b+c dan>github 2020-01-04 #1
        e<a eve 2020-01-05
        f<d+e ben 2020-01-06
        g<e+f ann 2020-01-07
        h<g fay 2020-01-08
        i<h+g fay 2020-01-09
    ";
    insta::assert_snapshot!(check(&[("p", history)]), @r"
    p
      h fay by fay, committed
      e eve by eve, committed
      c cy by dan, merge d #1
      b ben by ann, merge g
      a ann by ann, committed
      i merged by fay:
      g merged by ann: ben
      f merged by ben:
      d merged by dan: cy
    ");
}

#[test]
fn one_person_in_two_projects() {
    let corpus = sample::corpus(&[
        ("p", "a ann 2020-01-01\nb ben 2020-01-02"),
        ("q", "a cy 2020-01-01\nb ann 2020-01-02"),
    ]);
    let names: Vec<&str> = corpus
        .persons
        .persons
        .iter()
        .map(|it| it.name.as_str())
        .collect();
    assert_eq!(names, ["ann", "ben", "cy"]);
    assert_eq!(corpus.merged_by(Reason::Address), 1);
    assert_eq!(
        corpus.project("p").unwrap().works[1].author,
        corpus.project("q").unwrap().works[0].author
    );
    assert_eq!(corpus.last(), Some(day("2020-01-02")));
}

#[test]
fn the_corpus_of_a_time() {
    let history = "
        a ann 2020-01-01
        b<a ben 2020-01-02
        c<a ann 2020-01-03
        tag v1 ann 2020-01-04
        d<c+b ann 2020-01-05
        tag v2 ann 2020-01-06
    ";
    let corpus = sample::corpus(&[("p", history)]);
    insta::assert_snapshot!(told(&corpus.clone().until(day("2020-01-04"))), @r"
    p
      c ann by ann, committed
      a ann by ann, committed
      v1 by ann
    ");
    assert_eq!(
        told(&corpus.clone().until(day("2021-01-01"))),
        told(&corpus)
    );
    assert_eq!(told(&corpus.until(day("2019-01-01"))), "p\n");
}

/// A time that lies after the work came in is none.
#[test]
fn nobody_writes_after_it_is_in() {
    let mut history = sample::history("a ann 2020-01-01");
    history.commits[0].author.1 = Some(day("9999-01-01"));
    let source = Source {
        name: "p".to_owned(),
        history,
    };
    let corpus = Corpus::of(vec![source], &Corrections::default(), &Key::new([1; 32]));
    assert_eq!(corpus.projects[0].works[0].written, Some(day("2020-01-01")));
}

/// Whoever is to be forgotten stays a node with all its edges, and has neither a name nor an address.
#[test]
fn who_is_forgotten_is_a_node() {
    let key = Key::new([1; 32]);
    let text = "a ann 2020-01-01\nb ben>ann 2020-01-02";
    let history = sample::history(text);
    let ben = history.actors.iter().find(|it| it.name == "ben").unwrap();
    let corrections = Corrections {
        forgotten: [ben.address.keyed(&key)].into(),
        ..Corrections::default()
    };
    let source = |history: &History| {
        vec![Source {
            name: "p".to_owned(),
            history: history.clone(),
        }]
    };
    let known = Corpus::of(source(&history), &Corrections::default(), &key);
    let forgotten = Corpus::of(source(&history), &corrections, &key);
    let pseudonym = known
        .person(known.projects[0].works[0].author)
        .unwrap()
        .pseudonym;
    assert_eq!(
        told(&known).replace("ben", &format!("person {pseudonym}")),
        told(&forgotten)
    );
    let project = &forgotten.projects[0];
    assert!(!format!("{:?} {:?}", forgotten.persons, project.history).contains("ben"));
}

proptest! {
    /// Whatever stands on whatever: every commit is one work or one merge, and merges bring in every work at most once.
    #[test]
    fn never_panics(lines in prop::collection::vec((0..8_usize, 0..8_usize, 0..5_usize, 1..28_u32), 0..30)) {
        let mut text = String::new();
        for (number, (one, other, who, date)) in lines.iter().enumerate() {
            let back = |by: usize| number.checked_sub(by + 1).map(|it| format!("c{it}"));
            let mut parents: Vec<String> = [back(*one), back(*other)].into_iter().flatten().collect();
            parents.dedup();
            let parents = if parents.is_empty() { "none".to_owned() } else { parents.join("+") };
            writeln!(text, "c{number}<{parents} p{who}>p{} 2020-01-{date:02}", who / 2).unwrap();
        }
        let corpus = sample::corpus(&[("p", &text)]);
        let project = &corpus.projects[0];
        prop_assert_eq!(project.works.len() + project.merges.len(), lines.len());
        told(&corpus.clone().until(day("2020-01-14")));
    }
}
