//! How much memory ours and its rivals take; one line for each cell. A program of its own, because
//! it counts what is allocated, which would slow others down.

use std::alloc::System;

use astralis_benches::ratios::weigh;
use cap::Cap;

#[global_allocator]
static HEAP: Cap<System> = Cap::new(System, usize::MAX);

fn main() -> std::io::Result<()> {
    weigh(|| HEAP.allocated(), std::io::stdout().lock())
}
