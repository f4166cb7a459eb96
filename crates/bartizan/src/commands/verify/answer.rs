//! What was found of each artifact: how far it came, and what is wrong.

use std::path::{Path, PathBuf};

use bartizan_formats::{
    attestation::{EvidenceItem, EvidenceKind, Publisher},
    build_policy::{AskedLevel, BuildPolicy},
    digest::Digest,
    identities::PinnedIdentity,
    locked::Locked,
    tree::Tree,
};
use bartizan_model::{Timestamp, ecosystem::Package, severity::SeverityLevel};
use bartizan_provenance::{
    Artifact, Attestation, Examination, ExpectedIdentity, Level, PublicKey, Question, Rules, Step,
    checks::{
        self, Check, INVALID_ATTESTATION, MISSING_ATTESTATION, POLICY_VIOLATION,
        UNEXPECTED_PUBLISHER, UNLOCKED_ARTIFACT, UNPINNED_PUBLISHER, UNREADABLE_RECORD,
    },
    content, examine, expected, pin,
    policy::{Judged, violations},
};
use bartizan_sources::disk::DiskTree;
use jiff::tz::TimeZone;

use super::{
    Required,
    divergence::Compared,
    gather::{Found, Place, gather, package},
    pins::Pins,
};
use crate::{error::Failure, exit::Exit, provenance::RootInUse, releases::Indexes};

/// What is asked of every artifact.
pub(super) struct Asked<'a> {
    pub(super) root: &'a RootInUse,
    pub(super) key: Option<&'a PublicKey>,
    /// Who should have signed, where the command line says so.
    pub(super) stated: Option<ExpectedIdentity>,
    pub(super) required: Option<Required>,
    /// Evidence that the command line names.
    pub(super) evidence: &'a [PathBuf],
    pub(super) indexes: Option<&'a Indexes>,
    /// Whether wheels are held against their RECORD.
    pub(super) with_content: bool,
    pub(super) policy: Option<&'a BuildPolicy>,
    pub(super) lock: Option<&'a Locked>,
    pub(super) now: Timestamp,
}

/// The whole answer.
pub(super) struct Answer {
    pub(super) artifacts: Vec<ArtifactAnswer>,
    pub(super) root: RootInUse,
    /// The lock of identities.
    pub(super) pins: PathBuf,
    pub(super) threshold: SeverityLevel,
    pub(super) now: Timestamp,
}

/// One artifact.
pub(super) struct ArtifactAnswer {
    pub(super) path: String,
    name: String,
    pub(super) package: Option<Package>,
    pub(super) digest: Digest,
    pub(super) level: Level,
    pub(super) places: Vec<Place>,
    pub(super) examined: Vec<Examined>,
    /// Whether its content was held against what it says of itself.
    pub(super) is_looked_into: bool,
    pub(super) findings: Vec<Finding>,
    /// What it was compared with.
    pub(super) compared: Vec<Compared>,
    /// Whether the policy says that it need not be attested.
    needs_nothing: bool,
    /// Who was pinned just now.
    pub(super) pinned: Vec<PinnedIdentity>,
}

/// One attestation.
pub(super) struct Examined {
    /// Where it was found.
    pub(super) source: String,
    pub(super) kind: EvidenceKind,
    /// What the index says of the publisher, unsigned.
    pub(super) publisher: Option<Publisher>,
    pub(super) examination: Examination,
}

/// Something that is wrong.
pub(super) struct Finding {
    pub(super) check: &'static Check,
    pub(super) severity: SeverityLevel,
    pub(super) message: String,
    /// Why the policy lets it through, where it does.
    pub(super) excepted: Option<String>,
}

