use bun_server::prelude::*;

#[injectable]
struct Orders {
    #[config_value("title", required = "no")]
    //~^ write `required = false`
    title: Option<String>,
}

fn main() {}
