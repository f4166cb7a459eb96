//! How the invented projects stand on invented people: what is told of each, and the figures that follow from it.

use bartizan_assessment::measures::{
    BRING_WORK_IN, KEEP_SEVERAL, ONE_HAND, REST_ON_FEW, REVIEWS_OF_EACH, STRUCTURAL_RISK,
    TRUCK_FACTOR,
};
use bartizan_model::assessment::{Figure, Measure};
use serde_json::json;

use super::{
    ecosystem::{PROJECTS, Sample},
    project::seed,
};

/// How many bring work into an invented project.
fn hands(sample: &Sample) -> u32 {
    seed(sample.name) % 7 + 1
}

fn figure(measure: &Measure, value: f64, whole: Option<f64>) -> Figure {
    Figure {
        measure: measure.id.to_owned(),
        value,
        whole,
        shares: Vec::new(),
        evidence: Vec::new(),
    }
}

/// What is measured of the people of one project.
pub(super) fn figures(sample: &Sample) -> Vec<Figure> {
    let hands = hands(sample);
    let is = |holds: bool| f64::from(u8::from(holds));
    let mut risk = figure(&STRUCTURAL_RISK, 0.0, Some(1.0));
    risk.shares = vec![
        ("high".to_owned(), 0.0),
        ("raised".to_owned(), is(hands <= 2)),
        ("usual".to_owned(), is(hands > 2)),
    ];
    vec![
        risk,
        figure(&TRUCK_FACTOR, f64::from(hands.div_ceil(2)), None),
        figure(&BRING_WORK_IN, f64::from(hands), None),
        figure(&ONE_HAND, 1.0 / f64::from(hands), None),
        figure(&REVIEWS_OF_EACH, 12.0, None),
    ]
}

/// What is measured of the people of all projects together.
pub(super) fn together() -> [Figure; 2] {
    let all: u32 = PROJECTS.iter().map(hands).sum();
    let shared: u32 = PROJECTS.iter().map(|it| hands(it) / 3).sum();
    let several = f64::from(shared.div_ceil(2));
    let once = f64::from(all - shared) + several;
    let projects = PROJECTS.len() as f64;
    [
        figure(&KEEP_SEVERAL, several, Some(once)),
        figure(&REST_ON_FEW, (projects / 3.0).floor(), Some(projects)),
    ]
}

/// How the invented project stands on invented people.
pub(super) fn structure(sample: &Sample) -> serde_json::Value {
    let hands = hands(sample);
    let few = hands <= 2;
    json!({
        "level": if few { "raised" } else { "usual" },
        "contributors": 20 + hands * 31,
        "recent_authors": 3 + hands * 2,
        "recent_works": 60 * hands,
        "truck_factor": hands.div_ceil(2),
        "hands": hands,
        "shared_hands": hands / 3,
        "releasers": hands.min(2),
        "releases": 5,
        "signals": [{
            "state": if few { "holds" } else { "does-not" },
            "title": "At most two people bring work in",
            "because": format!("{hands} people bring work in"),
            "against": null,
            "remedy": "invite a further maintainer, and tell those who stand on the project that one is needed",
            "held": 1,
            "of": 4,
        }],
        "review": {
            "unseen": 12 * hands,
            "taken_in": 40 * hands,
            "of_each": 12.0,
            "waited_days_half": 3.5,
            "waited_days_nine_tenths": 41.0,
            "one_hand": 1.0 / f64::from(hands),
        },
    })
}
