//! Who can do what in the organisations of projects, in numbers: rights that nobody used, and second factors, now and by
//! quarter. Nobody is named, and of fewer than five people there is no number. What names people stands on pages of its own,
//! for whoever sits at this machine.

pub(super) mod factors;
pub(super) mod grants;
mod known;
pub(super) mod ledger;
pub(super) mod log;
pub(super) mod plan;
pub(super) mod plans;

use bartizan_store::{FigureRow, ProjectRow};

use self::known::desks;
use super::{
    PageItem,
    by_quarter::{Parts, percent},
    facts,
    standing::{Numbers, by_project, figure, part_of_whole, project_cell},
};
use crate::{
    context::{Asked, Context, PageError},
    page::{Block, Cell, Column, Page, Section, Sign, State, Text},
};

pub(super) static PAGE: PageItem = PageItem {
    path: "/access",
    title: "Access",
    purpose: "How many rights nobody used and how many people use a second factor, now and by quarter, without naming any",
    is_in_menu: true,
    asks: &["cohort", "page"],
    render: |ctx, asked| Box::pin(render(ctx, asked)),
    feed: None,
    badge: None,
};

/// What a survey needs.
const NEEDS: &str = "a survey: `bartizan access survey`, with a token of an organisation's owner";

static NUMBERS: Numbers = Numbers {
    item: &PAGE,
    lede: "A right that nobody uses helps only whoever takes an account over. These are numbers of organisations; nobody is named, and nothing here says how active anybody is.",
    anchor: "now",
    note: "Numbers over whole organisations, each counted once. Of fewer than five people there is none.",
    goals: &[
        [
            "stale",
            "Rights that nobody used",
            facts::STALE_GRANTS,
            NEEDS,
        ],
        [
            "factors",
            "People with access who use a second factor",
            facts::SECOND_FACTORS,
            "a survey, or a signed summary of an organisation's owner: `bartizan access verify --keep`",
        ],
        [
            "everybody",
            "Projects all of whose people use one",
            facts::SECOND_FACTOR,
            NEEDS,
        ],
        [
            "required",
            "Organisations that require one",
            facts::SECOND_FACTOR_REQUIRED,
            NEEDS,
        ],
    ],
};

async fn render(ctx: &Context, asked: &Asked) -> Result<Option<Page>, PageError> {
    let figures = NUMBERS.figures(ctx, asked).await?;
    let mut sections = vec![NUMBERS.now(ctx, asked).await?];
    sections.extend(desks(ctx).await);
    sections.extend([
        rights_over_time(&figures),
        factors_over_time(&figures),
        by_project(ctx, asked, columns(), line)
            .await?
            .note("By name, and not by merit. A number leads to what is known of the project."),
        Section::new("methods-of", "What is measured, what is not, and why")
            .with(Block::Facts(methods())),
    ]);
    Ok(Some(NUMBERS.page(asked, headline(&figures), sections)))
}

/// What the data say: rights first, second factors where rights are not known.
fn headline(figures: &[FigureRow]) -> String {
    if let Some((part, whole)) = part_of_whole(figures, facts::STALE_GRANTS) {
        let fewer = fewer(figures).map(|it| format!(", {it}"));
        return format!(
            "{part} of {whole} rights were not used for half a year{}",
            fewer.unwrap_or_default()
        );
    }
    match part_of_whole(figures, facts::SECOND_FACTORS) {
        Some((part, whole)) => {
            format!("{part} of {whole} people with access use a second factor")
        }
        None => "Nobody has surveyed yet who has access".to_owned(),
    }
}

/// How many fewer there are than at the first survey; none where that was the last one, or found nothing.
pub(super) fn fewer(figures: &[FigureRow]) -> Option<String> {
    let now = figure(figures, facts::STALE_GRANTS)?.figure.value;
    let first = figure(figures, facts::STALE_GRANTS_AT_FIRST)?.figure.value;
    let change = 100.0 * (1.0 - now / first);
    match change {
        _ if first <= 0.0 => None,
        change if change >= 0.5 => Some(format!("{change:.0} % fewer than at the first survey")),
        change if change <= -0.5 => Some(format!("{:.0} % more than at the first survey", -change)),
        _ => None,
    }
}

fn rights_over_time(figures: &[FigureRow]) -> Section {
    let parts = Parts {
        id: "rights-by-quarter",
        title: "Rights by quarter",
        measure: facts::STALE_GRANTS,
        note: "What was known at the end of each quarter. What is not known is drawn as that: it may be used, and nobody here can tell.",
        empty: format!("Not measured yet: this needs {NEEDS}."),
        columns: vec![
            ("not-used", "not used"),
            ("used", "used"),
            ("not-known", "not known"),
            ("not-judged", "not judged"),
        ],
        // Thin ones lie together, since their names would.
        drawn: vec![
            ("not used", vec!["not used"]),
            ("used", vec!["used"]),
            ("not known", vec!["not known", "not judged"]),
        ],
    };
    over_time(parts, figures, "were not used")
}

