//! What stands behind `#[config_value]` and `#[config_center_value]`.

use std::any::Any;

use serde::de::DeserializeOwned;

use super::value::Site;
use super::{BindError, ConfigService, ConfigValue, ValueSpec};
use crate::di::{BoxError, Construction, Edge, How, Inject, Resources, Token};

/// The type of a configuration field: [`ConfigValue<T>`] follows the configuration, any other type that implements
/// `Deserialize` is a snapshot taken at start.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be read from configuration",
    label = "what is read implements `serde::Deserialize`: write `#[derive(Deserialize)]` on its type",
    note = "`#[derive(Deserialize)]` needs the crate `serde` in your Cargo.toml"
)]
pub trait ConfigField: Sized {
    /// Tells whether the value could be read now.
    ///
    /// # Errors
    ///
    /// When it is missing or of another type.
    fn check(config: &ConfigService, spec: &ValueSpec) -> Result<(), BindError>;

    /// Reads it.
    ///
    /// # Errors
    ///
    /// When it is missing or of another type.
    fn read(config: &ConfigService, spec: &ValueSpec) -> Result<Self, BindError>;
}

// Both impls fit only while `ConfigValue` does not implement `Deserialize`; it never must.
#[diagnostic::do_not_recommend]
impl<T: DeserializeOwned + 'static> ConfigField for T {
    fn check(config: &ConfigService, spec: &ValueSpec) -> Result<(), BindError> {
        config.read_site::<T>(&Site::of(spec)).map(drop)
    }

    fn read(config: &ConfigService, spec: &ValueSpec) -> Result<Self, BindError> {
        config.read_site(&Site::of(spec))
    }
}

impl<T: DeserializeOwned + Send + Sync + 'static> ConfigField for ConfigValue<T> {
    fn check(config: &ConfigService, spec: &ValueSpec) -> Result<(), BindError> {
        config.read_site::<T>(&Site::of(spec)).map(drop)
    }

    fn read(config: &ConfigService, spec: &ValueSpec) -> Result<Self, BindError> {
        config.bind_site(Site::of(spec))
    }
}

/// A field that may stay without a value: `required = false`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be without a value",
    label = "with `required = false` write `Option<{Self}>` or `ConfigValue<Option<..>>`, or give a `default`"
)]
pub trait OptionalField {}
impl<T> OptionalField for Option<T> {}
impl<T> OptionalField for ConfigValue<Option<T>> {}

/// Holds for fields that may stay without a value.
pub const fn check_optional<F: OptionalField>() {}

/// The check of a field of type `F`, in the form in which the graph holds it.
///
/// # Errors
///
/// A [`BindError`].
pub fn check_field<F: ConfigField>(
    resources: &Resources,
    spec: &'static (dyn Any + Send + Sync),
) -> Result<(), BoxError> {
    let (Some(config), Some(spec)) = (resources.get::<ConfigService>(), spec.downcast_ref::<ValueSpec>()) else {
        return Ok(());
    };
    F::check(config, spec).map_err(Into::into)
}

/// Reads a field of type `F`.
///
/// # Errors
///
/// A [`BindError`].
pub fn read_field<F: ConfigField>(construction: &Construction<'_>, spec: &'static ValueSpec) -> Result<F, BoxError> {
    F::read(construction.resources().require::<ConfigService>()?, spec).map_err(Into::into)
}

impl Inject for ConfigService {
    const EDGE: Edge = Edge {
        token: Token::of::<Self>(),
        how: How::Nothing,
    };

    fn inject(construction: &mut Construction<'_>) -> Result<Self, BoxError> {
        construction.next_target();
        construction.resources().require::<Self>().cloned()
    }
}
