//! `cargo run --release -p server-bench`: what a request costs a server, in processor time, allocations and memory at rest.
//! `-- sockets`, `-- in-process` and `-- memory` run one of the three.

mod contender;
mod in_process;
mod memory;
mod sockets;
mod table;

use std::alloc::System;

use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};

use self::contender::Contender;

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

type Outcome<T = ()> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

fn main() -> Outcome {
    let mut arguments = std::env::args().skip(1);
    match (arguments.next().as_deref(), arguments.next()) {
        (Some("serve"), Some(name)) => memory::serve(&name),
        (Some("sockets"), _) => sockets::run(),
        (Some("in-process"), _) => in_process::run(),
        (Some("memory"), _) => memory::run(),
        _ => {
            in_process::run()?;
            sockets::run()?;
            memory::run()
        }
    }
}

/// Those that take part; the first one is what the others are compared with.
const CONTENDERS: [Contender; 3] = [Contender::Axum, Contender::BunServer, Contender::TowerHttp];
