//! Files in tables of their own, as some tools write them:
//!
//! ```toml
//! [[packages.wheels]]
//! name = "lab-1.0-py3-none-any.whl"
//! url = "https://files.example/lab-1.0-py3-none-any.whl"
//! [packages.wheels.hashes]
//! sha256 = "00"
//! ```
//!
//! Values are written over in their places, so that comments and order stay. Where the new version has more files or
//! fewer, tables are added after the last one or taken away.

use std::ops::Range;

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::quoted;
use crate::edit::{PinFile, Splice};

/// Why the tables are left.
const NO_SIZE: &str = "has sizes of files, and the index serves none of the new version";
const NO_TIME: &str = "has times of uploads, and the index serves none of the new version";
const NO_HASH: &str = "has sha256 hashes, and the index serves none of a file of the new version";
const OTHER_HASH: &str = "has hashes of another kind than the sha256 that indexes serve";
const LOCAL: &str = "has files by path";
pub(super) const ODD: &str =
    "has its files in a form that is not edited; lock it again with its own tool";

/// A header line with what stands below it.
struct Block {
    /// `packages.wheels`, without brackets and blanks.
    name: String,
    /// From its line up to the next header.
    range: Range<usize>,
}

/// The tables of one package's files of a kind.
pub(super) struct Tables<'t, 'd> {
    text: &'t str,
    items: Vec<&'t DeTable<'d>>,
    blocks: Vec<Range<usize>>,
    header: &'static str,
}

impl<'t, 'd> Tables<'t, 'd> {
    /// The tables under a key of the package that stands at a place among all packages.
    pub(super) fn of(
        text: &'t str,
        place: usize,
        (key, value): (&str, &'t Spanned<DeValue<'d>>),
    ) -> Result<Self, &'static str> {
        // Lines in texts of several lines look like headers.
        if text.contains("\"\"\"") || text.contains("'''") {
            return Err(ODD);
        }
        let (header, items): (_, Vec<&DeTable<'_>>) = match value.get_ref() {
            DeValue::Table(table) => ("packages.sdist", vec![table]),
            DeValue::Array(items) => ("packages.wheels", items.iter().filter_map(table).collect()),
            _ => return Err(ODD),
        };
        let all = blocks(text);
        let mut starts = all
            .iter()
            .enumerate()
            .filter(|(_, it)| it.name == "packages");
        let start = starts.nth(place).map(|(number, _)| number).ok_or(ODD)?;
        let own = all
            .iter()
            .skip(start + 1)
            .take_while(|it| it.name != "packages");
        let mut ranges: Vec<Range<usize>> = Vec::new();
        for block in own {
            if block.name == header {
                ranges.push(block.range.clone());
            } else if let (Some(rest), Some(last)) =
                (block.name.strip_prefix(header), ranges.last_mut())
                && rest.starts_with('.')
                && last.end == block.range.start
            {
                last.end = block.range.end;
            }
        }
        let is_whole = ranges.len() == items.len() && header.ends_with(key);
        is_whole.then_some(()).ok_or(ODD)?;
        Ok(Self {
            text,
            items,
            blocks: ranges,
            header,
        })
    }

    /// What is written over so that the tables name these files.
    pub(super) fn splices(&self, files: &[&PinFile]) -> Result<Vec<Splice>, &'static str> {
        // A lock for one place has the one wheel for it, and that is the first.
        let most = if self.items.len() == 1 { 1 } else { usize::MAX };
        let files = files.get(..files.len().min(most)).unwrap_or_default();
        let mut splices = Vec::new();
        for (item, file) in self.items.iter().zip(files) {
            over(item, file, &mut splices)?;
        }
        for extra in self.blocks.iter().skip(files.len()) {
            splices.push(Splice {
                range: extra.start..self.end_of(extra),
                text: String::new(),
            });
        }
        let (Some(last), Some(like)) = (self.blocks.last(), self.items.first()) else {
            return Err(ODD);
        };
        let more: Result<Vec<String>, _> = files
            .iter()
            .skip(self.items.len())
            .map(|file| self.written(like, last, file))
            .collect();
        let more = more?;
        if !more.is_empty() {
            let end = self.end_of(last);
            splices.push(Splice {
                range: end..end,
                text: format!("\n{}", more.join("\n")),
            });
        }
        Ok(splices)
    }

    /// A new table like the first one.
    fn written(
        &self,
        like: &DeTable<'_>,
        block: &Range<usize>,
        file: &PinFile,
    ) -> Result<String, &'static str> {
        let mut text = format!("[[{}]]\n", self.header);
        if like.contains_key("name") {
            text += &format!("name = {}\n", quoted(&file.name));
        }
        text += &format!("url = {}\n", quoted(&file.address));
        if like.contains_key("upload-time") {
            text += &format!("upload-time = {}\n", file.uploaded.ok_or(NO_TIME)?);
        }
        if like.contains_key("size") {
            text += &format!("size = {}\n", file.size.ok_or(NO_SIZE)?);
        }
        let digest = file.sha256.as_ref().ok_or(NO_HASH)?;
        let raw = self.text.get(block.clone()).unwrap_or_default();
        text += &if raw.contains(".hashes]") {
            format!("[{}.hashes]\nsha256 = \"{digest}\"\n", self.header)
        } else {
            format!("hashes = {{ sha256 = \"{digest}\" }}\n")
        };
        Ok(text)
    }

    /// Where the last line of a block ends that says something: blanks and comments after it are about what follows.
    fn end_of(&self, block: &Range<usize>) -> usize {
        let raw = self.text.get(block.clone()).unwrap_or_default();
        let mut end = block.start;
        let mut at = block.start;
        for line in raw.split_inclusive('\n') {
            at += line.len();
            let line = line.trim();
            if !line.is_empty() && !line.starts_with('#') {
                end = at;
            }
        }
        end
    }
}

