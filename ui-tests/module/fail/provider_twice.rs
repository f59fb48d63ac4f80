use bun_server::prelude::*;

#[injectable]
struct Orders;

#[injectable]
struct Users;

#[module(providers = [Orders, Users, Orders])]
//~^ `Orders` is listed twice: keep one
struct OrderModule;

fn main() {}
