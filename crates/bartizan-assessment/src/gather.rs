//! From the figures of projects to those of a cohort or of the ecosystem.

use std::collections::BTreeMap;

use bartizan_model::assessment::{Evidence, Figure};

use crate::measures::{Gathering, gathering};

/// How many pieces of evidence a gathered figure names; the rest stand at the projects' figures.
const MOST_EVIDENCE: usize = 5;

/// How many parts a gathered figure has; the smallest become one.
const MOST_SHARES: usize = 60;

/// The figures over some projects, each with its name, sorted by measure. A measure that none of them has is not there.
pub(crate) fn gather(projects: &[(String, Vec<Figure>)]) -> Vec<Figure> {
    let mut by_measure: BTreeMap<&str, Vec<(&str, &Figure)>> = BTreeMap::new();
    for (project, figures) in projects {
        for figure in figures {
            let of_measure = by_measure.entry(&figure.measure).or_default();
            of_measure.push((project, figure));
        }
    }
    let gathered = by_measure.into_iter().map(|(measure, figures)| {
        let (value, whole, shares) = match gathering(measure) {
            Gathering::Sum => sum(&figures),
            Gathering::Mean => mean(&figures),
        };
        Figure {
            measure: measure.to_owned(),
            value,
            whole,
            shares: cut(shares),
            evidence: evidence(&figures),
        }
    });
    gathered.collect()
}

type Gathered = (f64, Option<f64>, Vec<(String, f64)>);

fn sum(figures: &[(&str, &Figure)]) -> Gathered {
    let value = figures.iter().map(|(_, figure)| figure.value).sum();
    let wholes: Option<Vec<f64>> = figures.iter().map(|(_, figure)| figure.whole).collect();
    // In the order in which the first project shows them, so that the severest stays first.
    let mut shares: Vec<(String, f64)> = Vec::new();
    for (name, part) in figures.iter().flat_map(|(_, figure)| &figure.shares) {
        match shares.iter_mut().find(|(known, _)| known == name) {
            Some((_, sum)) => *sum += part,
            None => shares.push((name.clone(), *part)),
        }
    }
    (value, wholes.map(|wholes| wholes.iter().sum()), shares)
}

fn mean(figures: &[(&str, &Figure)]) -> Gathered {
    let count = figures.len().max(1) as f64;
    let parts = figures.iter();
    let mut shares: Vec<(String, f64)> = parts
        .map(|(project, figure)| ((*project).to_owned(), figure.value / count))
        .collect();
    shares.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let value = shares.iter().map(|(_, part)| part).sum();
    (value, None, shares)
}

fn cut(mut shares: Vec<(String, f64)>) -> Vec<(String, f64)> {
    if shares.len() > MOST_SHARES {
        let rest = shares.split_off(MOST_SHARES - 1);
        let rest = rest.iter().map(|(_, part)| part).sum();
        shares.push(("everything else".to_owned(), rest));
    }
    shares
}

fn evidence(figures: &[(&str, &Figure)]) -> Vec<Evidence> {
    let all = figures.iter().flat_map(|(_, figure)| &figure.evidence);
    let mut evidence: Vec<Evidence> = Vec::new();
    for one in all {
        let is_known = evidence
            .iter()
            .any(|known| known.source == one.source && known.snapshot == one.snapshot);
        if !is_known && evidence.len() < MOST_EVIDENCE {
            evidence.push(one.clone());
        }
    }
    evidence
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn figure(measure: &str, value: f64, whole: Option<f64>, shares: &[(&str, f64)]) -> Figure {
        let shares = shares
            .iter()
            .map(|(name, part)| ((*name).to_owned(), *part));
        Figure {
            measure: measure.to_owned(),
            value,
            whole,
            shares: shares.collect(),
            evidence: Vec::new(),
        }
    }

    fn check(projects: &[(&str, Vec<Figure>)]) -> String {
        let projects: Vec<_> = projects
            .iter()
            .map(|(name, figures)| ((*name).to_owned(), figures.clone()))
            .collect();
        let lines = gather(&projects).into_iter().map(|figure| {
            let Figure {
                measure,
                value,
                whole,
                shares,
                ..
            } = figure;
            format!("{measure} {value} of {whole:?} {shares:?}")
        });
        lines.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn counts_add_up_and_risks_have_a_mean() {
        insta::assert_snapshot!(check(&[
            ("a", vec![figure("open-advisories", 2.0, None, &[("high", 1.0), ("low", 1.0)]), figure("chain-risk", 0.5, None, &[])]),
            ("b", vec![figure("open-advisories", 1.0, None, &[("low", 1.0)]), figure("chain-risk", 0.25, None, &[])]),
            ("c", vec![figure("standard-endorsed:spec-8", 1.0, Some(1.0), &[])]),
        ]), @r#"
        chain-risk 0.375 of None [("a", 0.25), ("b", 0.125)]
        open-advisories 3 of None [("high", 1.0), ("low", 2.0)]
        standard-endorsed:spec-8 1 of Some(1.0) []
        "#);
        assert_eq!(check(&[("a", vec![])]), "");
    }

    proptest! {
        #[test]
        fn parts_add_up_to_the_value(values in proptest::collection::vec(0.0_f64..1.0, 1..90)) {
            let projects: Vec<_> = values.iter().enumerate().map(|(place, value)| {
                (format!("p{place:03}"), vec![figure("chain-risk", *value, None, &[])])
            }).collect();
            let gathered = gather(&projects);
            let parts: f64 = gathered[0].shares.iter().map(|(_, part)| part).sum();
            prop_assert!((parts - gathered[0].value).abs() < 1e-9);
            prop_assert!(gathered[0].value <= 1.0);
        }
    }
}
