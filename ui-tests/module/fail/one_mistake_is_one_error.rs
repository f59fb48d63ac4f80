use bun_server::prelude::*;

#[module(export = [Users])]
struct UserModule;

#[injectable]
struct Users;

#[service_registry(name = "orders")]
#[module(imports = [UserModule], exports = [UserModule])]
struct OrderModule;

fn application() -> Application {
    Application::new("orders").import(UserModule).import(OrderModule)
}

fn main() {}
