//! The `astralis-server` program.

fn main() {}
