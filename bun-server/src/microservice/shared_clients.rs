use std::any::Any;
use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

/// Connections that several providers of one application share, by what they connect to.
#[derive(Clone, Default)]
pub struct SharedClients {
    clients: Arc<Mutex<HashMap<String, Arc<dyn Any + Send + Sync>>>>,
}

impl SharedClients {
    /// None yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The client that `key` names (its servers and user); the first to ask makes it.
    ///
    /// # Errors
    ///
    /// When it cannot be made.
    pub fn get_or_make<C: Clone + Send + Sync + 'static, E>(
        &self,
        key: &str,
        make: impl FnOnce() -> Result<C, E>,
    ) -> Result<C, E> {
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(client) = clients.get(key).and_then(|client| client.downcast_ref::<C>()) {
            return Ok(client.clone());
        }
        let client = make()?;
        clients.insert(key.to_owned(), Arc::new(client.clone()));
        Ok(client)
    }
}

impl fmt::Debug for SharedClients {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        write!(f, "SharedClients({})", clients.len())
    }
}
