use bun_server::prelude::*;

#[injectable(privide = dyn Repo, on_begin = Self::open)]
//~^ unknown key `privide`: did you mean `provide`?
//~^^ unknown key `on_begin`
struct SqlRepo {
    #[config_value("title", defualt = "shop")]
    //~^ unknown key `defualt`: did you mean `default`?
    title: String,
    pool: &'static str,
    //~^ a component owns its fields
}

fn main() {}
