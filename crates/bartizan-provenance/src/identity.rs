//! Who the signer should be, and whether they are.
//!
//! What an index says of a publisher is unsigned and never an expectation: that comes from the command line, from what
//! was pinned earlier, or from the ecosystem's profile.

use crate::{
    step::{Refusal, Step, Steps},
    verified::{Claims, Signer},
};

/// The issuer of the tokens of GitHub's workflows.
pub(crate) const GITHUB: &str = "https://token.actions.githubusercontent.com";

/// Who the signer should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExpectedIdentity {
    /// This identity of this issuer, letter for letter.
    Exact {
        /// The identity.
        identity: String,
        /// Who vouches for it.
        issuer: String,
    },
    /// A build of this repository.
    Publisher(ExpectedPublisher),
    /// Any of those who signed before.
    AnyOf(Vec<Self>),
}

/// A build of a repository. What is not stated may be anything.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ExpectedPublisher {
    /// Who vouches for it; where it is not stated, GitHub does for repositories there, and the host itself elsewhere.
    pub issuer: Option<String>,
    /// The address of the repository, without a slash at its end.
    pub repository: String,
    /// The number of the repository at its host.
    pub repository_id: Option<String>,
    /// The file that describes the build: a name, or a path in the repository.
    pub workflow: Option<String>,
    /// The environment.
    pub environment: Option<String>,
    /// The reference that was built.
    pub reference: Option<String>,
}

/// The signer was held against what is expected. Only [`recognise`] makes one.
#[derive(Debug)]
pub(crate) struct Recognised {
    is_pinned: bool,
}

impl Recognised {
    pub(crate) fn is_pinned(&self) -> bool {
        self.is_pinned
    }
}

/// Holds the signer against what is expected.
pub(crate) fn recognise(
    signer: &Signer,
    expected: Option<&ExpectedIdentity>,
    steps: &mut Steps,
) -> Result<Recognised, Refusal> {
    let is_pinned = match (signer, expected) {
        (Signer::Key { .. }, None) => {
            // The user named the key, which is who the signer should be.
            steps.done(Step::Identity);
            true
        }
        (Signer::Key { .. }, Some(_)) => {
            return Err(refuse(
                "no-identity",
                "a key signed, which says nothing of an identity".to_owned(),
            ));
        }
        (Signer::Certificate(_), None) => {
            steps.not_applicable(Step::Identity, "nobody said who the signer should be");
            false
        }
        (Signer::Certificate(claims), Some(expected)) => {
            fits(claims, expected)?;
            steps.done(Step::Identity);
            true
        }
    };
    Ok(Recognised { is_pinned })
}

fn refuse(code: &'static str, message: String) -> Refusal {
    Refusal::new(Step::Identity, code, message)
}

/// Whether claims are those of who is expected, or what of them differs.
pub(crate) fn fits(claims: &Claims, expected: &ExpectedIdentity) -> Result<(), Refusal> {
    match expected {
        ExpectedIdentity::Exact { identity, issuer } => {
            same("issuer", claims.issuer.as_ref(), issuer)?;
            same("identity", Some(&claims.identity), identity)
        }
        ExpectedIdentity::Publisher(publisher) => is_publisher(claims, publisher),
        ExpectedIdentity::AnyOf(all) => is_any(claims, all),
    }
}

/// Somebody who is none of those who signed before is a change, whatever it is that differs.
fn is_any(claims: &Claims, all: &[ExpectedIdentity]) -> Result<(), Refusal> {
    let mut differences = Vec::new();
    for expected in all {
        match fits(claims, expected) {
            Ok(()) => return Ok(()),
            Err(refusal) => differences.push(refusal.message),
        }
    }
    Err(refuse(
        "changed-publisher",
        format!(
            "the signer is none of those that are expected: {}",
            differences.join("; ")
        ),
    ))
}

/// A claim is what it should be.
fn same(what: &'static str, claim: Option<&String>, expected: &str) -> Result<(), Refusal> {
    if claim.map(String::as_str) == Some(expected) {
        return Ok(());
    }
    let found = claim.map_or("none".to_owned(), |claim| format!("`{claim}`"));
    let code = match what {
        "issuer" => "issuer-mismatch",
        "repository" => "repository-mismatch",
        "number of the repository" => "repository-id-mismatch",
        "workflow" => "workflow-mismatch",
        "environment" => "environment-mismatch",
        "reference" => "reference-mismatch",
        _ => "identity-mismatch",
    };
    Err(refuse(
        code,
        format!("the {what} is {found}, expected `{expected}`"),
    ))
}

