//! What the formats make of real files, where they are at hand.

mod real_feeds;
