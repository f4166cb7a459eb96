//! Workflow commands, so that findings appear beside the lines of a pull request.
//!
//! A line that starts with `::` is a command to the runner. Everything that others wrote is escaped, and
//! never starts a line.

mod hygiene;

use bartizan_model::finding::VulnerabilityFinding;

use super::{ReportFormat, View, place::Place, summary, words};
use crate::{error::Failure, report::ScanReport, term::clean};

pub(super) static FORMAT: GitHub = GitHub;

pub(super) struct GitHub;

/// The runner shows ten annotations of a kind for a step; more would only fill the log.
const LISTED: usize = 500;

impl ReportFormat for GitHub {
    fn id(&self) -> &'static str {
        "github"
    }

    fn title(&self) -> &'static str {
        "annotations of a GitHub workflow"
    }

    fn render(&self, report: &ScanReport, view: View<'_>) -> Result<String, Failure> {
        let mut text = String::new();
        for finding in report.live().take(LISTED) {
            let kind = if report.counts(finding) {
                "error"
            } else {
                "warning"
            };
            let place = Place::of(&finding.component.locator, view.root);
            text += &command(kind, Some(&place), &title(finding), &message(finding));
        }
        text += &hygiene::annotations(report, view);
        for problem in report.problems.iter().take(LISTED) {
            let message = format!("{}: {}", problem.subject, problem.message);
            text += &command(
                "warning",
                None,
                "Bartizan could not read something",
                &message,
            );
        }
        if let Some((complaint, hint)) = report.database.freshness.complaint() {
            text += &command(
                "error",
                None,
                "Bartizan's advisories",
                &format!("{complaint}; {hint}"),
            );
        }
        for line in summary::lines(report) {
            text += &plain(&line);
        }
        Ok(text)
    }
}

fn title(finding: &VulnerabilityFinding) -> String {
    format!(
        "{} in {} {}",
        finding.group, finding.component.package, finding.component.version
    )
}

fn message(finding: &VulnerabilityFinding) -> String {
    let mut parts = vec![format!("Severity {}.", words::severity(&finding.severity))];
    if finding.known_exploited.is_some() {
        parts.push("Known to be exploited.".to_owned());
    }
    match words::fixed(finding) {
        Some(version) => parts.push(format!("Fixed in {version}.")),
        None => parts.push("No fixed version is known.".to_owned()),
    }
    if let Some(path) = finding
        .paths
        .first()
        .filter(|path| path.components.len() > 1)
    {
        parts.push(format!("Comes by {}.", path.components.join(" -> ")));
    }
    parts.extend(words::sentences(finding));
    if !finding.summary.is_empty() {
        parts.push(finding.summary.clone());
    }
    parts.join(" ")
}

/// A command to the runner: an annotation of a kind, beside a line where there is one.
fn command(kind: &str, place: Option<&Place>, title: &str, message: &str) -> String {
    let mut properties = Vec::new();
    if let Some(place) = place.filter(|place| !place.file.is_empty()) {
        properties.push(format!("file={}", property(&place.file)));
        if let Some(line) = place.line {
            properties.push(format!("line={line}"));
        }
    }
    properties.push(format!("title={}", property(title)));
    format!("::{kind} {}::{}\n", properties.join(","), data(message))
}

/// An annotation beside a line of a file.
pub(crate) fn annotation(
    kind: &str,
    (file, line): (&str, usize),
    title: &str,
    message: &str,
) -> String {
    let place = Place {
        file: file.to_owned(),
        line: u32::try_from(line).ok(),
    };
    command(kind, Some(&place), title, message)
}

/// An annotation that belongs to no file.
pub(crate) fn unplaced(kind: &str, title: &str, message: &str) -> String {
    command(kind, None, title, message)
}

