//! Holds the layers of `bun-server`: a module uses only modules of earlier lines of [`LAYERS`].
//!
//! Every path counts, wherever it stands: in `use`, in an expression, in a type, in what a macro is given. Tests are
//! free. What a module may use says what may be changed without reading it; an arrow upwards is mended by moving the
//! thing it names down, or by a trait below that the upper layer implements.

#[path = "layers/paths.rs"]
mod paths;

use std::fs;
use std::io;
use std::path::Path;

use paths::{Arrow, Crate, Source};

/// Modules of one line do not use each other. A child that is not named here belongs to its parent; each public child
/// of `providers` is a provider of its own.
const LAYERS: &[&[&str]] = &[
    &[
        "backoff",
        "clock",
        "error",
        "microservice::shared_clients",
        "subscription",
        "suggest",
        "tasks",
    ],
    &["di", "metrics"],
    &["config", "health"],
    &[
        "microservice::trace",
        "microservice::governance",
        "microservice::config_center",
        "microservice::service_registry",
    ],
    &["microservice::load_balancer", "web"],
    &["microservice::service_client"],
    &["microservice::monitoring", "providers"],
    &["providers::*"],
    &["microservice"],
    &["app"],
    &["testing"],
    &["__private", "prelude"],
    &["the root"],
];

/// The part of the crate that `path` belongs to, by its name in [`LAYERS`].
fn part_of(path: &[String], krate: &Crate) -> String {
    match path {
        [] => "the root".to_owned(),
        [parent, child, ..] if parent == "providers" && krate.is_public_module(&path[..2]) => {
            format!("providers::{child}")
        }
        [parent, child, ..] if parent == "microservice" && layer_of(&format!("{parent}::{child}")).is_some() => {
            format!("{parent}::{child}")
        }
        [first, ..] => first.clone(),
    }
}

fn layer_of(part: &str) -> Option<usize> {
    let name = if part.starts_with("providers::") {
        "providers::*"
    } else {
        part
    };
    LAYERS.iter().position(|line| line.contains(&name))
}

/// What is wrong with the arrow, if anything.
fn judge(arrow: &Arrow, krate: &Crate) -> Option<String> {
    let (from, to) = (part_of(&arrow.from, krate), part_of(&arrow.to, krate));
    let (lower, upper) = (layer_of(&from)?, layer_of(&to)?);
    let relation = match lower.cmp(&upper) {
        _ if from == to => return None,
        std::cmp::Ordering::Greater => return None,
        std::cmp::Ordering::Equal => "stands on the same line",
        std::cmp::Ordering::Less => "stands above it",
    };
    let (file, line, path) = (&arrow.file, arrow.line, arrow.to.join("::"));
    Some(format!(
        "{file}:{line}: {from} uses {to} (crate::{path}), which {relation}"
    ))
}

/// All that is wrong with a crate of these sources.
fn problems(sources: &[Source]) -> syn::Result<Vec<String>> {
    let krate = Crate::read(sources)?;
    let mut found: Vec<_> = krate
        .modules()
        .map(|module| part_of(module, &krate))
        .filter(|part| layer_of(part).is_none())
        .map(|part| format!("{part} has no layer: name it in LAYERS of tests/layers.rs"))
        .chain(krate.arrows().filter_map(|arrow| judge(&arrow, &krate)))
        .collect();
    found.sort();
    found.dedup();
    Ok(found)
}

/// Reads all `.rs` files below `folder`, and below it again.
fn read_sources(folder: &Path) -> io::Result<Vec<Source>> {
    let mut sources = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path)?;
                let file = path.strip_prefix(folder).map_err(io::Error::other)?;
                let file = file.to_string_lossy().into_owned();
                sources.push(Source { file, text });
            }
        }
    }
    Ok(sources)
}

fn workspace() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

#[test]
fn bun_server_keeps_its_layers() {
    let sources = read_sources(&workspace().join("bun-server/src")).unwrap();
    let arrows = Crate::read(&sources).unwrap().arrows().count();
    assert!(arrows > 200, "only {arrows} paths were found");
    let problems = problems(&sources).unwrap();
    assert!(problems.is_empty(), "\n{}\n", problems.join("\n"));
}

#[test]
fn nacos_client_knows_nothing_of_bun_server() {
    let folder = workspace().join("nacos-client");
    let manifest = fs::read_to_string(folder.join("Cargo.toml")).unwrap();
    assert!(
        !manifest.lines().any(|line| line.starts_with("bun-server")),
        "nacos-client depends on bun-server"
    );
    for source in read_sources(&folder).unwrap() {
        assert!(!source.text.contains("bun_server"), "{} names bun_server", source.file);
    }
}

// ===== the test itself =====

