use bun_server::prelude::*;

struct Settings;

#[injectable(new = Self::connect)]
struct Pool;

impl Pool {
    fn connect(settings: Settings) -> Self {
        let _ = settings;
        Self
    }
}

fn main() {}
