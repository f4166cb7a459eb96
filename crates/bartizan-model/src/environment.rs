//! The Python environment that markers are evaluated for.

/// A platform that wheels are made for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Platform {
    /// The operating system.
    pub system: System,
    /// The machine as `platform.machine()` gives it there: `x86_64`, `aarch64`, `arm64`, `AMD64`.
    pub machine: String,
}

/// An operating system, as far as markers tell them apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum System {
    /// Linux.
    Linux,
    /// macOS.
    MacOs,
    /// Windows.
    Windows,
}

impl Platform {
    /// Reads `linux`, `macos`, `windows`, optionally with a machine (`linux-aarch64`).
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.to_ascii_lowercase();
        let (system, machine) = text
            .split_once('-')
            .map_or((text.as_str(), None), |(s, m)| (s, Some(m)));
        let system = match system {
            "linux" => System::Linux,
            "macos" | "darwin" => System::MacOs,
            "windows" | "win32" => System::Windows,
            _ => return None,
        };
        Self::of(system, machine)
    }

    fn of(system: System, machine: Option<&str>) -> Option<Self> {
        let machine = match (system, machine) {
            (System::Linux, None | Some("x86_64" | "amd64"))
            | (System::MacOs, Some("x86_64" | "amd64")) => "x86_64",
            (System::Windows, None | Some("x86_64" | "amd64")) => "AMD64",
            (System::Linux, Some("aarch64" | "arm64")) => "aarch64",
            (System::MacOs, None | Some("aarch64" | "arm64")) => "arm64",
            (System::Windows, Some("aarch64" | "arm64")) => "ARM64",
            _ => return None,
        };
        Some(Self {
            system,
            machine: machine.to_owned(),
        })
    }
}

/// The values of the environment markers of PEP 508, as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MarkerEnvironment {
    /// `os.name`: `posix` or `nt`.
    pub os_name: String,
    /// `sys.platform`: `linux`, `darwin`, `win32`.
    pub sys_platform: String,
    /// `platform.machine()`.
    pub platform_machine: String,
    /// `platform.python_implementation()`: `CPython`, `PyPy`.
    pub platform_python_implementation: String,
    /// `platform.release()`; empty when not known.
    pub platform_release: String,
    /// `platform.system()`: `Linux`, `Darwin`, `Windows`.
    pub platform_system: String,
    /// `platform.version()`; empty when not known.
    pub platform_version: String,
    /// Major and minor version of Python: `3.13`.
    pub python_version: String,
    /// Full version of Python: `3.13.1`.
    pub python_full_version: String,
    /// `sys.implementation.name`: `cpython`, `pypy`.
    pub implementation_name: String,
    /// Version of the implementation.
    pub implementation_version: String,
}

impl MarkerEnvironment {
    /// `CPython` of a version (`3.13` or `3.13.1`) on a platform.
    pub fn cpython(version: &str, platform: &Platform) -> Self {
        let (os_name, sys_platform, platform_system) = match platform.system {
            System::Linux => ("posix", "linux", "Linux"),
            System::MacOs => ("posix", "darwin", "Darwin"),
            System::Windows => ("nt", "win32", "Windows"),
        };
        let parts: Vec<&str> = version.split('.').collect();
        let full = if parts.len() < 3 {
            format!("{version}.0")
        } else {
            version.to_owned()
        };
        Self {
            os_name: os_name.to_owned(),
            sys_platform: sys_platform.to_owned(),
            platform_machine: platform.machine.clone(),
            platform_python_implementation: "CPython".to_owned(),
            platform_release: String::new(),
            platform_system: platform_system.to_owned(),
            platform_version: String::new(),
            python_version: parts.iter().take(2).copied().collect::<Vec<_>>().join("."),
            python_full_version: full.clone(),
            implementation_name: "cpython".to_owned(),
            implementation_version: full,
        }
    }

    /// The environment in words: `CPython 3.13.1 on linux x86_64`.
    pub fn describe(&self) -> String {
        format!(
            "{} {} on {} {}",
            self.platform_python_implementation,
            self.python_full_version,
            self.sys_platform,
            self.platform_machine
        )
    }
}