impl Answer {
    pub(super) fn exit(&self) -> Exit {
        let mut exit = Exit::Clean;
        for artifact in &self.artifacts {
            let mut findings = artifact.findings.iter();
            let counts = |it: &Finding| it.severity >= self.threshold && it.excepted.is_none();
            if findings.any(counts) {
                exit = exit.and(Exit::Findings);
            }
            let is_unanswered = |place: &Place| matches!(place.found, Found::Unanswered(_));
            if artifact.places.iter().any(is_unanswered) {
                exit = exit.and(Exit::Data);
            }
            if artifact.compared.iter().any(Compared::is_incomplete) {
                exit = exit.and(Exit::Data);
            }
            if artifact.level == Level::None && !artifact.needs_nothing {
                exit = exit.and(Exit::NothingToLookAt);
            }
        }
        exit
    }
}

impl ArtifactAnswer {
    pub(super) fn of(
        path: &Path,
        artifact: Artifact<'_>,
        asked: &Asked<'_>,
        pins: &Pins,
    ) -> Result<Self, Failure> {
        let digest = artifact.digest();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let package = package(&name);
        let places = gather(path, digest, asked.evidence, asked.indexes)?;
        let pinned = package.as_ref().and_then(|it| expected(pins.of(it)));
        let expected = asked.stated.as_ref().or(pinned.as_ref());
        let examined = examine_all(&places, (artifact, &name), asked, expected);
        let mut answer = Self {
            path: path.display().to_string(),
            name: name.clone().into_owned(),
            package,
            digest,
            level: Level::None,
            places,
            examined,
            is_looked_into: false,
            findings: Vec::new(),
            compared: Vec::new(),
            needs_nothing: false,
            pinned: Vec::new(),
        };
        answer.level = answer.reached();
        answer.find(asked.required);
        if let Some(lock) = asked.lock {
            answer.hold_against(lock);
        }
        if let Some(policy) = asked.policy {
            answer.ask(policy, asked.now);
        }
        if asked.with_content && answer.name.strip_suffix(".whl").is_some() {
            answer.look_into(path);
        }
        Ok(answer)
    }

    /// Holds the digest against those that the lock allows.
    fn hold_against(&mut self, lock: &Locked) {
        let digests = self.package.as_ref().and_then(|it| lock.digests.get(it));
        let message = match digests {
            None => "the lock does not name its project",
            Some(digests) if digests.contains(&self.digest) => return,
            Some(_) => "the lock names other digests for its project",
        };
        let finding = Finding::of(&UNLOCKED_ARTIFACT, message.to_owned());
        self.findings.push(finding);
    }

    /// Asks the policy about everything that is verified.
    fn ask(&mut self, policy: &BuildPolicy, now: Timestamp) {
        let level = policy.rules(self.package.as_ref()).level;
        self.needs_nothing = level == Some(AskedLevel::None);
        let results = self
            .examined
            .iter()
            .map(|it| it.examination.result.as_ref());
        let attestations: Vec<&Attestation> = results
            .flatten()
            .map(bartizan_provenance::Verified::get)
            .collect();
        let judged = Judged {
            package: self.package.as_ref(),
            level: self.level,
            attestations: &attestations,
            on: now.to_zoned(TimeZone::UTC).date(),
        };
        let told = violations(policy, judged).into_iter().map(|it| Finding {
            excepted: it.excepted,
            ..Finding::of(
                &POLICY_VIOLATION,
                format!("{}: {}", it.rule.id(), it.message),
            )
        });
        self.findings.extend(told);
    }

    /// Holds a wheel against what it says of itself.
    fn look_into(&mut self, path: &Path) {
        self.is_looked_into = true;
        let findings = match DiskTree.open(path) {
            Ok(file) => content::wheel(file).map_err(|error| error.to_string()),
            Err(error) => Err(error.to_string()),
        };
        match findings {
            Ok(findings) => self.findings.extend(findings.into_iter().filter_map(|it| {
                let check = checks::find(it.check)?;
                Some(Finding::of(check, format!("{}: {}", it.member, it.message)))
            })),
            Err(why) => self.findings.push(Finding::of(&UNREADABLE_RECORD, why)),
        }
    }

