use std::any::{Any, type_name};
use std::fmt;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use tokio::sync::OnceCell;

use super::construction::Stored;
use super::container::Frozen;
use super::graph::Slot;
use super::late::{self, Recipes};
use super::{ConstructionError, CreateError, HandlerTargets, LookUpError, Scope};

/// One request, or another piece of work that has components of its own: a message, a job. The server of an application
/// begins one for each request; by hand, [`Container::request_scope`](super::Container::request_scope) does.
///
/// What lives in a request is made when it is first asked for, once, and dropped with the scope. Nothing is allocated before.
///
/// ```
/// # use bun_server::prelude::*;
/// # async fn handle(container: &bun_server::di::Container) -> Result<(), bun_server::di::CreateError> {
/// #[injectable(scope = request)]
/// struct UnitOfWork;
///
/// let message = container.request_scope();
/// let work = message.get::<UnitOfWork>().await?;
/// # drop(work);
/// # Ok(())
/// # }
/// ```
pub struct RequestScope {
    frozen: Arc<Frozen>,
    state: OnceLock<Arc<RequestState>>,
}

impl RequestScope {
    pub(super) fn new(frozen: Arc<Frozen>) -> Self {
        Self {
            frozen,
            state: OnceLock::new(),
        }
    }

    /// Tells of the request what components ask for, such as [`RequestParts`](crate::web::RequestParts). Only the first
    /// value counts.
    #[must_use]
    pub fn with<T: Clone + Send + Sync + 'static>(self, value: T) -> Self {
        self.tell(|| value);
        self
    }

    pub(crate) fn tell<T: Clone + Send + Sync + 'static>(&self, value: impl FnOnce() -> T) {
        let _ = self.state().told.get_or_init(|| Box::new(value()));
    }

    /// The component that provides `T`: of the request, of the application, or a new one, as its scope has it.
    ///
    /// # Errors
    ///
    /// When none does, or several do, or a constructor fails.
    ///
    /// # Cancel safety
    ///
    /// What was being made is given up; the next one who asks begins anew.
    pub async fn get<T: ?Sized + Send + Sync + 'static>(&self) -> Result<Arc<T>, CreateError> {
        let slot = self
            .frozen
            .visible
            .look_up(type_name::<T>(), std::any::TypeId::of::<T>())?;
        self.take(slot).await
    }

    async fn take<T: ?Sized + Send + Sync + 'static>(&self, slot: Slot) -> Result<Arc<T>, CreateError> {
        match self.frozen.shared::<T>(slot) {
            Some(shared) => Ok(shared),
            None => late::make::<T>(&self.frozen, slot, Some(self.state())).await,
        }
    }

    /// Whether something provides the component.
    pub(crate) fn has<T: ?Sized + 'static>(&self, targets: Option<&HandlerTargets>) -> bool {
        match targets.and_then(HandlerTargets::get::<T>) {
            Some(target) => target.is_some(),
            None => self.frozen.visible.knows(std::any::TypeId::of::<T>()),
        }
    }

    /// The component, when it is there; else what makes it.
    pub(crate) fn ask<T: ?Sized + Send + Sync + 'static>(
        &self,
        targets: Option<&HandlerTargets>,
    ) -> Result<Asked<T>, LookUpError> {
        let token = type_name::<T>();
        let slot = match targets.and_then(HandlerTargets::get::<T>) {
            Some(target) => target.ok_or(LookUpError::Missing { token })?,
            None => self.frozen.visible.look_up(token, std::any::TypeId::of::<T>())?,
        };
        Ok(match self.frozen.shared::<T>(slot) {
            Some(shared) => Asked::Shared(shared),
            None => Asked::Later(Later {
                frozen: Arc::clone(&self.frozen),
                state: Arc::clone(self.state()),
                slot,
            }),
        })
    }

    fn state(&self) -> &Arc<RequestState> {
        self.state.get_or_init(|| {
            let cells = self.frozen.recipes.as_ref().map_or(0, |recipes| recipes.cells);
            Arc::new(RequestState {
                told: OnceLock::new(),
                cells: (0..cells).map(|_| OnceCell::new()).collect(),
                made: Mutex::default(),
            })
        })
    }
}

impl fmt::Debug for RequestScope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RequestScope(begun: {})", self.state.get().is_some())
    }
}

/// What was asked of a request.
pub(crate) enum Asked<T: ?Sized> {
    /// A singleton.
    Shared(Arc<T>),
    /// Something else.
    Later(Later),
}

/// What makes something in a request.
pub(crate) struct Later {
    frozen: Arc<Frozen>,
    state: Arc<RequestState>,
    slot: Slot,
}

impl Later {
    pub(crate) async fn take<T: ?Sized + Send + Sync + 'static>(self) -> Result<Arc<T>, CreateError> {
        late::make::<T>(&self.frozen, self.slot, Some(&self.state)).await
    }
}

/// What lives in one request.
pub(crate) struct RequestState {
    /// What was told of it.
    told: OnceLock<Box<dyn Any + Send + Sync>>,
    /// By component, the values of its tokens.
    cells: Box<[OnceCell<Vec<Option<Stored>>>]>,
    /// Cells in the order in which they were filled.
    made: Mutex<Vec<usize>>,
}

impl RequestState {
    pub(super) fn told<T: 'static>(&self) -> Option<&T> {
        self.told.get()?.downcast_ref()
    }

    /// Makes the component if it is not there yet.
    pub(super) async fn ensure(self: &Arc<Self>, frozen: &Arc<Frozen>, owner: usize) -> Result<(), ConstructionError> {
        let Some(recipes) = frozen.recipes.as_deref() else {
            return Ok(());
        };
        let cell = recipes.lives[owner].cell;
        let make = || async {
            let made = late::make_all(Arc::clone(frozen), owner, Some(Arc::clone(self))).await?;
            self.made.lock().unwrap_or_else(PoisonError::into_inner).push(cell);
            Ok(made)
        };
        self.cells[cell].get_or_try_init(make).await.map(|_| ())
    }

    pub(super) fn shared<T: ?Sized + Send + Sync + 'static>(&self, recipes: &Recipes, slot: Slot) -> Option<Arc<T>> {
        let owner = recipes.owners[slot.position()];
        let token = slot.distance_from(recipes.nodes[owner].first_slot);
        let values = self.cells.get(recipes.lives[owner].cell)?.get()?;
        values.get(token as usize)?.as_ref()?.downcast_ref::<Arc<T>>().cloned()
    }
}

impl Drop for RequestState {
    /// The last one made is let go first.
    fn drop(&mut self) {
        let made = std::mem::take(self.made.get_mut().unwrap_or_else(PoisonError::into_inner));
        for cell in made.into_iter().rev() {
            drop(self.cells[cell].take());
        }
    }
}

impl Frozen {
    /// Why a token leads to nothing that is stored.
    #[cold]
    pub(super) fn not_found(&self, token: &'static str, id: std::any::TypeId) -> LookUpError {
        match self.visible.look_up(token, id) {
            Ok(slot) => self.not_stored(token, slot),
            Err(error) => error,
        }
    }

    /// Why nothing is stored where a token was found.
    pub(super) fn not_stored(&self, token: &'static str, slot: Slot) -> LookUpError {
        let life = self.recipes.as_ref().and_then(|recipes| {
            let owner = recipes.owners.get(slot.position())?;
            recipes.lives.get(*owner)
        });
        match life {
            Some(life) if life.scope == Scope::Request => LookUpError::OutsideRequest { token },
            Some(life) if life.scope == Scope::Transient => LookUpError::Transient { token },
            _ => LookUpError::Missing { token },
        }
    }
}
