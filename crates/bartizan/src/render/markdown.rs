//! Markdown for step summaries and comments on pull requests.
//!
//! Names, versions and ids of others stand in code spans, where nothing is interpreted; their sentences
//! are escaped so that they can neither link, mention, embed nor break out of the table.

mod hygiene;

use bartizan_model::finding::VulnerabilityFinding;

use super::{ReportFormat, View, summary, words};
use crate::{error::Failure, report::ScanReport, term};

pub(super) static FORMAT: Markdown = Markdown;

pub(super) struct Markdown;

/// A comment may have 65,536 characters; the rest of the text needs some of them.
pub(crate) const TABLE_LIMIT: usize = 56_000;
const LISTED: usize = 20;
const CELL: usize = 160;

impl ReportFormat for Markdown {
    fn id(&self) -> &'static str {
        "markdown"
    }

    fn title(&self) -> &'static str {
        "for step summaries and pull requests"
    }

    fn render(&self, report: &ScanReport, _: View<'_>) -> Result<String, Failure> {
        let lines = summary::lines(report);
        let mut text = String::new();
        for (i, line) in lines.iter().enumerate() {
            let heading = if i == 0 { "### Bartizan: " } else { "" };
            text += &format!("{heading}{}\n\n", prose(line));
            if i == 0 {
                text += &complaint(report);
                text += &table(report);
            }
        }
        text += &hygiene::section(report);
        text += &details("Could not be decided", &unknown(report));
        text += &details("Could not be read", &problems(report));
        text += &details("Ignored", &ignored(report));
        text += &details("Cleared by VEX", &cleared(report));
        text += &details("Ignores without effect", &idle_ignores(report));
        Ok(text.trim_end().to_owned() + "\n")
    }
}

fn complaint(report: &ScanReport) -> String {
    match report.database.freshness.complaint() {
        Some((complaint, hint)) => format!(
            "> **Not an answer to rely on:** {}. {}\n\n",
            prose(&complaint),
            hint
        ),
        None => String::new(),
    }
}

fn table(report: &ScanReport) -> String {
    let mut text = String::new();
    let mut left = report.live().count();
    if left == 0 {
        return text;
    }
    text +=
        "| Severity | Vulnerability | Component | Fixed in | Comes by |\n|---|---|---|---|---|\n";
    for finding in report.live() {
        let row = row(finding);
        if text.len() + row.len() > TABLE_LIMIT {
            text += &format!(
                "\n{} more are not listed here.\n",
                words::amount(left as u64)
            );
            break;
        }
        text += &row;
        left -= 1;
    }
    text + "\n"
}

fn row(finding: &VulnerabilityFinding) -> String {
    let exploited = if finding.known_exploited.is_some() {
        " **known to be exploited**"
    } else {
        ""
    };
    let summary = prose(&term::cut(&finding.summary, CELL, "…"));
    let summary = if summary.is_empty() {
        summary
    } else {
        format!("<br>{summary}")
    };
    let component = format!(
        "{} {}",
        finding.component.package, finding.component.version
    );
    let mut fixed = finding
        .fixed
        .first()
        .map_or_else(|| "none known".to_owned(), |version| code(version));
    if let Some(release) = words::release_needed(finding) {
        fixed += &format!("; {}", prose(&release));
    }
    let sentences = words::sentences(finding).into_iter();
    let notes: Vec<String> = sentences
        .map(|note| "<br>".to_owned() + &prose(&term::cut(&note, CELL, "…")))
        .collect();
    let notes = notes.concat();
    let path = match finding.paths.first() {
        Some(path) if path.components.len() > 1 => path
            .components
            .iter()
            .map(|step| code(step))
            .collect::<Vec<_>>()
            .join(" → "),
        _ => "direct".to_owned(),
    };
    let severity = words::severity(&finding.severity);
    let id = code(&finding.group);
    format!(
        "| {severity} | {id}{exploited}{summary} | {}{notes} | {fixed} | {path} |\n",
        code(&component)
    )
}

fn unknown(report: &ScanReport) -> Vec<String> {
    report
        .unknown
        .iter()
        .map(|unknown| format!("{}: {}", code(&unknown.subject), prose(&unknown.message)))
        .chain(hygiene::unknown(report))
        .collect()
}

fn problems(report: &ScanReport) -> Vec<String> {
    report
        .problems
        .iter()
        .map(|problem| format!("{}: {}", code(&problem.subject), prose(&problem.message)))
        .collect()
}

fn cleared(report: &ScanReport) -> Vec<String> {
    let line = |finding: &VulnerabilityFinding| {
        let component = format!(
            "{} {}",
            finding.component.package, finding.component.version
        );
        let said = finding.vex.as_ref();
        let said = said.map(|verdict| prose(&words::vex(verdict, report.database.as_of)));
        let said = said.unwrap_or_default();
        format!("{} in {}: {said}", code(&finding.group), code(&component))
    };
    report.cleared().map(line).collect()
}

