use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use super::policy::BreakerParameters;
use super::{BreakerPolicy, BreakerSettings, CircuitBreaker, GovernanceSettings, Policy};
use crate::config::{ConfigService, ConfigValue};
use crate::di::{BoxError, Construction, Edge, How, Inject, Token};

/// The breakers of one application and their settings. Cheap to clone; injectable as a field.
///
/// A unit test that builds a component by hand gives it [`Governance::disabled`].
#[derive(Clone)]
pub struct Governance {
    shared: Option<Arc<Shared>>,
}

struct Shared {
    settings: ConfigValue<GovernanceSettings>,
    breakers: Mutex<HashMap<&'static str, CircuitBreaker>>,
}

const DEFAULTS: &str = "defaults";

impl Governance {
    /// Lets every call through.
    #[must_use]
    pub fn disabled() -> Self {
        Self { shared: None }
    }

    /// Reads its settings from the section `governance`, and follows it.
    pub(crate) fn new(config: &ConfigService) -> Result<Self, BoxError> {
        let shared = Shared {
            settings: config.value_or_default("governance")?,
            breakers: Mutex::default(),
        };
        Ok(Self {
            shared: Some(Arc::new(shared)),
        })
    }

    /// The breaker of a method, by the policy's name; `None` when there is none or it is switched off.
    #[must_use]
    pub fn breaker(&self, policy: &Policy) -> Option<CircuitBreaker> {
        let shared = self.shared.as_ref()?;
        let parameters = self.parameters(policy.name, policy.circuit_breaker.as_ref(), &[])?;
        let mut breakers = shared.breakers.lock().unwrap_or_else(PoisonError::into_inner);
        let breaker = breakers
            .entry(policy.name)
            .or_insert_with(|| CircuitBreaker::new(policy.name, parameters));
        breaker.adjust(parameters);
        Some(breaker.clone())
    }

    /// The numbers of a call site: its own settings, its attribute, then `between` (settings of the service, attributes of
    /// the trait), then the defaults. `None` when nobody asks for a breaker, or the nearest word is `enabled: false`.
    pub(crate) fn parameters(
        &self,
        site: &str,
        attribute: Option<&BreakerPolicy>,
        between: &[BreakerPolicy],
    ) -> Option<BreakerParameters> {
        let settings = self.shared.as_ref()?.settings.get();
        let of = |name: &str| settings.get(name).and_then(|policy| policy.circuit_breaker);
        let (own, defaults) = (of(site), of(DEFAULTS));
        let wanted = own.is_some() || attribute.is_some() || !between.is_empty() || defaults.is_some();
        let enabled = [&own, &defaults]
            .into_iter()
            .flatten()
            .find_map(|breaker| breaker.enabled)
            .unwrap_or(true);
        if !wanted || !enabled {
            return None;
        }
        let (own, defaults) = (
            own.as_ref().map(BreakerSettings::policy),
            defaults.as_ref().map(BreakerSettings::policy),
        );
        let policies = own.iter().chain(attribute).chain(between).chain(&defaults);
        Some(BreakerParameters::of(policies))
    }

    /// The longest time of one attempt at a call site, by the same order.
    pub(crate) fn timeout(&self, site: &str) -> Option<std::time::Duration> {
        self.shared.as_ref()?.settings.get().get(site)?.timeout
    }

    pub(crate) fn default_timeout(&self) -> Option<std::time::Duration> {
        self.timeout(DEFAULTS)
    }
}

impl fmt::Debug for Governance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.shared.is_some() {
            "Governance"
        } else {
            "Governance::disabled"
        })
    }
}

impl Inject for Governance {
    const EDGE: Edge = Edge {
        token: Token::of::<Self>(),
        how: How::Nothing,
    };

    fn inject(construction: &mut Construction<'_>) -> Result<Self, BoxError> {
        construction.next_target();
        construction.resources().require::<Self>().cloned()
    }
}

/// A component whose methods may carry policies. `#[injectable]` implements it for a struct with a field of type
/// [`Governance`] that is named `governance` or marked `#[governance]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has governed methods and no `Governance`",
    label = "add the field `governance: Governance` to `{Self}` (or mark another one `#[governance]`)"
)]
pub trait Governed {
    /// Where the state of its policies lives.
    fn governance(&self) -> &Governance;
}
