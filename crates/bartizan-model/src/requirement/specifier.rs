//! Version specifiers by [PEP 440](https://peps.python.org/pep-0440/#version-specifiers), decided as the `packaging`
//! library decides them.

use std::{collections::BTreeSet, fmt, str::FromStr};

use crate::{
    scanner::{excerpt, is_python_space},
    version::pep440::Version,
};

/// How a specifier compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Operator {
    /// `===`: the same text.
    Arbitrary,
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `~=`
    Compatible,
    /// `<=`
    AtMost,
    /// `>=`
    AtLeast,
    /// `<`
    Below,
    /// `>`
    Above,
}

impl Operator {
    /// Every operator; one stands before those that it starts with.
    pub const ALL: [Self; 8] = [
        Self::Arbitrary,
        Self::Equal,
        Self::NotEqual,
        Self::Compatible,
        Self::AtMost,
        Self::AtLeast,
        Self::Below,
        Self::Above,
    ];

    /// The sign.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Arbitrary => "===",
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::Compatible => "~=",
            Self::AtMost => "<=",
            Self::AtLeast => ">=",
            Self::Below => "<",
            Self::Above => ">",
        }
    }

    /// The operator that a text starts with, and what follows it.
    pub(crate) fn split(text: &str) -> Option<(Self, &str)> {
        Self::ALL
            .into_iter()
            .find_map(|operator| Some((operator, text.strip_prefix(operator.as_str())?)))
    }
}

/// One specifier: an operator and a version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Specifier {
    operator: Operator,
    /// As written, without white space around it.
    text: String,
    operand: Operand,
}

/// What the operator compares with. `Arbitrary` belongs to `===` alone, `Prefix` to `==` and `!=`.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Operand {
    Version(Version),
    Prefix(Version),
    Arbitrary,
}

/// The text is not a version specifier.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SpecifierError {
    /// It starts with no operator.
    #[error("`{0}` starts with no version operator (`==`, `>=`, `<`, …)")]
    NoOperator(String),
    /// What follows the operator is not a version.
    #[error("`{0}` names no valid version")]
    NotAVersion(String),
    /// `.*` with another operator than `==` and `!=`.
    #[error("`{0}`: `.*` goes with `==` and `!=` only, after plain numbers")]
    MisplacedWildcard(String),
    /// A local version with an ordering operator.
    #[error("`{0}`: a local version (`+…`) goes with `==` and `!=` only")]
    MisplacedLocal(String),
    /// `~=` with one number.
    #[error("`{0}`: `~=` needs at least two numbers")]
    TooShortForCompatible(String),
    /// Nobody writes that many specifiers.
    #[error("specifiers of {0} bytes are longer than the limit of {limit}", limit = SpecifierSet::MAX_LENGTH)]
    TooLong(usize),
}

impl Specifier {
    /// The operator.
    pub fn operator(&self) -> Operator {
        self.operator
    }

    /// The version as written, with `.*` where it has one.
    pub fn version(&self) -> &str {
        &self.text
    }

    /// Whether it is `==X.*` or `!=X.*`.
    pub fn is_wildcard(&self) -> bool {
        matches!(self.operand, Operand::Prefix(_))
    }

    /// Whether a version satisfies it; pre-releases count like any other version.
    pub fn contains(&self, version: &str) -> bool {
        self.contains_parsed(version, version.parse().ok().as_ref())
    }

    /// The same for a version that is already read; `None` where it does not follow PEP 440.
    fn contains_parsed(&self, text: &str, version: Option<&Version>) -> bool {
        match (&self.operand, version) {
            (Operand::Arbitrary, _) => text.to_lowercase() == self.text.to_lowercase(),
            (_, None) => false,
            (Operand::Prefix(prefix), Some(version)) => {
                version.starts_with(prefix.epoch(), prefix.release())
                    == (self.operator == Operator::Equal)
            }
            (Operand::Version(bound), Some(version)) => compare(self.operator, version, bound),
        }
    }

    /// Equal for specifiers that differ in spelling only.
    fn meaning(&self) -> (Operator, String) {
        let meaning = match (&self.operand, self.operator) {
            (Operand::Version(version), Operator::Compatible) => version.to_string(),
            (Operand::Version(version), _) => version.without_trailing_noughts().to_string(),
            (Operand::Prefix(_) | Operand::Arbitrary, _) => self.text.clone(),
        };
        (self.operator, meaning)
    }

