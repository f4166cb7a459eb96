//! Which versions of Python are supported longer than SPEC 0 recommends.

use crate::check::{Check, Example, ssdf};
use crate::facts::Facts;
use crate::facts::support::{AS_OF, ended, is_current};
use crate::judgement::{Judgement, Place};
use bartizan_model::severity::SeverityLevel;

pub(super) static CHECK: Check = Check {
    id: "spec-0-outdated-python",
    title: "a version of Python is supported beyond three years",
    spec: Some("0.1"),
    severity: SeverityLevel::Low,
    what: "The lower bound of `requires-python` lets in a version of Python whose three years ended with a quarter \
              that has passed.",
    why: "Every old version that is supported is tested, built for and secured, at the cost of what people use.",
    remedy: "Raise `requires-python`.",
    example: Example {
        file: "pyproject.toml",
        passing: "requires-python = \">=3.12\"",
        failing: "requires-python = \">=3.9\"",
        overlaps: &[],
    },
    supports: &[ssdf("PW.4.4")],
    judge,
};

use bartizan_model::requirement::SpecifierSet;

fn judge(facts: &Facts) -> Judgement {
    let Some(file) = &facts.project.file else {
        return Judgement::not_applicable("there is no Python package");
    };
    let Some((text, line)) = &facts.project.requires_python else {
        return Judgement::unknown(
            "no file states which versions of Python are supported",
            "`requires-python` in `pyproject.toml`",
        );
    };
    let place = vec![Place::line(file, *line)];
    let Ok(range) = text.parse::<SpecifierSet>() else {
        return Judgement::unknown(
            format!("`{text}` is no range of versions"),
            "a range by PEP 440",
        );
    };
    // The last patch of a series stands for all of it.
    let is_let_in =
        |series: &&&str| range.contains(&format!("{series}.99")) || range.contains(series);
    match ended("python", facts.today).iter().rev().find(is_let_in) {
        Some(series) => Judgement::fail(
            format!("`{text}` lets in Python {series}, whose three years have ended"),
            place,
        ),
        None if !is_current(facts.today) => Judgement::unknown(
            format!("the table of releases is of {AS_OF}"),
            "a newer table",
        ),
        None => Judgement::pass(
            format!("`{text}` lets in supported versions of Python only"),
            place,
        ),
    }
}
