//! Measures of what waits for a review.

use bartizan_model::assessment::{Direction, Measure};

/// Lines that an expert has to read of what waits.
pub static LINES_TO_READ: Measure = Measure {
    id: "review-lines-to-read",
    title: "Lines of waiting pull requests that an expert has to read",
    unit: "lines",
    direction: Direction::Neutral,
    method: "Lines of the entries that a review tells, with the lines around each, out of all lines of text that the pull requests \
             take away or put in. The newest pull requests whose heads the clone keeps and that are not in the history, 50 of a \
             project at most; git does not say which of them were refused. A line that only moved within its file is no changed \
             one. Of a group of projects it is the sum.",
};

/// Waiting pull requests with something severe.
pub static PULLS_WITH_ALARMS: Measure = Measure {
    id: "pull-requests-with-alarms",
    title: "Waiting pull requests in which a review tells something of high severity",
    unit: "pull requests",
    direction: Direction::Neutral,
    method: "Pull requests with an entry of high or critical severity, out of those that were looked at: the newest whose heads the \
             clone keeps and that are not in the history, 50 of a project at most. It orders what to look at first and accuses \
             nobody: most such entries are what they should be. Of a group of projects it is the sum.",
};