fn ignored(report: &ScanReport) -> Vec<String> {
    let line = |finding: &VulnerabilityFinding| {
        let component = format!(
            "{} {}",
            finding.component.package, finding.component.version
        );
        let reason = finding
            .ignored
            .as_ref()
            .map(|ignored| prose(&ignored.reason))
            .unwrap_or_default();
        format!("{} in {}: {reason}", code(&finding.group), code(&component))
    };
    let hygiene = report.ignored_hygiene().map(hygiene::ignored);
    report.ignored().map(line).chain(hygiene).collect()
}

fn idle_ignores(report: &ScanReport) -> Vec<String> {
    let unused = report
        .ignores
        .unused
        .iter()
        .map(|ignore| format!("{} matches nothing", code(&ignore.id)));
    let expired = report
        .ignores
        .expired
        .iter()
        .map(|ignore| format!("{} has expired", code(&ignore.id)));
    unused.chain(expired).collect()
}

/// A list that is folded up.
pub(crate) fn details(title: &str, items: &[String]) -> String {
    if items.is_empty() {
        return String::new();
    }
    let number = words::amount(items.len() as u64);
    let mut text = format!("<details><summary>{title}: {number}</summary>\n\n");
    for item in items.iter().take(LISTED) {
        text += &format!("- {item}\n");
    }
    if items.len() > LISTED {
        text += &format!(
            "- and {} more\n",
            words::amount((items.len() - LISTED) as u64)
        );
    }
    text + "\n</details>\n\n"
}

/// A code span. Backticks and bars, which could end it or the cell, are replaced by signs that look alike.
pub(crate) fn code(text: &str) -> String {
    let text = term::cut(&term::clean(text, true), CELL, "…")
        .replace('`', "'")
        .replace('|', "¦");
    if text.is_empty() {
        "-".to_owned()
    } else {
        format!("`{text}`")
    }
}

