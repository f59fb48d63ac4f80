mod dynamic;

use std::any::{Any, TypeId, type_name};
use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

pub use dynamic::{DynamicModule, DynamicModuleBuilder};

use super::definition::DefinitionRef;
use super::{Constructor, Definition, Shareable, SourceLocation, Token, catalogue};

/// What a module carries for upper layers (controllers, options); they downcast it.
pub(crate) type Attachment = dyn Any + Send + Sync;

/// One export: a token, or everything of the component or module of that type.
#[derive(Clone, Copy, Debug)]
pub struct Export {
    pub(crate) token: Token,
    pub(crate) line: u32,
}

impl Export {
    /// Exports `T`, listed in `line`.
    #[must_use]
    pub const fn of<T: ?Sized + Shareable>(line: u32) -> Self {
        Self::token(Token::of::<T>(), line)
    }

    /// Exports a token, listed in `line`.
    #[must_use]
    pub const fn token(token: Token, line: u32) -> Self {
        Self { token, line }
    }

    /// Whether it shows `token`: that of its type under the same qualifier, or under any when it names none.
    pub(crate) fn shows(&self, token: Token) -> bool {
        self.token.id() == token.id() && (self.token.qualifier_id().is_none() || self.token == token)
    }

    #[cfg(feature = "testing")]
    pub(crate) fn of_token(token: Token) -> Self {
        Self { token, line: 0 }
    }

    pub(crate) fn id(&self) -> TypeId {
        self.token.id()
    }
}

/// All that `#[module]` says of a module, save its imports.
pub struct ModuleDefinition {
    /// The module's type.
    pub module: TypeId,
    /// Its path, for messages.
    pub name: fn() -> &'static str,
    /// Where it is declared.
    pub at: SourceLocation,
    /// What it builds.
    pub providers: &'static [&'static Definition],
    /// What its importers see.
    pub exports: &'static [Export],
    /// Seen by every module without being imported.
    pub global: bool,
    /// The Rust module in which it is declared.
    pub module_path: &'static str,
    /// Whether it takes what is declared at or below that.
    pub discover: bool,
    /// For upper layers: controllers.
    pub attachments: &'static [&'static (dyn Any + Send + Sync)],
}

impl fmt::Debug for ModuleDefinition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ModuleDefinition({} {})", (self.name)(), self.at)
    }
}

/// Implemented by `#[module]`.
pub trait Module: Sized + 'static {
    /// What the attribute says.
    const DEFINITION: &'static ModuleDefinition;

    /// Evaluates the import expressions.
    fn imports(self, imports: &mut Imports);
}

/// A module as one application sees it.
pub struct ModuleNode {
    pub(crate) module: TypeId,
    pub(crate) name: fn() -> &'static str,
    pub(crate) at: SourceLocation,
    pub(crate) is_application: bool,
    pub(crate) is_dynamic: bool,
    pub(crate) providers: Vec<DefinitionRef>,
    pub(crate) imports: Vec<usize>,
    pub(crate) exports: Cow<'static, [Export]>,
    pub(crate) global: bool,
    pub(crate) attachments: Vec<AttachmentRef>,
    pub(crate) configured_again: Vec<SourceLocation>,
}

#[derive(Clone)]
pub(crate) enum AttachmentRef {
    Static(&'static Attachment),
    Shared(Arc<Attachment>),
}

impl ModuleNode {
    /// The application itself: the module that everything hangs off.
    pub(crate) fn application(at: SourceLocation) -> Self {
        struct Root;
        Self {
            module: TypeId::of::<Root>(),
            name: || "the application",
            at,
            is_application: true,
            is_dynamic: false,
            providers: Vec::new(),
            imports: Vec::new(),
            exports: Cow::Borrowed(&[]),
            global: false,
            attachments: Vec::new(),
            configured_again: Vec::new(),
        }
    }

    /// Lists what is declared at or below the module's own path.
    fn discover(&mut self, definition: &ModuleDefinition) {
        for found in catalogue::discovered(definition) {
            if !self.providers.iter().any(|known| known.component == found.component) {
                self.providers.push(DefinitionRef::Static(found));
                for attached in catalogue::attached_to(found.component) {
                    self.providers.push(DefinitionRef::Static(attached.asks));
                    self.attachments.push(AttachmentRef::Static(attached.attachment));
                }
            }
        }
    }

    /// The module's type.
    #[must_use]
    pub fn module(&self) -> TypeId {
        self.module
    }

