//! Rules of calls.

use super::Subject;
use crate::{
    code::Call,
    rule::{Calls, Look, Rule, Rules, is_like},
    sighting::Sighting,
};

pub(super) fn see<'r>(subject: &Subject<'_>, rules: &'r Rules, sightings: &mut Vec<Sighting<'r>>) {
    let of_calls = rules
        .all()
        .filter(|rule| rule.is_for(subject.language, subject.role));
    let of_calls: Vec<(&Rule, &Calls)> = of_calls
        .filter_map(|rule| match &rule.look {
            Look::Calls(calls) => Some((rule, calls)),
            _ => None,
        })
        .collect();
    if of_calls.is_empty() {
        return;
    }
    for call in subject.calls() {
        for (rule, calls) in &of_calls {
            if fits(calls, call) {
                sightings.push(sighting(subject, rule, calls, call));
            }
        }
    }
}

fn fits(calls: &Calls, call: &Call) -> bool {
    calls
        .functions
        .iter()
        .any(|wanted| is_like(&call.function, wanted))
        && calls
            .conditions
            .iter()
            .all(|condition| condition.holds(call))
        && (!calls.is_dropped || call.is_dropped)
        && (calls.given_to.is_empty() || call.given_to.as_ref().is_some_and(|it| calls.given_to.contains(it)))
}

fn sighting<'r>(subject: &Subject<'_>, rule: &'r Rule, calls: &Calls, call: &Call) -> Sighting<'r> {
    Sighting {
        rule,
        path: subject.file.path.clone(),
        role: subject.role,
        line: Some(call.line),
        snippet: call.text.clone(),
        within: call.within.clone(),
        message: calls.message.replace("{}", &call.function),
        severity: rule.severity,
        context: Vec::new(),
        opaque: None,
    }
}
