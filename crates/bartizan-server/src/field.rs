//! How reviews do in the field: how often rules were right by maintainers' verdicts, and how much of what waits had to be read.
//! Pages and command line tell it from here.

use bartizan_assessment::measures::LINES_TO_READ;
use bartizan_model::Timestamp;
use bartizan_review::verdict::{Tally, tallies};
use bartizan_store::{Page, Store, StoreError};

/// How many projects are told.
const MOST_PROJECTS: u32 = 1_000;

/// What is known of reviews in the field.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Field {
    /// By project and rule; nothing of those without a verdict.
    pub tallies: Vec<Tally>,
    /// By project; nothing of those whose queue nobody looked at.
    pub lines: Vec<LinesToRead>,
}

/// How many lines of a project's waiting pull requests somebody reads who looks at every entry.
#[derive(Debug, Clone, PartialEq)]
pub struct LinesToRead {
    /// The project.
    pub project: String,
    /// So many.
    pub lines: f64,
    /// Out of how many changed ones.
    pub of: f64,
    /// When it was measured.
    pub measured: Timestamp,
}

impl LinesToRead {
    /// Which part it is; nothing where nothing changed.
    pub fn share(&self) -> Option<f64> {
        (self.of > 0.0).then(|| self.lines / self.of)
    }
}

impl Field {
    /// Of one project, or of all.
    pub async fn of(store: &Store, project: Option<&str>) -> Result<Self, StoreError> {
        let is_asked = |name: &str| project.is_none_or(|it| it == name);
        let counts = store.verdict_counts().await?;
        let counts = counts.iter().filter(|it| is_asked(&it.project)).map(|it| {
            let (project, rule) = (it.project.as_str(), it.rule.as_str());
            (project, rule, it.verdict, it.entries)
        });
        let tallies = tallies(counts);
        let page = Page::new(1, MOST_PROJECTS);
        let figures = store.project_figures(LINES_TO_READ.id, None, page).await?;
        let figures = figures.rows.into_iter().filter(|it| is_asked(&it.project));
        let lines = figures.filter_map(|it| {
            Some(LinesToRead {
                of: it.whole?,
                project: it.project,
                lines: it.value,
                measured: it.measured,
            })
        });
        Ok(Self {
            tallies,
            lines: lines.collect(),
        })
    }

    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.tallies.is_empty() && self.lines.is_empty()
    }
}
