//! What a change lets the package newly do, function by function, for programs and for people.

use bartizan_review::capability::Gained;
use serde::Serialize;

use super::report::ReviewReport;
use crate::{
    render::words,
    term::{Ink, Sheet},
};

/// How many are shown to people, unless all are asked for.
const SHOWN: usize = 8;

#[derive(Serialize)]
pub(super) struct CapabilityJson<'a> {
    capability: &'static str,
    function: &'a str,
    file: &'a str,
    line: u32,
    what: &'a str,
    is_new_for_package: Option<bool>,
    path: &'a [String],
}

pub(super) fn rows(gained: &[Gained]) -> Vec<CapabilityJson<'_>> {
    let rows = gained.iter().map(|it| CapabilityJson {
        capability: it.capability.name(),
        function: &it.function,
        file: &it.file,
        line: it.line,
        what: &it.what,
        is_new_for_package: it.is_new_for_package,
        path: &it.path,
    });
    rows.collect()
}

/// The section for people; nothing where nothing is gained.
pub(super) fn section(sheet: &mut Sheet, report: &ReviewReport<'_>, is_verbose: bool) {
    let gained = &report.capabilities;
    if gained.is_empty() {
        return;
    }
    let shown = if is_verbose { usize::MAX } else { SHOWN };
    let terminal = sheet.terminal;
    sheet.gap();
    sheet.line(&terminal.paint(Ink::Strong, "What functions may newly do"));
    for it in gained.iter().take(shown) {
        sheet.wrapped(2, &sentence(it));
    }
    if gained.len() > shown {
        let more = words::count(gained.len() - shown, "more function", "more functions");
        sheet.wrapped(2, &format!("{more}; `--verbose` shows them."));
    }
    if report.has_more_capabilities {
        sheet.wrapped(
            2,
            "There are more than are told: of each file the first ones are.",
        );
    }
}

fn sentence(it: &Gained) -> String {
    let who = if it.function.is_empty() {
        "the file as a whole".to_owned()
    } else {
        format!("`{}`", it.function)
    };
    let novelty = match it.is_new_for_package {
        Some(true) => ", which nothing of the package could do before",
        _ => "",
    };
    let way = if it.path.is_empty() {
        "no path to it is known".to_owned()
    } else {
        format!("by way of {}", it.path.join(" > "))
    };
    format!(
        "{}:{}: {who} may {} (`{}`){novelty}; {way}",
        it.file,
        it.line,
        it.capability.as_str(),
        it.what
    )
}

#[cfg(test)]
mod tests {
    use bartizan_review::{kind::Role, rule::Capability};

    use super::*;

    #[test]
    fn a_function_is_told_with_the_way_to_it() {
        let gained = Gained {
            capability: Capability::Network,
            file: "lab/io.py".to_owned(),
            line: 7,
            function: "_get".to_owned(),
            what: "socket.socket".to_owned(),
            is_new_for_package: Some(true),
            path: vec!["public name `load`".to_owned(), "lab/io.py:_get".to_owned()],
            role: Role::Code,
        };
        insta::assert_snapshot!(sentence(&gained), @"lab/io.py:7: `_get` may reach a network (`socket.socket`), which nothing of the package could do before; by way of public name `load` > lab/io.py:_get");
        let lost = Gained {
            path: Vec::new(),
            is_new_for_package: None,
            function: String::new(),
            ..gained
        };
        insta::assert_snapshot!(sentence(&lost), @"lab/io.py:7: the file as a whole may reach a network (`socket.socket`); no path to it is known");
    }
}
