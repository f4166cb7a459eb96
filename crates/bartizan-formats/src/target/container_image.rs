//! Container images: OCI layouts, archives of them, and what `docker save` writes; the archives also as a whole in gzip,
//! zstd, bzip2 or xz.
//!
//! The files of an image are looked at as if it ran: whatever can be found in a directory is found in it, under a path
//! that begins with the image (`image.tar!/opt/venv/lib`). Each part is held against its digest; one that differs makes
//! the whole image unreadable, since nobody knows then what it is.

use std::path::Path;

use bartizan_model::{inventory::Inventory, problem::Problem};

use super::{Candidate, Discovery, TargetContext, TargetError, TargetFormat, entry_name};
use crate::{
    archive::{Limits, Packing},
    file_name,
    image::{
        self, FileSystem, Image, ImageError,
        store::{self, Store},
    },
};

/// The format.
pub(super) static FORMAT: ContainerImage = ContainerImage;

/// See the module.
pub(super) struct ContainerImage;

/// The most images of one archive that are looked at.
const MOST_IMAGES: usize = 16;

impl TargetFormat for ContainerImage {
    fn id(&self) -> &'static str {
        "container-image"
    }

    fn lies_beside_code(&self) -> bool {
        false
    }

    fn title(&self) -> &'static str {
        "container images (OCI layouts, docker save, also packed)"
    }

    fn is_usual_name(&self, candidate: &Candidate<'_>) -> bool {
        file_name::may_be_image(candidate.name())
    }

    fn recognises(&self, candidate: &Candidate<'_>) -> bool {
        if candidate.is_directory() {
            let children = candidate.children().unwrap_or_default();
            let has = |name| children.iter().any(|child| entry_name(child) == name);
            return has("oci-layout") && has("index.json");
        }
        let (tree, path) = (candidate.tree(), candidate.path());
        let may_be = match Packing::of_content(candidate.head()) {
            Packing::None => candidate.head().get(257..262) == Some(b"ustar"),
            packing => store::may_be_packed_image(tree, path, packing),
        };
        let store = || Store::archive(tree, path).ok();
        may_be && store().is_some_and(|store| store.is_layout() || store.is_saved())
    }

    fn read(&self, ctx: &TargetContext<'_>, path: &Path) -> Result<Inventory, TargetError> {
        let found = self.read_all(ctx, path)?;
        let first = found.inventories.into_iter().next();
        Ok(first.unwrap_or_default())
    }

    fn read_all(&self, ctx: &TargetContext<'_>, path: &Path) -> Result<Discovery, TargetError> {
        self.discover(ctx, path)
            .map_err(|cause| TargetError::Image {
                path: path.to_owned(),
                cause,
            })
    }

    fn owns_what_is_below(&self) -> bool {
        true
    }
}

impl ContainerImage {
    fn discover(&self, ctx: &TargetContext<'_>, path: &Path) -> Result<Discovery, ImageError> {
        let store = match Store::archive(ctx.tree, path) {
            Ok(store) => store,
            Err(_) if ctx.tree.list(path).is_ok() => Store::directory(ctx.tree, path),
            Err(error) => return Err(error),
        };
        let shown = path.display().to_string();
        let all = image::images(&store)?;
        let (images, note) = image::choose(all, &ctx.platform)?;
        let mut found = Discovery::default();
        let note = note.map(|note| {
            Problem::new(shown.clone(), note)
                .with_hint("`--platform` names another, or `any` for all")
        });
        found.problems.extend(note);
        if images.len() > MOST_IMAGES {
            let message = format!(
                "only {MOST_IMAGES} of {} images were looked at",
                images.len()
            );
            found.problems.push(Problem::new(shown.clone(), message));
        }
        let is_one = images.len() == 1;
        for image in images.iter().take(MOST_IMAGES) {
            let digits: String = image.digest.chars().take(12).collect();
            let name = if is_one {
                shown.clone()
            } else {
                format!("{shown}@{digits}")
            };
            let files = lay(&store, image)?;
            let own = Inventory {
                label: image.name.clone().unwrap_or_else(|| name.clone()),
                format: self.id().to_owned(),
                path: name,
                environment: Some(format!(
                    "{}; layers: {}, entries: {}",
                    image.platform,
                    image.layers.len(),
                    files.entries
                )),
                ..Inventory::default()
            };
            let inside = image::inside(own, files, &image.platform, ctx);
            found.inventories.extend(inside.inventories);
            found.problems.extend(inside.problems);
        }
        Ok(found)
    }
}

