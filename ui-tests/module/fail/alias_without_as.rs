use bun_server::prelude::*;

trait Ledger: Send + Sync {}

#[module(providers = [dyn Ledger], aliases = [dyn Ledger])]
struct LedgerModule;

fn main() {}
