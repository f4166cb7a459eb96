//! The catalogue of pages: one file and one line each. Menu, server, static site and the list of all data walk it.

mod access;
mod advisories;
mod advisory;
mod by_quarter;
mod chain_risk;
mod check;
mod checks;
mod data;
mod dependencies;
mod dependency_explorer;
mod exposure;
mod facts;
mod finding;
mod findings;
mod jobs;
mod measure;
mod methods;
mod milestones;
mod overview;
mod package;
mod people;
mod project;
mod projects;
mod quarters;
mod release;
mod releases;
mod report;
mod report_list;
mod reports;
mod review;
mod review_queue;
mod rows;
mod sboms;
mod signing;
mod spec;
mod spec_of;
mod specs;
mod stack;
mod stacks;
mod standards;
mod standing;
mod steps;
mod workflows;

use std::{future::Future, pin::Pin};

use crate::{
    context::{Asked, Context, PageError},
    href::Place,
    page::{Page, Sign},
};

/// A page of the dashboard.
pub struct PageItem {
    /// Its path: `{}` stands for one part, `{*}` for the rest.
    pub path: &'static str,
    /// Its name, for the menu and for lists of pages.
    pub title: &'static str,
    /// What it says, in one sentence.
    pub purpose: &'static str,
    /// Whether it is in the menu.
    pub is_in_menu: bool,
    /// What may be asked of it.
    pub asks: &'static [&'static str],
    /// Makes it; `None` where there is no such thing.
    pub render: Render,
    /// Which findings its feed tells of.
    pub feed: Option<FeedOf>,
    /// Makes its badges.
    pub badge: Option<Badge>,
}

/// A page, a feed or a badge on its way.
pub type Coming<'a, T> = Pin<Box<dyn Future<Output = Result<Option<T>, PageError>> + Send + 'a>>;
/// Makes a page.
pub type Render = for<'a> fn(&'a Context, &'a Asked) -> Coming<'a, Page>;
/// Says which findings a feed tells of.
pub type FeedOf = for<'a> fn(&'a Context, &'a Asked) -> Coming<'a, FeedScope>;
/// Makes a badge: label, word and sign.
pub type Badge = for<'a> fn(&'a Context, &'a Asked) -> Coming<'a, (String, String, Sign)>;

/// What a feed tells of.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FeedScope {
    /// Its title.
    pub title: String,
    /// One project.
    pub project: Option<String>,
    /// One package, by its name in findings' subjects.
    pub package: Option<String>,
    /// These checks only; none for all.
    pub checks: Vec<String>,
}

/// Every page, in the order of the menu.
pub static ALL: &[&PageItem] = &[
    &overview::PAGE,
    &projects::PAGE,
    &specs::PAGE,
    &signing::PAGE,
    &sboms::PAGE,
    &advisories::PAGE,
    &dependencies::PAGE,
    &chain_risk::PAGE,
    &exposure::PAGE,
    &people::PAGE,
    &access::PAGE,
    &review::PAGE,
    &stacks::PAGE,
    &reports::PAGE,
    &findings::PAGE,
    &methods::PAGE,
    &data::PAGE,
    &project::PAGE,
    &advisory::PAGE,
    &package::PAGE,
    &dependency_explorer::PAGE,
    &stack::PAGE,
    &report::PAGE,
    &report_list::PAGE,
    &finding::PAGE,
    &check::PAGE,
    &checks::PAGE,
    &spec::PAGE,
    &spec_of::PAGE,
    &workflows::PAGE,
    &measure::PAGE,
    &releases::PAGE,
    &release::PAGE,
];

/// Pages for whoever sits at this machine. Menu, static site, feeds and the list of all data walk [`ALL`] and never meet them.
pub static NEAR: &[&PageItem] = &[
    &review_queue::PAGE,
    &jobs::PAGE,
    &access::grants::PAGE,
    &access::ledger::PAGE,
    &access::factors::PAGE,
    &access::plans::PAGE,
    &access::plan::PAGE,
    &access::log::PAGE,
];

