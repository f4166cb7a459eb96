//! Images of Apptainer and Singularity: [SIF](https://github.com/apptainer/sif), whose system partition is a squashfs.
//!
//! Other partitions (overlays, data) and signatures are not looked at. An encrypted partition is refused.

use std::{
    io::{Read, SeekFrom},
    path::Path,
};

use bartizan_model::inventory::Inventory;

use super::{Candidate, Discovery, TargetContext, TargetError, TargetFormat};
use crate::{
    archive::Fields,
    image::{self, ImageError, squashfs},
    tree::ReadSeek,
};

/// The format.
pub(super) static FORMAT: Sif = Sif;

/// See the module.
pub(super) struct Sif;

/// Before the header stands a line that makes the file a program.
const LAUNCH: usize = 32;
const MAGIC: &[u8] = b"SIF_MAGIC\0";
const HEADER: u64 = 128;
const DESCRIPTOR: u64 = 585;

/// The most descriptors that are looked at. Apptainer writes room for 48.
const MOST_DESCRIPTORS: u64 = 1_024;

/// The words of a descriptor that are of interest.
const PARTITION: u32 = 0x4004;
const SQUASHFS: u32 = 1;
const ENCRYPTED: u32 = 5;
const PRIMARY_SYSTEM: u32 = 2;

impl TargetFormat for Sif {
    fn id(&self) -> &'static str {
        "sif"
    }

    fn lies_beside_code(&self) -> bool {
        false
    }

    fn title(&self) -> &'static str {
        "Apptainer images (SIF)"
    }

    fn is_usual_name(&self, candidate: &Candidate<'_>) -> bool {
        candidate.name().strip_suffix(".sif").is_some()
    }

    fn recognises(&self, candidate: &Candidate<'_>) -> bool {
        let head = candidate.head().get(LAUNCH..);
        candidate.is_file() && head.is_some_and(|head| head.starts_with(MAGIC))
    }

    fn read(&self, ctx: &TargetContext<'_>, path: &Path) -> Result<Inventory, TargetError> {
        let found = self.read_all(ctx, path)?;
        Ok(found.inventories.into_iter().next().unwrap_or_default())
    }

    fn read_all(&self, ctx: &TargetContext<'_>, path: &Path) -> Result<Discovery, TargetError> {
        self.discover(ctx, path)
            .map_err(|cause| TargetError::Image {
                path: path.to_owned(),
                cause,
            })
    }
}

impl Sif {
    fn discover(&self, ctx: &TargetContext<'_>, path: &Path) -> Result<Discovery, ImageError> {
        let shown = path.display().to_string();
        let malformed = |what: &str| ImageError::Malformed {
            name: shown.clone(),
            what: what.to_owned(),
        };
        let mut file = ctx.tree.open(path)?;
        let header = bytes(&mut file, 0, HEADER)?;
        let header = Header::read(&header).ok_or_else(|| malformed("has no whole header"))?;
        let count = header.table_bytes / DESCRIPTOR;
        let mut partition = None;
        for number in 0..count.min(MOST_DESCRIPTORS) {
            let at = header.table.saturating_add(number * DESCRIPTOR);
            let descriptor = bytes(&mut file, at, DESCRIPTOR)?;
            partition = Partition::read(&descriptor);
            if partition.is_some() {
                break;
            }
        }
        let partition = partition.ok_or_else(|| malformed("has no system partition"))?;
        match partition.file_system {
            SQUASHFS => {}
            ENCRYPTED => return Err(malformed("has an encrypted system partition")),
            _ => return Err(malformed("has a system partition that is no squashfs")),
        }
        let files = squashfs::read(file, partition.begin, partition.length, image::is_kept);
        let files = files.map_err(|cause| ImageError::Layer {
            name: "system partition".to_owned(),
            cause,
        })?;
        let own = Inventory {
            label: shown.clone(),
            format: self.id().to_owned(),
            path: shown,
            environment: Some(format!("{}; entries: {}", header.platform, files.entries)),
            ..Inventory::default()
        };
        Ok(image::inside(own, files, header.platform, ctx))
    }
}

fn bytes(file: &mut Box<dyn ReadSeek + '_>, at: u64, count: u64) -> Result<Vec<u8>, ImageError> {
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(at))?;
    file.take(count).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// What the header says.
struct Header {
    platform: &'static str,
    table: u64,
    table_bytes: u64,
}

impl Header {
    fn read(bytes: &[u8]) -> Option<Self> {
        let mut fields = Fields(bytes.get(LAUNCH..)?.strip_prefix(MAGIC)?);
        let (_version, architecture) = (fields.array::<3>()?, fields.array::<3>()?);
        let _id = fields.array::<16>()?;
        let (_created, _changed) = (fields.u64()?, fields.u64()?);
        let (_free, _total) = (fields.u64()?, fields.u64()?);
        Some(Self {
            platform: match &architecture {
                b"02\0" => "linux/amd64",
                b"04\0" => "linux/arm64",
                b"06\0" => "linux/ppc64le",
                _ => "linux/other",
            },
            table: fields.u64()?,
            table_bytes: fields.u64()?,
        })
    }
}