fn is_publisher(claims: &Claims, expected: &ExpectedPublisher) -> Result<(), Refusal> {
    let repository = expected.repository.trim_end_matches('/');
    let issuer = expected.issuer.clone().or_else(|| issuer_of(repository));
    let issuer = issuer.ok_or_else(|| {
        refuse(
            "issuer-unknown",
            format!("nobody is known to vouch for builds of `{repository}`"),
        )
    })?;
    same("issuer", claims.issuer.as_ref(), &issuer)?;
    let claimed = claims.repository.as_ref();
    // GitHub tells names apart without regard to case.
    let is_same = claimed.is_some_and(|claimed| {
        claimed == repository || issuer == GITHUB && claimed.eq_ignore_ascii_case(repository)
    });
    if !is_same {
        same("repository", claimed, repository)?;
    }
    if let Some(id) = &expected.repository_id {
        same(
            "number of the repository",
            claims.repository_id.as_ref(),
            id,
        )?;
    }
    if let Some(workflow) = &expected.workflow {
        is_workflow(claims, &issuer, workflow)?;
    }
    if let Some(environment) = &expected.environment {
        same("environment", claims.environment.as_ref(), environment)?;
    }
    match &expected.reference {
        Some(reference) => same("reference", claims.reference.as_ref(), reference),
        None => Ok(()),
    }
}

/// Who vouches for builds of a repository: GitHub's issuer for those there, the host itself elsewhere.
fn issuer_of(repository: &str) -> Option<String> {
    let rest = repository.strip_prefix("https://")?;
    let (host, path) = rest.split_once('/')?;
    if path.is_empty() {
        return None;
    }
    if host == "github.com" {
        return Some(GITHUB.to_owned());
    }
    Some(format!("https://{host}"))
}

/// The file that describes the build is this one of the repository, as it was at the reference or the commit that was
/// built: a file of another branch is another build.
fn is_workflow(claims: &Claims, issuer: &str, expected: &str) -> Result<(), Refusal> {
    let repository = claims.repository.as_deref().unwrap_or_default();
    let paths = workflow_paths(issuer, expected);
    let built = [&claims.reference, &claims.commit].into_iter().flatten();
    let mut addresses = built.flat_map(|at| {
        paths
            .iter()
            .map(move |path| format!("{repository}{path}@{at}"))
    });
    if addresses.any(|address| claims.workflow.as_deref() == Some(&address)) {
        return Ok(());
    }
    let wanted = paths.first().map_or("", String::as_str);
    same(
        "workflow",
        claims.workflow.as_ref(),
        &format!("{repository}{wanted}@…"),
    )
}

