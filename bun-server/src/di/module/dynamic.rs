use std::any::{Any, TypeId, type_name};
use std::borrow::Cow;
use std::fmt;
use std::panic::Location;
use std::sync::Arc;

use super::{AttachmentRef, Export, Imports, IntoModule, ModuleNode};
use crate::di::definition::DefinitionRef;
use crate::di::{
    Component, Construct, Constructor, Definition, Dependency, Inject, Needs, Scope, SourceLocation, Token, needs_of,
};

type Import = Box<dyn FnOnce(&mut Imports) + Send>;

/// A module made by code, as `for_root(options)` returns it; owned by the application that imports it.
///
/// ```
/// use std::sync::Arc;
/// use bun_server::prelude::*;
///
/// struct StorageModule;
///
/// impl StorageModule {
///     fn for_root(url: &str) -> DynamicModule {
///         DynamicModule::builder::<StorageModule>()
///             .provide(Url(url.to_owned()))
///             .provide_with::<Pool, _>(|url: Arc<Url>| Pool { url: url.0.clone() })
///             .export::<Pool>()
///             .build()
///     }
/// }
///
/// struct Url(String);
/// struct Pool { url: String }
///
/// # fn main() -> AppResult {
/// Application::new("demo").import(StorageModule::for_root("db://here")).check()?;
/// # Ok(())
/// # }
/// ```
pub struct DynamicModule {
    node: ModuleNode,
    imports: Vec<Import>,
}

impl DynamicModule {
    /// Starts the module of type `M`. An application knows one module of a type: importing a second one is an error that
    /// names both places.
    #[track_caller]
    pub fn builder<M: 'static>() -> DynamicModuleBuilder {
        let node = ModuleNode {
            module: TypeId::of::<M>(),
            name: type_name::<M>,
            at: SourceLocation::caller(Location::caller()),
            is_application: false,
            is_dynamic: true,
            providers: Vec::new(),
            imports: Vec::new(),
            exports: Cow::Owned(Vec::new()),
            global: false,
            attachments: Vec::new(),
            configured_again: Vec::new(),
        };
        DynamicModuleBuilder {
            module: Self {
                node,
                imports: Vec::new(),
            },
        }
    }
}

impl IntoModule for DynamicModule {
    fn into_module(self, imports: &mut Imports) {
        let Self { node, imports: own } = self;
        if let Some(known) = imports.position(node.module) {
            let first = &mut imports.modules[known];
            if first.is_dynamic {
                first.configured_again.push(node.at);
            }
            return imports.link(known);
        }
        imports.push(node, |imports| own.into_iter().for_each(|import| import(imports)));
    }
}

impl fmt::Debug for DynamicModule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DynamicModule({} {})", (self.node.name)(), self.node.at)
    }
}

/// Builds a [`DynamicModule`].
#[derive(Debug)]
#[must_use = "a builder does nothing until `build` is called and the module imported"]
pub struct DynamicModuleBuilder {
    module: DynamicModule,
}

