use bun_server::prelude::*;

#[injectable]
struct Orders;

#[injectable]
struct Users;

#[module(providers = [Orders, Users, Orders])]
struct OrderModule;

fn main() {}
