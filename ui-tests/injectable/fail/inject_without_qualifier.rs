use bun_server::prelude::*;

#[injectable]
struct Pool;

#[injectable]
struct Orders {
    #[inject]
    pool: Arc<Pool>,
    #[inject(qualifer = Main)]
    main: Arc<Pool>,
    #[inject(qualifier = "replica")]
    replica: Arc<Pool>,
    #[inject(qualifier = Pool)]
    #[default]
    number: u32,
}

fn main() {}
