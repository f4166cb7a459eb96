//! Writes wheels that all differ, an attestation beside each, a lock and the root of trust that vouches for them into a folder:
//! `attested_lock FOLDER [COUNT]`. For `scripts/verify_lock.py`.

#![expect(
    clippy::unwrap_used,
    reason = "an example that cannot go on has failed"
)]
#![expect(clippy::print_stdout, reason = "who started it reads who vouches")]

#[path = "../tests/it/signer.rs"]
mod signer;

use std::{fs, path::PathBuf};

use bartizan_formats::digest::Digest;
use signer::{ISSUER, Signer, wheel, wheel_name};

fn main() {
    let mut arguments = std::env::args_os().skip(1);
    let folder = PathBuf::from(arguments.next().unwrap());
    let count = arguments.next().and_then(|it| it.to_str()?.parse().ok());
    let signer = Signer::new();
    let wheels = folder.join("wheels");
    fs::create_dir_all(&wheels).unwrap();
    let mut lock = String::new();
    for number in 0..count.unwrap_or(200) {
        let project = format!("lab{number:03}");
        let name = wheel_name(&project);
        // A module of some size, so that there is something to hash.
        let bytes = wheel(&project, &format!("x = {number}\n").repeat(10_000));
        let provenance = signer.provenance(&name, &bytes, "lab/lab");
        lock += &format!("{project}==1.0 --hash=sha256:{}\n", Digest::of(&bytes));
        fs::write(wheels.join(&name), bytes).unwrap();
        fs::write(wheels.join(format!("{name}.provenance")), provenance).unwrap();
    }
    fs::write(folder.join("requirements.txt"), lock).unwrap();
    fs::write(folder.join("root.json"), signer.trusted_root()).unwrap();
    println!("{ISSUER}");
}
