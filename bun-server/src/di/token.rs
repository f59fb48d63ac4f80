use std::any::{TypeId, type_name};
use std::fmt;
use std::hash::{BuildHasherDefault, Hasher};

/// What many may hold at once: everything that is `Send + Sync + 'static`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be shared between threads",
    label = "components are `Send + Sync`: write `trait ..: Send + Sync`, and hold an atomic or a `Mutex` instead of a `Cell`"
)]
pub trait Shareable: Send + Sync + 'static {}

#[diagnostic::do_not_recommend]
impl<T: ?Sized + Send + Sync + 'static> Shareable for T {}

/// What is asked for and provided: a type, `T` or `dyn Trait`, under a qualifier or none. Compared by [`TypeId`]; names are for
/// messages only.
#[derive(Clone, Copy)]
pub struct Token {
    id: TypeId,
    name: fn() -> &'static str,
    qualifier: Option<&'static Qualifier>,
}

struct Qualifier {
    id: TypeId,
    name: fn() -> &'static str,
}

impl Token {
    /// The token of `T`.
    #[must_use]
    pub const fn of<T: ?Sized + Shareable>() -> Self {
        Self::named::<T>()
    }

    /// The same where nothing is provided or asked, only named.
    pub(crate) const fn named<T: ?Sized + 'static>() -> Self {
        Self {
            id: TypeId::of::<T>(),
            name: type_name::<T>,
            qualifier: None,
        }
    }

    /// The name of a module, as its importers export it.
    #[cfg(feature = "testing")]
    pub(super) const fn of_module(id: TypeId, name: fn() -> &'static str) -> Self {
        Self {
            id,
            name,
            qualifier: None,
        }
    }

    /// The token of the same type under the qualifier `Q`.
    #[must_use]
    pub const fn qualified<Q: ?Sized + 'static>(self) -> Self {
        Self {
            qualifier: Some(
                const {
                    &Qualifier {
                        id: TypeId::of::<Q>(),
                        name: type_name::<Q>,
                    }
                },
            ),
            ..self
        }
    }

    /// The type's identity, the qualifier left aside.
    #[must_use]
    pub const fn id(&self) -> TypeId {
        self.id
    }

    /// The type's path, for messages.
    #[must_use]
    pub fn name(&self) -> &'static str {
        (self.name)()
    }

    /// The path of the qualifier's type.
    #[must_use]
    pub fn qualifier(&self) -> Option<&'static str> {
        self.qualifier.map(|qualifier| (qualifier.name)())
    }

    pub(crate) fn qualifier_id(&self) -> Option<TypeId> {
        self.qualifier.map(|qualifier| qualifier.id)
    }

    /// As it is written in code: `Qualified<dyn OrderRepo, Primary>`, or `dyn OrderRepo`.
    pub(crate) fn short_name(&self) -> String {
        let name = short_name(self.name());
        match self.qualifier() {
            Some(qualifier) => format!("Qualified<{name}, {}>", short_name(qualifier)),
            None => name,
        }
    }
}

impl PartialEq for Token {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id && self.qualifier_id() == other.qualifier_id()
    }
}

impl Eq for Token {}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())?;
        match self.qualifier() {
            Some(qualifier) => write!(f, ", qualifier {}", short_name(qualifier)),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Token({self})")
    }
}

/// A `TypeId` is already a hash: its bits are taken as they are.
#[derive(Debug, Default)]
pub(crate) struct TypeIdHasher(u64);

impl Hasher for TypeIdHasher {
    #[inline]
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    #[inline]
    fn write_u64(&mut self, bits: u64) {
        self.0 = bits;
    }
}

pub(crate) type TypeIdMap<V> = std::collections::HashMap<TypeId, V, BuildHasherDefault<TypeIdHasher>>;

/// By type and qualifier.
pub(crate) type QualifiedMap<V> = std::collections::HashMap<(TypeId, TypeId), V>;

/// The last path segment of a type's name, `dyn` kept: `dyn orders::OrderRepo` is `dyn OrderRepo`.
pub(crate) fn short_name(name: &str) -> String {
    let (prefix, path) = name.strip_prefix("dyn ").map_or(("", name), |path| ("dyn ", path));
    let generic = path.find('<').unwrap_or(path.len());
    let start = path[..generic].rfind("::").map_or(0, |at| at + 2);
    format!("{prefix}{}", &path[start..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_names_keep_generics_and_dyn() {
        assert_eq!(short_name("orders::Repo"), "Repo");
        assert_eq!(short_name("dyn orders::repo::OrderRepo"), "dyn OrderRepo");
        assert_eq!(short_name("a::Cache<b::Key>"), "Cache<b::Key>");
    }

    #[test]
    fn tokens_are_told_apart_by_type() {
        trait Speaks: Send + Sync {}
        assert_ne!(Token::of::<dyn Speaks>().id(), Token::of::<String>().id());
    }
}
