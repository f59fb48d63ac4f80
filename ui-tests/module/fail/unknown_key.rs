use bun_server::prelude::*;

#[injectable]
struct Orders;

#[module(provider = [Orders])]
//~^ unknown key `provider`: did you mean `providers`? expected one of `imports`, `providers`, `controllers`, `exports`, `global`
struct OrderModule;

fn main() {}
