//! What the formats make of real files, where they are at hand.

#[cfg(test)]
mod real_feeds;
