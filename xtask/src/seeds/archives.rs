//! Seeds of the targets that read archives: a small wheel, a small source distribution, a small feed.

use std::io::{Cursor, Write};

use anyhow::{Context, Result};
use flate2::{Compression, write::GzEncoder};
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

use super::Seed;

// The one writer of squashfs that there is here belongs to the tests of the reader.
#[path = "../../../crates/bartizan-formats/src/image/squashfs/pack.rs"]
mod squashfs;

const METADATA: &str = "Metadata-Version: 2.1\nName: name\nVersion: 1.0\nRequires-Dist: other>=1\n";
const RECORD: &str = "{\"id\":\"PYSEC-2099-1\",\"modified\":\"2099-01-01T00:00:00Z\"}";

/// Every seed.
pub(super) fn all() -> Result<Vec<Seed>> {
    let wheel = zip(&[
        ("name/__init__.py", ""),
        ("name-1.0.dist-info/METADATA", METADATA),
        (
            "name-1.0.dist-info/WHEEL",
            "Wheel-Version: 1.0\nTag: py3-none-any\n",
        ),
        ("name-1.0.dist-info/RECORD", "name/__init__.py,,\n"),
    ])?;
    let feed = zip(&[
        ("PYSEC-2099-1.json", RECORD),
        ("folder/", ""),
        ("modified_id.csv", "2099-01-01T00:00:00Z,A-1\n"),
    ])?;
    let sdist = tar(&[
        ("name-1.0/PKG-INFO", METADATA),
        ("name-1.0/setup.py", "raise SystemExit\n"),
    ])?;
    let packed = gzip(&sdist)?;
    let seed = |target, bytes: &[u8]| Seed {
        target,
        bytes: bytes.to_vec(),
    };
    Ok(vec![
        seed("target_wheel", &wheel),
        seed("archive_zip", &wheel),
        seed("archive_zip", &feed),
        seed("archive_tar", &sdist),
        seed("archive_tar_gz", &packed),
        seed("archive_gzip", &packed),
        seed("target_sdist", &packed),
        seed("target_sdist", &sdist),
        seed("target_container_image", &image()?),
        seed("target_container_image", &gzip(&image()?)?),
        seed("target_sif", &sif()),
    ])
}

/// What `docker save` writes, without digests, so that a changed layer is still laid over the other.
fn image() -> Result<Vec<u8>> {
    let lower = tar(&[
        ("site-packages/name-1.0.dist-info/METADATA", METADATA),
        ("app/requirements.txt", "name==1.0\n"),
        ("var/lib/dpkg/status", "Package: name\n"),
    ])?;
    let upper = tar(&[
        ("app/.wh..wh..opq", ""),
        ("site-packages/.wh.name-1.0.dist-info", ""),
        ("app/requirements-2.txt", "name==2.0\n"),
    ])?;
    let [lower_name, upper_name] = ["1", "2"].map(|digit| digit.repeat(64) + ".tar");
    let manifest = format!(
        r#"[{{"Config":"c.json","RepoTags":["name:1"],"Layers":["{lower_name}","{upper_name}"]}}]"#
    );
    let parts: [(&str, &[u8]); 4] = [
        (
            "c.json",
            br#"{"os":"linux","architecture":"amd64","rootfs":{"diff_ids":[]}}"#,
        ),
        (&lower_name, &lower),
        (&upper_name, &upper),
        ("manifest.json", manifest.as_bytes()),
    ];
    tar_of(&parts)
}

/// An image of Apptainer.
fn sif() -> Vec<u8> {
    use squashfs::Item::{Directory, File, Link};
    let site = vec![(
        "name-1.0.dist-info",
        Directory(vec![("METADATA", File(METADATA.as_bytes()))]),
    )];
    let partition = squashfs::squashfs(vec![
        (
            "app",
            Directory(vec![("requirements.txt", File(b"name==1.0\n"))]),
        ),
        ("lib", Link("usr/lib")),
        ("site-packages", Directory(site)),
    ]);
    squashfs::sif(&partition, 1)
}

fn zip(members: &[(&str, &str)]) -> Result<Vec<u8>> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (number, (name, text)) in members.iter().enumerate() {
        // Both ways of keeping a member, so that both are in the corpus.
        let method = if number % 2 == 0 {
            CompressionMethod::Stored
        } else {
            CompressionMethod::Deflated
        };
        writer
            .start_file(
                *name,
                SimpleFileOptions::default().compression_method(method),
            )
            .context("cannot make a zip")?;
        writer
            .write_all(text.as_bytes())
            .context("cannot make a zip")?;
    }
    Ok(writer.finish().context("cannot make a zip")?.into_inner())
}

fn tar(members: &[(&str, &str)]) -> Result<Vec<u8>> {
    let members = members.iter().map(|(name, text)| (*name, text.as_bytes()));
    tar_of(&members.collect::<Vec<_>>())
}

fn tar_of(members: &[(&str, &[u8])]) -> Result<Vec<u8>> {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, bytes) in members {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        builder
            .append_data(&mut header, name, *bytes)
            .context("cannot make a tar archive")?;
    }
    builder.into_inner().context("cannot make a tar archive")
}

fn gzip(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).context("cannot pack")?;
    encoder.finish().context("cannot pack")
}
