//! The texts that list and count findings. The way in is the filter that leaves the fewest rows; every text applies the whole
//! filter again, so that which one is taken changes the time and never the answer.
//!
//! `$1`, `$2`: the viewer; `$3` check, `$4` outcome, `$5` open, `$6` to `$8` severity, `$9` project, `$10` cohort, `$11` subject,
//! `$12` key, `$13` words as each engine asks for them; then limit and offset.

use super::{FindingFilter, FindingSort};
use crate::{engine::Statement, viewer::may_see};

/// The texts that answer one filter.
#[derive(Clone, Copy)]
pub(super) struct Statements {
    pub(super) list: Statement,
    pub(super) count: Statement,
}

const LIST: &str = "list findings";
const COUNT: &str = "count findings";

/// What is read of a finding, from a `SELECT` on.
macro_rules! columns {
    () => {
        "SELECT id, project, check_id, subject_kind, subject, finding_key, outcome, severity, weight, visibility, message, remedy, detail,
                first_seen, opened,
                CASE WHEN is_open = 1 THEN COALESCE((SELECT assessed FROM project AS seen WHERE seen.name = finding.project), opened)
                     ELSE COALESCE(closed, opened) END,
                closed"
    };
}
pub(crate) use columns;

macro_rules! filter {
    () => {
        concat!(
            " AND ", may_see!(), "
               AND ($3 IS NULL OR check_id = $3) AND ($4 IS NULL OR outcome = $4) AND ($5 = -1 OR is_open = $5)
               AND (severity BETWEEN $6 AND $7 OR (severity = -1 AND $8 = 1))
               AND ($9 IS NULL OR project = $9)
               AND ($10 IS NULL OR project IN (SELECT project FROM cohort_member WHERE cohort = $10))
               AND ($11 IS NULL OR subject = $11) AND ($12 IS NULL OR finding_key = $12) "
        )
    };
}

/// What PostgreSQL looks words up in: as its index has it.
macro_rules! word_vector {
    () => {
        r##"to_tsvector('simple', translate(message || ' ' || subject || ' ' || finding_key,
            '!"#$%&''()*+,-./:;<=>?@[\]^_`{|}~', '                                '))"##
    };
}

pub(crate) use word_vector;

/// The texts of a way in and an order; the way in and what is asked of the words, for SQLite and for PostgreSQL.
macro_rules! statements {
    ($sqlite:expr, $postgres:expr, $order:literal) => {
        Statements {
            list: Statement::of_each(
                LIST,
                concat!(
                    columns!(),
                    " FROM finding WHERE ",
                    $sqlite,
                    filter!(),
                    "ORDER BY ",
                    $order,
                    " LIMIT $14 OFFSET $15"
                ),
                concat!(
                    columns!(),
                    " FROM finding WHERE ",
                    $postgres,
                    filter!(),
                    "ORDER BY ",
                    $order,
                    " LIMIT $14 OFFSET $15"
                ),
            ),
            count: Statement::of_each(
                COUNT,
                concat!("SELECT COUNT(*) FROM finding WHERE ", $sqlite, filter!()),
                concat!("SELECT COUNT(*) FROM finding WHERE ", $postgres, filter!()),
            ),
        }
    };
}

/// Few rows, of which those are taken that have the words.
macro_rules! few {
    ($way_in:literal, $order:literal) => {
        statements!(
            concat!($way_in, " AND ($13 IS NULL OR id IN (SELECT rowid FROM finding_text WHERE finding_text MATCH $13 ORDER BY rowid DESC LIMIT 100000))"),
            concat!($way_in, " AND ($13 IS NULL OR ", word_vector!(), " @@ to_tsquery('simple', $13))"),
            $order
        )
    };
}

/// Many rows, by the words in them: the newest 10,000 that have them.
macro_rules! by_text {
    ($order:literal) => {
        statements!(
            "id IN (SELECT rowid FROM finding_text WHERE finding_text MATCH $13 ORDER BY rowid DESC LIMIT 10000)",
            concat!("id IN (SELECT id FROM finding WHERE ", word_vector!(), " @@ to_tsquery('simple', $13) ORDER BY id DESC LIMIT 10000)"),
            $order
        )
    };
}

/// Many rows, in the order of an index.
macro_rules! many {
    ($way_in:literal, $order:literal) => {
        statements!(
            concat!($way_in, " AND $13 IS NULL"),
            concat!($way_in, " AND $13 IS NULL"),
            $order
        )
    };
}

macro_rules! each_order {
    ($ways:ident $(, $way_in:literal)?) => {
        [
            $ways!($($way_in,)? "urgency DESC, id DESC"),
            $ways!($($way_in,)? "opened DESC, id DESC"),
            $ways!($($way_in,)? "project, check_id, id"),
        ]
    };
}

const BY_PROJECT: [Statements; 3] = each_order!(few, "project = $9");
const BY_KEY: [Statements; 3] = each_order!(few, "finding_key = $12");
const BY_SUBJECT: [Statements; 3] = each_order!(few, "subject = $11");
const BY_TEXT: [Statements; 3] = each_order!(by_text);
const BY_COHORT: [Statements; 3] = each_order!(
    many,
    "project IN (SELECT project FROM cohort_member WHERE cohort = $10)"
);
const OVER_ALL: [Statements; 3] = each_order!(many, "1 = 1");
const BY_CHECK: [Statements; 3] = [
    many!("check_id = $3", "urgency DESC, id DESC"),
    many!("check_id = $3", "opened DESC, id DESC"),
    many!("check_id = $3", "project, id"),
];

/// One finding by its number.
pub(super) const ONE: Statement = Statement::new(
    "read a finding",
    concat!(
        columns!(),
        " FROM finding WHERE ",
        may_see!(),
        " AND id = $3"
    ),
);

/// How many members a cohort has.
pub(super) const MEMBERS: Statement = Statement::new(
    "count members of a cohort",
    "SELECT COUNT(*) FROM cohort_member WHERE cohort = $1",
);

/// How many projects there are.
pub(super) const PROJECTS: Statement =
    Statement::new("count projects", "SELECT COUNT(*) FROM project");

/// The texts for a filter and an order.
pub(super) fn of(filter: &FindingFilter, sort: FindingSort, by_members: bool) -> Statements {
    let [urgency, newest, project] = if filter.project.is_some() {
        BY_PROJECT
    } else if filter.key.is_some() {
        BY_KEY
    } else if filter.subject.is_some() {
        BY_SUBJECT
    } else if filter.words().is_some() {
        BY_TEXT
    } else if by_members {
        BY_COHORT
    } else if filter.check.is_some() {
        BY_CHECK
    } else {
        OVER_ALL
    };
    match sort {
        FindingSort::Urgency => urgency,
        FindingSort::Newest => newest,
        FindingSort::Project => project,
    }
}
