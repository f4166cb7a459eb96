//! What was signed, held against what it is asked of: rules on statements, names and kinds of claims.
//!
//! A digest that fits is not enough: the same bytes under another file name are another release, so the name that was
//! signed must be the artifact's, parsed and compared part by part.

use std::collections::BTreeSet;

use bartizan_formats::{
    attestation::{self, Build, Content, Statement, StatementVersion, UnverifiedBundle},
    digest::Digest,
    file_name,
};
use bartizan_model::{ecosystem::Package, version::pep440::Version};

use crate::{
    artifact::Artifact,
    procedure::Rules,
    step::{Refusal, Step, Steps},
};

/// The only payload that is understood.
const PAYLOAD_TYPE: &str = "application/vnd.in-toto+json";

/// The claim of a build that an index takes.
pub(crate) const BUILD: &str = "https://slsa.dev/provenance/v1";

/// The claim of a publication to a channel of conda
/// ([CEP 27](https://github.com/conda/ceps/blob/main/cep-0027.md)).
pub(crate) const CONDA: &str = "https://schemas.conda.org/attestations-publish-1.schema.json";

/// The claim of a publication that an index takes (PEP 740), by the digest of its address: no host of an index stands in the
/// program.
const PUBLISH: &str = "64b3949826537e32dd526c5d9c31cbeb141dde83b68588399682d5aa3dcdcb74";

/// What was signed is about this artifact. Only [`bind`] makes one.
#[derive(Debug)]
pub(crate) struct Bound {
    digest: Digest,
    statement: Option<Statement>,
    build: Option<Build>,
}

impl Bound {
    pub(crate) fn into_parts(self) -> (Digest, Option<Statement>, Option<Build>) {
        (self.digest, self.statement, self.build)
    }
}

/// What was signed, read and found to be about the artifact's bytes. Only [`read`] makes one.
#[derive(Debug)]
pub(crate) struct Matched {
    digest: Digest,
    statement: Option<Statement>,
    /// The names of the subjects that have the artifact's digest: one file may be there under several.
    names: Vec<String>,
}

/// Reads what is said to be signed, and compares its digest with the artifact's: both without any trust in it, because
/// what is about other bytes need not be verified.
pub(crate) fn read(
    bundle: &UnverifiedBundle,
    artifact: Artifact<'_>,
    rules: Rules,
    steps: &mut Steps,
) -> Result<Matched, Refusal> {
    let digest = artifact.digest();
    match &bundle.content {
        Content::Message { digest: stated, .. } => {
            steps.not_applicable(Step::Statement, "the artifact itself was signed");
            message_fits(stated.as_ref(), digest)?;
            steps.done(Step::Artifact);
            Ok(Matched {
                digest,
                statement: None,
                names: Vec::new(),
            })
        }
        Content::Envelope {
            payload_type,
            payload,
            ..
        } => {
            let statement = statement_of(payload_type, payload, rules)?;
            steps.done(Step::Statement);
            let names = names_of(&statement, digest)?;
            steps.done(Step::Artifact);
            Ok(Matched {
                digest,
                statement: Some(statement),
                names,
            })
        }
    }
}

/// The digest in a bundle is a hint that nobody signed; one that differs is a fault all the same.
fn message_fits(stated: Option<&(String, Vec<u8>)>, digest: Digest) -> Result<(), Refusal> {
    match stated {
        Some((algorithm, bytes)) if algorithm == "SHA2_256" && bytes != &digest.0 => {
            Err(Refusal::new(
                Step::Artifact,
                "digest-mismatch",
                "the bundle states the digest of other bytes",
            ))
        }
        _ => Ok(()),
    }
}

fn statement_of(payload_type: &str, payload: &[u8], rules: Rules) -> Result<Statement, Refusal> {
    let refuse = |code, message: String| Refusal::new(Step::Statement, code, message);
    if payload_type != PAYLOAD_TYPE {
        return Err(refuse(
            "payload-type",
            "the envelope holds no in-toto statement".to_owned(),
        ));
    }
    let statement =
        attestation::statement(payload).map_err(|error| refuse(error.code(), error.to_string()))?;
    if rules == Rules::Index {
        if statement.version != StatementVersion::V1 {
            return Err(refuse(
                "unknown-statement-type",
                "an index takes statements of version 1 only".to_owned(),
            ));
        }
        if statement.subjects.len() != 1 {
            let count = statement.subjects.len();
            return Err(refuse(
                "subject-count",
                format!("the statement has {count} subjects; an index takes one"),
            ));
        }
    }
    Ok(statement)
}

