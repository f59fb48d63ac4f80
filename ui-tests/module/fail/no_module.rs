use bun_server::prelude::*;

struct UserModule;

#[module(imports = [UserModule])]
//~^ `UserModule` is not a module
struct OrderModule;

fn main() {}
