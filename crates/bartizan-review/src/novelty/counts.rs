//! Counts of words in lines that come: the plainest measure of how dangerous a change may be, and the one that anything more
//! must be better than.

use std::sync::LazyLock;

use memchr::memmem::Finder;

/// Words of memory and of counted references.
const MEMORY: [&str; 20] = [
    "INCREF",
    "DECREF",
    "Py_CLEAR",
    "Py_SETREF",
    "malloc",
    "calloc",
    "realloc",
    "Malloc",
    "Calloc",
    "Realloc",
    "free(",
    "Free(",
    "memcpy",
    "memmove",
    "memset",
    "strcpy",
    "strcat",
    "sprintf",
    "alloca",
    "PyArray_DATA",
];

/// Words that attacks need.
const DANGEROUS: [&str; 30] = [
    "exec(",
    "eval(",
    "compile(",
    "subprocess",
    "os.system",
    "popen",
    "Popen",
    "base64",
    "b64decode",
    "urlopen",
    "requests.",
    "urllib",
    "socket",
    "ctypes",
    "pickle",
    "marshal",
    "__import__",
    "getattr(",
    "environ",
    "curl",
    "wget",
    "chmod",
    "pull_request_target",
    "secrets.",
    "run_command",
    "cmdclass",
    "zlib",
    "fromhex",
    "github.event",
    "unlink",
];

/// Made once: a line is shorter than what it takes to set up a search.
static FINDERS: LazyLock<[Vec<Finder<'static>>; 2]> =
    LazyLock::new(|| [&MEMORY[..], &DANGEROUS].map(|words| words.iter().map(Finder::new).collect()));

/// How many words there are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Words that bugs of memory are about.
    pub memory: u32,
    /// Words that attacks need.
    pub dangerous: u32,
}

impl Counts {
    pub(super) fn read(&mut self, line: &str) {
        let [memory, dangerous] = &*FINDERS;
        self.memory = self.memory.saturating_add(count(line, memory));
        self.dangerous = self.dangerous.saturating_add(count(line, dangerous));
    }
}

fn count(line: &str, words: &[Finder<'_>]) -> u32 {
    let found = words.iter().map(|word| word.find_iter(line.as_bytes()).count());
    u32::try_from(found.sum::<usize>()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_counted() {
        let mut counts = Counts::default();
        for line in [
            "Py_XDECREF(a); PyMem_Malloc(n); memcpy(a, b, n)",
            "os.system(x); eval(eval(y))",
            "nothing",
        ] {
            counts.read(line);
        }
        assert_eq!((counts.memory, counts.dangerous), (3, 3));
    }
}
