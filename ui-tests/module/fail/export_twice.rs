use bun_server::prelude::*;

trait Repo: Send + Sync {}

#[module(exports = [dyn Repo, dyn Repo])]
//~^ `dyn Repo` is listed twice: keep one
struct OrderModule;

fn main() {}
