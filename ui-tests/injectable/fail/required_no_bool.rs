use bun_server::prelude::*;

#[injectable]
struct Orders {
    #[config_value("title", required = "no")]
    title: Option<String>,
}

fn main() {}
