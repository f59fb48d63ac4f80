use std::any::{Any, TypeId, type_name};
use std::fmt;

use super::BoxError;
use super::token::TypeIdMap;

/// What an application hands to its components besides the graph: its configuration, its metrics, its clients.
/// One value per type; owned by one application.
#[derive(Default)]
pub struct Resources {
    values: TypeIdMap<Box<dyn Any + Send + Sync>>,
}

impl Resources {
    /// Nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a value; a second one of the same type replaces the first.
    pub fn insert<T: Send + Sync + 'static>(&mut self, value: T) {
        self.values.insert(TypeId::of::<T>(), Box::new(value));
    }

    /// The value of this type.
    #[must_use]
    pub fn get<T: Send + Sync + 'static>(&self) -> Option<&T> {
        self.values.get(&TypeId::of::<T>())?.downcast_ref()
    }

    /// The value of this type.
    ///
    /// # Errors
    ///
    /// Names the type when the application holds none.
    pub fn require<T: Send + Sync + 'static>(&self) -> Result<&T, BoxError> {
        self.get()
            .ok_or_else(|| format!("the application holds no {}", type_name::<T>()).into())
    }
}

impl fmt::Debug for Resources {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Resources({} values)", self.values.len())
    }
}
