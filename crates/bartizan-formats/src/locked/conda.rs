//! Locks of conda packages: `pixi.lock`, `conda-lock.yml`, and explicit lists. Each may hold packages of pip too.

use bartizan_model::ecosystem::Package;
use serde_json::Value;

use super::{Locked, LockedError, requirements, shape};
use crate::{
    file_hash::{Algorithm, FileHash},
    file_name, yaml,
};

/// The line that begins an explicit list.
pub(super) const MARK: &str = "@EXPLICIT";

/// How a package of pip stands in an explicit list.
const PIP: &str = "# pip ";

/// Addresses of packages, each with the digest behind `#`.
pub(super) fn explicit(text: &str) -> Locked {
    let mut locked = Locked::default();
    for line in text.lines().map(str::trim) {
        if let Some(requirement) = line.strip_prefix(PIP) {
            requirements::take(&mut locked, requirement);
            continue;
        }
        let (address, digest) = line.split_once('#').unwrap_or((line, ""));
        if let Some((package, version)) = named(address) {
            // MD5 has half as many digits as SHA-256 and vouches for nothing.
            let bare = || FileHash::parse(Algorithm::Sha256.name(), digest);
            let hash = FileHash::parse_named(digest).or_else(bare);
            locked.package(package, Some(&version)).file(hash);
        }
    }
    locked
}

fn named(address: &str) -> Option<(Package, String)> {
    let file = address
        .split(['#', '?'])
        .next()?
        .rsplit(['/', '\\'])
        .next()?;
    let python = || file_name::wheel(file).or_else(|| file_name::source(file));
    file_name::conda(file).or_else(python)
}

/// `pixi.lock` and `conda-lock.yml`: a list of packages under `packages` or `package`.
pub(super) fn yaml(text: &str) -> Result<Locked, LockedError> {
    let mut locked = Locked::default();
    let gathered = yaml::gather(text, &["packages", "package"], &mut |part| {
        if matches!(part.key, "packages" | "package") {
            take(&mut locked, &part.value);
        }
    });
    gathered.map_err(|error| shape(&error.to_string()))?;
    Ok(locked)
}

fn take(locked: &mut Locked, value: &Value) {
    let text = |key: &str| value.get(key).and_then(Value::as_str);
    let is_pip = value.get("pypi").is_some()
        || text("kind") == Some("pypi")
        || text("manager") == Some("pip");
    let address = ["conda", "pypi", "url"].into_iter().find_map(text);
    let of_address = address.and_then(named);
    let package = match (text("name"), &of_address) {
        (Some(name), _) if is_pip => Package::pypi(name),
        (Some(name), _) => file_name::conda_package(name),
        (None, Some((package, _))) => package.clone(),
        (None, None) => return,
    };
    let version = text("version").map(str::to_owned);
    let version = version.or(of_address.map(|(_, version)| version));
    let digests = value.get("hash").unwrap_or(value);
    let algorithms = [Algorithm::Sha256, Algorithm::Sha384, Algorithm::Sha512];
    let hashes: Vec<FileHash> = algorithms
        .iter()
        .filter_map(|it| FileHash::parse(it.name(), digests.get(it.name())?.as_str()?))
        .collect();
    locked.package(package, version.as_deref()).file(hashes);
}
