//! What strangers make on purpose: bombs, names that climb, lies about sizes. All of it ends soon, with a problem.

use super::*;

#[test]
fn bombs_are_not_inflated() {
    let zeros = [b"\x7fELF".as_slice(), &vec![0; 40 << 20]].concat();
    let bomb = zip(
        &[("a/bomb.so", &zeros), ("a/ok.so", &webp())],
        CompressionMethod::Deflated,
    );
    insta::assert_snapshot!(check(&[(WHEEL, &bomb)], WHEEL), @r"
    a-1.0-cp312-cp312-manylinux_2_28_x86_64.whl [PyPI a 1.0]
      file a/ok.so (module)
      libwebp 1.3.1, static: a/ok.so
      ! a/bomb.so: unpacks to more than 200 times its size, as only a decompression bomb does
    ");
    let bomb = gzip(&tar(&[
        ("a-1.0/PKG-INFO", METADATA),
        ("a-1.0/bomb.so", &zeros),
    ]));
    insta::assert_snapshot!(check(&[("a-1.0.tar.gz", &bomb)], "a-1.0.tar.gz"), @r"
    a-1.0.tar.gz [PyPI a 1.0]
      ! a-1.0.tar.gz: unpacks to more than 200 times its size, as only a decompression bomb does
      ! a-1.0/bomb.so: unpacks to more than 200 times its size, as only a decompression bomb does
    ");
    let bomb = zstd::encode_all(tar(&[("lib/bomb.so", &zeros)]).as_slice(), 1).unwrap();
    let conda = zip(&[("pkg-a-1-0.tar.zst", &bomb)], CompressionMethod::Stored);
    insta::assert_snapshot!(check(&[("a-1-0.conda", &conda)], "a-1-0.conda"), @r"
    a-1-0.conda [-]
      ! lib/bomb.so: unpacks to more than 200 times its size, as only a decompression bomb does
      ! pkg-a-1-0.tar.zst: unpacks to more than 200 times its size, as only a decompression bomb does
    ");
}

#[test]
fn a_size_of_4_gib_takes_no_memory() {
    let mut whole = zip(&[("a/x.so", &webp())], CompressionMethod::Stored);
    let size = u32::try_from(webp().len()).unwrap().to_le_bytes();
    let places: Vec<usize> = (0..whole.len() - 4)
        .filter(|&at| whole[at..].starts_with(&size))
        .collect();
    // The last two are the packed and the true size in the directory.
    let place = *places.last().unwrap();
    whole[place..place + 4].copy_from_slice(&0xffff_fff0_u32.to_le_bytes());
    insta::assert_snapshot!(check(&[(WHEEL, &whole)], WHEEL), @r"
    a-1.0-cp312-cp312-manylinux_2_28_x86_64.whl [PyPI a 1.0]
      ! a/x.so: larger than 2147483648 bytes when unpacked
    ");
    let mut whole = tar(&[("a-1.0/PKG-INFO", METADATA), ("a-1.0/x.so", &webp())]);
    let header = 1024;
    whole[header + 124..header + 135].copy_from_slice(b"37777777777");
    let sum: u32 = (header..header + 512)
        .map(|at| {
            if (header + 148..header + 156).contains(&at) {
                32
            } else {
                u32::from(whole[at])
            }
        })
        .sum();
    whole[header + 148..header + 156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    insta::assert_snapshot!(check(&[("a-1.0.tar", &whole)], "a-1.0.tar"), @r"
    a-1.0.tar [PyPI a 1.0]
      ! a-1.0.tar: not a complete tar archive
      ! a-1.0/x.so: larger than 2147483648 bytes when unpacked
    ");
}

#[test]
fn many_members_are_many_and_no_more() {
    let names: Vec<String> = (0..20_000).map(|number| format!("a/{number}")).collect();
    let mut members: Vec<(&str, &[u8])> = names
        .iter()
        .map(|name| (name.as_str(), b"x".as_slice()))
        .collect();
    let webp = webp();
    members.push(("a/x.so", &webp));
    let wheel = zip(&members, CompressionMethod::Stored);
    insta::assert_snapshot!(check(&[(WHEEL, &wheel)], WHEEL), @r"
    a-1.0-cp312-cp312-manylinux_2_28_x86_64.whl [PyPI a 1.0]
      file a/x.so (module)
      libwebp 1.3.1, static: a/x.so
    ");
}

#[test]
fn problems_are_counted_and_not_repeated_for_ever() {
    let torn = webp()[..30].to_vec();
    let names: Vec<String> = (0..300).map(|number| format!("a/{number}.so")).collect();
    let members: Vec<(&str, &[u8])> = names
        .iter()
        .map(|name| (name.as_str(), torn.as_slice()))
        .collect();
    let text = check(
        &[(WHEEL, &zip(&members, CompressionMethod::Deflated))],
        WHEEL,
    );
    assert_eq!(text.lines().count(), 102, "{text}");
    assert!(text.contains("200 more problems"), "{text}");
}