/// The names of the subjects that have the artifact's SHA-256 digest.
fn names_of(statement: &Statement, digest: Digest) -> Result<Vec<String>, Refusal> {
    let wanted = digest.to_string();
    let subjects = statement.subjects.iter();
    let names: Vec<String> = subjects
        .filter(|subject| subject.digest("sha256") == Some(&wanted))
        .map(|subject| subject.name.clone())
        .collect();
    if names.is_empty() {
        return Err(Refusal::new(
            Step::Artifact,
            "digest-mismatch",
            "the statement is about other bytes",
        ));
    }
    Ok(names)
}

/// Compares the name that was signed, and the kind of claim. To be asked after the signature was verified.
pub(crate) fn bind(
    matched: Matched,
    name: Option<&str>,
    rules: Rules,
    steps: &mut Steps,
) -> Result<Bound, Refusal> {
    let Some(statement) = matched.statement else {
        steps.not_applicable(
            Step::SubjectName,
            "the artifact itself was signed, without a name",
        );
        steps.not_applicable(Step::Predicate, "the artifact itself was signed");
        return Ok(Bound {
            digest: matched.digest,
            statement: None,
            build: None,
        });
    };
    match name {
        Some(name) => {
            is_among(&matched.names, name, rules)?;
            steps.done(Step::SubjectName);
        }
        None => steps.not_applicable(Step::SubjectName, "a digest was given, without a name"),
    }
    let build = predicate(&statement, rules)?;
    steps.done(Step::Predicate);
    Ok(Bound {
        digest: matched.digest,
        statement: Some(statement),
        build,
    })
}

/// The name is one of those that were signed; the first of them tells what is wrong otherwise.
fn is_among(signed: &[String], name: &str, rules: Rules) -> Result<(), Refusal> {
    let mut results = signed.iter().map(|signed| same_name(signed, name, rules));
    let first = results.next().unwrap_or_else(|| same_name("", name, rules));
    match first {
        Err(_) if results.any(|result| result.is_ok()) => Ok(()),
        first => first,
    }
}

fn same_name(signed: &str, name: &str, rules: Rules) -> Result<(), Refusal> {
    let refuse = |code, message: String| Err(Refusal::new(Step::SubjectName, code, message));
    // Statements of builds name files with the directory they lay in.
    let bare = match rules {
        Rules::Index => signed,
        Rules::Any => signed.rsplit('/').next().unwrap_or(signed),
    };
    match (Distribution::of(bare), Distribution::of(name)) {
        (Some(signed), Some(named)) if signed == named => Ok(()),
        (None, None) if rules == Rules::Any && bare == name => Ok(()),
        (None, _) if rules == Rules::Index => refuse(
            "not-a-distribution",
            format!(
                "`{}` is no name of a wheel or source distribution",
                shown(signed)
            ),
        ),
        _ => refuse(
            "name-mismatch",
            format!("`{}` was signed, not `{}`", shown(signed), shown(name)),
        ),
    }
}

fn shown(name: &str) -> String {
    name.chars()
        .take(200)
        .flat_map(char::escape_default)
        .collect()
}

/// What the name of a distribution says, so that spellings of one name are equal.
#[derive(Debug, PartialEq, Eq)]
struct Distribution {
    package: Package,
    version: Version,
    /// The build number and the tags of a wheel; nothing for a source distribution.
    wheel: Option<(String, BTreeSet<String>)>,
    /// The ending of a source distribution.
    ending: Option<&'static str>,
}

impl Distribution {
    fn of(name: &str) -> Option<Self> {
        let named = file_name::wheel(name);
        if let Some((package, version)) = named {
            return Some(Self {
                package,
                version: version.parse().ok()?,
                wheel: Some(wheel_parts(name)?),
                ending: None,
            });
        }
        let ending = [".tar.gz", ".zip"]
            .into_iter()
            .find(|ending| name.ends_with(ending))?;
        let (package, version) = file_name::source(name)?;
        Some(Self {
            package,
            version: version.parse().ok()?,
            wheel: None,
            ending: Some(ending),
        })
    }
}

