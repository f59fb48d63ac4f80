//! Reads sources and finds every path in them that leads into their own crate.

use std::collections::{HashMap, HashSet};

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{Attribute, Ident, Item, ItemMacro, ItemMod, ItemUse, Macro, Path, UseTree, Visibility};

/// A path below the crate's root: `["config", "tree", "Tree"]`.
pub(crate) type CratePath = Vec<String>;

/// A source file, named from the crate's `src` folder: `config/tree.rs`.
pub(crate) struct Source {
    pub(crate) file: String,
    pub(crate) text: String,
}

/// One place that names something of its own crate.
pub(crate) struct Arrow {
    pub(crate) file: String,
    pub(crate) line: usize,
    /// The module in which it stands.
    pub(crate) from: CratePath,
    /// What it names, after following imports and re-exports.
    pub(crate) to: CratePath,
}

/// What the files of a crate declare and mention.
#[derive(Default)]
pub(crate) struct Crate {
    modules: HashSet<CratePath>,
    public_modules: HashSet<CratePath>,
    /// What a name that a module imports stands for, as written.
    imports: HashMap<(CratePath, String), Vec<String>>,
    mentions: Vec<Mention>,
}

struct Mention {
    file: String,
    line: usize,
    module: CratePath,
    segments: Vec<String>,
}

impl Crate {
    /// Reads all files but those of tests.
    pub(crate) fn read(sources: &[Source]) -> syn::Result<Self> {
        let mut this = Self::default();
        for source in sources {
            let module = module_of(&source.file);
            if module.last().is_some_and(|name| name == "tests") {
                continue;
            }
            let file = syn::parse_file(&source.text)?;
            this.modules.insert(module.clone());
            let mut reader = Reader {
                read: &mut this,
                file: &source.file,
                module,
            };
            reader.visit_file(&file);
        }
        Ok(this)
    }

    /// Whether `module` is declared `pub mod`.
    pub(crate) fn is_public_module(&self, module: &[String]) -> bool {
        self.public_modules.contains(module)
    }

    pub(crate) fn modules(&self) -> impl Iterator<Item = &CratePath> {
        self.modules.iter()
    }

    pub(crate) fn arrows(&self) -> impl Iterator<Item = Arrow> {
        self.mentions.iter().filter_map(|mention| {
            Some(Arrow {
                file: mention.file.clone(),
                line: mention.line,
                from: mention.module.clone(),
                to: self.resolve(&mention.module, &mention.segments, DEPTH)?,
            })
        })
    }

    /// `None` for what lies outside the crate or is local to a function.
    fn resolve(&self, module: &[String], segments: &[String], depth: usize) -> Option<CratePath> {
        let (first, rest) = segments.split_first()?;
        let start = match first.as_str() {
            "crate" | "bun_server" => Vec::new(),
            "self" => module.to_vec(),
            "super" => {
                let (_, parent) = module.split_last()?;
                let again = [&["self".to_owned()], rest].concat();
                return self.resolve(parent, if rest.first()? == "super" { rest } else { &again }, depth);
            }
            _ => {
                let child = [module, std::slice::from_ref(first)].concat();
                match self.imports.get(&(module.to_vec(), first.clone())) {
                    _ if self.modules.contains(&child) => child,
                    Some(import) if import != segments => self.resolve(module, import, depth.checked_sub(1)?)?,
                    _ => return None,
                }
            }
        };
        self.follow([&start[..], rest].concat(), depth)
    }

    /// Follows re-exports: `microservice::SharedClients` is `microservice::shared_clients::SharedClients`.
    fn follow(&self, path: CratePath, depth: usize) -> Option<CratePath> {
        for at in 0..path.len() {
            let (module, name) = (&path[..at], &path[at]);
            if self.modules.contains(&path[..=at]) {
                continue;
            }
            if let Some(import) = self.imports.get(&(module.to_vec(), name.clone())) {
                let target = self.resolve(module, import, depth.checked_sub(1)?)?;
                return self.follow([&target[..], &path[at + 1..]].concat(), depth - 1);
            }
            break;
        }
        Some(path)
    }
}

/// Imports of imports are followed this far; more is a circle.
const DEPTH: usize = 16;

/// `config/tree.rs` is the module `config::tree`; `lib.rs` is the root.
fn module_of(file: &str) -> CratePath {
    match file.trim_end_matches(".rs") {
        "lib" => Vec::new(),
        // Declared with `#[path]`, for its name in expansions.
        "private" => vec!["__private".to_owned()],
        path => path.split('/').map(str::to_owned).collect(),
    }
}

// ===== one file =====

struct Reader<'a> {
    read: &'a mut Crate,
    file: &'a str,
    module: CratePath,
}

