//! From sources to what an assessment says of each project of an ecosystem.
