//! Commands that a program is given.

use bartizan_formats::python_code::reach::Deed;

use super::{is_any, vocabulary};

/// Shells that are started by their names.
const SHELLS: [&str; 8] = [
    "/bin/sh",
    "/bin/bash",
    "/bin/zsh",
    "sh",
    "bash",
    "cmd.exe",
    "cmd",
    "powershell",
];

/// Endings of programs of Windows.
const PROGRAMS: [&str; 8] = [
    ".exe", ".dll", ".scr", ".msi", ".bat", ".vbs", ".ps1", ".com/",
];

/// What a command holds that fetches, with what it is handed to.
const FETCHES: [&str; 5] = ["curl", "wget", "invoke-webrequest", "iwr ", "fetch "];
const INTO: [&str; 10] = [
    "| sh", "|sh", "| bash", "|bash", "| python", "|python", "| sudo", "|sudo", "| zsh", "&& ./",
];

/// What a shell of Windows is told that is not to be seen.
const QUIETLY: [&str; 10] = [
    "-enc",
    "-nop",
    "hidden",
    "bypass",
    "downloadfile",
    "downloadstring",
    "invoke-webrequest",
    "iex",
    "frombase64",
    "whoami",
];

/// What stands for itself.
const ALONE: [(&str, &str); 16] = [
    ("/dev/tcp/", "opens a connection by a shell"),
    ("bash -i", "starts a shell for somebody else"),
    ("nc -e", "starts a shell for somebody else"),
    ("mkfifo", "starts a shell for somebody else"),
    ("certutil -urlcache", "fetches by a tool of Windows"),
    ("bitsadmin", "fetches by a tool of Windows"),
    ("mshta", "runs a script by a tool of Windows"),
    ("rundll32", "runs a library by a tool of Windows"),
    ("regsvr32", "runs a library by a tool of Windows"),
    ("wscript", "runs a script by a tool of Windows"),
    ("/etc/passwd", "reads who is known to a machine"),
    ("/etc/shadow", "reads the passwords of a machine"),
    ("$(env", "reads the whole environment"),
    ("env | base64", "encodes the environment"),
    ("schtasks", "starts something again and again"),
    ("reg add", "writes to the registry"),
];

/// What a command does that honest code has no need to.
pub(super) fn is_of_strangers(deed: &Deed) -> Option<&'static str> {
    let words: Vec<String> = deed
        .texts
        .iter()
        .map(|it| it.to_ascii_lowercase())
        .collect();
    let command = words.join(" ");
    let has = |marks: &[&str]| marks.iter().any(|it| command.contains(it));
    if has(&FETCHES) && has(&INTO) {
        return Some("runs what it fetches");
    }
    if has(&FETCHES) && has(&["?{}", "={}"]) {
        return Some("sends something in an address");
    }
    if command.contains("powershell") && has(&QUIETLY) {
        return Some("has a shell of Windows do something that is not to be seen");
    }
    if words.iter().any(|it| it == "whoami") {
        return Some("asks who it is");
    }
    let alone = ALONE.iter().find(|(mark, _)| command.contains(mark));
    alone.map(|(_, what)| *what)
}

/// Whether a text names a shell.
pub(super) fn is_shell(text: &str) -> bool {
    SHELLS.contains(&text.to_ascii_lowercase().as_str())
}

/// Whether what is started says nothing, and nobody waits for it.
pub(super) fn is_silent(deed: &Deed) -> bool {
    let is = |name: &str, value: &str| {
        deed.named
            .iter()
            .any(|(named, it)| named == name && it.ends_with(value))
    };
    let is_quiet = is("stdout", "DEVNULL") && is("stderr", "DEVNULL");
    let is_apart = is("start_new_session", "True")
        || is("creationflags", "CREATE_NO_WINDOW")
        || is("creationflags", "DETACHED_PROCESS")
        || (deed.function.ends_with("Popen") && is("stdin", "DEVNULL"));
    is_quiet && is_apart
}

/// A program of Windows that is fetched or written.
pub(super) fn program_of_windows(deed: &Deed) -> Option<&str> {
    let fetches = is_any(deed, &vocabulary::FETCHES) || deed.function.ends_with("urlretrieve");
    if !fetches && !is_writing(deed) {
        return None;
    }
    let is_program = |it: &&String| {
        let lower = it.to_ascii_lowercase();
        let name = lower.split(['?', '#']).next().unwrap_or_default();
        !name.contains(char::is_whitespace) && PROGRAMS.iter().any(|end| name.ends_with(end))
    };
    deed.texts.iter().find(is_program).map(String::as_str)
}

/// Whether something is written: a file by what it is opened for, a value of the registry, a table of tasks.
pub(super) fn is_writing(deed: &Deed) -> bool {
    let is_of_writing = |it: &String| {
        it.len() <= 3
            && it.starts_with(['a', 'w', 'x'])
            && it.trim_end_matches(['+', 'b', 't']).len() == 1
    };
    let opens = deed.function.rsplit('.').next() == Some("open");
    (opens && deed.texts.iter().skip(1).any(is_of_writing))
        || deed.function.ends_with(".write_text")
        || deed.function.ends_with(".write_bytes")
        || deed.function == "winreg.SetValueEx"
        || deed.function.starts_with("shutil.copy")
        || (is_any(deed, &vocabulary::RUNS_PROGRAM)
            && deed.texts.iter().any(|it| {
                ["crontab", "systemctl", "launchctl"]
                    .iter()
                    .any(|of| it.contains(of))
            }))
}
