use bun_server::prelude::*;

#[injectable(provid = dyn Send, on_start = Self::start, on_start = Self::again, on_stop)]
struct Orders {
    #[config_value(defalt = 20)]
    size: u32,
    #[config_center_value(data_id = "a.yaml", key = "x", required = 1)]
    title: String,
    other: &'static str,
}

fn main() {}
