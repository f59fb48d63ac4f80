//! Values that are checked before they count: by trait, so that the type alone decides.

use std::any::Any;
use std::fmt;
use std::marker::PhantomData;

use super::BindError;
use super::path::{Path, Segment};
use super::secret::{MASK, is_sensitive};
use super::tree::{Node, Value};

type Check = fn(&dyn Any) -> Vec<(String, String)>;

/// Checks a value of one type; gives the path and the reason of everything that is wrong with it.
#[derive(Clone, Copy)]
pub struct Validator(Check);

impl fmt::Debug for Validator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Validator")
    }
}

impl Validator {
    /// Everything that is wrong with `value`, which was read from `node` at `path`.
    pub(super) fn check(self, value: &dyn Any, node: &Node, path: &Path) -> Vec<BindError> {
        let refused = |(inside, reason): (String, String)| {
            let inside = Path::parse(&inside);
            let found = node.at(&inside);
            let full = inside
                .segments()
                .iter()
                .fold(path.clone(), |path, segment| path.child(segment.clone()));
            let message = match found.and_then(|found| shown(found, &full)) {
                Some(shown) => format!("{reason}; it is {shown}"),
                None => reason,
            };
            BindError::new(full, message).from(Some(&found.unwrap_or(node).origin))
        };
        (self.0)(value).into_iter().map(refused).collect()
    }
}

fn shown(node: &Node, path: &Path) -> Option<String> {
    let Value::Scalar(scalar) = &node.value else {
        return None;
    };
    let secret = path
        .segments()
        .iter()
        .any(|segment| matches!(segment, Segment::Key(key) if is_sensitive(key)));
    Some(if secret { MASK.to_owned() } else { scalar.text.clone() })
}

/// Finds the validator of a field of type `F`, if what it holds has one: `ValidatorOf::<F>::VALIDATOR` is that of the impl
/// below where its bounds hold, else that of [`NoValidator`].
#[derive(Debug)]
pub struct ValidatorOf<F>(PhantomData<F>);

/// What counts for types without a validator.
pub trait NoValidator {
    /// None.
    const VALIDATOR: Option<Validator> = None;
    /// None inside of an `Option` either.
    const OPTIONAL: Option<Validator> = None;
}
impl<F> NoValidator for ValidatorOf<F> {}

/// The first that is there.
#[must_use]
pub const fn first_validator(one: Option<Validator>, other: Option<Validator>) -> Option<Validator> {
    match one {
        Some(validator) => Some(validator),
        None => other,
    }
}

#[cfg(feature = "validate")]
mod garde {
    use std::any::Any;

    use ::garde::Validate;

    use super::{Validator, ValidatorOf};
    use crate::config::ConfigValue;

    impl Validator {
        /// That of garde.
        #[must_use]
        pub const fn of<T: Validate<Context: Default> + 'static>() -> Self {
            Self(check::<T>)
        }
    }

    fn check<T: Validate<Context: Default> + 'static>(value: &dyn Any) -> Vec<(String, String)> {
        let Some(value) = value.downcast_ref::<T>() else {
            return Vec::new();
        };
        let report = value.validate().err();
        let report = report.as_ref().into_iter().flat_map(::garde::Report::iter);
        report
            .map(|(path, error)| (path.to_string(), error.message().to_owned()))
            .collect()
    }

    fn check_optional<T: Validate<Context: Default> + 'static>(value: &dyn Any) -> Vec<(String, String)> {
        match value.downcast_ref::<Option<T>>() {
            Some(Some(value)) => check::<T>(value),
            _ => Vec::new(),
        }
    }

    impl<T: Validate<Context: Default> + 'static> ValidatorOf<T> {
        /// That of garde.
        pub const VALIDATOR: Option<Validator> = Some(Validator::of::<T>());
    }

    impl<T: Validate<Context: Default> + 'static> ValidatorOf<ConfigValue<T>> {
        /// That of garde, for the value inside.
        pub const VALIDATOR: Option<Validator> = Some(Validator::of::<T>());
    }

    impl<T: Validate<Context: Default> + 'static> ValidatorOf<Option<T>> {
        /// That of garde, when there is a value.
        pub const OPTIONAL: Option<Validator> = Some(Validator(check_optional::<T>));
    }

    impl<T: Validate<Context: Default> + 'static> ValidatorOf<ConfigValue<Option<T>>> {
        /// That of garde, for the value inside, when there is one.
        pub const OPTIONAL: Option<Validator> = Some(Validator(check_optional::<T>));
    }
}
