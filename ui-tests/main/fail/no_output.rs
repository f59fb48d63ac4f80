#[bun_server::main]
async fn main() -> u32 {
    //~^ `main` cannot return `u32`
    1
}