impl DynamicModuleBuilder {
    /// Provides a value.
    #[track_caller]
    pub fn provide<T: Send + Sync + 'static>(self, value: T) -> Self {
        self.provide_shared(Arc::new(value))
    }

    /// Provides a value that is shared already, also as `dyn Trait`.
    #[track_caller]
    pub fn provide_shared<T: ?Sized + Send + Sync + 'static>(self, value: Arc<T>) -> Self {
        let at = SourceLocation::caller(Location::caller());
        self.define::<T>(at, Needs::NOTHING, move |construction| {
            construction.put::<T>(0, Arc::clone(&value));
            Ok(())
        })
    }

    /// Provides what a function, sync or async, makes of its injected arguments: `.provide_with::<Repo, _>(|pool: Arc<Pool>| Repo::new(pool))`.
    #[track_caller]
    pub fn provide_with<T: Send + Sync + 'static, Arguments>(self, factory: impl Construct<T, Arguments>) -> Self {
        let at = SourceLocation::caller(Location::caller());
        let needs = needs_of(&factory);
        self.define::<T>(at, needs, move |construction| {
            let made = factory.make(construction)?;
            construction.finish(made, |construction, value| construction.put::<T>(0, Arc::new(value)));
            Ok(())
        })
    }

    /// Provides what the application holds as a resource of type `Arc<T>`.
    pub(crate) fn provide_resource<T: ?Sized + Send + Sync + 'static>(self) -> Self {
        let at = self.module.node.at;
        self.define::<T>(at, Needs::NOTHING, |construction| {
            let value = Arc::clone(construction.resources().require::<Arc<T>>()?);
            construction.put::<T>(0, value);
            Ok(())
        })
    }

    fn define<T: ?Sized + Send + Sync + 'static>(
        self,
        at: SourceLocation,
        needs: Needs,
        constructor: impl Fn(&mut crate::di::Construction<'_>) -> Result<(), crate::di::BoxError> + Send + Sync + 'static,
    ) -> Self {
        let definition = Definition {
            component: TypeId::of::<T>(),
            name: type_name::<T>,
            at,
            provides: Cow::Owned(vec![Token::of::<T>()]),
            needs,
            constructor: Constructor::Closure(Box::new(constructor)),
            ..Definition::of_value()
        };
        self.list(definition)
    }

    fn list(mut self, definition: Definition) -> Self {
        self.module
            .node
            .providers
            .push(DefinitionRef::Shared(Arc::new(definition)));
        self
    }

    /// Provides what is provided as `T` as `To`, too: `.alias::<PgRepo, dyn OrderRepo>(|repo| repo)`, or a trait as one that
    /// it extends.
    #[track_caller]
    pub fn alias<T: ?Sized + Send + Sync + 'static, To: ?Sized + Send + Sync + 'static>(
        self,
        convert: fn(Arc<T>) -> Arc<To>,
    ) -> Self {
        let at = SourceLocation::caller(Location::caller());
        self.list(Definition {
            component: TypeId::of::<(Token, fn(&T) -> &To)>(),
            name: type_name::<T>,
            at,
            scope: Scope::Inherited,
            provides: Cow::Owned(vec![Token::of::<To>()]),
            needs: Needs {
                dependencies: const {
                    &[Dependency {
                        edge: <Arc<T> as Inject>::EDGE,
                        member: "alias",
                        line: 0,
                    }]
                },
                is_async: false,
            },
            constructor: Constructor::Closure(Box::new(move |construction| {
                let value = <Arc<T> as Inject>::inject(construction)?;
                construction.put::<To>(0, convert(value));
                Ok(())
            })),
            ..Definition::of_value()
        })
    }

    /// Puts what was listed last under the qualifier `Q`.
    pub fn qualified<Q: ?Sized + 'static>(self) -> Self {
        self.last(|definition| {
            for token in definition.provides.to_mut() {
                *token = token.qualified::<Q>();
            }
        })
    }

    /// Makes what was listed last the one that is meant where several could be.
    pub fn primary(self) -> Self {
        self.last(|definition| definition.primary = true)
    }

    /// Gives what was listed last its place among all of a token, the lowest first. Default 0.
    pub fn order(self, order: i32) -> Self {
        self.last(|definition| definition.order = order)
    }

    /// Says how long what was listed last lives.
    pub fn scope(self, scope: Scope) -> Self {
        self.last(|definition| definition.scope = scope)
    }

    fn last(mut self, change: impl FnOnce(&mut Definition)) -> Self {
        let last = self.module.node.providers.last_mut();
        if let Some(definition) = last.and_then(DefinitionRef::own) {
            change(definition);
        }
        self
    }

    /// Lists an annotated component.
    pub fn component<C: Component>(mut self) -> Self {
        self.module.node.providers.push(DefinitionRef::Static(C::DEFINITION));
        self
    }

    /// Imports another module.
    pub fn import(mut self, module: impl IntoModule + Send + 'static) -> Self {
        self.module.imports.push(Box::new(move |imports| imports.add(module)));
        self
    }

    /// Shows `T` to importers: a token, or the module or component of that type with all its tokens.
    pub fn export<T: ?Sized + Send + Sync + 'static>(mut self) -> Self {
        let line = self.module.node.at.line;
        self.module.node.exports.to_mut().push(Export::of::<T>(line));
        self
    }

    /// Shows what provides `T` under the qualifier `Q`, and no other.
    pub fn export_qualified<T: ?Sized + Send + Sync + 'static, Q: ?Sized + 'static>(mut self) -> Self {
        let token = Token::of::<T>().qualified::<Q>();
        let line = self.module.node.at.line;
        self.module.node.exports.to_mut().push(Export::token(token, line));
        self
    }

    /// Shows the exports to every module of the application.
    pub fn global(mut self) -> Self {
        self.module.node.global = true;
        self
    }

    /// Attaches data for an upper layer.
    pub(crate) fn attach<T: Any + Send + Sync>(mut self, attachment: T) -> Self {
        self.module
            .node
            .attachments
            .push(AttachmentRef::Shared(Arc::new(attachment)));
        self
    }

    /// The module.
    #[must_use]
    pub fn build(self) -> DynamicModule {
        self.module
    }
}
