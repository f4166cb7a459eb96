//! An instance of Sigstore on loopback for other clients: writes `trust_config.json`, `trusted_root.json` and `token` into
//! the folder that is named, prints its address, and answers until its standard input ends.

#![expect(
    clippy::unwrap_used,
    reason = "an example that cannot go on has failed"
)]
#![expect(clippy::print_stdout, reason = "who started it reads the address")]

use std::{fs, io::Read as _, path::PathBuf};

use bartizan_sigstore_laboratory::{Claims, Instance};

fn main() {
    let mut arguments = std::env::args_os().skip(1);
    let folder = PathBuf::from(arguments.next().unwrap());
    let versions: Vec<u32> = match arguments.next() {
        Some(version) => vec![version.to_string_lossy().parse().unwrap()],
        None => vec![1, 2],
    };
    let instance = Instance::serve();
    let write = |name: &str, text: String| fs::write(folder.join(name), text).unwrap();
    write(
        "trust_config.json",
        instance.trust_config(&versions).to_string(),
    );
    write("trusted_root.json", instance.trusted_root().to_string());
    write("token", instance.token(&Claims::default()));
    println!("{}", instance.address);
    let _ = std::io::stdin().read_to_end(&mut Vec::new());
}