/// What may be asked of every page: another format, and which part of it.
const ALWAYS: &[&str] = &["format", "part"];

/// The menu: words and place.
pub fn menu() -> Vec<(&'static str, Place)> {
    let pages = ALL.iter().filter(|page| page.is_in_menu);
    pages
        .map(|page| (page.title, Place::new(parts_of(page.path))))
        .collect()
}

/// The page at a place that everybody may see, with what its path gives; keys that it does not know are dropped.
pub fn find(place: &Place) -> Option<(&'static PageItem, Asked)> {
    find_among(place, ALL.iter())
}

/// The same, with the pages for whoever sits at this machine.
pub fn find_near(place: &Place) -> Option<(&'static PageItem, Asked)> {
    find_among(place, ALL.iter().chain(NEAR))
}

/// Whether a page is for whoever sits at this machine only.
pub fn is_near_only(path: &str) -> bool {
    NEAR.iter().any(|page| page.path == path)
}

fn find_among<'a>(
    place: &Place,
    mut pages: impl Iterator<Item = &'a &'static PageItem>,
) -> Option<(&'static PageItem, Asked)> {
    let (page, parts) = pages.find_map(|page| Some((*page, matched(page.path, &place.path)?)))?;
    let mut place = place.clone();
    place.query.retain(|(key, value)| {
        let is_known = page.asks.contains(&key.as_str()) || ALWAYS.contains(&key.as_str());
        is_known && !value.is_empty()
    });
    place.query.sort();
    place.query.dedup_by(|one, other| one.0 == other.0);
    Some((page, Asked { place, parts }))
}

fn parts_of(path: &str) -> Vec<&str> {
    path.split('/').filter(|part| !part.is_empty()).collect()
}

/// What stands for the braces of a pattern.
fn matched(pattern: &str, path: &[String]) -> Option<Vec<String>> {
    let pattern = parts_of(pattern);
    let mut found = Vec::new();
    for (index, part) in pattern.iter().enumerate() {
        let here = path.get(index)?;
        match *part {
            "{*}" => {
                found.push(path.get(index..)?.join("/"));
                return Some(found);
            }
            "{}" => found.push(here.clone()),
            word if word == here => {}
            _ => return None,
        }
    }
    (path.len() == pattern.len()).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(path: &[&str], query: &[(&str, &str)]) -> String {
        let mut place = Place::new(path.iter().copied());
        place.query = query
            .iter()
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
            .collect();
        match find(&place) {
            Some((page, asked)) => {
                format!("{} {:?} {:?}", page.path, asked.parts, asked.place.query)
            }
            None => "none".to_owned(),
        }
    }

    #[test]
    fn a_place_finds_its_page_and_what_nobody_asks_is_dropped() {
        assert_eq!(check(&[], &[]), "/ [] []");
        assert_eq!(
            check(&["projects", "numpy"], &[("x", "1"), ("format", "json")]),
            r#"/projects/{} ["numpy"] [("format", "json")]"#
        );
        assert_eq!(
            check(&["packages", "npm", "@a/b"], &[]),
            r#"/packages/{}/{*} ["npm", "@a/b"] []"#
        );
        assert_eq!(
            check(&["packages", "npm", "@a", "b"], &[]),
            r#"/packages/{}/{*} ["npm", "@a/b"] []"#
        );
        assert_eq!(check(&["nowhere"], &[]), "none");
    }

    #[test]
    fn every_page_is_told_apart_and_says_what_it_is_for() {
        for page in ALL.iter().chain(NEAR) {
            assert!(
                page.path.starts_with('/') && page.purpose.len() > 20,
                "{}",
                page.path
            );
            assert!(
                !page.is_in_menu || !page.path.contains('{'),
                "{}",
                page.path
            );
        }
        let all = ALL.iter().chain(NEAR);
        let mut paths: Vec<&str> = all.map(|page| page.path).collect();
        paths.sort_unstable();
        paths.dedup();
        assert_eq!(paths.len(), ALL.len() + NEAR.len());
    }
}
