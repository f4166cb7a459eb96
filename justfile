# Short names for what the project does to itself. Everything works without `just`: it is what stands after the name.

# What CI runs, all of it.
ci:
    .ci/run

# Format every Rust file.
fmt:
    cargo xtask fmt

# Clippy and rustdoc, warnings being errors.
lint:
    cargo clippy --workspace --all-targets --all-features --locked -- -D warnings
    RUSTDOCFLAGS=-Dwarnings cargo doc --workspace --no-deps --document-private-items --locked

# Every test; the last line counts them.
test:
    cargo xtask test

# The rules that no compiler checks.
tidy:
    cargo xtask tidy

# Write the generated reference again.
docs:
    cargo xtask docs

# Run every fuzz target for some seconds each.
fuzz seconds="60":
    cargo xtask fuzz all {{seconds}}

# The README's pictures of the dashboard (needs playwright-core in NODE_PATH, and Chromium).
picture:
    cargo build --locked
    node scripts/picture.mjs

# Licences, sources and advisories of the dependencies (needs cargo-deny).
deny:
    cargo deny --workspace check
