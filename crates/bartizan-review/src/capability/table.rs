//! Which calls and words let code do what.

use std::collections::BTreeSet;

use crate::{
    code::{Call, Shape},
    kind::Language,
    rule::{Capability, is_like},
};

/// Functions of Python by what they let code do; `*.name` is a method of anything, `name.*` all of a module.
const OF_PYTHON: &[(Capability, &[&str])] = &[
    (
        Capability::Exec,
        &[
            "os.system",
            "os.popen",
            "os.exec*",
            "os.spawn*",
            "os.posix_spawn*",
            "os.startfile",
            "os.fork",
            "os.forkpty",
            "subprocess.*",
            "pty.spawn",
            "asyncio.create_subprocess_*",
            "popen2.*",
            "commands.getoutput",
        ],
    ),
    (
        Capability::DynamicCode,
        &[
            "eval",
            "exec",
            "execfile",
            "compile",
            "builtins.eval",
            "builtins.exec",
            "builtins.compile",
            "__import__",
            "importlib.import_module",
            "importlib.__import__",
            "runpy.*",
            "code.interact",
            "types.FunctionType",
            "types.CodeType",
        ],
    ),
    (
        Capability::Network,
        &[
            "socket.socket",
            "socket.create_connection",
            "socket.create_server",
            "socket.getaddrinfo",
            "socket.gethostbyname*",
            "urllib.request.*",
            "urllib.urlopen",
            "urllib.urlretrieve",
            "urllib2.*",
            "urllib3.*",
            "http.client.*",
            "http.server.*",
            "httplib.*",
            "requests.*",
            "httpx.*",
            "aiohttp.*",
            "ftplib.*",
            "smtplib.*",
            "poplib.*",
            "imaplib.*",
            "telnetlib.*",
            "paramiko.*",
            "xmlrpc.*",
            "websockets.*",
            "asyncio.open_connection",
            "asyncio.start_server",
            "pooch.retrieve",
            "pooch.create",
        ],
    ),
    (
        Capability::ExecutableFile,
        &["os.chmod", "os.fchmod", "os.lchmod", "*.chmod"],
    ),
    (
        Capability::FileWrite,
        &[
            "os.remove",
            "os.unlink",
            "os.rename",
            "os.renames",
            "os.replace",
            "os.mkdir",
            "os.makedirs",
            "os.rmdir",
            "os.removedirs",
            "os.symlink",
            "os.link",
            "os.truncate",
            "os.mkfifo",
            "shutil.*",
            "tempfile.*",
            "*.write_text",
            "*.write_bytes",
            "*.extractall",
        ],
    ),
    (
        Capability::Secrets,
        &[
            "os.getenv",
            "os.getenvb",
            "keyring.*",
            "getpass.*",
            "netrc.netrc",
        ],
    ),
    (
        Capability::NativeLoad,
        &[
            "ctypes.CDLL",
            "ctypes.PyDLL",
            "ctypes.WinDLL",
            "ctypes.OleDLL",
            "ctypes.cdll.*",
            "ctypes.windll.*",
            "ctypes.oledll.*",
            "ctypes.pydll.*",
            "ctypes.util.find_library",
            "ctypes.CFUNCTYPE",
            "ctypes.PYFUNCTYPE",
            "cffi.FFI",
            "*.dlopen",
            "numpy.ctypeslib.load_library",
            "importlib.machinery.ExtensionFileLoader",
            "imp.load_dynamic",
        ],
    ),
    (
        Capability::RawSyscall,
        &["fcntl.ioctl", "*.syscall", "os.ptrace"],
    ),
    (
        Capability::Deserialise,
        &[
            "pickle.load",
            "pickle.loads",
            "pickle.Unpickler",
            "_pickle.*",
            "cPickle.*",
            "pickle5.*",
            "dill.load*",
            "cloudpickle.load*",
            "joblib.load",
            "marshal.load*",
            "shelve.open",
            "yaml.load*",
            "yaml.unsafe_load*",
            "yaml.full_load*",
            "torch.load",
            "pandas.read_pickle",
            "jsonpickle.decode",
        ],
    ),
    (
        Capability::UnsafeMemory,
        &[
            "ctypes.memmove",
            "ctypes.memset",
            "ctypes.string_at",
            "ctypes.wstring_at",
            "ctypes.cast",
            "*.from_address",
            "numpy.lib.stride_tricks.as_strided",
        ],
    ),
];

