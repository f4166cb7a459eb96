//! Until when versions are supported (SPEC 0): the quarter in which each should be dropped.
//!
//! From the schedule of SPEC 0 as it stood in February 2026: Python three years after its release, core packages two. Older
//! versions than the first that is listed were to be dropped before it.

use jiff::civil::{Date, date};

/// The day of which the table is.
pub const AS_OF: Date = date(2026, 2, 26);

/// Two years after the table was made, releases end that it does not list.
const STALE: Date = date(2028, 2, 26);

/// Whether the table can still say that nothing has ended.
pub fn is_current(today: Date) -> bool {
    today < STALE
}

/// Package, version, and the quarter in which support should end: year and 1 to 4.
const SCHEDULE: &[(&str, &str, (i16, i8))] = &[
    ("python", "3.10", (2024, 4)),
    ("python", "3.11", (2025, 4)),
    ("python", "3.12", (2026, 4)),
    ("python", "3.13", (2027, 4)),
    ("python", "3.14", (2028, 4)),
    ("ipython", "8.16.0", (2025, 3)),
    ("ipython", "8.19.0", (2025, 4)),
    ("ipython", "8.23.0", (2026, 1)),
    ("ipython", "8.26.0", (2026, 2)),
    ("ipython", "8.27.0", (2026, 3)),
    ("ipython", "8.31.0", (2026, 4)),
    ("ipython", "9.0.0", (2027, 1)),
    ("ipython", "9.3.0", (2027, 2)),
    ("ipython", "9.6.0", (2027, 3)),
    ("ipython", "9.8.0", (2027, 4)),
    ("ipython", "9.10.0", (2028, 1)),
    ("matplotlib", "3.8.0", (2025, 3)),
    ("matplotlib", "3.9.0", (2026, 2)),
    ("matplotlib", "3.10.0", (2026, 4)),
    ("networkx", "3.2", (2025, 4)),
    ("networkx", "3.3", (2026, 2)),
    ("networkx", "3.4", (2026, 4)),
    ("networkx", "3.5", (2027, 2)),
    ("networkx", "3.6", (2027, 4)),
    ("numpy", "1.26.0", (2025, 3)),
    ("numpy", "2.0.0", (2026, 2)),
    ("numpy", "2.1.0", (2026, 3)),
    ("numpy", "2.2.0", (2026, 4)),
    ("numpy", "2.3.0", (2027, 2)),
    ("numpy", "2.4.0", (2027, 4)),
    ("pandas", "2.1.0", (2025, 3)),
    ("pandas", "2.2.0", (2026, 1)),
    ("pandas", "2.3.0", (2027, 2)),
    ("pandas", "3.0.0", (2028, 1)),
    ("scikit-image", "0.22.0", (2025, 4)),
    ("scikit-image", "0.24.0", (2026, 2)),
    ("scikit-image", "0.25.0", (2026, 4)),
    ("scikit-image", "0.26.0", (2027, 4)),
    ("scikit-learn", "1.4.0", (2026, 1)),
    ("scikit-learn", "1.5.0", (2026, 2)),
    ("scikit-learn", "1.6.0", (2026, 4)),
    ("scikit-learn", "1.7.0", (2027, 2)),
    ("scikit-learn", "1.8.0", (2027, 4)),
    ("scipy", "1.12.0", (2026, 1)),
    ("scipy", "1.14.0", (2026, 2)),
    ("scipy", "1.15.0", (2027, 1)),
    ("scipy", "1.16.0", (2027, 2)),
    ("scipy", "1.17.0", (2028, 1)),
    ("xarray", "2023.9.0", (2025, 3)),
    ("xarray", "2023.12.0", (2025, 4)),
    ("xarray", "2024.3.0", (2026, 1)),
    ("xarray", "2024.6.0", (2026, 2)),
    ("xarray", "2024.9.0", (2026, 3)),
    ("xarray", "2024.11.0", (2026, 4)),
    ("xarray", "2025.3.0", (2027, 1)),
    ("xarray", "2025.6.0", (2027, 2)),
    ("xarray", "2025.9.0", (2027, 3)),
    ("xarray", "2025.12.0", (2027, 4)),
    ("zarr", "2.16.0", (2025, 3)),
    ("zarr", "2.17.0", (2026, 1)),
    ("zarr", "2.18.0", (2026, 2)),
    ("zarr", "3.0.0", (2027, 1)),
    ("zarr", "3.1.0", (2027, 3)),
];

/// The versions of a package whose quarter has passed, the oldest first. A quarter passes with its last day, so that a
/// project has the whole of it.
pub fn ended(package: &str, today: Date) -> Vec<&'static str> {
    let quarter = (
        today.year(),
        (today.month().saturating_sub(1))
            .saturating_div(3)
            .saturating_add(1),
    );
    let of_package = SCHEDULE.iter().filter(|(name, ..)| *name == package);
    of_package
        .filter(|(_, _, until)| *until < quarter)
        .map(|(_, version, _)| *version)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_ends_with_its_quarter() {
        assert_eq!(ended("python", date(2026, 11, 25)), ["3.10", "3.11"]);
        assert_eq!(ended("python", date(2027, 1, 1)), ["3.10", "3.11", "3.12"]);
        assert_eq!(ended("numpy", date(2026, 9, 30)), ["1.26.0", "2.0.0"]);
        assert!(ended("unknown", date(2026, 9, 30)).is_empty());
        assert!(is_current(date(2028, 2, 25)) && !is_current(date(2028, 2, 26)));
    }
}