    /// Whether it names a pre-release and so asks for pre-releases.
    fn asks_for_prereleases(&self) -> bool {
        match (&self.operand, self.operator) {
            (Operand::Prefix(_), _) | (_, Operator::NotEqual) => false,
            (Operand::Version(version), _) => version.is_prerelease(),
            (Operand::Arbitrary, _) => self
                .text
                .parse()
                .is_ok_and(|version: Version| version.is_prerelease()),
        }
    }
}

/// Decides every operator but `===`, where the operand has no wildcard.
fn compare(operator: Operator, version: &Version, bound: &Version) -> bool {
    match operator {
        // Where the specifier names no local version, the version's own does not matter.
        Operator::Equal if !bound.is_local() => version.has_same_public_part(bound),
        Operator::NotEqual if !bound.is_local() => !version.has_same_public_part(bound),
        Operator::Equal | Operator::Arbitrary => version == bound,
        Operator::NotEqual => version != bound,
        Operator::AtMost => version <= bound || version.has_same_public_part(bound),
        Operator::AtLeast => version >= bound,
        Operator::Compatible => {
            let family = bound
                .release()
                .split_last()
                .map_or(&[][..], |(_, family)| family);
            version >= bound && version.starts_with(bound.epoch(), family)
        }
        // `<1.0` leaves out the pre-releases of 1.0, unless it names one.
        Operator::Below if bound.is_prerelease() => version < bound,
        Operator::Below => version < bound && !is_prerelease_of(version, bound),
        // `>1.0` leaves out the post-releases and local versions of 1.0, unless it names one.
        Operator::Above if bound.is_postrelease() || bound.is_development_release() => {
            version > bound && !version.has_same_public_part(bound)
        }
        Operator::Above => version > bound && !version.is_of_same_release(bound),
    }
}

/// Whether `version` stands between the first development release of `bound`, which is no pre-release, and `bound`.
fn is_prerelease_of(version: &Version, bound: &Version) -> bool {
    *version >= bound.first_development_release()
}

impl FromStr for Specifier {
    type Err = SpecifierError;

    fn from_str(text: &str) -> Result<Self, SpecifierError> {
        let text = text.trim_matches(is_python_space);
        let (operator, version) =
            Operator::split(text).ok_or_else(|| SpecifierError::NoOperator(excerpt(text)))?;
        let version = version.trim_matches(is_python_space);
        let operand = read_operand(operator, version).map_err(|fault| fault(excerpt(text)))?;
        Ok(Self {
            operator,
            text: version.to_owned(),
            operand,
        })
    }
}

fn read_operand(operator: Operator, text: &str) -> Result<Operand, fn(String) -> SpecifierError> {
    if operator == Operator::Arbitrary {
        let is_one_word = !text
            .contains(|character| is_python_space(character) || matches!(character, ';' | ')'));
        return if is_one_word && !text.is_empty() {
            Ok(Operand::Arbitrary)
        } else {
            Err(SpecifierError::NotAVersion)
        };
    }
    let (plain, is_prefix) = text
        .strip_suffix(".*")
        .map_or((text, false), |plain| (plain, true));
    if plain.ends_with(is_python_space) {
        return Err(SpecifierError::NotAVersion);
    }
    let Ok(version) = plain.parse::<Version>() else {
        return Err(SpecifierError::NotAVersion);
    };
    let is_equality = matches!(operator, Operator::Equal | Operator::NotEqual);
    if is_prefix {
        let is_allowed = is_equality && version.is_plain_release();
        return if is_allowed {
            Ok(Operand::Prefix(version))
        } else {
            Err(SpecifierError::MisplacedWildcard)
        };
    }
    if version.is_local() && !is_equality {
        return Err(SpecifierError::MisplacedLocal);
    }
    if operator == Operator::Compatible && version.release().len() < 2 {
        return Err(SpecifierError::TooShortForCompatible);
    }
    Ok(Operand::Version(version))
}

impl fmt::Display for Specifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.operator.as_str(), self.text)
    }
}

/// Specifiers that must all hold. Their order and repetitions say nothing: they are kept sorted, each once.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SpecifierSet(Vec<Specifier>);

impl SpecifierSet {
    /// Longer texts are refused, so that a hostile file cannot make us hold a million specifiers.
    pub const MAX_LENGTH: usize = 1 << 16;