/// A sentence with everything escaped that means something in Markdown or to the code host. An empty
/// comment after `@` and `#` keeps them from naming people and issues.
pub(crate) fn prose(text: &str) -> String {
    const SPECIAL: &str = "\\`*_{}[]<>+!|~&$^=:";
    let mut out = String::with_capacity(text.len());
    for character in term::clean(text, true).chars() {
        match character {
            '@' | '#' => out.extend([character, '<', '!', '-', '-', ' ', '-', '-', '>']),
            special if SPECIAL.contains(special) => out.extend(['\\', special]),
            other => out.push(other),
        }
    }
    out.replace("www.", "www\\.")
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::{super::samples, *};

    fn check(report: &ScanReport) -> String {
        FORMAT.render(report, samples::plain()).unwrap()
    }

    #[test]
    fn a_table_says_what_to_mend() {
        assert_snapshot!(check(&samples::laboratory()), @r#"
        ### Bartizan: 3 findings in 2 of 84 components.

        | Severity | Vulnerability | Component | Fixed in | Comes by |
        |---|---|---|---|---|
        | critical 9.8 | `CVE-2023-4863` **known to be exploited**<br>what goes wrong in pillow when it is given a file by somebody who means harm | `pillow 10.0.0` | `10.0.1` | `scikit-image 0.21.0` → `pillow 10.0.0` |
        | unstated | `PYSEC-2023-157` | `jupyter-server 2.7.1` | none known | `jupyterlab 4.0.3` → `jupyter-server 2.7.1` |
        | medium 6.1 | `CVE-2023-39968`<br>what goes wrong in jupyter-server when it is given a file by somebody who means harm | `jupyter-server 2.7.1` | `2.7.2` | `jupyterlab 4.0.3` → `jupyter-server 2.7.1` |

        1 below high. 1 of unstated severity, which counts as high. 1 ignored (--show ignored). 1 question could not be decided (--show unknown). 1 problem met.

        Hygiene\: 1 medium, 1 low, 1 ignored (--show hygiene).

        Looked at for CPython 3.13.0 on linux x86\_64, 3 entries left out by markers.

        Advisories\: 4,364 records of 2 sources, imported 2 h to 26 h ago; newest record of 2026-11-21 (snapshot 5f2c81d09a3b).

        <details><summary>Hygiene: 2</summary>

        - medium, `look-alike-name`: `nunpy 1.0` differs by one letter from the popular \`numpy\` (`uv.lock:12`)
        - low, `requirement-without-hash`: `requirements.txt` states no hash for 2 requirements (`uv.lock:12`)

        </details>

        <details><summary>Could not be decided: 2</summary>

        - `libwebp 1.3.1`: 2 records with commit ranges only\: not decidable by version
        - `yanked-release`: the package index was not asked (\`scan --index\`)

        </details>

        <details><summary>Could not be read: 1</summary>

        - `wheels/broken.whl`: not a zip archive

        </details>

        <details><summary>Ignored: 2</summary>

        - `CVE-2022-1` in `numpy 1.21.0`: only with untrusted .npy files
        - `look-alike-name` in `ournumpy 2.0`: our own package

        </details>

        <details><summary>Ignores without effect: 1</summary>

        - `CVE-1999-1` matches nothing

        </details>
        "#);
    }

    #[test]
    fn nothing_of_others_is_interpreted() {
        assert_snapshot!(check(&samples::hostile()), @r#"
        ### Bartizan: 1 finding in 1 of 84 components.

        | Severity | Vulnerability | Component | Fixed in | Comes by |
        |---|---|---|---|---|
        | high 7.0 | `x\u{1b}]0;owned\u{7} ::error::pwned, file=/etc/passwd¦<script>alert(1)</script>'@all' [click](https://evil.example) %0A::stop-commands::t \u{202e}www.evil.exam…`<br>x\\u\{1b\}\]0;owned\\u\{7\} \:\:error\:\:pwned, file\=/etc/passwd\|\<script\>alert(1)\</script\>\`@<!-- -->all\` \[click\](https\://evil.example) %0A\:\:stop-commands\:\:t \\u\{202e\}www\.evil.example | `x\u{1b}]0;owned\u{7} ::error::pwned, file=/etc/passwd¦<script>alert(1)</script>'@all' [click](https://evil.example) %0A::stop-commands::t \u{202e}www.evil.exam…` | `x\u{1b}]0;owned\u{7} ::error::pwned, file=/etc/passwd¦<script>alert(1)</script>'@all' [click](https://evil.example) %0A::stop-commands::t \u{202e}www.evil.exam…` | direct |

        1 problem met.

        Hygiene\: 1 medium (--show hygiene).

        Looked at for CPython 3.13.0 on linux x86\_64, 3 entries left out by markers.

        Advisories\: 4,364 records of 2 sources, imported 2 h to 26 h ago; newest record of 2026-11-21 (snapshot 5f2c81d09a3b).

        <details><summary>Hygiene: 1</summary>

        - medium, `look-alike-name`: `x\u{1b}]0;owned\u{7} ::error::pwned, file=/etc/passwd¦<script>alert(1)</script>'@all' [click](https://evil.example) %0A::stop-commands::t \u{202e}www.evil.exam…` x\\u\{1b\}\]0;owned\\u\{7\} \:\:error\:\:pwned, file\=/etc/passwd\|\<script\>alert(1)\</script\>\`@<!-- -->all\` \[click\](https\://evil.example) %0A\:\:stop-commands\:\:t \\u\{202e\}www\.evil.example (`x\u{1b}]0;owned\u{7} ::error::pwned, file=/etc/passwd¦<script>alert(1)</script>'@all' [click](https://evil.example) %0A::stop-commands::t \u{202e}www.evil.exam…`)

        </details>

        <details><summary>Could not be read: 1</summary>

        - `x\u{1b}]0;owned\u{7} ::error::pwned, file=/etc/passwd¦<script>alert(1)</script>'@all' [click](https://evil.example) %0A::stop-commands::t \u{202e}www.evil.exam…`: x\\u\{1b\}\]0;owned\\u\{7\} \:\:error\:\:pwned, file\=/etc/passwd\|\<script\>alert(1)\</script\>\`@<!-- -->all\` \[click\](https\://evil.example) %0A\:\:stop-commands\:\:t \\u\{202e\}www\.evil.example

        </details>
        "#);
    }

    #[test]
    fn a_comment_has_a_limit() {
        let mut report = samples::laboratory();
        report.findings = std::iter::repeat_with(|| report.findings[0].clone())
            .take(1000)
            .collect();
        let text = check(&report);
        assert!(text.len() < 65_536 && text.contains("more are not listed here"));
    }

    #[test]
    fn native_libraries_are_shown_with_what_carries_them() {
        assert_snapshot!(check(&samples::natives()), @r"
        ### Bartizan: 2 findings in 2 of 84 components.

        | Severity | Vulnerability | Component | Fixed in | Comes by |
        |---|---|---|---|---|
        | high 8.8 | `CVE-2023-4863`<br>what goes wrong in libwebp when it is given a file by somebody who means harm | `libwebp 1.3.1`<br>Known from its version function in Pillow.libs/libwebp-74f033ac.so.7.1.7\: WebPGetDecoderVersion returns 0x10301 (upstream build).<br>PYSEC-2023-175 of pillow 10.0.0 is about the same. | `1.3.2`; a release of pillow that carries it is needed | `scikit-image 0.21.0` → `pillow 10.0.0` → `libwebp 1.3.1` |
        | unstated | `PYSEC-2023-175`<br>what goes wrong in pillow when it is given a file by somebody who means harm | `pillow 10.0.0`<br>It is about libwebp 1.3.1, which is carried\: see CVE-2023-4863 there. | none known | `jupyterlab 4.0.3` → `pillow 10.0.0` |

        1 of unstated severity, which counts as high. 2 questions could not be decided (--show unknown).

        Native code\: 12 libraries looked up; 1 that no source covers, 1 of unknown version or name (--show unknown). Native libraries of 2 targets were not looked for\: only wheels and environments on disk tell.

        Looked at for CPython 3.13.0 on linux x86\_64, 3 entries left out by markers.

        Advisories\: 4,364 records of 2 sources, imported 2 h to 26 h ago; newest record of 2026-11-21 (snapshot 5f2c81d09a3b).

        <details><summary>Could not be decided: 2</summary>

        - `brotli 1.0.9`: nobody ever spoke of it
        - `libxcb in pillow 10.0.0`: nothing tells its version

        </details>
        ");
    }
}