/// Build number and tags; a compressed set of tags stands for each of them.
fn wheel_parts(name: &str) -> Option<(String, BTreeSet<String>)> {
    let parts: Vec<&str> = name.strip_suffix(".whl")?.split('-').collect();
    let (build, pythons, abis, platforms) = match parts.as_slice() {
        [_, _, pythons, abis, platforms] => ("", pythons, abis, platforms),
        [_, _, build, pythons, abis, platforms] => (*build, pythons, abis, platforms),
        _ => return None,
    };
    let mut tags = BTreeSet::new();
    for python in pythons.split('.') {
        for abi in abis.split('.') {
            for platform in platforms.split('.') {
                tags.insert(format!("{python}-{abi}-{platform}"));
                // Names are bounded by file systems, but not by statements.
                if tags.len() > 1_000 {
                    return None;
                }
            }
        }
    }
    Some((build.to_owned(), tags))
}

fn predicate(statement: &Statement, rules: Rules) -> Result<Option<Build>, Refusal> {
    let refuse = |code, message| Refusal::new(Step::Predicate, code, message);
    let kind = statement.predicate_type.as_str();
    if rules == Rules::Index && !is_of_index(kind) {
        return Err(refuse(
            "unknown-predicate",
            format!("an index takes no claims of the kind `{}`", shown(kind)),
        ));
    }
    if kind == CONDA {
        conda(statement)?;
    }
    attestation::build(statement).map_err(|why| {
        refuse(
            "unreadable-predicate",
            format!("what is claimed of the build cannot be read: {why}"),
        )
    })
}

/// What a channel of conda takes (CEP 27): one package, by its SHA-256 digest alone, for a channel whose address has no slash at
/// its end.
fn conda(statement: &Statement) -> Result<(), Refusal> {
    let refuse = |code, message: &str| Err(Refusal::new(Step::Predicate, code, message));
    let [subject] = statement.subjects.as_slice() else {
        return refuse(
            "subject-count",
            "a publication to a channel is about one package",
        );
    };
    if subject
        .digests
        .iter()
        .any(|(algorithm, _)| algorithm != "sha256")
    {
        return refuse(
            "digest-algorithm",
            "a publication to a channel states SHA-256 alone",
        );
    }
    match attestation::target_channel(statement) {
        Ok(channel) if !channel.as_deref().is_some_and(|it| it.ends_with('/')) => Ok(()),
        _ => refuse(
            "unreadable-predicate",
            "the channel of the publication is none",
        ),
    }
}

