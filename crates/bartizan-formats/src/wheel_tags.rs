//! Whether a wheel can be installed in an environment, by the tags in its name
//! ([platform compatibility tags](https://packaging.python.org/en/latest/specifications/platform-compatibility-tags/)).
//!
//! What the environment cannot tell is taken in the wheel's favour: any version of glibc and of macOS. musl is not:
//! an environment is taken as one of glibc.

use bartizan_model::environment::MarkerEnvironment;

/// How well a wheel fits, the best the highest; `None` where it does not fit or the name is no wheel's.
pub fn fit(name: &str, environment: &MarkerEnvironment) -> Option<u32> {
    let stem = name.strip_suffix(".whl")?;
    let mut parts = stem.rsplit('-');
    let (platforms, abis, pythons) = (parts.next()?, parts.next()?, parts.next()?);
    parts.next()?;
    let platform = platforms
        .split('.')
        .filter_map(|tag| platform(tag, environment))
        .max()?;
    let mut best = None;
    for python in pythons.split('.') {
        for abi in abis.split('.') {
            best = best.max(interpreter(python, abi, environment));
        }
    }
    Some(best? * 10 + platform)
}

fn interpreter(python: &str, abi: &str, environment: &MarkerEnvironment) -> Option<u32> {
    let (major, minor) = environment.python_version.split_once('.')?;
    let minor: u32 = minor.parse().ok()?;
    let is_cpython = environment.implementation_name == "cpython";
    let split = python.find(|c: char| c.is_ascii_digit())?;
    let (kind, digits) = python.split_at(split);
    let (tag_major, tag_minor) = digits.split_at_checked(1)?;
    let tag_minor: Option<u32> = match tag_minor {
        "" => None,
        text => Some(text.parse().ok()?),
    };
    if tag_major != major || tag_minor.is_some_and(|tagged| tagged > minor) {
        return None;
    }
    let own = format!("cp{major}{minor}");
    match (kind, abi) {
        ("py", "none") => Some(1),
        ("cp", "abi3") if is_cpython => Some(3),
        ("cp", "none") if is_cpython => Some(2),
        // Before Python 3.8, an `m` stood behind.
        ("cp", abi) if is_cpython && tag_minor == Some(minor) => {
            (abi == own || abi.strip_suffix('m') == Some(own.as_str())).then_some(4)
        }
        ("pp", abi) if environment.implementation_name == "pypy" && tag_minor == Some(minor) => {
            abi.starts_with("pypy").then_some(4)
        }
        _ => None,
    }
}

fn platform(tag: &str, environment: &MarkerEnvironment) -> Option<u32> {
    if tag == "any" {
        return Some(1);
    }
    let machine = environment.platform_machine.as_str();
    let is_native = match environment.sys_platform.as_str() {
        "linux" => {
            let is_linux = tag.starts_with("manylinux") || tag.starts_with("linux_");
            is_linux && tag.ends_with(&format!("_{machine}"))
        }
        "darwin" => {
            let ends = |ending: &str| tag.ends_with(ending);
            let is_both = ends("_universal2") || (machine == "x86_64" && ends("_intel"));
            tag.starts_with("macosx_") && (is_both || ends(&format!("_{machine}")))
        }
        "win32" => match machine {
            "AMD64" => tag == "win_amd64",
            "ARM64" => tag == "win_arm64",
            _ => tag == "win32",
        },
        _ => false,
    };
    is_native.then_some(2)
}

#[cfg(test)]
mod tests {
    use bartizan_model::environment::Platform;
    use proptest::prelude::*;

    use super::*;

    fn check(tags: &str, python: &str, platform: &str) -> Option<u32> {
        let platform = Platform::parse(platform).unwrap();
        fit(
            &format!("lab-1.0-{tags}.whl"),
            &MarkerEnvironment::cpython(python, &platform),
        )
    }

    #[test]
    fn what_fits_is_ordered_and_the_rest_is_refused() {
        let linux = |tags| check(tags, "3.12", "linux");
        assert_eq!(linux("py3-none-any"), Some(11));
        assert_eq!(linux("py2.py3-none-any"), Some(11));
        assert_eq!(linux("cp39-abi3-manylinux_2_28_x86_64"), Some(32));
        assert_eq!(
            linux("cp312-cp312-manylinux_2_17_x86_64.manylinux2014_x86_64"),
            Some(42)
        );
        assert_eq!(linux("1-cp312-cp312-linux_x86_64"), Some(42));
        for tags in [
            "cp313-abi3-manylinux_2_28_x86_64",
            "cp312-cp312-musllinux_1_2_x86_64",
            "cp312-cp312-win_amd64",
            "cp312-cp312-manylinux_2_28_aarch64",
            "cp311-cp311-manylinux_2_28_x86_64",
            "pp39-pypy39_pp73-manylinux_2_28_x86_64",
            "cp312-cp312t-manylinux_2_28_x86_64",
            "py2-none-any",
            "py4-none-any",
        ] {
            assert_eq!(linux(tags), None, "{tags}");
        }
        assert_eq!(
            check("cp37-cp37m-manylinux1_x86_64", "3.7", "linux"),
            Some(42)
        );
        assert_eq!(
            check("cp312-cp312-macosx_11_0_universal2", "3.12", "macos"),
            Some(42)
        );
        assert_eq!(
            check("cp312-cp312-macosx_11_0_x86_64", "3.12", "macos"),
            None
        );
        assert_eq!(check("cp312-cp312-win_amd64", "3.12", "windows"), Some(42));
        assert_eq!(
            fit(
                "lab-1.0.tar.gz",
                &MarkerEnvironment::cpython("3.12", &Platform::parse("linux").unwrap())
            ),
            None
        );
    }

    proptest! {
        #[test]
        fn never_panics(tags in "\\PC{0,30}", parts in "([a-z0-9é.]{0,6}-){0,5}") {
            check(&tags, "3.12", "linux");
            check(&parts, "3", "windows");
        }
    }
}
