mod module;

use std::any::{TypeId, type_name};
use std::borrow::Cow;
use std::panic::Location;
use std::sync::Arc;

pub(crate) use module::ModuleOverride;

use super::definition::DefinitionRef;
use super::module::ModuleNode;
use super::{Construction, Constructor, Definition, Export, SourceLocation, Token};

type Put = dyn Fn(&mut Construction<'_>, u32) + Send + Sync;

/// A value that takes the place of whatever provides its token.
pub(crate) struct Override {
    token: Token,
    at: SourceLocation,
    /// Puts the value for one token of what it replaces.
    put: Arc<Put>,
}

impl Override {
    #[track_caller]
    pub(crate) fn new<T: ?Sized + Send + Sync + 'static>(value: Arc<T>) -> Self {
        Self {
            token: Token::of::<T>(),
            at: SourceLocation::caller(Location::caller()),
            put: Arc::new(move |construction, index| construction.put::<T>(index, Arc::clone(&value))),
        }
    }

    /// Replaces every component of `modules` that provides the token and nothing else; what is replaced is never built. When
    /// there is none, the value is there for all modules.
    pub(crate) fn apply(&self, modules: &mut Vec<ModuleNode>) {
        let mut replaced = false;
        let mut orphans = Vec::new();
        for module in modules.iter_mut() {
            for provider in &mut module.providers {
                if provider.provides.iter().any(|token| token.id() == self.token.id()) {
                    orphans.extend(
                        provider
                            .dependencies()
                            .iter()
                            .map(|dependency| dependency.edge.token.id()),
                    );
                    // Under the identity of what it replaces: exports by that name go on working.
                    *provider = self.definition(provider.component, provider.name, &provider.provides);
                    replaced = true;
                }
            }
        }
        if !replaced {
            modules.push(self.module());
            let index = modules.len() - 1;
            modules[0].imports.push(index);
        }
        remove_orphans(modules, orphans);
    }

    /// Under the qualifiers, too, under which the token was provided.
    fn definition(&self, component: TypeId, name: fn() -> &'static str, provided: &[Token]) -> DefinitionRef {
        let same = provided.iter().filter(|token| token.id() == self.token.id());
        let provides: Vec<Token> = same.copied().collect();
        let (put, tokens) = (Arc::clone(&self.put), u32::try_from(provides.len()).unwrap_or(u32::MAX));
        DefinitionRef::Shared(Arc::new(Definition {
            component,
            name,
            at: self.at,
            provides: Cow::Owned(provides),
            constructor: Constructor::Closure(Box::new(move |construction| {
                (0..tokens).for_each(|index| put(construction, index));
                Ok(())
            })),
            ..Definition::of_value()
        }))
    }

    fn module(&self) -> ModuleNode {
        struct Overridden;
        let mut module = ModuleNode::application(self.at);
        module.module = TypeId::of::<Overridden>();
        module.name = type_name::<Overridden>;
        module.is_application = false;
        module.global = true;
        module.exports = Cow::Owned(vec![Export::of_token(self.token)]);
        module
            .providers
            .push(self.definition(self.token.id(), type_name::<Overridden>, &[self.token]));
        module
    }
}

/// What only a replaced component asked for (the connection pool of a repository) is not built either, and so on.
fn remove_orphans(modules: &mut [ModuleNode], mut orphans: Vec<TypeId>) {
    while let Some(orphan) = orphans.pop() {
        let asks = |module: &ModuleNode| {
            let mut dependencies = module
                .providers
                .iter()
                .flat_map(|provider| provider.dependencies().iter());
            dependencies.any(|dependency| dependency.edge.token.id() == orphan)
        };
        if modules.iter().any(asks) {
            continue;
        }
        for module in modules.iter_mut() {
            module.providers.retain(|provider| {
                let gone = matches!(&*provider.provides, [token] if token.id() == orphan);
                if gone {
                    orphans.extend(
                        provider
                            .dependencies()
                            .iter()
                            .map(|dependency| dependency.edge.token.id()),
                    );
                }
                !gone
            });
            let exports = module.exports.iter().filter(|export| export.id() != orphan);
            module.exports = exports.copied().collect::<Vec<_>>().into();
        }
    }
}
