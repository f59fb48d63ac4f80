use bun_server::prelude::*;

#[injectable(scope = transiant)]
pub struct Ticket;

#[injectable(scope = "request")]
pub struct Basket;

fn main() {}
