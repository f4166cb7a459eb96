//! Files of a bare repository, through `git`.

use std::{
    io::{Read, Write},
    process::{Command, Stdio},
};

use crate::insertion::Real;

/// The largest file, and the longest line, that is tried: generated sources show nothing more.
const LARGEST: usize = 120_000;

/// The texts of the newest commit.
pub(crate) fn read(repository: &str) -> Vec<Real> {
    let tree = git(repository, &["ls-tree", "-r", "-l", "HEAD"])
        .output()
        .unwrap();
    let tree = String::from_utf8_lossy(&tree.stdout).into_owned();
    let wanted = tree.lines().filter_map(|line| {
        let (about, path) = line.split_once('\t')?;
        let parts: Vec<&str> = about.split_whitespace().collect();
        let size: usize = parts.get(3)?.parse().ok()?;
        (parts.first() != Some(&"120000") && size > 0 && size < LARGEST)
            .then(|| (parts[2].to_owned(), path.to_owned()))
    });
    let wanted: Vec<(String, String)> = wanted.collect();
    let mut cat = git(repository, &["cat-file", "--batch"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = cat.stdin.take().unwrap();
    let names: String = wanted.iter().map(|(id, _)| format!("{id}\n")).collect();
    let writer = std::thread::spawn(move || input.write_all(names.as_bytes()));
    let mut output = Vec::new();
    cat.stdout.take().unwrap().read_to_end(&mut output).unwrap();
    writer.join().unwrap().unwrap();
    cat.wait().unwrap();
    let mut rest = output.as_slice();
    let mut files = Vec::new();
    for (_, path) in wanted {
        let Some(end) = rest.iter().position(|it| *it == b'\n') else {
            break;
        };
        let head = String::from_utf8_lossy(&rest[..end]).into_owned();
        rest = &rest[end + 1..];
        let Some(size) = head
            .rsplit(' ')
            .next()
            .and_then(|it| it.parse::<usize>().ok())
        else {
            continue;
        };
        if let Ok(text) = std::str::from_utf8(&rest[..size])
            && !text.contains('\0')
            && !text.contains('\r')
        {
            files.push(Real::new(&path, text.to_owned()));
        }
        rest = &rest[size + 1..];
    }
    files
}

fn git(repository: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new("git");
    command.arg("--git-dir").arg(repository).args(arguments);
    // A part of a history stays a part.
    command.env("GIT_NO_LAZY_FETCH", "1");
    command
}
