//! The procedure: from evidence and an artifact to what is verified, or to the step that does not hold.

use std::collections::BTreeSet;

use bartizan_formats::attestation::{BundleError, UnverifiedBundle};

use crate::{
    artifact::Artifact,
    identity::{self, ExpectedIdentity},
    sigstore::{self, PublicKey, TrustRoot},
    statement,
    step::{Refusal, Step, Steps},
    verified::{Attestation, Verified},
};

/// Which rules hold for what was signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rules {
    /// Those of package indexes (PEP 740).
    Index,
    /// Those of Sigstore alone.
    Any,
}

/// What is asked.
#[derive(Clone, Copy)]
pub struct Question<'a> {
    /// The evidence, or why it cannot be read.
    pub bundle: Result<&'a UnverifiedBundle, &'a BundleError>,
    /// What it is asked about.
    pub artifact: Artifact<'a>,
    /// The file name of the artifact, where it has one.
    pub name: Option<&'a str>,
    /// Which authorities and logs are believed.
    pub root: &'a TrustRoot,
    /// The key that signed, where no certificate did.
    pub key: Option<&'a PublicKey>,
    /// Which rules hold.
    pub rules: Rules,
    /// Who the signer should be.
    pub expected: Option<&'a ExpectedIdentity>,
}

/// What became of each step, and what is verified.
#[derive(Debug)]
pub struct Examination {
    /// What became of each step.
    pub steps: Steps,
    /// What is verified, or the step that does not hold.
    pub result: Result<Verified<Attestation>, Refusal>,
}

/// Takes every step that can be taken.
pub fn examine(question: &Question<'_>) -> Examination {
    let mut steps = Steps::default();
    let result = run(question, &mut steps);
    if let Err(refusal) = &result {
        steps.refused(refusal);
    }
    Examination { steps, result }
}

fn run(question: &Question<'_>, steps: &mut Steps) -> Result<Verified<Attestation>, Refusal> {
    let bundle = question
        .bundle
        .map_err(|error| Refusal::new(Step::Evidence, error.code(), error.to_string()))?;
    steps.done(Step::Evidence);
    // A root that cannot be used is none that could be asked with.
    steps.done(Step::TrustRoot);
    is_distinct(bundle)?;
    steps.done(Step::Distinct);
    let matched = statement::read(bundle, question.artifact, question.rules, steps)?;
    let asked = sigstore::Asked {
        bundle,
        artifact: question.artifact,
        root: question.root,
        key: question.key,
        rules: question.rules,
    };
    let authentic = sigstore::authenticate(&asked, steps)?;
    let bound = statement::bind(matched, question.name, question.rules, steps)?;
    let recognised = identity::recognise(authentic.signer(), question.expected, steps)?;
    Ok(Verified::new(authentic, bound, &recognised))
}

/// The same entry or timestamp twice is one witness that speaks twice.
fn is_distinct(bundle: &UnverifiedBundle) -> Result<(), Refusal> {
    let refuse = |code, message: &str| Err(Refusal::new(Step::Distinct, code, message));
    let mut places = BTreeSet::new();
    let mut bodies = BTreeSet::new();
    for entry in &bundle.entries {
        let is_new =
            places.insert((&entry.log, entry.index)) & bodies.insert((&entry.log, &entry.body));
        if !is_new {
            return refuse("duplicate-entry", "an entry of a log is there twice");
        }
    }
    let tokens: BTreeSet<&Vec<u8>> = bundle.timestamps.iter().collect();
    if tokens.len() < bundle.timestamps.len() {
        return refuse("duplicate-timestamp", "a timestamp is there twice");
    }
    Ok(())
}
