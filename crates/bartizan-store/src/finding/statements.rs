//! The texts that list and count findings. The way in is the filter that leaves the fewest rows; every text applies the whole
//! filter again, so that which one is taken changes the time and never the answer.
//!
//! `$1`, `$2`: the viewer; `$3` check, `$4` outcome, `$5` open, `$6` to `$8` severity, `$9` project, `$10` cohort, `$11` subject,
//! `$12` key, `$13` text; then limit and offset.

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

macro_rules! columns {
    () => {
        "SELECT id, project, check_id, subject_kind, subject, finding_key, outcome, severity, weight, visibility, message, remedy, detail,
                first_seen, opened,
                CASE WHEN is_open = 1 THEN COALESCE((SELECT assessed FROM project AS seen WHERE seen.name = finding.project), opened)
                     ELSE COALESCE(closed, opened) END,
                closed
         FROM "
    };
}

macro_rules! filter {
    () => {
        concat!(
            " AND ", may_see!(), "
               AND ($3 IS NULL OR check_id = $3) AND ($4 IS NULL OR outcome = $4) AND ($5 = -1 OR is_open = $5)
               AND (severity BETWEEN $6 AND $7 OR (severity = -1 AND $8 = 1))
               AND ($9 IS NULL OR project = $9)
               AND ($10 IS NULL OR EXISTS (SELECT 1 FROM cohort_member WHERE cohort_member.cohort = $10 AND cohort_member.project = finding.project))
               AND ($11 IS NULL OR subject = $11) AND ($12 IS NULL OR finding_key = $12)
               AND ($13 IS NULL OR REPLACE(LOWER(message || ' ' || subject || ' ' || finding_key), $13, '')
                                   <> LOWER(message || ' ' || subject || ' ' || finding_key))"
        )
    };
}

macro_rules! statements {
    ($way_in:literal, $order:literal) => {
        Statements {
            list: Statement::new(
                LIST,
                concat!(
                    columns!(),
                    "finding WHERE ",
                    $way_in,
                    filter!(),
                    " ORDER BY ",
                    $order,
                    " LIMIT $14 OFFSET $15"
                ),
            ),
            count: Statement::new(
                COUNT,
                concat!("SELECT COUNT(*) FROM finding WHERE ", $way_in, filter!()),
            ),
        }
    };
}

macro_rules! each_order {
    ($way_in:literal) => {
        [
            statements!($way_in, "urgency DESC, id DESC"),
            statements!($way_in, "opened DESC, id DESC"),
            statements!(
                $way_in,
                "project, check_id, subject_kind, subject, finding_key"
            ),
        ]
    };
}

const BY_PROJECT: [Statements; 3] = each_order!("project = $9");
const BY_KEY: [Statements; 3] = each_order!("finding_key = $12");
const BY_SUBJECT: [Statements; 3] = each_order!("subject = $11");
const BY_CHECK: [Statements; 3] = [
    statements!("check_id = $3", "urgency DESC, id DESC"),
    statements!("check_id = $3", "opened DESC, id DESC"),
    statements!("check_id = $3", "project, id"),
];
const BY_COHORT: [Statements; 3] =
    each_order!("project IN (SELECT project FROM cohort_member WHERE cohort = $10)");
const OVER_ALL: [Statements; 3] = each_order!("1 = 1");

/// One finding by its number.
pub(super) const ONE: Statement = Statement::new(
    "read a finding",
    concat!(columns!(), "finding WHERE ", may_see!(), " AND id = $3"),
);

/// The texts for a filter and an order.
pub(super) fn of(filter: &FindingFilter, sort: FindingSort) -> Statements {
    let [urgency, newest, project] = if filter.project.is_some() {
        BY_PROJECT
    } else if filter.key.is_some() {
        BY_KEY
    } else if filter.subject.is_some() {
        BY_SUBJECT
    } else if filter.cohort.is_some() {
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
