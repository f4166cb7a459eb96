//! Asking pip which index it uses where no configuration names one: the address is pip's, not ours.

use std::{
    io::Read,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use bartizan_formats::pip_config;

/// How long pip may take to print its help.
const LONGEST: Duration = Duration::from_secs(30);

/// How much of its help is read; it is about 20 kB.
const MOST_BYTES: u64 = 1 << 20;

/// The index that the pip on the user's search path uses; `None` where there is no pip, or it does not tell.
///
/// Python runs isolated (`-I`), so that a file `pip.py` of the current directory is not run in its place.
pub fn default_index() -> Option<String> {
    ["python3", "python"].iter().find_map(|python| {
        let help = help(python)?;
        pip_config::default_in_help(&help)
    })
}

fn help(python: &str) -> Option<String> {
    let mut child = Command::new(python)
        .args(["-I", "-m", "pip", "install", "--help"])
        .env("COLUMNS", "400")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let stdout = child.stdout.take()?;
    let reader = std::thread::spawn(move || {
        let mut text = Vec::new();
        let read = stdout.take(MOST_BYTES).read_to_end(&mut text);
        read.map(|_| String::from_utf8_lossy(&text).into_owned())
            .ok()
    });
    let start = Instant::now();
    loop {
        match child.try_wait() {
            Ok(Some(status)) => {
                let text = reader.join().ok().flatten()?;
                return status.success().then_some(text);
            }
            Ok(None) if start.elapsed() < LONGEST => {
                std::thread::sleep(Duration::from_millis(20));
            }
            _ => {
                // It gave no answer in time, or cannot be watched.
                let _ = child.kill();
                let _ = child.wait();
                return None;
            }
        }
    }
}
