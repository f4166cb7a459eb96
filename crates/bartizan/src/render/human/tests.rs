//! What a person sees.

use insta::assert_snapshot;

use super::{
    super::{Show, samples},
    *,
};
use crate::freshness::Freshness;

fn check(report: &ScanReport, change: impl FnOnce(&mut View<'_>)) -> String {
    let mut view = samples::plain();
    change(&mut view);
    let text = FORMAT.render(report, view).unwrap();
    let width = view.terminal.width;
    assert!(
        text.lines()
            .all(|line| crate::term::columns(line) <= width || view.terminal.has_color),
        "{text}"
    );
    text
}

#[test]
fn findings_come_first_and_the_summary_last() {
    assert_snapshot!(check(&samples::laboratory(), |_| {}), @r#"
    pillow 10.0.0                      critical 9.8  CVE-2023-4863  KEV  EPSS 94 %
      what goes wrong in pillow when it is given a file by somebody who means harm
      lab → scikit-image 0.21.0 → pillow 10.0.0
      lab → pillow 10.0.0
      fixed in 10.0.1; the first that no record affects is 10.2.0
    jupyter-server 2.7.1                   unstated  PYSEC-2023-157 and 1 more
      lab → jupyterlab 4.0.3 → jupyter-server 2.7.1
      unstated  PYSEC-2023-157  no fixed version is known
      medium 6.1  CVE-2023-39968  fixed in 2.7.2
        what goes wrong in jupyter-server when it is given a file by somebody who m…
    look-alike-name                          medium  1 finding
      nunpy 1.0 differs by one letter from the popular `numpy` (uv.lock:12 and 1
      more)
      Do what mends it.

    problem: wheels/broken.whl: not a zip archive
      hint: download it again
    unused ignore: CVE-1999-1 for scipy: it matches nothing here

    3 findings in 2 of 84 components.
    1 below high. 1 of unstated severity, which counts as high. 1 ignored (--show
    ignored). 1 question could not be decided (--show unknown). 1 problem met.
    Hygiene: 1 medium, 1 low, 1 ignored (--show hygiene).
    Looked at for CPython 3.13.0 on linux x86_64, 3 entries left out by markers.
    Advisories: 4,364 records of 2 sources, imported 2 h to 26 h ago; newest record
    of 2026-11-21 (snapshot 5f2c81d09a3b).
    hint: `bartizan db show ID` shows what each source says about a vulnerability
    hint: `bartizan fix uv.lock` plans the smallest upgrade
    "#);
}

const EVERYTHING: Show = Show {
    unknown: true,
    ignored: true,
    hygiene: true,
    everything: true,
};

#[test]
fn verbose_tells_why() {
    assert_snapshot!(check(&samples::laboratory(), |view| {
        view.is_verbose = true;
        view.show = EVERYTHING;
        view.terminal.width = 120;
    }), @r#"
    pillow 10.0.0                                            critical 9.8  CVE-2023-4863  KEV  EPSS 94 %
      what goes wrong in pillow when it is given a file by somebody who means harm
      lab → scikit-image 0.21.0 → pillow 10.0.0
      lab → pillow 10.0.0
      fixed in 10.0.1; the first that no record affects is 10.2.0
      also PYSEC-2023-175
      vector CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:U/C:H/I:H/A:H
      known from CVE-2023-4863 (pypa): >=0, <10.0.0.1
      stated in uv.lock:12
    jupyter-server 2.7.1                                         unstated  PYSEC-2023-157 and 1 more
      lab → jupyterlab 4.0.3 → jupyter-server 2.7.1
      unstated  PYSEC-2023-157  no fixed version is known
        known from PYSEC-2023-157 (pypa): >=0, <2.7.1.1
        stated in uv.lock:12
      medium 6.1  CVE-2023-39968  fixed in 2.7.2
        what goes wrong in jupyter-server when it is given a file by somebody who means harm
        vector CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:U/C:H/I:H/A:H
        known from CVE-2023-39968 (pypa): >=0, <2.7.1.1
        stated in uv.lock:12
    numpy 1.21.0                                                 high 7.5  CVE-2022-1
      what goes wrong in numpy when it is given a file by somebody who means harm
      lab → jupyterlab 4.0.3 → numpy 1.21.0
      no fixed version is known
      ignored: only with untrusted .npy files (until 2027-01-31)
      vector CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:U/C:H/I:H/A:H
      known from CVE-2022-1 (pypa): >=0, <1.21.0.1
      stated in uv.lock:12
    look-alike-name                                                medium  1 finding
      nunpy 1.0 differs by one letter from the popular `numpy` (uv.lock:12 and 1 more)
      Do what mends it.
    requirement-without-hash                                          low  1 finding
      requirements.txt states no hash for 2 requirements (uv.lock:12 and 1 more)
      Do what mends it.
    look-alike-name                                                medium  1 finding
      ournumpy 2.0 differs by one letter from the popular `numpy` (uv.lock:12 and 1 more)
        ignored: our own package
      Do what mends it.

    undecided: libwebp 1.3.1: 2 records with commit ranges only: not decidable by version
      OSV-2023-1, OSV-2023-2
    undecided: yanked-release: the package index was not asked (`scan --index`)
    problem: wheels/broken.whl: not a zip archive
      hint: download it again
    unused ignore: CVE-1999-1 for scipy: it matches nothing here

    3 findings in 2 of 84 components.
    1 below high. 1 of unstated severity, which counts as high. 1 ignored (--show ignored). 1 question could not be decided
    (--show unknown). 1 problem met.
    Hygiene: 1 medium, 1 low, 1 ignored (--show hygiene).
    Looked at for CPython 3.13.0 on linux x86_64, 3 entries left out by markers.
    Advisories: 4,364 records of 2 sources, imported 2 h to 26 h ago; newest record of 2026-11-21 (snapshot 5f2c81d09a3b).
    hint: `bartizan db show ID` shows what each source says about a vulnerability
    hint: `bartizan fix uv.lock` plans the smallest upgrade
    "#);
}

#[test]
fn without_findings_the_limits_are_told() {
    assert_snapshot!(check(&samples::quiet(), |_| {}), @r#"
    No known vulnerability affects the 84 components.
    Looked at for CPython 3.13.0 on linux x86_64, 3 entries left out by markers.
    Advisories: 4,364 records of 2 sources, imported 2 h to 26 h ago; newest record
    of 2026-11-21 (snapshot 5f2c81d09a3b).
    "#);
    let mut report = samples::laboratory();
    report.findings.retain(|finding| finding.ignored.is_some());
    assert_snapshot!(check(&report, |_| {}), @r#"
    look-alike-name                          medium  1 finding
      nunpy 1.0 differs by one letter from the popular `numpy` (uv.lock:12 and 1
      more)
      Do what mends it.

    problem: wheels/broken.whl: not a zip archive
      hint: download it again
    unused ignore: CVE-1999-1 for scipy: it matches nothing here

    No known vulnerability affects the 84 components, but 1 finding is ignored
    (--show ignored), 1 question could not be decided (--show unknown) and 1 problem
    was met.
    Hygiene: 1 medium, 1 low, 1 ignored (--show hygiene).
    Looked at for CPython 3.13.0 on linux x86_64, 3 entries left out by markers.
    Advisories: 4,364 records of 2 sources, imported 2 h to 26 h ago; newest record
    of 2026-11-21 (snapshot 5f2c81d09a3b).
    "#);
}

#[test]
fn a_sample_is_never_called_safe() {
    let mut report = samples::quiet();
    report.database.freshness = Freshness::Starter {
        date: "2026-11-20".to_owned(),
        is_allowed: true,
    };
    assert_snapshot!(check(&report, |_| {}), @r#"
    No vulnerability of the sample affects the 84 components.
    Looked at for CPython 3.13.0 on linux x86_64, 3 entries left out by markers.
    Advisories: a sample of 4,364 records of 2026-11-20 that ships with Bartizan. It
    shows what a report looks like; it does not say that anything is safe.
    "#);
}

#[test]
fn nothing_found_is_not_clean() {
    let mut report = samples::quiet();
    report.components = 0;
    assert_snapshot!(check(&report, |_| {}), @r#"
    Nothing to look at: no component was found.
    Looked at for CPython 3.13.0 on linux x86_64, 3 entries left out by markers.
    Advisories: 4,364 records of 2 sources, imported 2 h to 26 h ago; newest record
    of 2026-11-21 (snapshot 5f2c81d09a3b).
    hint: name an environment, a lock file, a wheel or a directory that holds them
    "#);
}

#[test]
fn a_locale_without_utf8_gets_ascii() {
    let text = check(&samples::laboratory(), |view| {
        view.terminal.has_unicode = false;
    });
    assert!(text.is_ascii(), "{text}");
}

#[test]
fn colour_doubles_words_and_nothing_else() {
    let plain = check(&samples::laboratory(), |_| {});
    let mut colored = check(&samples::laboratory(), |view| {
        view.terminal.has_color = true;
    });
    while let Some(start) = colored.find('\u{1b}') {
        let end = start + colored[start..].find('m').unwrap();
        colored.replace_range(start..=end, "");
    }
    assert_eq!(plain, colored);
}

#[test]
fn text_of_others_is_harmless() {
    assert_snapshot!(check(&samples::hostile(), |view| view.is_verbose = true), @r#"
    x\u{1b}]0;owned\u{7} ::error::pwned, file=/etc/passwd|<script>alert(1)</script>…
      high 7.0  x\u{1b}]0;owned\u{7} ::error::pwned, file=/etc/passwd|<script>a…
      x\u{1b}]0;owned\u{7} ::error::pwned, file=/etc/passwd|<script>alert(1)</scrip…
      x\u{1b}]0;owned\u{7} ::error::pwned, file=/etc/passwd|<scri…
          → x\u{1b}]0;owned\u{7} ::error::pwned, file=/etc/passwd|<scri…
      fixed in x\u{1b}]0;owned\u{7} ::…
      vector CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:U/C:H/I:H/A:H
      known from x\u{1b}]0;owned\u{7} ::error::pwned,
      file=/etc/passwd|<script>alert(1)</script>`@all` [click](https://evil.example)
      %0A::stop-commands::t \u{202e}www.evil.example (pypa): >=0,
      <x\u{1b}]0;owned\u{7} ::error::pwned,
      file=/etc/passwd|<script>alert(1)</script>`@all` [click](https://evil.example)
      %0A::stop-commands::t \u{202e}www.evil.example.1
      stated in x\u{1b}]0;owned\u{7} ::error::pwned,
      file=/etc/passwd|<script>alert(1)</script>`@all` [click](https://evil.example)
      %0A::stop-commands::t \u{202e}www.evil.example:3
    look-alike-name                          medium  1 finding
      x\u{1b}]0;owned\u{7} ::error::pwned,
      file=/etc/passwd|<script>alert(1)</script>`@all` [click](https://evil.example)
      %0A::stop-commands::t \u{202e}www.evil.example x\u{1b}]0;owned\u{7}
      ::error::pwned, file=/etc/passwd|<script>alert(1)</script>`@all`
      [click](https://evil.example) %0A::stop-commands::t \u{202e}www.evil.example
      (x\u{1b}]0;owned\u{7} ::error::pwned,
      file=/etc/passwd|<script>alert(1)</script>`@all` [click](https://evil.example)
      %0A::stop-commands::t \u{202e}www.evil.example:3)
      Do what mends it.

    problem: x\u{1b}]0;owned\u{7} ::error::pwned,
    file=/etc/passwd|<script>alert(1)</script>`@all` [click](https://evil.example)
    %0A::stop-commands::t \u{202e}www.evil.example: x\u{1b}]0;owned\u{7}
    ::error::pwned, file=/etc/passwd|<script>alert(1)</script>`@all`
    [click](https://evil.example) %0A::stop-commands::t \u{202e}www.evil.example
      hint: x\u{1b}]0;owned\u{7} ::error::pwned,
      file=/etc/passwd|<script>alert(1)</script>`@all` [click](https://evil.example)
      %0A::stop-commands::t \u{202e}www.evil.example

    1 finding in 1 of 84 components.
    1 problem met.
    Hygiene: 1 medium (--show hygiene).
    Looked at for CPython 3.13.0 on linux x86_64, 3 entries left out by markers.
    Advisories: 4,364 records of 2 sources, imported 2 h to 26 h ago; newest record
    of 2026-11-21 (snapshot 5f2c81d09a3b).
    hint: `bartizan db show ID` shows what each source says about a vulnerability
    hint: `bartizan fix uv.lock` plans the smallest upgrade
    "#);
}

#[test]
fn native_libraries_are_shown_with_what_carries_them() {
    assert_snapshot!(check(&samples::natives(), |_| {}), @r"
    pillow 10.0.0 carries libwebp 1.3.1     high 8.8  CVE-2023-4863
      what goes wrong in libwebp when it is given a file by somebody who means harm
      lab → scikit-image 0.21.0 → pillow 10.0.0 → libwebp 1.3.1
      known from its version function in Pillow.libs/libwebp-74f033ac.so.7.1.7:
      WebPGetDecoderVersion returns 0x10301 (upstream build)
      fixed in libwebp 1.3.2; a release of pillow that carries it is needed
      PYSEC-2023-175 of pillow 10.0.0 is about the same
    pillow 10.0.0                          unstated  PYSEC-2023-175
      what goes wrong in pillow when it is given a file by somebody who means harm
      lab → jupyterlab 4.0.3 → pillow 10.0.0
      no fixed version is known
      it is about libwebp 1.3.1, which is carried: see CVE-2023-4863 there

    2 findings in 2 of 84 components.
    1 of unstated severity, which counts as high. 2 questions could not be decided
    (--show unknown).
    Native code: 12 libraries looked up; 1 that no source covers, 1 of unknown
    version or name (--show unknown). Native libraries of 2 targets were not looked
    for: only wheels and environments on disk tell.
    Looked at for CPython 3.13.0 on linux x86_64, 3 entries left out by markers.
    Advisories: 4,364 records of 2 sources, imported 2 h to 26 h ago; newest record
    of 2026-11-21 (snapshot 5f2c81d09a3b).
    hint: `bartizan db show ID` shows what each source says about a vulnerability
    hint: `bartizan fix uv.lock` plans the smallest upgrade
    ");
}