/// The problems of a crate of the given files and all modules that they name.
#[expect(clippy::unwrap_used, reason = "a test that cannot parse its samples is wrong")]
fn problems_of(files: &[(&str, &str)]) -> Vec<String> {
    let declared = [
        ("lib.rs", "pub use subscription::Subscription; pub use axum;"),
        ("subscription.rs", ""),
        ("di.rs", ""),
        ("config.rs", ""),
        ("microservice.rs", "pub use shared_clients::SharedClients;"),
        ("microservice/shared_clients.rs", ""),
        ("microservice/governance.rs", ""),
        ("microservice/trace.rs", ""),
        ("providers.rs", "mod scheme; pub mod file; pub mod memory;"),
        ("providers/scheme.rs", ""),
        ("providers/file.rs", ""),
        ("providers/memory.rs", ""),
        ("app.rs", ""),
        ("prelude.rs", ""),
    ];
    let declared = declared
        .into_iter()
        .filter(|(file, _)| files.iter().all(|(given, _)| given != file));
    let sources: Vec<_> = declared
        .chain(files.iter().copied())
        .map(|(file, text)| Source {
            file: file.to_owned(),
            text: text.to_owned(),
        })
        .collect();
    problems(&sources).unwrap()
}

#[test]
fn an_arrow_upwards_is_found_wherever_it_is_written() {
    for line in [
        "use crate::app::Application;",
        "use crate::{config::Tree, app::{builder, Application as App}};",
        "use crate::app::*;",
        "use super::app::Application;",
        "use bun_server::app::Application;",
        "pub use crate::app::Application;",
        "use crate::app;",
        "fn f() { let x = crate::app::start(); }",
        "fn f(x: &dyn crate::app::Start) {}",
        "fn f(x: Vec<Option<crate::app::Application>>) {}",
        "impl crate::app::Start for X {}",
        "fn f() { println!(\"{}\", [crate::app::name()]) }",
        "fn f() { crate::app::started!(1) }",
        "macro_rules! m { () => { crate::app::start() } }",
        "use crate as root;",
        "use crate::*;",
        "mod inner { use super::super::app::Application; }",
        "mod inner { fn f() { super::super::app::start() } }",
    ] {
        let found = problems_of(&[("config.rs", &format!("\n{line}"))]);
        assert!(!found.is_empty(), "{line}");
        assert!(
            found
                .iter()
                .all(|problem| problem.starts_with("config.rs:2: config uses ")),
            "{line}: {found:?}"
        );
    }
}

#[test]
fn an_arrow_downwards_or_within_is_legal() {
    for line in [
        "use crate::config::Tree;",
        "use crate::di::{self, Token};",
        "use super::super::subscription::Subscription;",
        "use crate::Subscription;",
        "use crate::axum::Router;",
        "use ::app::Application;",
        "use app::Application;",
        "use std::app::Application;",
        "use crate::microservice::trace::context;",
        "fn f() { trace::start(); self::app::start(); }",
        "pub(in crate::microservice) struct S;",
        "#[cfg(test)] mod tests { use crate::app::Application; }",
        "#[cfg(test)] use crate::app::Application;",
        "impl S { #[cfg(test)] fn f() { crate::app::start() } }",
        "macro_rules! m { () => { $crate::app::start() } }",
        "/// Used by [`crate::app`].\nstruct S;",
    ] {
        assert_eq!(problems_of(&[("microservice/trace.rs", line)]), [""; 0], "{line}");
    }
    assert_eq!(
        problems_of(&[("config/tests.rs", "use crate::app::Application;")]),
        [""; 0]
    );
}

#[test]
fn a_reexport_counts_as_what_it_names() {
    let shared = "use crate::microservice::SharedClients;";
    assert_eq!(problems_of(&[("microservice/trace.rs", shared)]), [""; 0]);
    let [problem] = &problems_of(&[
        ("subscription.rs", "pub use crate::app::Handle;"),
        ("app.rs", "pub use crate::subscription::Handle as Again;"),
    ])[..] else {
        panic!("one problem")
    };
    assert!(
        problem.starts_with("subscription.rs:1: subscription uses app"),
        "{problem}"
    );
    let through_an_alias = "use crate::microservice::trace as quiet;\nfn f() { quiet::start() }";
    let found = problems_of(&[("microservice/governance.rs", through_an_alias)]);
    assert_eq!(found.len(), 2, "{found:?}");
}

#[test]
fn neighbours_and_providers_do_not_use_each_other() {
    let found = problems_of(&[("microservice/trace.rs", "use super::governance::Policy;")]);
    assert_eq!(
        found,
        [
            "microservice/trace.rs:1: microservice::trace uses microservice::governance \
          (crate::microservice::governance::Policy), which stands on the same line"
        ]
    );
    let provider = "use super::memory::Documents; use crate::providers::{Options, scheme::Scheme}; use self::inner::X;";
    let found = problems_of(&[("providers/file.rs", provider)]);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].contains("providers::file uses providers::memory"), "{found:?}");
    let found = problems_of(&[("microservice/trace.rs", "use crate::providers::memory::Documents;")]);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(
        problems_of(&[("microservice/modules.rs", "use crate::providers::memory::Documents;")]),
        [""; 0]
    );
}

#[test]
fn nobody_uses_the_prelude() {
    assert_eq!(problems_of(&[("app.rs", "use crate::prelude::*;")]).len(), 1);
}

#[test]
fn a_module_without_a_layer_is_found() {
    let found = problems_of(&[("helpers.rs", "")]);
    assert_eq!(found, ["helpers has no layer: name it in LAYERS of tests/layers.rs"]);
}
