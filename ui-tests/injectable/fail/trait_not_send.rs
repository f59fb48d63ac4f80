use bun_server::prelude::*;

trait Repo {}

#[injectable(provide = dyn Repo)]
struct SqlRepo;

impl Repo for SqlRepo {}

fn main() {}
