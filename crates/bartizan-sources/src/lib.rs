//! All network and disk access of Bartizan.