/// Writes the values of a table over.
fn over(item: &DeTable<'_>, file: &PinFile, splices: &mut Vec<Splice>) -> Result<(), &'static str> {
    if !item.contains_key("url") {
        return Err(LOCAL);
    }
    for (key, value) in item {
        let text = match key.get_ref().as_ref() {
            "name" => quoted(&file.name),
            "url" => quoted(&file.address),
            "size" => file.size.ok_or(NO_SIZE)?.to_string(),
            "upload-time" => file.uploaded.ok_or(NO_TIME)?.to_string(),
            "hashes" => {
                hash(value, file, splices)?;
                continue;
            }
            "path" => return Err(LOCAL),
            _ => return Err(ODD),
        };
        splices.push(Splice {
            range: value.span(),
            text,
        });
    }
    Ok(())
}

fn hash(
    value: &Spanned<DeValue<'_>>,
    file: &PinFile,
    splices: &mut Vec<Splice>,
) -> Result<(), &'static str> {
    let DeValue::Table(hashes) = value.get_ref() else {
        return Err(ODD);
    };
    for (kind, value) in hashes {
        if kind.get_ref() != "sha256" {
            return Err(OTHER_HASH);
        }
        splices.push(Splice {
            range: value.span(),
            text: format!("\"{}\"", file.sha256.as_ref().ok_or(NO_HASH)?),
        });
    }
    Ok(())
}

fn table<'t, 'd>(value: &'t Spanned<DeValue<'d>>) -> Option<&'t DeTable<'d>> {
    match value.get_ref() {
        DeValue::Table(table) => Some(table),
        _ => None,
    }
}

/// The headers of a document with what stands below them, in its order.
fn blocks(text: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        if let Some(name) = header(line) {
            if let Some(last) = blocks.last_mut() {
                last.range.end = start;
            }
            blocks.push(Block {
                name,
                range: start..text.len(),
            });
        }
    }
    blocks
}

/// The name in a header line.
fn header(line: &str) -> Option<String> {
    let line = line.trim();
    let (inner, rest) = match line.strip_prefix("[[") {
        Some(inner) => inner.split_once("]]")?,
        None => line.strip_prefix('[')?.split_once(']')?,
    };
    let rest = rest.trim();
    let is_header = rest.is_empty() || rest.starts_with('#');
    let is_name = |letter: char| letter.is_ascii_alphanumeric() || "._-\"' \t".contains(letter);
    let is_header = is_header && !inner.trim().is_empty() && inner.chars().all(is_name);
    is_header.then(|| inner.split_whitespace().collect())
}