impl Reader<'_> {
    fn mention(&mut self, segments: &[&Ident]) {
        if let [first, ..] = segments {
            self.read.mentions.push(Mention {
                file: self.file.to_owned(),
                line: first.span().start().line,
                module: self.module.clone(),
                segments: segments.iter().map(ToString::to_string).collect(),
            });
        }
    }

    /// A single name is local, or counts where it is imported.
    fn mention_unless_single(&mut self, segments: &[&Ident]) {
        if segments.len() > 1 {
            self.mention(segments);
        }
    }

    fn import<'t>(&mut self, tree: &'t UseTree, prefix: &mut Vec<&'t Ident>) {
        match tree {
            UseTree::Path(path) => {
                prefix.push(&path.ident);
                self.import(&path.tree, prefix);
                prefix.pop();
            }
            UseTree::Group(group) => group.items.iter().for_each(|tree| self.import(tree, prefix)),
            UseTree::Name(name) => self.import_name(&name.ident, &name.ident, prefix),
            UseTree::Rename(name) => self.import_name(&name.ident, &name.rename, prefix),
            UseTree::Glob(_) => self.mention(prefix),
        }
    }

    fn import_name(&mut self, name: &Ident, alias: &Ident, prefix: &[&Ident]) {
        // `use a::b::{self}` is `use a::b`.
        let (path, alias) = match prefix.last() {
            Some(last) if name == "self" => (prefix.to_vec(), if name == alias { last } else { alias }),
            _ => ([prefix, &[name]].concat(), alias),
        };
        let target = path.iter().map(ToString::to_string).collect();
        self.read
            .imports
            .insert((self.module.clone(), alias.to_string()), target);
        self.mention(&path);
    }

    /// Finds `a::b::c` in what a macro is given.
    fn tokens(&mut self, tokens: TokenStream) {
        let tokens: Vec<_> = tokens.into_iter().collect();
        let mut at = 0;
        while at < tokens.len() {
            let expanded_elsewhere = at > 0 && is_punct(&tokens[at - 1], '$');
            match &tokens[at] {
                TokenTree::Group(group) => self.tokens(group.stream()),
                TokenTree::Ident(first) => {
                    let mut path = vec![first];
                    while let [colon, colon_too, TokenTree::Ident(next), ..] = &tokens[at + 1..]
                        && is_punct(colon, ':')
                        && is_punct(colon_too, ':')
                    {
                        path.push(next);
                        at += 3;
                    }
                    if !expanded_elsewhere {
                        self.mention_unless_single(&path);
                    }
                }
                _ => {}
            }
            at += 1;
        }
    }
}

fn is_punct(token: &TokenTree, wanted: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == wanted)
}

impl<'ast> Visit<'ast> for Reader<'_> {
    fn visit_item(&mut self, item: &'ast Item) {
        let attributes = match item {
            Item::Fn(item) => &item.attrs,
            Item::Impl(item) => &item.attrs,
            Item::Mod(item) => &item.attrs,
            Item::Struct(item) => &item.attrs,
            Item::Use(item) => &item.attrs,
            _ => return visit::visit_item(self, item),
        };
        if !attributes.iter().any(is_test_only) {
            visit::visit_item(self, item);
        }
    }

    fn visit_impl_item_fn(&mut self, function: &'ast syn::ImplItemFn) {
        if !function.attrs.iter().any(is_test_only) {
            visit::visit_impl_item_fn(self, function);
        }
    }

    fn visit_item_mod(&mut self, item: &'ast ItemMod) {
        self.module.push(item.ident.to_string());
        if matches!(item.vis, Visibility::Public(_)) {
            self.read.public_modules.insert(self.module.clone());
        }
        if item.content.is_some() {
            self.read.modules.insert(self.module.clone());
        }
        visit::visit_item_mod(self, item);
        self.module.pop();
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        if item.leading_colon.is_none() {
            self.import(&item.tree, &mut Vec::new());
        }
    }

    fn visit_item_macro(&mut self, item: &'ast ItemMacro) {
        if let Some(name) = &item.ident
            && item
                .attrs
                .iter()
                .any(|attribute| attribute.path().is_ident("macro_export"))
        {
            // Exported macros stand at the root, wherever they are written.
            let path = [&["crate".to_owned()], &self.module[..], &[name.to_string()]].concat();
            self.read.imports.insert((Vec::new(), name.to_string()), path);
        }
        visit::visit_item_macro(self, item);
    }

    /// What is written `$crate::…` in a `macro_rules!` is used by those who call that macro.
    fn visit_macro(&mut self, called: &'ast Macro) {
        self.visit_path(&called.path);
        self.tokens(called.tokens.clone());
    }

    fn visit_path(&mut self, path: &'ast Path) {
        if path.leading_colon.is_none() {
            let segments: Vec<_> = path.segments.iter().map(|segment| &segment.ident).collect();
            self.mention_unless_single(&segments);
        }
        visit::visit_path(self, path);
    }

    /// `pub(in crate::config)` uses nothing.
    fn visit_visibility(&mut self, _: &'ast Visibility) {}
}

/// `#[cfg(test)]`.
fn is_test_only(attribute: &Attribute) -> bool {
    attribute.path().is_ident("cfg") && attribute.parse_args::<Ident>().is_ok_and(|name| name == "test")
}
