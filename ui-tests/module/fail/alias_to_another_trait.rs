use bun_server::prelude::*;

trait Ledger: Send + Sync {}
trait Clock: Send + Sync {}

#[module(aliases = [dyn Ledger as dyn Clock])]
struct LedgerModule;

fn main() {}
