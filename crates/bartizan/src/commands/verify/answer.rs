//! What was found of each artifact: how far it came, and what is wrong.

use std::path::{Path, PathBuf};

use bartizan_formats::{
    archive::ArchiveError,
    build_policy::{AskedLevel, BuildPolicy, Exception},
    digest::Digest,
    file_hash::FileHash,
    identities::PinnedIdentity,
    installed::{InstalledDistribution, Origin},
    tree::{ReadSeek, Tree},
};
use bartizan_model::{Timestamp, ecosystem::Package, severity::SeverityLevel};
use bartizan_provenance::{
    Artifact, Attestation, ExpectedIdentity, Level, PublicKey, Step,
    checks::{
        self, INVALID_ATTESTATION, MISSING_ATTESTATION, POLICY_VIOLATION, UNEXPECTED_PUBLISHER,
        UNPINNED_PUBLISHER, UNREADABLE_RECORD,
    },
    content::{self, ContentFinding},
    pin,
    policy::{Judged, violations},
};
use bartizan_sources::disk::DiskTree;
use jiff::tz::TimeZone;

use super::{
    Required,
    channel::Channels,
    divergence::Compared,
    examined::{Examined, examine_all},
    expected::{ProfileInUse, SaidBy, who},
    finding::Finding,
    gather::{self, Found, Place},
    installed::EnvironmentAnswer,
    locked::{Absent, LockInUse},
    pins::Pins,
};
use crate::{bills::conda, error::Failure, exit::Exit, provenance::RootInUse, releases::Indexes};

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
    /// Channels of conda that are at hand.
    pub(super) channels: &'a Channels,
    /// Whether wheels are held against their RECORD.
    pub(super) with_content: bool,
    pub(super) policy: Option<&'a BuildPolicy>,
    pub(super) lock: Option<&'a LockInUse>,
    pub(super) profile: &'a ProfileInUse,
    pub(super) now: Timestamp,
}

/// The whole answer.
pub(super) struct Answer {
    pub(super) artifacts: Vec<ArtifactAnswer>,
    pub(super) environments: Vec<EnvironmentAnswer>,
    /// The lock, and its projects of which nothing was looked at.
    pub(super) lock: Option<(PathBuf, Vec<Absent>)>,
    /// What is wrong with the policy's exceptions.
    pub(super) of_policy: Vec<Finding>,
    pub(super) root: RootInUse,
    /// The lock of identities.
    pub(super) pins: PathBuf,
    pub(super) threshold: SeverityLevel,
    pub(super) now: Timestamp,
}

/// One artifact, or a distribution that is installed.
pub(super) struct ArtifactAnswer {
    pub(super) path: String,
    name: String,
    pub(super) package: Option<Package>,
    /// The version of what is installed.
    pub(super) installed: Option<String>,
    /// Of what is installed it is known where the installer recorded it.
    pub(super) digest: Option<Digest>,
    /// Who says who should have signed.
    pub(super) said_by: Option<SaidBy>,
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
    /// The exceptions of the policy that let something through.
    pub(super) used: Vec<Exception>,
    /// Who was pinned just now.
    pub(super) pinned: Vec<PinnedIdentity>,
}

