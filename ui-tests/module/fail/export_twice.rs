use bun_server::prelude::*;

trait Repo: Send + Sync {}

#[module(exports = [dyn Repo, dyn Repo])]
struct OrderModule;

fn main() {}
