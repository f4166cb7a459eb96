//! Tiny files of machine code made from a description: what the tests and the first inputs of fuzzing read.
//!
//! Nothing of anybody's compiler is in them. The files are valid: `readelf`, `objdump` and `nm` read them as the readers
//! beside do. Only tests have this module, and `xtask`, which includes it by its path to write the first inputs of the
//! fuzz target; it therefore uses nothing but the standard library, and names the files of its parts.

#[path = "forge/code.rs"]
mod code;
#[path = "forge/elf.rs"]
mod elf;
#[path = "forge/macho.rs"]
mod macho;
#[path = "forge/pe.rs"]
mod pe;

/// What a file shall hold.
#[derive(Debug, Clone, Default)]
pub(crate) struct Description {
    /// The name by which others ask for it.
    pub(crate) soname: Option<String>,
    /// The libraries that it asks for.
    pub(crate) needed: Vec<String>,
    /// The functions that it exports, and what they do.
    pub(crate) functions: Vec<(String, Answer)>,
    /// The texts that it exports by name (`const char name[] = "…"`).
    pub(crate) data: Vec<(String, String)>,
    /// Other texts in its read-only data.
    pub(crate) texts: Vec<String>,
    /// What identifies the build: any bytes for ELF, sixteen for the others.
    pub(crate) build_id: Option<Vec<u8>>,
    /// What the compiler says of itself. Only ELF has it.
    pub(crate) comment: Option<String>,
    /// The name of the file of debugging symbols; with it the compiler's words are gone. Only ELF has it.
    pub debug_link: Option<String>,
    /// The names of versions of symbols. Only ELF has them.
    pub(crate) symbol_versions: Vec<String>,
    /// The texts of the version resource by their keys. Only PE has it.
    pub(crate) resource: Vec<(String, String)>,
}

/// What a function does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Answer {
    /// It returns a number.
    Integer(u32),
    /// It returns the address of a text.
    Text(String),
    /// It stores three numbers where its arguments point to.
    Integers([u32; 3]),
    /// It does more than that.
    Opaque,
    /// It is this machine code, of at most [`code::SIZE`] bytes.
    Code(Vec<u8>),
}

/// A format and a machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target {
    /// Linux on AMD64.
    ElfX86_64,
    /// Linux on ARM64.
    ElfAarch64,
    /// macOS on AMD64.
    MachOX86_64,
    /// macOS on ARM64.
    MachOAarch64,
    /// Windows on AMD64.
    PeX86_64,
}

impl Target {
    /// Every one.
    pub(crate) const ALL: [Self; 5] = [
        Self::ElfX86_64,
        Self::ElfAarch64,
        Self::MachOX86_64,
        Self::MachOAarch64,
        Self::PeX86_64,
    ];
}

impl Description {
    /// The file for one machine.
    pub(crate) fn build(&self, target: Target) -> Vec<u8> {
        match target {
            Target::ElfX86_64 | Target::ElfAarch64 => elf::build(self, target),
            Target::MachOX86_64 | Target::MachOAarch64 => macho::build(self, target),
            Target::PeX86_64 => pe::build(self),
        }
    }

    /// A universal Mach-O file with both machines.
    pub(crate) fn universal(&self) -> Vec<u8> {
        macho::universal(self)
    }
}

/// Texts one after the other, each with a zero byte at its end.
#[derive(Debug, Default)]
struct Texts {
    bytes: Vec<u8>,
}

impl Texts {
    /// A table of names as the formats have it: an empty one comes first.
    fn with_empty() -> Self {
        Self { bytes: vec![0] }
    }

    /// Adds a text; says where it begins.
    fn add(&mut self, text: &str) -> usize {
        let at = self.bytes.len();
        self.bytes.extend_from_slice(text.as_bytes());
        self.bytes.push(0);
        at
    }
}

/// The read-only data of a file, and where in it the texts of functions and data begin.
#[derive(Debug)]
struct ReadOnly {
    texts: Texts,
    /// For each function, where its text is.
    answers: Vec<usize>,
    /// For each datum, where its text is.
    data: Vec<usize>,
}

impl ReadOnly {
    fn of(description: &Description) -> Self {
        let mut texts = Texts::default();
        let answers = description
            .functions
            .iter()
            .map(|(_, answer)| match answer {
                Answer::Text(text) => texts.add(text),
                _ => 0,
            });
        let answers = answers.collect();
        let data = description
            .data
            .iter()
            .map(|(_, text)| texts.add(text))
            .collect();
        for text in &description.texts {
            texts.add(text);
        }
        Self {
            texts,
            answers,
            data,
        }
    }
}

/// Bytes under construction.
#[derive(Debug, Default)]
struct Bytes(Vec<u8>);

impl Bytes {
    fn len(&self) -> usize {
        self.0.len()
    }

    fn u8(&mut self, value: u8) -> &mut Self {
        self.0.push(value);
        self
    }

    fn u16(&mut self, value: usize) -> &mut Self {
        let [low, high, ..] = value.to_le_bytes();
        self.bytes(&[low, high])
    }

    fn u32(&mut self, value: usize) -> &mut Self {
        let [first, second, third, fourth, ..] = value.to_le_bytes();
        self.bytes(&[first, second, third, fourth])
    }

    fn u64(&mut self, value: usize) -> &mut Self {
        self.bytes(&(value as u64).to_le_bytes())
    }

    fn bytes(&mut self, bytes: &[u8]) -> &mut Self {
        self.0.extend_from_slice(bytes);
        self
    }

    /// A text of two bytes a letter, with a zero at its end.
    fn wide(&mut self, text: &str) -> &mut Self {
        for letter in text.encode_utf16().chain([0]) {
            self.bytes(&letter.to_le_bytes());
        }
        self
    }

    /// Zeros up to a length.
    fn up_to(&mut self, length: usize) -> &mut Self {
        self.0.resize(length.max(self.0.len()), 0);
        self
    }

    /// Zeros up to a multiple.
    fn align(&mut self, to: usize) -> &mut Self {
        self.up_to(self.len().next_multiple_of(to))
    }

    /// A name in a field of a fixed length.
    fn name(&mut self, name: &str, length: usize) -> &mut Self {
        let end = self.len() + length;
        self.bytes(name.as_bytes().get(..length).unwrap_or(name.as_bytes()))
            .up_to(end)
    }
}
