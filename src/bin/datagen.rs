//! Generates the tables under `src/data/generated`.
fn main() {}
