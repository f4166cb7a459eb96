//! The command line of Bartizan.
fn main() {}