/// Whether an index takes claims of a kind.
pub(crate) fn is_of_index(kind: &str) -> bool {
    kind == BUILD || Digest::of(kind.as_bytes()).to_string() == PUBLISH
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(signed: &str, name: &str, rules: Rules) -> String {
        match same_name(signed, name, rules) {
            Ok(()) => "same".to_owned(),
            Err(refusal) => format!("{}: {}", refusal.code, refusal.message),
        }
    }

    #[test]
    fn names_are_compared_by_what_they_say() {
        let same = |signed, name| assert_eq!(check(signed, name, Rules::Index), "same", "{name}");
        same("lab-1.0-py3-none-any.whl", "lab-1.0-py3-none-any.whl");
        same("Lab_X-1.0-py3-none-any.whl", "lab.x-1.0.0-py3-none-any.whl");
        same(
            "lab-1.0-py2.py3-none-any.whl",
            "lab-1.0-py3.py2-none-any.whl",
        );
        same("lab-1.0.tar.gz", "lab-1.0.tar.gz");
        same("a-b-1.0.tar.gz", "a_b-1.0.tar.gz");
    }

    #[test]
    fn the_same_bytes_under_another_name_are_another_release() {
        insta::assert_snapshot!(check("lab-1.0.tar.gz", "lab-1.1.tar.gz", Rules::Index), @"name-mismatch: `lab-1.0.tar.gz` was signed, not `lab-1.1.tar.gz`");
        insta::assert_snapshot!(check("lab-1.0.tar.gz", "lab-1.0.zip", Rules::Index), @"name-mismatch: `lab-1.0.tar.gz` was signed, not `lab-1.0.zip`");
        insta::assert_snapshot!(check("lab-1.0-py3-none-any.whl", "lab-1.0-1-py3-none-any.whl", Rules::Index), @"name-mismatch: `lab-1.0-py3-none-any.whl` was signed, not `lab-1.0-1-py3-none-any.whl`");
        insta::assert_snapshot!(check("lab-1.0-py3-none-any.whl", "lab-1.0-py2.py3-none-any.whl", Rules::Index), @"name-mismatch: `lab-1.0-py3-none-any.whl` was signed, not `lab-1.0-py2.py3-none-any.whl`");
        insta::assert_snapshot!(check("notes.txt", "notes.txt", Rules::Index), @"not-a-distribution: `notes.txt` is no name of a wheel or source distribution");
        insta::assert_snapshot!(check("dist/lab-1.0.tar.gz", "lab-1.0.tar.gz", Rules::Index), @"not-a-distribution: `dist/lab-1.0.tar.gz` is no name of a wheel or source distribution");
    }

    #[test]
    fn an_index_takes_two_kinds_of_claims() {
        let publish = ["https://docs.", "py", "pi.org/attestations/publish/v1"].concat();
        assert!(is_of_index(&publish) && is_of_index(BUILD));
        assert!(!is_of_index("https://slsa.dev/provenance/v0.2") && !is_of_index(""));
    }

    #[test]
    fn elsewhere_a_name_may_be_any() {
        assert_eq!(check("notes.txt", "notes.txt", Rules::Any), "same");
        assert_eq!(
            check("dist/lab-1.0.tar.gz", "lab-1.0.tar.gz", Rules::Any),
            "same"
        );
        insta::assert_snapshot!(check("notes.txt", "other.txt", Rules::Any), @"name-mismatch: `notes.txt` was signed, not `other.txt`");
        insta::assert_snapshot!(check("", "lab-1.0.tar.gz", Rules::Any), @"name-mismatch: `` was signed, not `lab-1.0.tar.gz`");
    }

    #[test]
    fn one_file_may_have_several_names() {
        let names = ["a.txt".to_owned(), "b.txt".to_owned()];
        assert!(is_among(&names, "b.txt", Rules::Any).is_ok());
        assert_eq!(
            is_among(&names, "c.txt", Rules::Any).unwrap_err().code,
            "name-mismatch"
        );
        assert!(is_among(&[], "c.txt", Rules::Any).is_err());
    }

    #[test]
    fn a_publication_to_a_channel_is_about_one_package() {
        let check = |subject: &str, predicate: &str| {
            let text = format!(
                r#"{{"_type": "https://in-toto.io/Statement/v1", "subject": [{subject}], "predicateType": "{CONDA}", "predicate": {predicate}}}"#
            );
            let statement = attestation::statement(text.as_bytes()).unwrap();
            predicate_code(&statement)
        };
        let one = r#"{"name": "a-1-0.conda", "digest": {"sha256": "00"}}"#;
        assert_eq!(
            check(one, r#"{"targetChannel": "https://c.example/x"}"#),
            "fine"
        );
        assert_eq!(check(one, "{}"), "fine");
        assert_eq!(
            check(one, r#"{"targetChannel": "https://c.example/x/"}"#),
            "unreadable-predicate"
        );
        assert_eq!(check(one, "7"), "unreadable-predicate");
        assert_eq!(check(&format!("{one}, {one}"), "{}"), "subject-count");
        assert_eq!(
            check(r#"{"digest": {"sha256": "00", "md5": "1"}}"#, "{}"),
            "digest-algorithm"
        );
    }

    fn predicate_code(statement: &Statement) -> &'static str {
        predicate(statement, Rules::Any).map_or_else(|refusal| refusal.code, |_| "fine")
    }

    proptest! {
        #[test]
        fn never_panics(signed in ".{0,40}", name in "[a-z0-9._-]{0,40}(\\.whl|\\.tar\\.gz)?") {
            for rules in [Rules::Any, Rules::Index] {
                let _ = same_name(&signed, &name, rules);
                let _ = same_name(&name, &signed, rules);
            }
        }
    }
}