/// Lays the layers of an image over each other.
fn lay(store: &Store<'_>, image: &Image) -> Result<FileSystem, ImageError> {
    let mut files = FileSystem::default();
    let mut limits = image::LIMITS;
    for (number, blob) in (1..).zip(&image.layers) {
        let (mut stored, size) = store.open(&blob.name)?;
        blob.check_size(size)?;
        let left = Limits {
            members: limits.members.saturating_sub(files.entries),
            ..limits
        };
        let applied = image::apply(&mut files, &mut stored, number, &left).map_err(|cause| {
            ImageError::Layer {
                name: blob.name.clone(),
                cause,
            }
        })?;
        blob.check(&applied.stored, Some(&applied.content))?;
        limits.total_bytes = limits.total_bytes.saturating_sub(applied.bytes);
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use ::tar::{Builder, EntryType, Header};
    use proptest::prelude::*;
    use sha2::{Digest, Sha256};

    use crate::{
        archive::{gzip::tests::pack as gzip, packed::tests as packed, tar::tests::pack as tar},
        image::manifest::hexadecimal,
        target::{
            PlatformChoice, TargetContext, discover,
            tests::{context, found, show},
        },
        tree::MemoryTree,
    };

    type Files = Vec<(String, Vec<u8>)>;

    fn sha256(bytes: &[u8]) -> String {
        hexadecimal(&Sha256::digest(bytes))
    }

    /// A layer of files; `NAME -> TARGET` is a link, `NAME => TARGET` a second name, and `NAME/` a directory.
    fn layer(entries: &[(&str, &str)]) -> Vec<u8> {
        let mut builder = Builder::new(Vec::new());
        for (name, content) in entries {
            let mut header = Header::new_gnu();
            header.set_mode(0o644);
            header.set_size(0);
            let links = [(" -> ", EntryType::Symlink), (" => ", EntryType::Link)];
            let link = links
                .iter()
                .find_map(|(arrow, kind)| Some((name.split_once(arrow)?, *kind)));
            if let Some(((name, target), kind)) = link {
                header.set_entry_type(kind);
                header.as_gnu_mut().unwrap().name[..name.len()].copy_from_slice(name.as_bytes());
                header.as_gnu_mut().unwrap().linkname[..target.len()]
                    .copy_from_slice(target.as_bytes());
                header.set_cksum();
                builder.append(&header, std::io::empty()).unwrap();
                continue;
            }
            if name.ends_with('/') {
                header.set_entry_type(EntryType::Directory);
            }
            header.set_size(content.len() as u64);
            header.as_gnu_mut().unwrap().name[..name.len()].copy_from_slice(name.as_bytes());
            header.set_cksum();
            builder.append(&header, content.as_bytes()).unwrap();
        }
        builder.into_inner().unwrap()
    }

    /// Puts a part into a layout, and gives its description.
    fn part(files: &mut Files, bytes: &[u8], more: &str) -> String {
        let digest = sha256(bytes);
        files.push((format!("i/blobs/sha256/{digest}"), bytes.to_vec()));
        let size = bytes.len();
        format!("{{\"mediaType\":\"x\",\"digest\":\"sha256:{digest}\",\"size\":{size}{more}}}")
    }

    fn image(files: &mut Files, layers: &[Vec<u8>], architecture: &str) -> String {
        let config = format!("{{\"os\":\"linux\",\"architecture\":\"{architecture}\"}}");
        let config = part(files, config.as_bytes(), "");
        let layers: Vec<_> = layers.iter().map(|layer| part(files, layer, "")).collect();
        let manifest = format!("{{\"config\":{config},\"layers\":[{}]}}", layers.join(","));
        let name = ",\"annotations\":{\"org.opencontainers.image.ref.name\":\"lab:1\"}";
        part(files, manifest.as_bytes(), name)
    }

    fn layout(mut files: Files, images: &[String]) -> Files {
        let index = format!(
            "{{\"schemaVersion\":2,\"manifests\":[{}]}}",
            images.join(",")
        );
        files.push(("i/oci-layout".to_owned(), b"{}".to_vec()));
        files.push(("i/index.json".to_owned(), index.into_bytes()));
        files
    }

    fn oci(layers: &[Vec<u8>]) -> Files {
        let mut files = Files::new();
        let image = image(&mut files, layers, "amd64");
        layout(files, &[image])
    }

    fn look(files: &Files) -> String {
        let files: Vec<_> = files
            .iter()
            .map(|(name, bytes)| (name.as_str(), bytes.as_slice()))
            .collect();
        found(&files, "i")
    }

    fn check(layers: &[&[(&str, &str)]]) -> String {
        let layers: Vec<_> = layers.iter().map(|entries| layer(entries)).collect();
        look(&oci(&layers))
    }

    const A: &str = "Name: a\nVersion: 1\n";
    const B: &str = "Name: b\nVersion: 2\n";

    #[test]
    fn whatever_lies_in_an_image_is_found() {
        insta::assert_snapshot!(check(&[&[
            ("./usr/lib/python3.12/site-packages/a-1.dist-info/METADATA", A),
            ("usr/lib/python3.12/site-packages/a/__init__.py", "x"),
            ("app/requirements.txt", "b==2\n"),
            ("etc/os-release", "NAME=x\nPRETTY_NAME=\"Debian GNU/Linux 12\"\n"),
            ("var/lib/dpkg/status", "Package: libc6\nStatus: x\n\nPackage: bash\n"),
            ("lib/apk/db/installed", "P:musl\nV:1\n"),
            ("var/lib/rpm/rpmdb.sqlite", "x"),
        ]]), @r"
        lab:1 [container-image] linux/amd64; layers: 1, entries: 7, 0 excluded
        ! i!/var/lib/dpkg/status: dpkg lists 2 packages of Debian GNU/Linux 12: system packages are not looked at
        ! i!/lib/apk/db/installed: apk lists 1 packages of Debian GNU/Linux 12: system packages are not looked at
        ! i!/var/lib/rpm/rpmdb.sqlite: rpm has a database of packages, not counted, of Debian GNU/Linux 12: system packages are not looked at
        i!/app/requirements.txt [requirements] CPython 3.12.0 on linux x86_64 (as asked for), 0 excluded
        * b 2 (i!/app/requirements.txt:1)
        i!/usr/lib/python3.12/site-packages [environment] CPython 3.12.0 on linux x86_64, 0 excluded
        * a 1 (i!/usr/lib/python3.12/site-packages/a-1.dist-info/METADATA)
        ? cpython: only its series, 3.12, is stated (i!/usr/lib/python3.12/site-packages)
        ");
    }

    #[test]
    fn layers_lie_over_each_other() {
        // Whiteouts take away what lower layers have, never what their own layer brings.
        insta::assert_snapshot!(check(&[
            &[("s/site-packages/a-1.dist-info/METADATA", A), ("s/site-packages/b-2.dist-info/METADATA", B), ("r/requirements.txt", "a==1")],
            &[("s/site-packages/.wh.a-1.dist-info", ""), ("r/.wh.requirements.txt", ""), ("r/requirements.txt", "b==3")],
        ]), @r"
        lab:1 [container-image] linux/amd64; layers: 2, entries: 6, 0 excluded
        i!/r/requirements.txt [requirements] CPython 3.12.0 on linux x86_64 (as asked for), 0 excluded
        * b 3 (i!/r/requirements.txt:1)
        i!/s/site-packages [environment] CPython 3.12.0 on linux x86_64 (as asked for), 0 excluded
        * b 2 (i!/s/site-packages/b-2.dist-info/METADATA)
        ");
        insta::assert_snapshot!(check(&[
            &[("s/site-packages/a-1.dist-info/METADATA", A), ("t/requirements.txt", "a==1")],
            &[("s/site-packages/b-2.dist-info/METADATA", B), ("s/site-packages/.wh..wh..opq", ""), (".wh.t", "")],
        ]), @r"
        lab:1 [container-image] linux/amd64; layers: 2, entries: 5, 0 excluded
        i!/s/site-packages [environment] CPython 3.12.0 on linux x86_64 (as asked for), 0 excluded
        * b 2 (i!/s/site-packages/b-2.dist-info/METADATA)
        ");
        // A file in the place of a directory, a directory in the place of a file, a directory again.
        insta::assert_snapshot!(check(&[
            &[("d/requirements.txt", "a==1"), ("f", "x"), ("k/requirements.txt", "c==1")],
            &[("d", "now a file"), ("f/requirements.txt", "b==1"), ("k/", "")],
        ]), @r"
        lab:1 [container-image] linux/amd64; layers: 2, entries: 6, 0 excluded
        i!/f/requirements.txt [requirements] CPython 3.12.0 on linux x86_64 (as asked for), 0 excluded
        * b 1 (i!/f/requirements.txt:1)
        i!/k/requirements.txt [requirements] CPython 3.12.0 on linux x86_64 (as asked for), 0 excluded
        * c 1 (i!/k/requirements.txt:1)
        ");
    }

    #[test]
    fn links_are_followed_within_the_image() {
        insta::assert_snapshot!(check(&[
            &[("usr/lib/x", ""), ("lib -> usr/lib", ""), ("venv/lib64 -> lib", ""), ("up -> ../../../usr", "")],
            &[("lib/python3.12/site-packages/a-1.dist-info/METADATA", A),
              ("up/lib/python3.12/site-packages/b-2.dist-info/METADATA => usr/lib/python3.12/site-packages/a-1.dist-info/METADATA", ""),
              ("app/requirements.txt -> /srv/pins.txt", ""), ("srv/requirements-x.txt", "c==3"), ("srv/pins.txt", "d==4"),
              ("loop -> loop2", ""), ("loop2 -> loop", ""), ("loop/requirements.txt", "e==5"),
              ("../../etc/requirements.txt", "f==6")],
        ]), @r"
        lab:1 [container-image] linux/amd64; layers: 2, entries: 13, 0 excluded
        ! i: entries (2) have no place in it: over links to nowhere, or out of it
        ! i: the link `app/requirements.txt` leads to a file that was not kept, or to none
        i!/srv/requirements-x.txt [requirements] CPython 3.12.0 on linux x86_64 (as asked for), 0 excluded
        * c 3 (i!/srv/requirements-x.txt:1)
        i!/usr/lib/python3.12/site-packages [environment] CPython 3.12.0 on linux x86_64, 0 excluded
        * a 1 (i!/usr/lib/python3.12/site-packages/a-1.dist-info/METADATA)
        ? cpython: only its series, 3.12, is stated (i!/usr/lib/python3.12/site-packages)
        ");
    }

    #[test]
    fn layers_are_packed_in_many_ways() {
        let plain = layer(&[("requirements.txt", "a==1")]);
        let zstd = zstd::encode_all(plain.as_slice(), 1).unwrap();
        let expect = look(&oci(std::slice::from_ref(&plain)));
        insta::assert_snapshot!(expect, @r"
        lab:1 [container-image] linux/amd64; layers: 1, entries: 1, 0 excluded
        i!/requirements.txt [requirements] CPython 3.12.0 on linux x86_64 (as asked for), 0 excluded
        * a 1 (i!/requirements.txt:1)
        ");
        assert_eq!(look(&oci(&[gzip(&plain)])), expect);
        assert_eq!(look(&oci(&[zstd])), expect);
        // The same as one archive.
        let files = oci(&[gzip(&plain)]);
        let members: Vec<_> = files
            .iter()
            .map(|(name, bytes)| (name.strip_prefix("i/").unwrap(), bytes.as_slice()))
            .collect();
        let archive = vec![("i".to_owned(), tar(&members))];
        assert_eq!(look(&archive), expect);
    }

    fn saved(layer: &[u8], stated: &str) -> Vec<u8> {
        let config = format!(
            "{{\"os\":\"linux\",\"architecture\":\"amd64\",\"rootfs\":{{\"diff_ids\":[\"sha256:{stated}\"]}}}}"
        );
        let folder = "1".repeat(64);
        let manifest = format!(
            "[{{\"Config\":\"c.json\",\"RepoTags\":[\"lab:2\"],\"Layers\":[\"{folder}/layer.tar\"]}}]"
        );
        tar(&[
            ("c.json", config.as_bytes()),
            (&format!("{folder}/layer.tar"), layer),
            ("manifest.json", manifest.as_bytes()),
        ])
    }

    #[test]
    fn what_docker_saves_is_read() {
        let layer = layer(&[("requirements.txt", "a==1")]);
        let digest = sha256(&layer);
        insta::assert_snapshot!(found(&[("x.tar", &saved(&layer, &digest))], "x.tar"), @r"
        lab:2 [container-image] linux/amd64; layers: 1, entries: 1, 0 excluded
        x.tar!/requirements.txt [requirements] CPython 3.12.0 on linux x86_64 (as asked for), 0 excluded
        * a 1 (x.tar!/requirements.txt:1)
        ");
        insta::assert_snapshot!(found(&[("d/x.tar", &saved(&gzip(&layer), &digest)), ("d/y.tar", b"no")], "d"), @r"
        lab:2 [container-image] linux/amd64; layers: 1, entries: 1, 0 excluded
        d/x.tar!/requirements.txt [requirements] CPython 3.12.0 on linux x86_64 (as asked for), 0 excluded
        * a 1 (d/x.tar!/requirements.txt:1)
        ");
        let other = found(&[("x.tar", &saved(&layer, "00"))], "x.tar");
        assert!(other.contains("its description says 00"), "{other}");
    }

    #[test]
    fn archives_packed_as_a_whole_are_read() {
        let layer = layer(&[("requirements.txt", "a==1")]);
        let files = oci(&[gzip(&layer)]);
        let mut members: Vec<_> = files
            .iter()
            .map(|(name, bytes)| (name.strip_prefix("i/").unwrap(), bytes.as_slice()))
            .collect();
        members.sort_unstable();
        let plain = tar(&members);
        let expect = found(&[("i", &plain)], "i");
        assert!(expect.contains("* a 1 (i!/requirements.txt:1)"), "{expect}");
        for pack in [gzip, packed::zstd, packed::bzip2, packed::xz] {
            assert_eq!(found(&[("i", &pack(&plain))], "i"), expect);
        }
        // A search finds them by their names, and passes other archives over.
        let saved = saved(&layer, &sha256(&layer));
        insta::assert_snapshot!(found(&[("d/x.tar.gz", &gzip(&saved)), ("d/data.tar.gz", &gzip(&tar(&[("a/manifest.json", b"[]")]))), ("d/y.tgz", b"no")], "d"), @r"
        lab:2 [container-image] linux/amd64; layers: 1, entries: 1, 0 excluded
        d/x.tar.gz!/requirements.txt [requirements] CPython 3.12.0 on linux x86_64 (as asked for), 0 excluded
        * a 1 (d/x.tar.gz!/requirements.txt:1)
        ");
        // An archive that was cut.
        let cut = gzip(&plain);
        let cut = found(&[("i", cut.get(..cut.len() / 2).unwrap())], "i");
        assert!(cut.contains("is in no format that can be scanned"), "{cut}");
    }

    #[test]
    fn parts_that_differ_are_refused() {
        let good = oci(&[layer(&[("requirements.txt", "a==1")])]);
        let damage = |text: &str| {
            let mut files = good.clone();
            let place =
                |(_, bytes): &&mut (String, Vec<u8>)| String::from_utf8_lossy(bytes).contains(text);
            let (_, bytes) = files.iter_mut().find(place).unwrap();
            let at = bytes.len() - 1;
            bytes[at] ^= 1;
            look(&files)
        };
        for text in ["a==1", "\"layers\"", "\"architecture\""] {
            let seen = damage(text);
            assert!(
                seen.starts_with("!! i: cannot read `i`: the part `blobs/sha256/"),
                "{seen}"
            );
            assert!(seen.contains(" has the SHA-256 "), "{seen}");
        }
        let short: Files = good
            .iter()
            .filter(|(_, bytes)| !String::from_utf8_lossy(bytes).contains("a==1"))
            .cloned()
            .collect();
        assert!(look(&short).contains("is missing"), "{}", look(&short));
    }

    #[test]
    fn one_platform_of_several_is_looked_at() {
        let mut files = Files::new();
        let images: Vec<_> = ["amd64", "arm64"]
            .into_iter()
            .map(|it| {
                let pin = format!("{it}==1");
                image(&mut files, &[layer(&[("requirements.txt", &pin)])], it)
            })
            .collect();
        let statement = image(&mut files, &[], "unknown").replace(
            "\"annotations\":{",
            "\"annotations\":{\"vnd.docker.reference.type\":\"attestation-manifest\",",
        );
        let inner = format!(
            "{{\"manifests\":[{},{},{statement}]}}",
            images[0], images[1]
        );
        let inner = part(&mut files, inner.as_bytes(), "");
        let files = layout(files, &[inner]);
        let tree = MemoryTree::new(files.iter().map(|(name, bytes)| (name, bytes.clone())));
        let look = |platform| {
            let ctx = TargetContext {
                platform,
                ..context(&tree)
            };
            show(discover(&ctx, Path::new("i")))
        };
        let parse = |text| bartizan_model::environment::Platform::parse(text).unwrap();
        insta::assert_snapshot!(look(PlatformChoice::Host(parse("macos-arm64"))), @r"
        lab:1 [container-image] linux/arm64; layers: 1, entries: 1, 0 excluded
        i!/requirements.txt [requirements] CPython 3.12.0 on linux aarch64 (as asked for), 0 excluded
        * arm64 1 (i!/requirements.txt:1)
        !! i: of the images for linux/amd64, linux/arm64 only those for this platform were looked at
        ");
        insta::assert_snapshot!(look(PlatformChoice::Named(parse("linux-x86_64"))), @r"
        lab:1 [container-image] linux/amd64; layers: 1, entries: 1, 0 excluded
        i!/requirements.txt [requirements] CPython 3.12.0 on linux x86_64 (as asked for), 0 excluded
        * amd64 1 (i!/requirements.txt:1)
        ");
        insta::assert_snapshot!(look(PlatformChoice::Named(parse("windows"))), @r"!! i: cannot read `i`: no image for windows/AMD64; there is linux/amd64, linux/arm64");
        assert_eq!(
            look(PlatformChoice::Any).matches("container-image").count(),
            2
        );
    }

    #[test]
    fn descriptions_of_nothing_are_refused() {
        let index = |text: &str| {
            look(&vec![
                ("i/oci-layout".to_owned(), Vec::new()),
                ("i/index.json".to_owned(), text.as_bytes().to_vec()),
            ])
        };
        insta::assert_snapshot!(index("{"), @r"!! i: cannot read `i`: `index.json` cannot be read: not valid JSON: EOF while parsing an object at line 1 column 1");
        insta::assert_snapshot!(index("{}"), @r"!! i: cannot read `i`: `index.json` lists no manifests");
        insta::assert_snapshot!(index("{\"manifests\":[{\"digest\":\"sha256:../../x\"}]}"), @r"!! i: cannot read `i`: `index.json` has the digest `sha256:../../x`, which is no SHA-256");
        insta::assert_snapshot!(index("{\"manifests\":[]}"), @r"!! i: cannot read `i`: `index.json` lists no images");
    }

    #[test]
    fn layers_that_undo_each_other_cost_no_more_than_their_entries() {
        let many: Vec<_> = (0..3_000).map(|n| format!("d/{n}/")).collect();
        let mut entries: Vec<_> = many.iter().map(|name| (name.as_str(), "")).collect();
        entries.extend(std::iter::repeat_n(("d/.wh..wh..opq", ""), 200_000));
        insta::assert_snapshot!(check(&[&entries]), @r"lab:1 [container-image] linux/amd64; layers: 1, entries: 203000, 0 excluded");
    }

    proptest! {
        #[test]
        fn never_panics_on_damage(part in 0_usize..5, at in 0_usize..3000, byte: u8) {
            let mut files = oci(&[layer(&[("requirements.txt", "a==1"), ("x -> y", "")])]);
            if let Some(place) = files.get_mut(part).and_then(|(_, bytes)| bytes.get_mut(at)) {
                *place = byte;
            }
            look(&files);
        }

        #[test]
        fn never_panics_on_any_layer(names in prop::collection::vec(("(\\.wh\\.)?[ab./]{1,6}( -> [ab./]{1,4}| => [ab./]{1,4}|/)?", "[a-c]{0,2}"), 0..12)) {
            let names: Vec<_> = names.iter().map(|(name, content)| (name.as_str(), if name.ends_with('/') || name.contains('>') { "" } else { content })).collect();
            check(&[&names, &names]);
        }
    }
}
