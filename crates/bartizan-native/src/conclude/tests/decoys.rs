//! Signs that look like a version and are none: each one was seen in a real wheel.