    /// The specifiers, sorted by their text.
    pub fn iter(&self) -> std::slice::Iter<'_, Specifier> {
        self.0.iter()
    }

    /// Whether there is no specifier.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The one version that a sole `==X` or `===X` pins (no wildcard), as written.
    pub fn pinned(&self) -> Option<&str> {
        match self.0.as_slice() {
            [only]
                if matches!(only.operator, Operator::Equal | Operator::Arbitrary)
                    && !only.is_wildcard() =>
            {
                Some(&only.text)
            }
            _ => None,
        }
    }

    /// Whether a version satisfies all specifiers; pre-releases count like any other version. Without a
    /// specifier everything does, even a text that is not a version.
    pub fn contains(&self, version: &str) -> bool {
        let parsed = version.parse().ok();
        self.iter()
            .all(|specifier| specifier.contains_parsed(version, parsed.as_ref()))
    }

    /// Whether a version satisfies all specifiers under the default policy of PEP 440: a pre-release is taken
    /// where nothing else satisfies them. A sole version has no alternative, so this is [`Self::contains`];
    /// [`Self::select`] is where the policy shows.
    pub fn contains_by_default(&self, version: &str) -> bool {
        self.select(&[version]).len() == 1
    }

    /// The versions that satisfy all specifiers under the default policy of PEP 440: pre-releases only where a
    /// specifier names one, or where nothing else satisfies them. The order stays.
    pub fn select<'a>(&self, versions: &[&'a str]) -> Vec<&'a str> {
        let matching: Vec<(&str, Option<Version>)> = versions
            .iter()
            .map(|&text| (text, text.parse().ok()))
            .filter(|(text, parsed)| {
                self.iter()
                    .all(|specifier| specifier.contains_parsed(text, parsed.as_ref()))
            })
            .collect();
        let is_final = |version: &Option<Version>| {
            version
                .as_ref()
                .is_some_and(|version| !version.is_prerelease())
        };
        let takes_all =
            self.asks_for_prereleases() || !matching.iter().any(|(_, version)| is_final(version));
        let taken = matching
            .into_iter()
            .filter(|(_, version)| takes_all || version.is_none() || is_final(version));
        taken.map(|(text, _)| text).collect()
    }

    /// Whether one of the specifiers names a pre-release and so asks for pre-releases.
    pub fn asks_for_prereleases(&self) -> bool {
        self.iter().any(Specifier::asks_for_prereleases)
    }
}

impl<'a> IntoIterator for &'a SpecifierSet {
    type Item = &'a Specifier;
    type IntoIter = std::slice::Iter<'a, Specifier>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl FromStr for SpecifierSet {
    type Err = SpecifierError;

    fn from_str(text: &str) -> Result<Self, SpecifierError> {
        if text.len() > Self::MAX_LENGTH {
            return Err(SpecifierError::TooLong(text.len()));
        }
        let parts = text
            .split(',')
            .map(|part| part.trim_matches(is_python_space))
            .filter(|part| !part.is_empty());
        let mut specifiers = parts
            .map(str::parse)
            .collect::<Result<Vec<Specifier>, _>>()?;
        if specifiers.len() > 1 {
            specifiers.sort_by_cached_key(Specifier::to_string);
            let mut seen = BTreeSet::new();
            specifiers.retain(|specifier| seen.insert(specifier.meaning()));
        }
        Ok(Self(specifiers))
    }
}

impl fmt::Display for SpecifierSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, specifier) in self.iter().enumerate() {
            let separator = if index == 0 { "" } else { "," };
            write!(f, "{separator}{specifier}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(specifiers: &str, inside: &[&str], outside: &[&str]) {
        let set: SpecifierSet = specifiers.parse().unwrap();
        for version in inside {
            assert!(set.contains(version), "{version} in {specifiers}");
        }
        for version in outside {
            assert!(!set.contains(version), "{version} not in {specifiers}");
        }
    }

    fn check_error(text: &str, expect: &str) {
        assert_eq!(
            text.parse::<SpecifierSet>().unwrap_err().to_string(),
            expect
        );
    }

    #[test]
    fn equality_ignores_the_local_part_unless_one_is_named() {
        check(
            "==1.0",
            &["1", "1.0+x", "v1.0.0"],
            &["1.0.post1", "1.0a1", "x"],
        );
        check("==1.0+x", &["1.0+X"], &["1.0", "1.0+y"]);
        check("!=1.0", &["1.0.1"], &["1.0+x"]);
        check("===1.0-X", &["1.0-x"], &["1.0"]);
    }

    #[test]
    fn wildcards_match_prefixes() {
        check(
            "==1.2.*",
            &["1.2", "1.2.dev0", "1.2a1", "1.2.7.post1+x"],
            &["1.3.dev0", "1.20", "1!1.2"],
        );
        check("==1.2.0.*", &["1.2"], &["1.2.1"]);
        check("!=1.2.*", &["1.3.dev0", "1!1.2"], &["1.2rc1"]);
    }

