//! Whole modules in the place of others.

use bun_server::prelude::*;
use bun_server::testing::TestApp;

struct Database;

#[provider]
async fn database() -> Result<Database, std::io::Error> {
    Err(std::io::Error::other("there is no database in this test"))
}

trait Clock: Send + Sync {
    fn now(&self) -> u64;
}

struct Fixed(u64);

impl Clock for Fixed {
    fn now(&self) -> u64 {
        self.0
    }
}

#[module(providers = [database], exports = [Database])]
struct DatabaseModule;

trait Users: Send + Sync {
    fn name(&self, id: u64) -> String;
}

#[injectable(provide = dyn Users)]
struct SqlUsers {
    _database: Arc<Database>,
}

impl Users for SqlUsers {
    fn name(&self, _: u64) -> String {
        "from the database".to_owned()
    }
}

#[injectable]
struct UserPages;

#[controller("/users")]
impl UserPages {
    #[get("")]
    async fn list(&self) -> &'static str {
        "every user"
    }
}

#[module(imports = [DatabaseModule, ClockModule], providers = [SqlUsers], controllers = [UserPages], exports = [dyn Users])]
struct UsersModule;

#[injectable(provide = dyn Clock)]
struct Seven;

impl Clock for Seven {
    fn now(&self) -> u64 {
        7
    }
}

#[module(providers = [Seven], exports = [dyn Clock])]
struct ClockModule;

/// Shows what it imports to its own importers.
#[module(imports = [UsersModule], exports = [UsersModule])]
struct PeopleModule;

#[injectable]
struct Orders {
    users: Arc<dyn Users>,
    clock: Arc<dyn Clock>,
}

#[controller("/orders")]
impl Orders {
    #[get("/{id}/owner")]
    async fn owner(&self, Path(id): Path<u64>) -> String {
        format!("{} at {}", self.users.name(id), self.clock.now())
    }
}

#[module(imports = [PeopleModule, ClockModule], controllers = [Orders])]
struct OrderModule;

#[injectable(provide = dyn Users)]
struct Two {
    clock: Arc<dyn Clock>,
}

impl Users for Two {
    fn name(&self, id: u64) -> String {
        format!("user {id} of {}", self.clock.now())
    }
}

#[injectable]
struct FewPages;

#[controller("/few")]
impl FewPages {
    #[get("")]
    async fn list(&self) -> &'static str {
        "two users"
    }
}

#[module(imports = [ClockModule], providers = [Two], controllers = [FewPages], exports = [dyn Users])]
struct TwoUsersModule;

#[tokio::test]
async fn a_module_takes_the_place_of_another_for_all_its_importers() -> AppResult {
    let app = TestApp::of(OrderModule)
        .override_module::<UsersModule>(TwoUsersModule)
        .start()
        .await?;
    app.get("/orders/3/owner").await.assert_text("user 3 of 7 at 7");
    app.get("/few").await.assert_text("two users");
    app.get("/users").await.assert_status(404);
    app.shutdown().await
}

#[tokio::test]
async fn a_module_made_by_code_may_have_the_name_of_what_it_replaces() -> AppResult {
    let none = DynamicModule::builder::<UsersModule>()
        .provide_shared::<dyn Users>(Arc::new(Nobody))
        .export::<dyn Users>()
        .build();
    let app = TestApp::of(OrderModule)
        .override_module::<UsersModule>(none)
        .override_provider::<dyn Clock>(Arc::new(Fixed(9)))
        .start()
        .await?;
    app.get("/orders/3/owner").await.assert_text("nobody at 9");
    app.shutdown().await
}

struct Nobody;

impl Users for Nobody {
    fn name(&self, _: u64) -> String {
        "nobody".to_owned()
    }
}

#[tokio::test]
async fn a_replacement_without_what_others_need_is_found_by_the_check() {
    #[module]
    struct EmptyModule;
    let started = TestApp::of(OrderModule)
        .override_module::<UsersModule>(EmptyModule)
        .start()
        .await;
    let report = started.unwrap_err().to_string();
    assert!(report.contains("missing provider   dyn"), "{report}");
}

#[tokio::test]
async fn a_module_that_nobody_imports_is_not_replaced_in_silence() {
    struct Elsewhere;
    let line = line!() + 2;
    let started = TestApp::of(ClockModule)
        .override_module::<Elsewhere>(TwoUsersModule)
        .start()
        .await;
    let report = started.unwrap_err().to_string();
    assert!(
        report.contains("override   ") && report.contains("Elsewhere"),
        "{report}"
    );
    assert!(report.contains(&format!("{}:{line}", file!())), "{report}");
}
