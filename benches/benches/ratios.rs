//! How long ours takes beside each rival; one line for each cell. `cargo xtask bench` runs it and
//! makes tables of the lines. With `--quick`, fewer cells and fewer rounds.

use astralis_benches::ratios::{Effort, run};

fn main() -> std::io::Result<()> {
    let quick = std::env::args().any(|argument| argument == "--quick");
    let effort = if quick { Effort::QUICK } else { Effort::FULL };
    run(&effort, std::io::stdout().lock())
}