    /// Pins who signed, where nobody is pinned for the project and nothing is wrong.
    pub(super) fn pin(&mut self, pins: &mut Pins, now: Timestamp) {
        let Some(package) = &self.package else {
            return;
        };
        let is_sound = self.examined.iter().all(|it| it.examination.result.is_ok());
        if self.level < Level::Verified || !is_sound || !pins.of(package).is_empty() {
            return;
        }
        let verified = self
            .examined
            .iter()
            .filter_map(|it| it.examination.result.as_ref().ok());
        let mut new: Vec<PinnedIdentity> = Vec::new();
        for pinned in verified.filter_map(|verified| pin(verified, &self.name, now)) {
            if !new.contains(&pinned) {
                new.push(pinned);
            }
        }
        if !new.is_empty() {
            pins.add(package, new.clone());
            self.pinned = new;
        }
    }

    /// How far it came by the best of its attestations; what is wrong with others is a finding each.
    fn reached(&self) -> Level {
        let results = self.examined.iter().map(|it| match &it.examination.result {
            Ok(verified) if verified.get().is_pinned => Level::Pinned,
            Ok(_) => Level::Verified,
            Err(_) => Level::Unverified,
        });
        let unreadable = self.places.iter().filter_map(|place| match &place.found {
            Found::Evidence(Err(_)) | Found::OtherBytes => Some(Level::Unverified),
            _ => None,
        });
        results.chain(unreadable).max().unwrap_or(Level::None)
    }

    fn find(&mut self, required: Option<Required>) {
        let mut findings = Vec::new();
        for place in &self.places {
            if let Found::Evidence(Err(_)) | Found::OtherBytes = &place.found {
                let message = format!("{}: {}", place.name, place.found.describe());
                findings.push(Finding::of(&INVALID_ATTESTATION, message));
            }
        }
        for examined in &self.examined {
            if let Err(refusal) = &examined.examination.result {
                let check = match refusal.step {
                    Step::Identity => &UNEXPECTED_PUBLISHER,
                    _ => &INVALID_ATTESTATION,
                };
                let message = format!(
                    "{}: {} [{}]",
                    examined.source, refusal.message, refusal.code
                );
                findings.push(Finding::of(check, message));
            }
        }
        match self.level {
            Level::None => {
                let finding =
                    Finding::of(&MISSING_ATTESTATION, "no attestation was found".to_owned());
                findings.push(finding.raised(required.is_some()));
            }
            Level::Verified => {
                let message = "nobody said who should have signed it".to_owned();
                let finding = Finding::of(&UNPINNED_PUBLISHER, message);
                findings.push(finding.raised(required == Some(Required::Pinned)));
            }
            Level::Unverified | Level::Pinned => {}
        }
        self.findings = findings;
    }
}

/// Examines every attestation that was found.
fn examine_all(
    places: &[Place],
    (artifact, name): (Artifact<'_>, &str),
    asked: &Asked<'_>,
    expected: Option<&ExpectedIdentity>,
) -> Vec<Examined> {
    let mut examined = Vec::new();
    for place in places {
        let Found::Evidence(Ok(evidence)) = &place.found else {
            continue;
        };
        let rules = if evidence.kind.is_of_index() {
            Rules::Index
        } else {
            Rules::Any
        };
        for item in &evidence.items {
            let examination = examine(&Question {
                bundle: item.bundle.as_ref(),
                artifact,
                name: Some(name),
                root: &asked.root.root,
                key: asked.key,
                rules,
                expected,
            });
            examined.push(Examined::of(&place.name, evidence.kind, item, examination));
        }
    }
    examined
}

impl Examined {
    fn of(source: &str, kind: EvidenceKind, item: &EvidenceItem, examination: Examination) -> Self {
        Self {
            source: source.to_owned(),
            kind,
            publisher: item.publisher.clone(),
            examination,
        }
    }
}

impl Finding {
    fn of(check: &'static Check, message: String) -> Self {
        Self {
            check,
            severity: check.severity,
            message,
            excepted: None,
        }
    }

    /// What is required and not there is as bad as what does not hold.
    fn raised(self, is_required: bool) -> Self {
        Self {
            severity: if is_required {
                SeverityLevel::High
            } else {
                self.severity
            },
            ..self
        }
    }
}