/// The partition that a container starts from.
struct Partition {
    begin: u64,
    length: u64,
    file_system: u32,
}

impl Partition {
    fn read(descriptor: &[u8]) -> Option<Self> {
        let mut fields = Fields(descriptor);
        let (kind, [is_used]) = (fields.u32()?, fields.array::<1>()?);
        let _ids = fields.array::<12>()?;
        let (begin, length) = (fields.u64()?, fields.u64()?);
        // Room, two times, two owners and a name.
        let _rest = fields.take(5 * 8 + 128)?;
        let (file_system, part) = (fields.u32()?, fields.u32()?);
        let is_it = kind == PARTITION && is_used != 0 && part == PRIMARY_SYSTEM;
        is_it.then_some(Self {
            begin,
            length,
            file_system,
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::{
        image::squashfs::pack::{
            Item::{Directory, File, Link},
            sif, squashfs,
        },
        target::tests::found,
    };

    fn check(bytes: &[u8]) -> String {
        found(&[("x.sif", bytes)], "x.sif")
    }

    fn sample() -> Vec<u8> {
        squashfs(vec![
            (
                "app",
                Directory(vec![
                    ("requirements.txt", File(b"b==2\n")),
                    ("other", File(b"x")),
                ]),
            ),
            ("lib", Link("usr/lib")),
            (
                "pins",
                Directory(vec![("requirements.txt", Link("../app/other"))]),
            ),
            (
                "usr",
                Directory(vec![(
                    "site-packages",
                    Directory(vec![(
                        "a-1.dist-info",
                        Directory(vec![("METADATA", File(b"Name: a\nVersion: 1\n"))]),
                    )]),
                )]),
            ),
        ])
    }

    #[test]
    fn what_lies_in_the_system_partition_is_found() {
        insta::assert_snapshot!(check(&sif(&sample(), 1)), @r"
        x.sif [sif] linux/amd64; entries: 10, 0 excluded
        ! x.sif: the link `pins/requirements.txt` leads to a file that was not kept, or to none
        x.sif!/app/requirements.txt [requirements] CPython 3.12.0 on linux x86_64 (as asked for), 0 excluded
        * b 2 (x.sif!/app/requirements.txt:1)
        x.sif!/usr/site-packages [environment] CPython 3.12.0 on linux x86_64 (as asked for), 0 excluded
        * a 1 (x.sif!/usr/site-packages/a-1.dist-info/METADATA)
        ");
    }

    #[test]
    fn other_partitions_are_refused() {
        insta::assert_snapshot!(check(&sif(&sample(), 5)), @r"!! x.sif: cannot read `x.sif`: `x.sif` has an encrypted system partition");
        insta::assert_snapshot!(check(&sif(&sample(), 2)), @r"!! x.sif: cannot read `x.sif`: `x.sif` has a system partition that is no squashfs");
        insta::assert_snapshot!(check(&sif(b"no squashfs", 1)), @r"!! x.sif: cannot read `x.sif`: the layer `system partition` cannot be read: not a complete squashfs archive");
        let whole = sif(&sample(), 1);
        insta::assert_snapshot!(check(&whole[..100]), @r"!! x.sif: cannot read `x.sif`: `x.sif` has no whole header");
        insta::assert_snapshot!(check(&whole[..300]), @r"!! x.sif: cannot read `x.sif`: `x.sif` has no system partition");
        insta::assert_snapshot!(check(&whole[..whole.len() - 20]), @r"!! x.sif: cannot read `x.sif`: the layer `system partition` cannot be read: not a complete squashfs archive");
    }

    #[test]
    fn names_that_climb_have_no_place() {
        let climbing = squashfs(vec![
            ("..", Directory(vec![("requirements.txt", File(b"a==1"))])),
            ("a/b", File(b"")),
            ("requirements.txt", File(b"b==1")),
        ]);
        insta::assert_snapshot!(check(&sif(&climbing, 1)), @r"
        x.sif [sif] linux/amd64; entries: 3, 0 excluded
        ! x.sif: entries (2) have no place in it: over links to nowhere, or out of it
        x.sif!/requirements.txt [requirements] CPython 3.12.0 on linux x86_64 (as asked for), 0 excluded
        * b 1 (x.sif!/requirements.txt:1)
        ");
    }

    proptest! {
        #[test]
        fn never_panics_on_damage(at in 0_usize..1400, byte: u8) {
            let mut bytes = sif(&sample(), 1);
            if let Some(place) = bytes.get_mut(at) {
                *place = byte;
            }
            check(&bytes);
        }
    }
}
