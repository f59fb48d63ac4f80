use bun_server::prelude::*;

struct UserModule;

#[module(imports = [UserModule])]
struct OrderModule;

fn main() {}
