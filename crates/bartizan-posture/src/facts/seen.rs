//! Questions about facts that several checks ask.

use std::collections::{BTreeMap, BTreeSet};

use bartizan_formats::ci::{Node, expression::expressions, uses::Uses};

use super::{Facts, workflows::JobAt};
use crate::judgement::Place;

/// The numbers in the badge that declares adopted SPECs.
const BADGE: &str = "img.shields.io/badge/SPEC-";

/// How a text asks for pre-releases or nightly builds.
const NIGHTLY: [&str; 10] = [
    "nightly-wheels",
    "--prerelease",
    "PIP_PRE",
    "UV_PRERELEASE",
    "upstream-dev",
    "upstream_dev",
    "devdeps",
    "nightlies",
    "test-nightly",
    "ci/nightly",
];

/// Whether a text asks for pre-releases or nightly builds; `--pre` stands as a word.
fn asks_for_nightly(text: &str) -> bool {
    let mut words = text.split(|it: char| it.is_whitespace() || matches!(it, '"' | '\'' | ','));
    NIGHTLY.iter().any(|word| text.contains(word)) || words.any(|word| word == "--pre")
}

impl Facts {
    /// What steps and jobs of every workflow and action take from elsewhere, each with its file.
    pub fn uses(&self) -> Vec<(&str, &Uses)> {
        let mut found = Vec::new();
        for file in &self.workflows {
            for job in &file.workflow.jobs {
                let steps = job.steps.iter().filter_map(|step| step.uses.as_ref());
                found.extend(
                    job.uses
                        .iter()
                        .chain(steps)
                        .map(|uses| (file.path.as_str(), uses)),
                );
            }
        }
        for action in &self.actions {
            let steps = action
                .action
                .steps
                .iter()
                .filter_map(|step| step.uses.as_ref());
            found.extend(steps.map(|uses| (action.path.as_str(), uses)));
        }
        found
    }

    /// The SPECs that badges of the README declare as adopted, each with the first place where one does.
    pub fn declarations(&self) -> BTreeMap<u32, Place> {
        let mut declared = BTreeMap::new();
        let Some(readme) = &self.readme else {
            return declared;
        };
        for (line, text) in (1..).zip(readme.text.lines()) {
            for part in text.split(BADGE).skip(1) {
                let list = part
                    .split('-')
                    .next()
                    .unwrap_or_default()
                    .replace("%2C", ",")
                    .replace("%20", "");
                let numbers = list.split([',', '_', '|']);
                for number in numbers.filter_map(|it| it.trim().parse::<u32>().ok()) {
                    let place = || Place::line(&readme.path, line);
                    declared.entry(number).or_insert_with(place);
                }
            }
        }
        declared
    }

    /// The SPECs that badges of the README declare as adopted.
    pub fn declared_specs(&self) -> BTreeSet<u32> {
        self.declarations().into_keys().collect()
    }

    /// Jobs that run by themselves and ask for pre-releases or nightly builds, each with the line where they do.
    pub fn nightly_tests(&self) -> Vec<(JobAt<'_>, u32)> {
        let is_scheduled = |at: &JobAt<'_>| {
            self.starts(at.file)
                .iter()
                .any(|it| it.trigger.event == "schedule")
        };
        let mut found = Vec::new();
        for at in self.jobs().filter(is_scheduled) {
            let mut line = None;
            // What a job is called, and where it runs, says nothing of what it installs.
            let entries = at.job.node.entries().iter();
            let telling = entries
                .filter(|it| !matches!(it.key.as_str(), "environment" | "if" | "name" | "needs"));
            for entry in telling {
                entry.value.walk(&mut |text, start| {
                    if asks_for_nightly(text) && !text.contains("upload") {
                        let offset = text.lines().position(asks_for_nightly);
                        let offset = offset.and_then(|it| u32::try_from(it).ok());
                        line.get_or_insert(start.saturating_add(offset.unwrap_or_default()));
                    }
                });
            }
            found.extend(line.map(|line| (at, line)));
        }
        found
    }

    /// Whether a workflow runs by itself at least once a week.
    pub fn runs_weekly(&self, at: &JobAt<'_>) -> bool {
        let starts = self.starts(at.file);
        let mut crons = starts.iter().flat_map(|it| &it.trigger.crons);
        crons.any(|cron| is_weekly(cron))
    }

    /// Whether a file of another system of continuous integration holds one of several words.
    pub fn elsewhere_says(&self, words: &[&str]) -> bool {
        let mut others = self.other_systems.iter();
        others.any(|file| words.iter().any(|word| file.document.text.contains(word)))
    }

    /// The labels of the machines that a job runs on; of a matrix, all of them.
    pub fn labels(&self, at: &JobAt<'_>) -> Vec<(String, u32)> {
        let mut labels = Vec::new();
        for label in &at.job.runs_on {
            let computed = expressions(&label.value);
            if computed.is_empty() {
                labels.push((label.value.clone(), label.line));
            }
            for path in computed
                .iter()
                .flat_map(bartizan_formats::ci::expression::Expression::paths)
            {
                if let Some(key) = path.strip_prefix("matrix.") {
                    labels.extend(
                        of_matrix(&at.job.node, key)
                            .into_iter()
                            .map(|text| (text, label.line)),
                    );
                }
            }
        }
        labels
    }
}

/// Whether a line of cron names every month, and every day of it or one in at most seven. What is no line of cron runs never.
fn is_weekly(cron: &str) -> bool {
    let fields: Vec<&str> = cron.split_whitespace().collect();
    let [_, _, day, month, _] = fields.as_slice() else {
        return false;
    };
    let is_often = |day: &str| match day.strip_prefix("*/") {
        Some(step) => step.parse::<u8>().is_ok_and(|step| step <= 7),
        None => matches!(day, "*" | "?"),
    };
    is_often(day) && matches!(*month, "*" | "*/1" | "1-12")
}

/// The values of a key of a job's matrix, those of `include` too.
fn of_matrix(job: &Node, key: &str) -> Vec<String> {
    let Some(matrix) = job
        .get("strategy")
        .and_then(|strategy| strategy.get("matrix"))
    else {
        return Vec::new();
    };
    let mut parts = key.split('.');
    let (first, rest) = (parts.next().unwrap_or_default(), parts.next());
    let named = |node: &Node, key: &str| {
        node.entries()
            .iter()
            .find(|it| it.key.eq_ignore_ascii_case(key))
            .map(|it| it.value.clone())
    };
    let mut values: Vec<Node> = named(matrix, first)
        .map(|node| node.items().to_vec())
        .unwrap_or_default();
    let included = matrix.get("include").map(Node::items).unwrap_or_default();
    values.extend(included.iter().filter_map(|item| named(item, first)));
    let mut texts = Vec::new();
    for value in &values {
        let value = rest
            .and_then(|key| named(value, key))
            .unwrap_or_else(|| value.clone());
        value.walk(&mut |text, _| texts.push(text.to_owned()));
    }
    texts
}

#[cfg(test)]
mod tests {
    use super::is_weekly;

    #[test]
    fn a_line_of_cron_is_weekly_or_rarer() {
        for cron in ["0 3 * * 1", "0 0 */3 * *", "@daily is none"] {
            assert_eq!(is_weekly(cron), !cron.contains('@'), "{cron}");
        }
        for cron in ["0 3 1 * *", "0 3 1,15 * *", "0 3 * 1 *", "", "0 3 */14 * *"] {
            assert!(!is_weekly(cron), "{cron}");
        }
    }
}
