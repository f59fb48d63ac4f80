use bun_server::prelude::*;

#[injectable]
enum Mode {
    //~^ `#[injectable]` stands on a struct
    Fast,
    Slow,
}

/// The enum is still there.
const MODE: Mode = Mode::Fast;

fn main() {}
