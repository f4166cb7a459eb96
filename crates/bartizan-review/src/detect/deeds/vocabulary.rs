//! What functions and values of Python mean to whoever looks for what is done with them.

use bartizan_formats::python_code::reach::Meaning;

pub(super) use crate::detect::together::FETCHES;
use crate::rule::is_like;

/// Something that was decoded, unpacked or deciphered.
pub(super) const DECODED: u32 = 1;
/// Something that came from a network.
pub(super) const FETCHED: u32 = 2;
/// What is called a secret, and what holds many.
pub(super) const SECRET: u32 = 4;
/// The name of a machine, that of a person, and what kind of machine it is.
pub(super) const HOST: u32 = 8;
pub(super) const USER: u32 = 16;
pub(super) const MACHINE: u32 = 32;

/// What runs code.
pub(super) const RUNS_CODE: [&str; 7] = [
    "exec",
    "eval",
    "execfile",
    "runpy.run_path",
    "runpy.run_module",
    "types.FunctionType",
    "code.InteractiveInterpreter().runsource",
];

/// What runs programs.
pub(super) const RUNS_PROGRAM: [&str; 11] = [
    "os.system",
    "os.popen",
    "os.exec*",
    "os.spawn*",
    "os.posix_spawn*",
    "os.startfile",
    "subprocess.*",
    "commands.get*",
    "pty.spawn",
    "asyncio.create_subprocess_*",
    "popen2.*",
];

/// What sends something to a network.
pub(super) const SENDS: [&str; 24] = [
    "*urlopen",
    "*urllib.request.Request",
    "requests.get",
    "requests.post",
    "requests.put",
    "requests.patch",
    "requests.request",
    "requests.Session().post",
    "requests.Session().get",
    "httpx.get",
    "httpx.post",
    "httpx.put",
    "httpx.request",
    "aiohttp.ClientSession().post",
    "socket.socket().send*",
    "socket.create_connection().send*",
    "*.sendall",
    "*.sendto",
    "*.sendmail",
    "*.putrequest",
    "http.client.HTTPSConnection().request",
    "http.client.HTTPConnection().request",
    "socket.gethostbyname",
    "urllib3.*",
];

/// What opens a connection.
pub(super) const CONNECTS: [&str; 3] = [
    "socket.socket().connect*",
    "socket.create_connection",
    "s.connect",
];

/// What writes to a file.
pub(super) const WRITES: [&str; 3] = ["*.write", "*.write_bytes", "*.write_text"];

/// What reads what somebody copies, types or sees.
pub(super) const WATCHES: [&str; 15] = [
    "pyperclip.paste",
    "*.clipboard_get",
    "pandas.read_clipboard",
    "win32clipboard.GetClipboardData",
    "PIL.ImageGrab.grab*",
    "ImageGrab.grab",
    "pyscreenshot.grab",
    "pyautogui.screenshot",
    "mss.mss().grab",
    "d3dshot.create().screenshot",
    "pynput.keyboard.Listener",
    "keyboard.on_press",
    "keyboard.on_release",
    "keyboard.record",
    "pyWinhook.*",
];

/// Commands that run when somebody installs, and when somebody builds.
pub(super) const INSTALLS: [&str; 6] = [
    "install",
    "develop",
    "egg_info",
    "easy_install",
    "install_lib",
    "bdist_egg",
];
pub(super) const BUILDS: [&str; 5] = ["build", "build_py", "build_ext", "sdist", "bdist_wheel"];

/// What decodes, unpacks or deciphers.
const DECODES: [&str; 22] = [
    "*.b64decode",
    "base64.b64decode",
    "base64.urlsafe_b64decode",
    "base64.b32decode",
    "base64.b85decode",
    "base64.a85decode",
    "base64.b16decode",
    "base64.decodebytes",
    "zlib.decompress",
    "gzip.decompress",
    "lzma.decompress",
    "bz2.decompress",
    "bytes.fromhex",
    "binascii.unhexlify",
    "binascii.a2b_*",
    "codecs.decode",
    "marshal.loads",
    "*.decrypt",
    "*lsb.reveal",
    "*.Steganography.decode",
    "Steganography.decode",
    "b64decode",
];

/// What names a machine, a person, and what kind of machine it is.
const HOSTS: [&str; 4] = [
    "socket.gethostname",
    "socket.getfqdn",
    "platform.node",
    "uuid.getnode",
];
const USERS: [&str; 4] = ["getpass.getuser", "os.getlogin", "pwd.getpw*", "os.getcwd"];
const MACHINES: [&str; 8] = [
    "platform.uname",
    "platform.system",
    "platform.release",
    "platform.platform",
    "platform.machine",
    "platform.version",
    "platform.processor",
    "os.uname",
];

/// Calls that matter beside others.
const OTHERS: [&str; 15] = [
    "os.dup2",
    "open",
    "builtins.open",
    "pathlib.Path().*",
    "*.ShellExecuteW",
    "*.ShellExecuteA",
    "winreg.SetValueEx",
    "*urlretrieve",
    "compile",
    "__import__",
    "*.open",
    "shutil.copy*",
    "os.makedirs",
    "*.write_bytes",
    "*.write_text",
];

/// Whether a function is one of these.
fn is_one(function: &str, of: &[&str]) -> bool {
    of.iter().any(|it| is_like(function, it))
}

/// What is looked for.
pub(super) struct Words;

impl Meaning for Words {
    fn source(&self, function: &str, text: &dyn Fn() -> Option<String>) -> u32 {
        let mut bits = 0;
        for (of, bit) in [
            (&DECODES[..], DECODED),
            (&FETCHES[..], FETCHED),
            (&HOSTS[..], HOST),
            (&USERS[..], USER),
            (&MACHINES[..], MACHINE),
            (&WATCHES[..], SECRET),
        ] {
            if is_one(function, of) {
                bits |= bit;
            }
        }
        let asks = matches!(function, "os.getenv" | "os.environ.get" | "environ.get");
        if asks && text().is_some_and(|it| super::marks::is_cloud_key(&it)) {
            bits |= SECRET;
        }
        let copies = ["os.environ.copy", "os.environ.items", "os.environ.values"];
        if copies.contains(&function) {
            bits |= SECRET;
        }
        let opens = function == "open" || function.starts_with("pathlib.Path");
        if opens && text().is_some_and(|it| super::marks::is_of_keys(&it)) {
            bits |= SECRET;
        }
        bits
    }

    fn value(&self, name: &str) -> u32 {
        if name == "os.environ" { SECRET } else { 0 }
    }

    fn is_looked_at(&self, function: &str) -> bool {
        [
            &RUNS_CODE[..],
            &RUNS_PROGRAM[..],
            &SENDS[..],
            &FETCHES[..],
            &CONNECTS[..],
            &WRITES[..],
            &WATCHES[..],
            &OTHERS[..],
        ]
        .iter()
        .any(|of| is_one(function, of))
    }

    fn is_passed_over(&self, argument: &str) -> bool {
        matches!(argument, "headers" | "auth" | "env" | "cert" | "cookies")
    }
}

/// What is told where its name is put together, though it runs nothing.
pub(super) const NAMED_SO: [&str; 6] = [
    "open",
    "compile",
    "__import__",
    "requests.get",
    "requests.post",
    "*urlopen",
];