/// How the authority writes the file behind the repository: GitHub's workflows behind `/`, those of GitLab behind `//`. Who vouches
/// for an enterprise's own host may be either.
fn workflow_paths(issuer: &str, expected: &str) -> Vec<String> {
    let path = expected.trim_start_matches('/');
    let of_github = if expected.contains('/') {
        format!("/{path}")
    } else {
        format!("/.github/workflows/{expected}")
    };
    if issuer == GITHUB {
        vec![of_github]
    } else {
        vec![format!("//{path}"), of_github]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claims() -> Claims {
        Claims {
            identity: "https://github.com/lab/x/.github/workflows/w.yml@refs/tags/v1".to_owned(),
            issuer: Some(GITHUB.to_owned()),
            repository: Some("https://github.com/lab/x".to_owned()),
            repository_id: Some("7".to_owned()),
            workflow: Some(
                "https://github.com/lab/x/.github/workflows/w.yml@refs/tags/v1".to_owned(),
            ),
            commit: Some("c0ffee".to_owned()),
            reference: Some("refs/tags/v1".to_owned()),
            environment: Some("pypi".to_owned()),
            ..Claims::default()
        }
    }

    fn check(expected: &[(&str, &str)]) -> String {
        check_of(&claims(), expected)
    }

    fn check_of(claims: &Claims, expected: &[(&str, &str)]) -> String {
        let mut publisher = ExpectedPublisher::default();
        for (key, value) in expected {
            let value = (*value).to_owned();
            match *key {
                "repository" => publisher.repository = value,
                "id" => publisher.repository_id = Some(value),
                "issuer" => publisher.issuer = Some(value),
                "workflow" => publisher.workflow = Some(value),
                "environment" => publisher.environment = Some(value),
                _ => publisher.reference = Some(value),
            }
        }
        match fits(claims, &ExpectedIdentity::Publisher(publisher)) {
            Ok(()) => "is".to_owned(),
            Err(refusal) => format!("{}: {}", refusal.code, refusal.message),
        }
    }

    const HERE: (&str, &str) = ("repository", "https://github.com/lab/x");

    #[test]
    fn a_publisher_is_recognised() {
        assert_eq!(check(&[HERE]), "is");
        assert_eq!(check(&[("repository", "https://github.com/Lab/X/")]), "is");
        let all = [
            HERE,
            ("id", "7"),
            ("workflow", "w.yml"),
            ("environment", "pypi"),
            ("reference", "refs/tags/v1"),
        ];
        assert_eq!(check(&all), "is");
        assert_eq!(
            check(&[HERE, ("workflow", ".github/workflows/w.yml")]),
            "is"
        );
    }

    #[test]
    fn another_is_told_apart_by_what_differs() {
        insta::assert_snapshot!(check(&[("repository", "https://github.com/lab/y")]), @"repository-mismatch: the repository is `https://github.com/lab/x`, expected `https://github.com/lab/y`");
        insta::assert_snapshot!(check(&[HERE, ("id", "8")]), @"repository-id-mismatch: the number of the repository is `7`, expected `8`");
        insta::assert_snapshot!(check(&[HERE, ("workflow", "v.yml")]), @"workflow-mismatch: the workflow is `https://github.com/lab/x/.github/workflows/w.yml@refs/tags/v1`, expected `https://github.com/lab/x/.github/workflows/v.yml@…`");
        insta::assert_snapshot!(check(&[HERE, ("environment", "test")]), @"environment-mismatch: the environment is `pypi`, expected `test`");
        insta::assert_snapshot!(check(&[HERE, ("reference", "refs/heads/main")]), @"reference-mismatch: the reference is `refs/tags/v1`, expected `refs/heads/main`");
        insta::assert_snapshot!(check(&[("repository", "https://gitlab.com/lab/x")]), @"issuer-mismatch: the issuer is `https://token.actions.githubusercontent.com`, expected `https://gitlab.com`");
        insta::assert_snapshot!(check(&[("repository", "lab/x")]), @"issuer-unknown: nobody is known to vouch for builds of `lab/x`");
    }

    #[test]
    fn a_workflow_of_another_branch_is_another_build() {
        let strange = Claims {
            workflow: Some(
                "https://github.com/lab/x/.github/workflows/w.yml@refs/heads/evil".to_owned(),
            ),
            ..claims()
        };
        assert!(
            check_of(&strange, &[HERE, ("workflow", "w.yml")]).starts_with("workflow-mismatch")
        );
        let by_commit = Claims {
            workflow: Some("https://github.com/lab/x/.github/workflows/w.yml@c0ffee".to_owned()),
            ..claims()
        };
        assert_eq!(check_of(&by_commit, &[HERE, ("workflow", "w.yml")]), "is");
    }

    #[test]
    fn any_of_several_may_sign() {
        let of = |repository: &str| {
            ExpectedIdentity::Publisher(ExpectedPublisher {
                repository: repository.to_owned(),
                ..ExpectedPublisher::default()
            })
        };
        let (here, there) = (
            of("https://github.com/lab/x"),
            of("https://github.com/lab/old"),
        );
        let both = ExpectedIdentity::AnyOf(vec![there.clone(), here]);
        assert!(fits(&claims(), &both).is_ok());
        let refusal = fits(&claims(), &ExpectedIdentity::AnyOf(vec![there])).unwrap_err();
        assert_eq!(refusal.code, "changed-publisher");
        assert!(fits(&claims(), &ExpectedIdentity::AnyOf(Vec::new())).is_err());
    }

    #[test]
    fn another_host_vouches_for_itself() {
        let claims = Claims {
            issuer: Some("https://git.example".to_owned()),
            repository: Some("https://git.example/lab/x".to_owned()),
            workflow: Some("https://git.example/lab/x//ci/build.yml@refs/heads/main".to_owned()),
            reference: Some("refs/heads/main".to_owned()),
            ..Claims::default()
        };
        let here = ("repository", "https://git.example/lab/x");
        assert_eq!(
            check_of(&claims, &[here, ("workflow", "ci/build.yml")]),
            "is"
        );
        let of_enterprise = Claims {
            workflow: Some(
                "https://git.example/lab/x/.github/workflows/w.yml@refs/heads/main".to_owned(),
            ),
            ..claims.clone()
        };
        for workflow in ["w.yml", ".github/workflows/w.yml"] {
            assert_eq!(
                check_of(&of_enterprise, &[here, ("workflow", workflow)]),
                "is"
            );
        }
        let other = check_of(&of_enterprise, &[here, ("workflow", "v.yml")]);
        assert!(other.starts_with("workflow-mismatch"), "{other}");
        assert!(
            check_of(&claims, &[("repository", "https://git.example/Lab/x")])
                .starts_with("repository-mismatch")
        );
        assert!(
            check_of(&claims, &[here, ("issuer", "https://other.example")])
                .starts_with("issuer-mismatch")
        );
    }
}
