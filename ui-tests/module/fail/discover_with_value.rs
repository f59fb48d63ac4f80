use bun_server::prelude::*;

#[module(discover = "shop::orders")]
struct ShopModule;

#[module(discovers)]
struct OrderModule;

fn main() {}