    #[test]
    fn compatible_stays_within_the_family() {
        check(
            "~=2.2",
            &["2.2", "2.9", "2.2.post3"],
            &["3.dev0", "2.1", "2.2rc1", "1!2.2"],
        );
        check("~=1.4.5a4", &["1.4.5a4", "1.4.9"], &["1.5", "1.4.5a3"]);
        check("~=2.2.post3", &["2.2.post3", "2.3"], &["2.2", "3.0"]);
    }

    #[test]
    fn strict_bounds_leave_out_what_belongs_to_the_bound() {
        check("<1.0", &["0.9"], &["1.0.dev0", "1.0a1", "1.0"]);
        check("<1.0a2", &["1.0a1", "1.0.dev0"], &["1.0a2"]);
        check(
            "<1.0.post1",
            &["1.0.post0", "1.0", "1.0+x"],
            &["1.0.post1.dev0"],
        );
        check(
            ">1.0",
            &["1.0.1.dev0", "1.1"],
            &["1.0.post1", "1.0+x", "1.0.0.post1.dev0"],
        );
        check(">1.0.post1", &["1.0.post2.dev0", "1.0.1"], &["1.0.post1+x"]);
        check(">1.0.dev1", &["1.0.dev2", "1.0a1", "1.0"], &["1.0.dev1+x"]);
        check("<=1.0", &["1.0+x", "0.9"], &["1.0.post0"]);
        check(">=1.0, <2", &["1.0+x", "1.5a1"], &["2.0a1", "0.9"]);
    }

    #[test]
    fn a_sole_equality_pins() {
        let pin = |text: &str| {
            text.parse::<SpecifierSet>()
                .unwrap()
                .pinned()
                .map(str::to_owned)
        };
        assert_eq!(pin("== 1.0"), Some("1.0".to_owned()));
        assert_eq!(pin("===odd-1"), Some("odd-1".to_owned()));
        assert_eq!(pin("==1.0,==1.0"), Some("1.0".to_owned()));
        for text in ["==1.*", ">=1", "==1.0,<2", ""] {
            assert_eq!(pin(text), None, "{text}");
        }
    }

    #[test]
    fn prereleases_are_selected_where_nothing_else_is_or_one_is_named() {
        let select = |text: &str, versions: &[&'static str]| {
            text.parse::<SpecifierSet>().unwrap().select(versions)
        };
        assert_eq!(select(">=1", &["0.9", "1.1a1", "1.0"]), ["1.0"]);
        assert_eq!(select(">=1", &["0.9", "1.1a1"]), ["1.1a1"]);
        assert_eq!(select(">=1a1", &["1.1a1", "1.0"]), ["1.1a1", "1.0"]);
        assert!(
            "".parse::<SpecifierSet>()
                .unwrap()
                .contains_by_default("anything")
        );
    }

    #[test]
    fn errors_say_what_is_wrong() {
        check_error(
            "1.0",
            "`1.0` starts with no version operator (`==`, `>=`, `<`, …)",
        );
        check_error(">=x", "`>=x` names no valid version");
        check_error(
            ">=1.*",
            "`>=1.*`: `.*` goes with `==` and `!=` only, after plain numbers",
        );
        check_error(
            "<1+x",
            "`<1+x`: a local version (`+…`) goes with `==` and `!=` only",
        );
        check_error("~=1", "`~=1`: `~=` needs at least two numbers");
    }

    #[test]
    fn sets_print_sorted() {
        assert_eq!(
            " >= 1.0 ,, !=v1.5 ,<2,<2"
                .parse::<SpecifierSet>()
                .unwrap()
                .to_string(),
            "!=v1.5,<2,>=1.0"
        );
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "(===|[=<>!~]=|[<>])? ?.{0,12}(,[<>]=?.{0,6})?", version in ".{0,10}") {
            if let Ok(set) = text.parse::<SpecifierSet>() {
                prop_assert_eq!(set.contains(&version), set.contains_by_default(&version));
            }
        }

        #[test]
        fn print_then_parse_is_identity(
            text in "(((===|[=<>!~]=|[<>]) ?v?[0-2](\\.[0-2]){0,2}((a|rc)[0-2])?(\\.\\*|\\+x)?),? ?){0,3}"
        ) {
            let Ok(set) = text.parse::<SpecifierSet>() else { return Ok(()) };
            prop_assert_eq!(set.to_string().parse::<SpecifierSet>(), Ok(set));
        }
    }
}