/// Functions of C.
const OF_C: &[(Capability, &[&str])] = &[
    (
        Capability::Exec,
        &[
            "system",
            "popen",
            "_popen",
            "fork",
            "vfork",
            "execl",
            "execlp",
            "execle",
            "execv",
            "execvp",
            "execve",
            "posix_spawn",
            "posix_spawnp",
            "CreateProcess*",
            "ShellExecute*",
            "WinExec",
        ],
    ),
    (
        Capability::DynamicCode,
        &[
            "PyRun_*",
            "Py_CompileString*",
            "PyEval_EvalCode*",
            "PyImport_Import*",
        ],
    ),
    (
        Capability::Network,
        &[
            "socket",
            "getaddrinfo",
            "gethostbyname",
            "sendto",
            "recvfrom",
            "curl_easy_*",
            "WSAStartup",
        ],
    ),
    (
        Capability::FileWrite,
        &[
            "fwrite", "unlink", "rename", "mkdir", "rmdir", "ftruncate", "mkstemp", "tmpfile",
            "CreateFile*",
        ],
    ),
    (Capability::ExecutableFile, &["chmod", "fchmod"]),
    (
        Capability::Secrets,
        &["getenv", "secure_getenv", "_wgetenv"],
    ),
    (
        Capability::NativeLoad,
        &[
            "dlopen",
            "dlsym",
            "LoadLibrary*",
            "GetProcAddress",
        ],
    ),
    (
        Capability::RawSyscall,
        &[
            "syscall", "ptrace", "prctl", "ioctl", "mprotect", "setuid", "setgid",
        ],
    ),
    (Capability::Deserialise, &["PyMarshal_Read*"]),
    (
        Capability::GilRelease,
        &["PyEval_SaveThread", "PyEval_ReleaseThread"],
    ),
];

/// What Cython does with memory, besides: casts and addresses are calls there.
const OF_CYTHON: &[(Capability, &[&str])] = &[
    (
        Capability::UnsafeMemory,
        &[
            "__pointer__",
            "__address__",
            "malloc",
            "calloc",
            "realloc",
            "free",
            "memcpy",
            "memmove",
            "memset",
            "strcpy",
            "strncpy",
            "sprintf",
            "PyMem_*",
            "PyObject_Malloc",
        ],
    ),
    (Capability::GilRelease, &["nogil", "cython.nogil"]),
];

/// Words without brackets behind them.
const WORDS_OF_PYTHON: &[(&str, Capability)] = &[
    ("os.environ", Capability::Secrets),
    ("allow_pickle=True", Capability::Deserialise),
];
const WORDS_OF_C: &[(&str, Capability)] = &[
    ("Py_BEGIN_ALLOW_THREADS", Capability::GilRelease),
    ("NPY_BEGIN_ALLOW_THREADS", Capability::GilRelease),
    ("NPY_BEGIN_THREADS", Capability::GilRelease),
];

/// Functions that open a file to write where their second argument says so.
const OPENERS: [&str; 10] = [
    "open", "io.open", "os.fdopen", "gzip.open", "bz2.open", "lzma.open", "codecs.open", "fopen",
    "fdopen", "_wfopen",
];

/// What a call lets its function do.
pub(super) fn of_call(call: &Call, language: Language) -> Option<Capability> {
    let tables: &[&[(Capability, &[&str])]] = match language {
        Language::Python => &[OF_PYTHON],
        Language::Cython => &[OF_PYTHON, OF_C, OF_CYTHON],
        Language::C | Language::Cpp => &[OF_C],
        _ => return None,
    };
    let name = call.function.as_str();
    let known = tables.iter().flat_map(|table| table.iter());
    let mut known = known.filter(|(_, names)| names.iter().any(|it| is_like(name, it)));
    let found = known.next().map(|(capability, _)| *capability);
    found.or_else(|| opens_to_write(call).then_some(Capability::FileWrite))
}

/// `open(path, "w")`; without a second argument a file is read.
fn opens_to_write(call: &Call) -> bool {
    let is_path = call.function.ends_with("().open") || call.function == "pathlib.Path.open";
    if !is_path && !OPENERS.contains(&call.function.as_str()) {
        return false;
    }
    let place = usize::from(!is_path);
    let mut arguments = call.arguments.iter().enumerate();
    let mode = arguments.find(|(at, it)| match it.name.as_deref() {
        Some(name) => name == "mode",
        None => *at == place,
    });
    mode.is_some_and(|(_, it)| it.shape == Shape::Text && it.text.contains(['w', 'a', 'x', '+']))
}

/// Words that let code do something, in a language.
pub(super) fn words(language: Language) -> &'static [(&'static str, Capability)] {
    match language {
        Language::Python | Language::Cython => WORDS_OF_PYTHON,
        Language::C | Language::Cpp => WORDS_OF_C,
        _ => &[],
    }
}

/// Whether a text holds a word without which it has none of these capabilities.
pub(super) fn may_hold(content: &[u8], asked: &BTreeSet<Capability>) -> bool {
    let tables = [OF_PYTHON, OF_C, OF_CYTHON];
    let rows = tables.iter().flat_map(|table| table.iter());
    let names = rows
        .filter(|(capability, _)| asked.contains(capability))
        .flat_map(|(_, names)| names.iter().map(|it| last_word(it)));
    let words = WORDS_OF_PYTHON.iter().chain(WORDS_OF_C);
    let words = words
        .filter(|(_, capability)| asked.contains(capability))
        .map(|(word, _)| *word);
    let signs = [
        (Capability::FileWrite, "open"),
        (Capability::UnsafeMemory, "*>"),
        (Capability::UnsafeMemory, "&"),
    ];
    let signs = signs
        .iter()
        .filter(|(capability, _)| asked.contains(capability))
        .map(|(_, sign)| *sign);
    let mut all = names.chain(words).chain(signs);
    all.any(|word| memchr::memmem::find(content, word.as_bytes()).is_some())
}

/// The part of a pattern that stands in every text which it fits.
fn last_word(pattern: &str) -> &str {
    let bare = pattern.trim_matches(['*', '.']);
    bare.rsplit('.').next().unwrap_or(bare)
}
