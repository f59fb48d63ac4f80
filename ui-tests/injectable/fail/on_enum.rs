use bun_server::prelude::*;

#[injectable]
enum Mode {
    Fast,
    Slow,
}

/// The enum is still there.
const MODE: Mode = Mode::Fast;

fn main() {}