fn factors_over_time(figures: &[FigureRow]) -> Section {
    let parts = Parts {
        id: "factors-by-quarter",
        title: "Second factors by quarter",
        measure: facts::SECOND_FACTORS,
        note: "Members and outside collaborators, as known at the end of each quarter. Only owners are told it by the host.",
        empty: format!("Not measured yet: this needs {NEEDS}."),
        columns: vec![
            ("with-one", "with one"),
            ("can-be-taken-over", "can be taken over"),
            ("without", "without"),
            ("not-known", "not known"),
        ],
        drawn: vec![
            ("with one", vec!["with one"]),
            ("weak or none", vec!["can be taken over", "without"]),
            ("not known", vec!["not known"]),
        ],
    };
    over_time(parts, figures, "had one that nothing is said against")
}

fn over_time(parts: Parts, figures: &[FigureRow], told: &str) -> Section {
    let drawn = parts.drawn(figures, |first, last| {
        format!(
            "In the first quarter {:.0} % {told}, in the last {:.0} %.",
            percent(first),
            percent(last)
        )
    });
    drawn.of_what_is_there().section()
}

fn columns() -> Vec<Column> {
    vec![
        Column::text("project", "Project"),
        Column::number("stale", "Rights not used"),
        Column::number("factors", "People with a second factor"),
        Column::text("required", "Required"),
        Column::text("surveyed", "As of"),
    ]
}

fn line(row: &ProjectRow, figures: &[FigureRow]) -> Vec<Cell> {
    let place = super::project::place(&row.project.name).at("access-of");
    let part = |measure| super::standing::part_cell(figures, measure, &place);
    let known = [facts::STALE_GRANTS, facts::SECOND_FACTORS];
    let known = known.into_iter().find_map(|it| figure(figures, it));
    let observed = known.and_then(|it| it.figure.evidence.iter().map(|it| it.observed).min());
    vec![
        project_cell(row, &place, known.is_some()),
        part(facts::STALE_GRANTS),
        part(facts::SECOND_FACTORS),
        required(figures).map_or(Cell::Missing, Cell::State),
        observed.map_or(Cell::Missing, Cell::Time),
    ]
}

/// Whether all organisations of a project require a second factor.
pub(super) fn required(figures: &[FigureRow]) -> Option<State> {
    let row = figure(figures, facts::SECOND_FACTOR_REQUIRED)?;
    let whole = row.figure.whole.unwrap_or_default();
    Some(if row.figure.value >= whole {
        State::new(Sign::Good, "required")
    } else {
        State::new(Sign::Watch, "not required yet")
    })
}

fn methods() -> Vec<(String, Text)> {
    [
        ("Read", "People, teams, repositories and what was given to whom, as the host shows it to an owner's token; last acts out of git histories and the host's log of pushes. What was not read is named with the permission that it would need."),
        ("Not used", "A right counts as not used only where everything was read that could have shown an act that needed it, over the whole time that the organisation's profile gives for the role; half a year where it gives none. Whatever is not known is counted apart, so that reading less never looks like having fewer."),
        ("Second factors", "The host tells them to owners only. Owners who share no token can hand in the numbers, signed: bartizan access snapshot --counts-only --sign."),
        ("Fewer than at the first survey", "The numbers of now against those of the first survey of the same organisations. The goal is 70 % fewer."),
        ("Nobody is named", "Of an organisation of fewer than five people no number is kept for pages. Who is meant stands in files that only the survey's owner can read, and on pages that are served to this machine alone."),
        ("What follows", "Nothing by itself: a person is told and asked, thirty days pass, two people approve a plan, and it can be taken back. bartizan access plan."),
    ]
    .map(|(word, meaning)| (word.to_owned(), Text::from(meaning)))
    .to_vec()
}

#[cfg(test)]
mod tests {
    use bartizan_model::{Timestamp, assessment::Figure};

    use super::*;

    fn row(measure: &str, value: f64, whole: Option<f64>) -> FigureRow {
        FigureRow {
            figure: Figure {
                measure: measure.to_owned(),
                value,
                whole,
                shares: Vec::new(),
                evidence: Vec::new(),
            },
            measured: Timestamp::UNIX_EPOCH,
            assessment: 1,
        }
    }

    fn check(stale: Option<(f64, f64)>, first: Option<f64>, factors: Option<(f64, f64)>) -> String {
        let stale = stale.map(|(value, whole)| row(facts::STALE_GRANTS, value, Some(whole)));
        let first = first.map(|value| row(facts::STALE_GRANTS_AT_FIRST, value, None));
        let factors = factors.map(|(value, whole)| row(facts::SECOND_FACTORS, value, Some(whole)));
        headline(
            &[stale, first, factors]
                .into_iter()
                .flatten()
                .collect::<Vec<_>>(),
        )
    }

    #[test]
    fn the_headline_says_what_is_known() {
        insta::assert_snapshot!(check(None, None, None), @"Nobody has surveyed yet who has access");
        insta::assert_snapshot!(check(None, None, Some((9.0, 10.0))), @"9 of 10 people with access use a second factor");
        insta::assert_snapshot!(check(Some((6.0, 40.0)), Some(20.0), None), @"6 of 40 rights were not used for half a year, 70 % fewer than at the first survey");
        insta::assert_snapshot!(check(Some((30.0, 40.0)), Some(20.0), None), @"30 of 40 rights were not used for half a year, 50 % more than at the first survey");
        insta::assert_snapshot!(check(Some((0.0, 40.0)), Some(0.0), None), @"0 of 40 rights were not used for half a year");
    }
}
