//! What is said beside the data: errors with hints, colour, a pipe that closes.

use std::process::Stdio;

use insta::assert_snapshot;

use super::{
    laboratory::{NOON, laboratory},
    workspace::Workspace,
};

#[test]
fn an_error_is_one_line_and_a_hint() {
    let workspace = Workspace::new();
    assert_snapshot!(workspace.run(&["scan", "no-such-file"]).shown(), @r#"

    --- stderr
    error: cannot read `no-such-file`: no such file or directory
    hint: check the path
    --- exit 2
    "#);
    workspace.file(
        "project/pyproject.toml",
        "[tool.bartizan]\nfail_on = 'high'\n",
    );
    assert_snapshot!(workspace.run(&["scan"]).shown(), @r#"

    --- stderr
    error: ROOT/project/pyproject.toml:2: unknown key `fail_on`
    hint: did you mean `fail-on`?
    --- exit 2
    "#);
}

#[test]
fn explanations_are_listed_and_shown() {
    let workspace = Workspace::new();
    assert_snapshot!(workspace.run(&["explain"]).shown(), @r#"
    Checks
      archived-project                            a project is archived or deprecated
      fork-on-own-runner                          code of a fork can reach a machine of your own
      inherited-secrets                           all secrets are handed on to a called workflow
      known-vulnerability                         a component has a known vulnerability
      look-alike-name                             a package is named almost like a popular one
      malicious-package                           a package was published to do harm
      missing-security-policy                     it is not said where vulnerabilities are told
      persisted-credentials                       a checkout leaves its token behind
      poisoned-cache                              a release is built with what another run left in a cache
      privileged-untrusted-trigger                an event that anybody causes reaches a secret or a token that writes
      publishing-token-beside-trusted-publishing  a publishing token is kept beside a trusted publisher
      quarantined-project                         a project is quarantined
      release-without-tag                         a release has no tag in the project's repository
      requirement-without-hash                    requirements state no hash of what is to be installed
      secret-outside-environment                  a stored secret is read outside an environment
      security-policy-without-time                no time is promised to those who report a vulnerability
      several-indexes                             a target takes packages from several indexes
      shared-name                                 a name is served by several indexes
      spec-0-outdated-dependency                  a core package is supported beyond two years
      spec-0-outdated-python                      a version of Python is supported beyond three years
      spec-1-eager-submodules                     submodules are loaded before anybody asks for them
      spec-1-unshipped-stub                       lazy loading reads a stub that is not there
      spec-2-undeclared-backend                   dispatching is declared without entry points
      spec-3-inaccessible-documentation           the documentation shuts people out
      spec-4-silent-nightly-failure               a failure of the nightly tests is reported to nobody
      spec-4-unaccountable-nightly-token          nobody answers for the token of nightly builds
      spec-4-unpublished-nightlies                nightly builds are not uploaded
      spec-4-untested-nightlies                   the project is not tested with nightly builds
      spec-5-untested-pull-request                pull requests are not tested
      spec-6-login-without-second-factor          a login needs no second factor
      spec-6-publishing-password                  a password is used where a trusted publisher could be
      spec-6-secret-outside-store                 shared secrets lie outside a store made for them
      spec-6-single-maintainer                    a resource is reached by one person only
      spec-6-undocumented-resource                restricted resources are not documented
      spec-6-unreviewed-access                    who may do what was not looked through within a year
      spec-6-unrotated-token                      tokens live on without end
      spec-6-weak-ssh-key                         an SSH key is weak or has no password
      spec-7-seed-parameter                       functions ask for randomness by another parameter than `rng`
      spec-8-broad-permissions                    a workflow does not restrict its token at its top
      spec-8-imprecise-pin                        the comment of a pin names no full release
      spec-8-release-outside-environment          a release is published outside an environment
      spec-8-single-approval-release              one person alone can publish a release
      spec-8-stored-publishing-credential         a release is published with a stored credential
      spec-8-unattested-release                   artifacts are published without an attestation of where they were built
      spec-8-uncovered-artifact                   an attestation does not cover what is published
      spec-8-undocumented-release                 the making of a release is not described
      spec-8-unintentional-release                a release can start without an intentional act
      spec-8-unmaintained-pin                     pinned actions are not kept up to date
      spec-8-unpinned-action                      an action is not pinned to a full commit
      spec-8-unprinted-hash                       the hashes of what is published are not printed
      spec-8-unprotected-release-branch           a release branch is not protected
      spec-8-unrestricted-actions                 any action may run
      spec-8-unsigned-release                     commits or tags of releases are not signed
      spec-8-unverified-attestation               attestations are not verified before publishing
      spec-9-missing-code-of-conduct              there is no code of conduct
      spec-9-undocumented-governance              it is not written down who decides
      stale-database                              the advisory database is missing, a sample, or too old
      template-injection                          what a stranger writes is put into a script
      undecided-version                           records about a component cannot be decided by its version
      undesignated-capability                     a job holds a capability that it was not designated for
      unexamined-ci-system                        another system of continuous integration is not examined
      unpinned-image                              a container image is not named by its digest
      unpinned-requirement                        a requirement does not say which version is used
      unreadable-input                            a part of the target could not be read
      unreadable-repository-file                  a file that matters could not be read
      unsupported-release                         a release has had a newer one for more than three years
      untagged-publishing                         a release can be published from what no tag names
      unused-ignore                               an ignore of the settings matches nothing or has expired
      yanked-release                              a release was yanked

    Topics
      backport                                    commits that mend a library of which no release is mended
      blast                                       who stands on a component
      exposure                                    whose requirements still admit an affected release
      fix                                         the smallest upgrade that removes what can be removed
      risk                                        the score between 0 and 1 of a target and its components

    Exit codes
      0                                           nothing at or above the threshold
      1                                           findings at or above the threshold
      2                                           wrong use or configuration
      3                                           nothing to look at
      4                                           a data source is missing, unreachable or too old
      70                                          internal fault

    --- stderr
    --- exit 0
    "#);
    assert_snapshot!(workspace.run(&["explain", "4"]).shown(), @r#"
    exit code 4: a data source is missing, unreachable or too old

    Why
      Old or missing advisories cannot say that something is clean. Findings are
      still shown.

    Example
      A scan before the first `bartizan db sync`, or with a snapshot older than
      `--max-age` days.

    Remedy
      Run `bartizan db sync`; accept the embedded sample with `--allow-starter`, or
      an older snapshot with `--max-age`.

    --- stderr
    --- exit 0
    "#);
    assert_snapshot!(workspace.run(&["explain", "stale-databse"]).shown(), @r#"

    --- stderr
    error: no check, no topic and no exit code is called `stale-databse`
    hint: did you mean `stale-database`?
    --- exit 2
    "#);
}

#[test]
fn colour_is_asked_for_or_on_a_terminal() {
    let workspace = laboratory();
    let colored = |variable: (&str, &str), arguments: &[&str]| {
        let arguments = [&["scan", "uv.lock", NOON], arguments].concat();
        let output = workspace
            .command(&arguments)
            .env(variable.0, variable.1)
            .output()
            .unwrap();
        output.stdout.contains(&0x1b) || output.stderr.contains(&0x1b)
    };
    assert!(!colored(("X", "1"), &[]));
    assert!(colored(("X", "1"), &["--color=always"]));
    assert!(colored(("CLICOLOR_FORCE", "1"), &[]));
    assert!(!colored(("NO_COLOR", "1"), &[]));
    assert!(colored(("BARTIZAN_COLOR", "always"), &[]));
}

#[test]
fn a_reader_that_goes_away_is_no_fault() {
    let workspace = laboratory();
    let arguments = ["scan", "uv.lock", "--format=json", NOON];
    let mut child = workspace
        .command(&arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

#[test]
fn quiet_says_nothing_but_errors() {
    let workspace = Workspace::new();
    workspace.file("project/requirements.txt", "numpy==2.3.0\n");
    let ended = workspace.run(&["scan", "--quiet", "requirements.txt"]);
    assert_eq!((ended.code, ended.stderr.as_str()), (4, ""));
    assert!(
        !workspace
            .run(&["scan", "--quiet", "none"])
            .stderr
            .is_empty()
    );
}

#[test]
fn shells_and_manuals_are_served() {
    let workspace = Workspace::new();
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        assert!(
            workspace
                .run(&["completions", shell])
                .stdout
                .contains("fail-on"),
            "{shell}"
        );
    }
    assert!(workspace.run(&["man"]).stdout.starts_with(".ie"));
    assert_eq!(workspace.run(&["man", "--dir", "pages"]).code, 0);
    assert!(workspace.path("project/pages/bartizan-db-match.1").exists());
}
