//! Docs, visibility, lints, derives and `cfg` of the user's stay what they are.
#![deny(missing_docs)]
use bun_server::prelude::*;

/// A component.
#[injectable]
#[derive(Debug, Default)]
#[must_use]
pub struct Db {
    /// A field.
    #[default]
    pub open: bool,
    #[cfg(any())]
    never: NotThere,
    /// Another one.
    #[cfg(not(any()))]
    #[default]
    pub always: u32,
}

#[cfg(any())]
#[injectable]
struct Before(NotThere);

#[injectable]
#[cfg(any())]
struct After(NotThere);

#[cfg(any())]
#[module(providers = [NotThere])]
struct BeforeModule;

#[module(providers = [NotThere])]
#[cfg(any())]
struct AfterModule;

#[service_client(name = "never")]
#[cfg(any())]
trait AfterApi {
    #[get("/{id}")]
    async fn find(&self, id: NotThere) -> Result<NotThere, ClientError>;
}

#[controller("/never")]
#[cfg(any())]
impl After {
    #[get("")]
    async fn one(&self) -> NotThere {}
}

pub mod inner {
    //! Visibility is that of the trait.
    use bun_server::prelude::*;

    /// A client.
    #[service_client(name = "user-service")]
    pub(super) trait UserApi {
        /// A call.
        #[get("/users/{id}")]
        #[must_use]
        async fn find(&self, id: u64) -> Result<String, ClientError>;
    }

    /// A controller.
    #[injectable]
    pub struct Users {
        pub(super) api: Arc<dyn UserApi>,
        governance: Governance,
    }

    #[controller("/users")]
    #[allow(clippy::needless_pass_by_value, reason = "an attribute of the user's that must stay")]
    impl Users {
        /// A handler.
        ///
        /// # Errors
        ///
        /// What the call gives.
        #[get("/{id}")]
        #[deprecated]
        pub async fn one(&self, Path(id): Path<u64>) -> Result<String, StatusCode> {
            self.api.find(id).await.map_err(|_| StatusCode::BAD_GATEWAY)
        }

        /// A governed method.
        ///
        /// # Errors
        ///
        /// What the call gives.
        #[circuit_breaker(name = "two", fallback = Self::none)]
        #[inline]
        #[doc(hidden)]
        pub async fn two(&self, id: u64) -> Result<String, ClientError> {
            self.api.find(id).await
        }

        #[cfg(any())]
        #[circuit_breaker(name = "never")]
        async fn never(&self) -> NotThere {}

        async fn none(&self, _: u64, cause: CallError<ClientError>) -> Result<String, ClientError> {
            match cause {
                CallError::Failed(error) => Err(error),
                CallError::Rejected(_) => Ok(String::new()),
            }
        }
    }
}

/// A module.
#[module(providers = [inner::UserApiClient, Db], controllers = [inner::Users])]
pub struct UsersModule;

fn main() {
    let db = Db::default();
    let _ = (db.open, db.always, UsersModule);
}