/// The escapes of a command's message.
fn data(text: &str) -> String {
    clean(text, true)
        .replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// The escapes of a command's property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

/// A line of the log that the runner cannot take for a command, neither of the new form nor of the old.
pub(crate) fn plain(text: &str) -> String {
    let text = clean(text, true)
        .replace("::", ": :")
        .replace("##[", "# #[");
    format!("{text}\n")
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::{super::samples, *};

    fn check(report: &ScanReport) -> String {
        FORMAT.render(report, samples::plain()).unwrap()
    }

    #[test]
    fn findings_become_annotations() {
        assert_snapshot!(check(&samples::laboratory()), @r#"
        ::error file=uv.lock,line=12,title=CVE-2023-4863 in pillow 10.0.0::Severity critical 9.8. Known to be exploited. Fixed in 10.0.1. Comes by scikit-image 0.21.0 -> pillow 10.0.0. what goes wrong in pillow when it is given a file by somebody who means harm
        ::error file=uv.lock,line=12,title=PYSEC-2023-157 in jupyter-server 2.7.1::Severity unstated. No fixed version is known. Comes by jupyterlab 4.0.3 -> jupyter-server 2.7.1.
        ::warning file=uv.lock,line=12,title=CVE-2023-39968 in jupyter-server 2.7.1::Severity medium 6.1. Fixed in 2.7.2. Comes by jupyterlab 4.0.3 -> jupyter-server 2.7.1. what goes wrong in jupyter-server when it is given a file by somebody who means harm
        ::warning file=uv.lock,line=12,title=look-alike-name (medium)::nunpy 1.0 differs by one letter from the popular `numpy`.
        ::notice file=uv.lock,line=12,title=requirement-without-hash (low)::requirements.txt states no hash for 2 requirements.
        ::warning title=Bartizan could not read something::wheels/broken.whl: not a zip archive
        3 findings in 2 of 84 components.
        1 below high. 1 of unstated severity, which counts as high. 1 ignored (--show ignored). 1 question could not be decided (--show unknown). 1 problem met.
        Hygiene: 1 medium, 1 low, 1 ignored (--show hygiene).
        Looked at for CPython 3.13.0 on linux x86_64, 3 entries left out by markers.
        Advisories: 4,364 records of 2 sources, imported 2 h to 26 h ago; newest record of 2026-11-21 (snapshot 5f2c81d09a3b).
        "#);
    }

    #[test]
    fn nothing_of_others_becomes_a_command() {
        let text = check(&samples::hostile());
        for line in text.lines() {
            let commands = line.matches("::").count();
            let is_ours = ["::error file=", "::warning file=", "::warning title="]
                .iter()
                .any(|start| line.starts_with(start));
            assert!(commands == 0 || is_ours, "{line}");
        }
        assert!(!text.contains('\u{1b}') && !text.contains('\r'));
        assert_snapshot!(text, @r#"
        ::error file=x\u{1b}]0;owned\u{7} %3A%3Aerror%3A%3Apwned%2C file=/etc/passwd|<script>alert(1)</script>`@all` [click](https%3A//evil.example) %250A%3A%3Astop-commands%3A%3At \u{202e}www.evil.example,line=3,title=x\u{1b}]0;owned\u{7} %3A%3Aerror%3A%3Apwned%2C file=/etc/passwd|<script>alert(1)</script>`@all` [click](https%3A//evil.example) %250A%3A%3Astop-commands%3A%3At \u{202e}www.evil.example in x\u{1b}]0;owned\u{7} %3A%3Aerror%3A%3Apwned%2C file=/etc/passwd|<script>alert(1)</script>`@all` [click](https%3A//evil.example) %250A%3A%3Astop-commands%3A%3At \u{202e}www.evil.example x\u{1b}]0;owned\u{7} %3A%3Aerror%3A%3Apwned%2C file=/etc/passwd|<script>alert(1)</script>`@all` [click](https%3A//evil.example) %250A%3A%3Astop-commands%3A%3At \u{202e}www.evil.example::Severity high 7.0. Fixed in x\u{1b}]0;owned\u{7} ::error::pwned, file=/etc/passwd|<script>alert(1)</script>`@all` [click](https://evil.example) %250A::stop-commands::t \u{202e}www.evil.example. x\u{1b}]0;owned\u{7} ::error::pwned, file=/etc/passwd|<script>alert(1)</script>`@all` [click](https://evil.example) %250A::stop-commands::t \u{202e}www.evil.example
        ::warning file=x\u{1b}]0;owned\u{7} %3A%3Aerror%3A%3Apwned%2C file=/etc/passwd|<script>alert(1)</script>`@all` [click](https%3A//evil.example) %250A%3A%3Astop-commands%3A%3At \u{202e}www.evil.example,line=3,title=look-alike-name (medium)::x\u{1b}]0;owned\u{7} ::error::pwned, file=/etc/passwd|<script>alert(1)</script>`@all` [click](https://evil.example) %250A::stop-commands::t \u{202e}www.evil.example x\u{1b}]0;owned\u{7} ::error::pwned, file=/etc/passwd|<script>alert(1)</script>`@all` [click](https://evil.example) %250A::stop-commands::t \u{202e}www.evil.example.
        ::warning title=Bartizan could not read something::x\u{1b}]0;owned\u{7} ::error::pwned, file=/etc/passwd|<script>alert(1)</script>`@all` [click](https://evil.example) %250A::stop-commands::t \u{202e}www.evil.example: x\u{1b}]0;owned\u{7} ::error::pwned, file=/etc/passwd|<script>alert(1)</script>`@all` [click](https://evil.example) %250A::stop-commands::t \u{202e}www.evil.example
        1 finding in 1 of 84 components.
        1 problem met.
        Hygiene: 1 medium (--show hygiene).
        Looked at for CPython 3.13.0 on linux x86_64, 3 entries left out by markers.
        Advisories: 4,364 records of 2 sources, imported 2 h to 26 h ago; newest record of 2026-11-21 (snapshot 5f2c81d09a3b).
        "#);
    }

    #[test]
    fn native_libraries_are_shown_with_what_carries_them() {
        assert_snapshot!(check(&samples::natives()), @r"
        ::error file=pillow.whl,title=CVE-2023-4863 in libwebp 1.3.1::Severity high 8.8. Fixed in libwebp 1.3.2; a release of pillow that carries it is needed. Comes by scikit-image 0.21.0 -> pillow 10.0.0 -> libwebp 1.3.1. Known from its version function in Pillow.libs/libwebp-74f033ac.so.7.1.7: WebPGetDecoderVersion returns 0x10301 (upstream build). PYSEC-2023-175 of pillow 10.0.0 is about the same. what goes wrong in libwebp when it is given a file by somebody who means harm
        ::error file=uv.lock,line=12,title=PYSEC-2023-175 in pillow 10.0.0::Severity unstated. No fixed version is known. Comes by jupyterlab 4.0.3 -> pillow 10.0.0. It is about libwebp 1.3.1, which is carried: see CVE-2023-4863 there. what goes wrong in pillow when it is given a file by somebody who means harm
        2 findings in 2 of 84 components.
        1 of unstated severity, which counts as high. 2 questions could not be decided (--show unknown).
        Native code: 12 libraries looked up; 1 that no source covers, 1 of unknown version or name (--show unknown). Native libraries of 2 targets were not looked for: only wheels and environments on disk tell.
        Looked at for CPython 3.13.0 on linux x86_64, 3 entries left out by markers.
        Advisories: 4,364 records of 2 sources, imported 2 h to 26 h ago; newest record of 2026-11-21 (snapshot 5f2c81d09a3b).
        ");
    }
}