    /// What upper layers attached, of type `T`.
    pub fn attachments<T: Any + Send + Sync>(&self) -> impl Iterator<Item = &T> {
        self.attachments.iter().filter_map(|attachment| match attachment {
            AttachmentRef::Static(attachment) => attachment.downcast_ref(),
            AttachmentRef::Shared(attachment) => attachment.downcast_ref(),
        })
    }

    /// The static ones of them, as annotated items have them.
    pub(crate) fn static_attachments<T: Any + Send + Sync>(&self) -> impl Iterator<Item = &'static T> {
        self.attachments.iter().filter_map(|attachment| match attachment {
            AttachmentRef::Static(attachment) => attachment.downcast_ref(),
            AttachmentRef::Shared(_) => None,
        })
    }

    pub(crate) fn attach_static(&mut self, attachment: &'static Attachment) {
        self.attachments.push(AttachmentRef::Static(attachment));
    }

    /// Identities of the components that the module lists.
    pub fn components(&self) -> impl Iterator<Item = TypeId> {
        self.providers.iter().map(|provider| provider.component)
    }
}

impl fmt::Debug for ModuleNode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ModuleNode")
            .field("name", &(self.name)())
            .field("imports", &self.imports)
            .finish_non_exhaustive()
    }
}

/// Collects the modules of an application; one module imported by many is one, and circles are no trouble.
#[derive(Debug)]
pub struct Imports {
    modules: Vec<ModuleNode>,
    importer: usize,
}

impl Imports {
    pub(crate) fn new(application: ModuleNode) -> Self {
        Self {
            modules: vec![application],
            importer: 0,
        }
    }

    /// Adds one import of the module that is being visited.
    pub fn add(&mut self, module: impl IntoModule) {
        module.into_module(self);
    }

    /// Provides a value in the module that is being visited.
    pub fn value<T: ?Sized + Shareable>(&mut self, token: Token, value: Arc<T>, at: SourceLocation) {
        let definition = Definition {
            component: TypeId::of::<T>(),
            name: type_name::<T>,
            at,
            provides: Cow::Owned(vec![token]),
            constructor: Constructor::Closure(Box::new(move |construction| {
                construction.put::<T>(0, Arc::clone(&value));
                Ok(())
            })),
            ..Definition::of_value()
        };
        self.modules[self.importer]
            .providers
            .push(DefinitionRef::Shared(Arc::new(definition)));
    }

    pub(crate) fn application(&mut self) -> &mut ModuleNode {
        &mut self.modules[0]
    }

    pub(crate) fn into_modules(self) -> Vec<ModuleNode> {
        self.modules
    }

    fn position(&self, module: TypeId) -> Option<usize> {
        self.modules.iter().position(|known| known.module == module)
    }

    fn link(&mut self, to: usize) {
        let imports = &mut self.modules[self.importer].imports;
        if !imports.contains(&to) {
            imports.push(to);
        }
    }

    fn push(&mut self, node: ModuleNode, imports: impl FnOnce(&mut Self)) {
        let index = self.modules.len();
        self.modules.push(node);
        self.link(index);
        let importer = std::mem::replace(&mut self.importer, index);
        imports(self);
        self.importer = importer;
    }
}

/// What may stand in a list of imports: a module, or a [`DynamicModule`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a module",
    label = "write `#[module(..)]` on `struct {Self};`, or give a `DynamicModule`"
)]
pub trait IntoModule {
    /// Adds itself to the modules that are collected.
    fn into_module(self, imports: &mut Imports);
}

#[diagnostic::do_not_recommend]
impl<M: Module> IntoModule for M {
    fn into_module(self, imports: &mut Imports) {
        let definition = M::DEFINITION;
        if let Some(known) = imports.position(definition.module) {
            return imports.link(known);
        }
        let mut node = ModuleNode {
            module: definition.module,
            name: definition.name,
            at: definition.at,
            is_application: false,
            is_dynamic: false,
            providers: definition
                .providers
                .iter()
                .map(|provider| DefinitionRef::Static(provider))
                .collect(),
            imports: Vec::new(),
            exports: Cow::Borrowed(definition.exports),
            global: definition.global,
            attachments: definition
                .attachments
                .iter()
                .map(|attachment| AttachmentRef::Static(*attachment))
                .collect(),
            configured_again: Vec::new(),
        };
        if definition.discover {
            node.discover(definition);
        }
        imports.push(node, |imports| self.imports(imports));
    }
}