impl Answer {
    pub(super) fn exit(&self) -> Exit {
        let mut exit = Exit::Clean;
        let of_environments = self.environments.iter().flat_map(|it| &it.findings);
        let of_artifacts = self.artifacts.iter().flat_map(|it| &it.findings);
        let mut findings = of_artifacts.chain(of_environments).chain(&self.of_policy);
        if findings.any(|it| it.severity >= self.threshold && it.excepted.is_none()) {
            exit = exit.and(Exit::Findings);
        }
        for artifact in &self.artifacts {
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
        if self.artifacts.is_empty() {
            exit = exit.and(Exit::NothingToLookAt);
        }
        exit
    }
}

/// What is known of an artifact before evidence is judged.
struct Known<'a> {
    path: String,
    name: String,
    package: Option<Package>,
    installed: Option<String>,
    artifact: Option<Artifact<'a>>,
    places: Vec<Place>,
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
        let folder = path.parent().and_then(Path::file_name);
        let folder = folder.map(|it| it.to_string_lossy());
        let known = Known {
            path: path.display().to_string(),
            package: gather::any_package(&name),
            name: name.into_owned(),
            installed: None,
            artifact: Some(artifact),
            places: gather::gather(path, folder.as_deref(), digest, asked)?,
        };
        let mut answer = Self::judged(known, asked, pins)?;
        if let Some(lock) = asked.lock {
            let finding = lock.file(answer.package.as_ref(), digest, path)?;
            answer.findings.extend(finding);
        }
        if asked.with_content && answer.name.strip_suffix(".whl").is_some() {
            answer.look_into(path, content::wheel);
        } else if asked.with_content && conda::is_package(path) {
            answer.look_into(path, content::conda_package);
        }
        Ok(answer)
    }

    /// A distribution that is installed. Its content is looked at elsewhere; attestations are about the file that it was
    /// installed from, if anybody recorded which that was.
    pub(super) fn installed(
        it: &InstalledDistribution,
        asked: &Asked<'_>,
        pins: &Pins,
    ) -> Result<Self, Failure> {
        let recorded = match &it.origin {
            Origin::File { url, hashes } => {
                let digest = hashes.iter().find_map(FileHash::sha256);
                digest.map(|digest| (gather::file_of(url), gather::folder_of(url), digest))
            }
            _ => None,
        };
        let places = match &recorded {
            Some((file, folder, digest)) => gather::gather(file, *folder, *digest, asked)?,
            None => vec![Place::unrecorded(it)],
        };
        let name = recorded.as_ref().and_then(|(file, ..)| file.file_name());
        let known = Known {
            path: it.locator.clone(),
            name: name.unwrap_or_default().to_string_lossy().into_owned(),
            package: Some(it.package.clone()),
            installed: Some(it.version.clone()),
            artifact: recorded
                .as_ref()
                .map(|(.., digest)| Artifact::Digest(*digest)),
            places,
        };
        let mut answer = Self::judged(known, asked, pins)?;
        let lock = asked.lock;
        let finding = lock.and_then(|it_is| it_is.installed(&it.package, &it.version, &it.origin));
        answer.findings.extend(finding);
        Ok(answer)
    }

    fn judged(known: Known<'_>, asked: &Asked<'_>, pins: &Pins) -> Result<Self, Failure> {
        let stated = asked.stated.as_ref();
        let who = who(stated, pins, asked.profile, known.package.as_ref())?;
        let (expected, said_by) = who.unzip();
        let examined = match known.artifact {
            Some(artifact) => {
                let subject = (artifact, known.name.as_str());
                examine_all(&known.places, subject, asked, expected.as_ref())
            }
            None => Vec::new(),
        };
        let mut answer = Self {
            path: known.path,
            name: known.name,
            package: known.package,
            installed: known.installed,
            digest: known.artifact.map(Artifact::digest),
            said_by,
            level: Level::None,
            places: known.places,
            examined,
            is_looked_into: false,
            findings: Vec::new(),
            needs_nothing: false,
            compared: Vec::new(),
            used: Vec::new(),
            pinned: Vec::new(),
        };
        answer.level = answer.reached();
        answer.find(asked.required);
        if let Some(policy) = asked.policy {
            answer.ask(policy, asked.now);
        }
        Ok(answer)
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
        for it in violations(policy, judged) {
            let message = format!("{}: {}", it.rule.id(), it.message);
            self.findings.push(Finding {
                excepted: it.excepted.as_ref().map(|it| it.reason.clone()),
                ..Finding::of(&POLICY_VIOLATION, message)
            });
            self.used.extend(it.excepted);
        }
    }

    /// Holds an artifact against what it says of itself.
    fn look_into(
        &mut self,
        path: &Path,
        look: impl FnOnce(Box<dyn ReadSeek>) -> Result<Vec<ContentFinding>, ArchiveError>,
    ) {
        self.is_looked_into = true;
        let findings = match DiskTree.open(path) {
            Ok(file) => look(file).map_err(|error| error.to_string()),
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
                let said_by = self.said_by.filter(|_| refusal.step == Step::Identity);
                let by = said_by.map_or_else(String::new, |it| format!(", by {}", it.title()));
                let message = format!(
                    "{}: {}{by} [{}]",
                    examined.source, refusal.message, refusal.code
                );
                findings.push(Finding::of(check, message));
            }
        }
        match self.level {
            Level::None => {
                let message = match self.digest {
                    Some(_) => "no attestation was found",
                    None => {
                        "no attestation can be held against it, as nobody recorded the file that it was installed from"
                    }
                };
                let finding = Finding::of(&MISSING_ATTESTATION, message.to_owned());
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
