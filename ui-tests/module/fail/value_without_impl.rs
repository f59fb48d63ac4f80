use bun_server::prelude::*;

trait Clock: Send + Sync {}

#[module(values = [7 as dyn Clock, std::cell::Cell::new(1)])]
struct ClockModule;

fn main() {}
