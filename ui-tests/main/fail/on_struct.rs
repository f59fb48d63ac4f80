#[bun_server::main]
struct Service;

fn main() {}
