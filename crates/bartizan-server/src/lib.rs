//! Pages, API, jobs and feeds of the dashboard.
