use bun_server::prelude::*;

#[injectable(privide = dyn Repo, on_begin = Self::open)]
struct SqlRepo {
    #[config_value("title", defualt = "shop")]
    title: String,
    pool: &'static str,
}

fn main() {}
