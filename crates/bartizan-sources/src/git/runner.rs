//! How the program `git` is run, whoever asks: nothing of the repository's choice runs, no prompt waits, and it ends.

use std::{
    io,
    process::{Child, Command, ExitStatus, Stdio},
    thread,
    time::{Duration, Instant},
};

/// How often it is looked whether git has ended.
const PACE: Duration = Duration::from_millis(5);

/// Git with what holds for every question: hooks and file system monitors are off, no protocol is spoken that is not allowed
/// after it, and no variable of a hook that this runs in leads to another repository.
pub(super) fn git() -> Command {
    let mut command = Command::new("git");
    command
        .args(["-c", "core.fsmonitor=false"])
        .args(["-c", "core.hooksPath=/dev/null"])
        .args(["-c", "protocol.allow=never"])
        .env_remove("GIT_DIR")
        .env_remove("GIT_WORK_TREE")
        .env_remove("GIT_INDEX_FILE")
        .env("GIT_TERMINAL_PROMPT", "0")
        .stdin(Stdio::null())
        .stderr(Stdio::null());
    command
}

/// Waits until it has ended; `None` where that took longer than it may, after which it is ended.
pub(super) fn end(child: &mut Child, longest: Duration) -> io::Result<Option<ExitStatus>> {
    let started = Instant::now();
    loop {
        match child.try_wait()? {
            Some(status) => return Ok(Some(status)),
            None if started.elapsed() > longest => {
                // Whether it ends now or had ended: it is not waited for any longer.
                drop(child.kill());
                drop(child.wait());
                return Ok(None);
            }
            None => thread::sleep(PACE),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_takes_too_long_is_ended() {
        let start = |arguments: &[&str]| git().args(arguments).stdout(Stdio::null()).spawn();
        let mut quick = start(&["--version"]).unwrap();
        let status = end(&mut quick, Duration::from_mins(1)).unwrap();
        assert!(status.unwrap().success());
        // It reads what nobody writes, until it is ended.
        let mut waiting = git()
            .args(["hash-object", "--stdin"])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let input = waiting.stdin.take();
        assert_eq!(end(&mut waiting, Duration::ZERO).unwrap(), None);
        drop(input);
    }
}
