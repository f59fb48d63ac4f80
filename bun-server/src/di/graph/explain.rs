//! What the user reads when a graph is wrong: who asks, what was found and why it does not fit, what to type.

pub(super) mod scopes;

use super::{Graph, Node, Slot};
use crate::di::module::ModuleNode;
use crate::di::token::short_name;
use crate::di::{Definition, Export, PathStep, Problem, ProblemKind, SourceLocation, Token, catalogue};

pub(super) fn configured_twice(module: &ModuleNode, again: SourceLocation) -> Problem {
    Problem::new(ProblemKind::ConfiguredTwice, (module.name)())
        .detail_at("first", "configured", module.at)
        .detail_at("again", "configured", again)
        .detail("mend", "configure it once, in one module, and export it from there")
}

pub(super) fn duplicate(modules: &[ModuleNode], first: &Node, again: usize) -> Problem {
    let name = (first.definition.name)();
    let problem = Problem::new(ProblemKind::Duplicate, name).detail_at("declared", name, first.definition.at);
    if first.module == again {
        return problem
            .detail("listed", format!("twice in {}", located(&modules[again])))
            .detail("mend", "list it once");
    }
    problem
        .detail("listed", format!("in {}", located(&modules[first.module])))
        .detail("listed", format!("in {}", located(&modules[again])))
        .detail(
            "mend",
            "list it in one of them, export it there, and import that module in the other",
        )
}

pub(super) fn ambiguous(graph: &Graph, index: usize, number: usize, candidates: &[Slot]) -> Problem {
    let token = graph.nodes[index].definition.dependencies()[number].edge.token;
    let mut problem = needed_by(
        Problem::new(ProblemKind::Ambiguous, token.to_string()),
        &graph.nodes[index],
        number,
    );
    for slot in candidates {
        let owner = graph.owner(*slot);
        let place = format!("{}, in {}", owner.definition.at, located(&graph.modules[owner.module]));
        problem = problem.detail_at("found", (owner.definition.name)(), place);
    }
    let primaries = candidates.iter().filter(|slot| graph.owner(**slot).definition.primary);
    let mend = match primaries.count() {
        0 => {
            "mark one as `primary`, tell them apart by `qualifier = ..`, import only one of them, or ask for the one you mean \
             by its own type"
        }
        _ => "only one of them can be `primary`: take it off the others",
    };
    problem.detail("mend", mend)
}

pub(super) fn cycle(graph: &Graph, path: &[(usize, usize, usize)], back_to: usize) -> Problem {
    let from = path.iter().position(|(index, ..)| *index == back_to).unwrap_or(0);
    let around = &path[from..];
    let name = |index: usize| short_name((graph.nodes[index].definition.name)());
    let mut names: Vec<String> = around.iter().map(|(index, ..)| name(*index)).collect();
    names.push(name(back_to));
    let places = around
        .iter()
        .map(|(index, number, _)| asking(&graph.nodes[*index], *number).1.to_string());
    Problem::new(ProblemKind::Cycle, names.join(" → "))
        .detail("", places.collect::<Vec<_>>().join(" → "))
        .detail("mend", "make one of the fields `Lazy<..>`")
}

pub(super) fn unused(module: &ModuleNode, node: &Node) -> Problem {
    let name = (node.definition.name)();
    let tokens: Vec<String> = node.definition.provides.iter().map(Token::short_name).collect();
    let tokens = tokens.join(", ");
    Problem::new(ProblemKind::Unused, name)
        .detail_at(
            "listed",
            format!("in {}, as {tokens}", named(module)),
            node.definition.at,
        )
        .detail(
            "mend",
            format!(
                "add `{tokens}` to the exports of {}, or take it out of its providers",
                located(module)
            ),
        )
}

/// Where a component stands on the way from one that nobody asks for.
pub(in super::super) fn step(graph: &Graph, index: usize, number: usize) -> PathStep {
    let (member, at) = asking(&graph.nodes[index], number);
    PathStep { member, at }
}

pub(super) fn export_of_nothing(module: &ModuleNode, export: &Export) -> Problem {
    let name = export.token.short_name();
    Problem::new(ProblemKind::ExportOfNothing, export.token.to_string())
        .detail_at(
            "by",
            (module.name)(),
            SourceLocation {
                file: module.at.file,
                line: export.line,
            },
        )
        .detail(
            "mend",
            format!(
                "add `{name}` to the providers of {}, or take it out of its exports",
                named(module)
            ),
        )
}

/// Nothing visible provides the token: says what there is and why it is not seen.
pub(super) fn missing(graph: &Graph, index: usize, number: usize) -> Problem {
    let node = &graph.nodes[index];
    let token = node.definition.dependencies()[number].edge.token;
    let asker = &graph.modules[node.module];
    let mut problem = needed_by(
        Problem::new(ProblemKind::MissingProvider, token.to_string()),
        node,
        number,
    );
    let mut mends = Vec::new();

    for slot in graph.candidates(token.id()) {
        let owner = graph.owner(*slot);
        let home = &graph.modules[owner.module];
        if graph.token(*slot) != token {
            let place = format!(
                "{}, in {}, {}",
                owner.definition.at,
                located(home),
                under(graph.token(*slot))
            );
            problem = problem.detail_at("found", (owner.definition.name)(), place);
            mends.push(ask_under(token, graph.token(*slot)));
            continue;
        }
        let exported = graph.exports(owner.module, *slot, &mut Vec::new());
        let imported = asker.imports.contains(&owner.module);
        let (why, mend) = hidden(asker, home, token, exported, imported);
        problem = problem.detail_at(
            "found",
            (owner.definition.name)(),
            format!("{}, in {}, {why}", owner.definition.at, located(home)),
        );
        mends.push(mend);
    }
    for (module, definition) in catalogue::listed(token) {
        if graph.modules.iter().any(|known| known.module == module.module) {
            continue;
        }
        let module_name = short_name((module.name)());
        let exported = module
            .exports
            .iter()
            .any(|export| export.shows(token) || export.id() == definition.component);
        let place = format!("{}, in {module_name} ({}), not imported", definition.at, module.at);
        problem = problem.detail_at("found", (definition.name)(), place);
        let mut mend = import_into(asker, &module_name);
        if !exported {
            mend = format!(
                "add `{}` to the exports of {module_name}, and {mend}",
                token.short_name()
            );
        }
        mends.push(mend);
    }
    for definition in catalogue::unclaimed(token) {
        problem = problem.detail_at("found", (definition.name)(), format!("{}, in no module", definition.at));
        mends.push(list_in(asker, definition));
    }
    if mends.is_empty() {
        mends.push(catalogue::hint(token).map_or_else(|| provide(asker, token), ToOwned::to_owned));
    }
    mends.dedup();
    mends
        .into_iter()
        .fold(problem, |problem, mend| problem.detail("mend", mend))
}

/// Under what qualifier something is provided.
fn under(token: Token) -> String {
    match token.qualifier() {
        Some(qualifier) => format!("under the qualifier {}", short_name(qualifier)),
        None => "without a qualifier".to_owned(),
    }
}

/// What to type to get what is there, though under another qualifier.
fn ask_under(asked: Token, there: Token) -> String {
    match (asked.qualifier(), there.qualifier()) {
        (_, Some(qualifier)) => format!("ask for that: `#[inject(qualifier = {})]`", short_name(qualifier)),
        (Some(qualifier), None) => format!(
            "ask without `qualifier`, or provide one under `qualifier = {}`",
            short_name(qualifier)
        ),
        (None, None) => "ask for that".to_owned(),
    }
}

fn hidden(
    asker: &ModuleNode,
    home: &ModuleNode,
    token: Token,
    exported: bool,
    imported: bool,
) -> (&'static str, String) {
    let (token, module) = (token.short_name(), short_name((home.name)()));
    if home.is_application {
        return (
            "which nothing can import",
            format!("list it in a module, and import that in {}", named(asker)),
        );
    }
    match (exported, imported) {
        (_, true) => (
            "not exported",
            format!("add `{token}` to the exports of {}", located(home)),
        ),
        (true, false) => ("not imported", import_into(asker, &module)),
        (false, false) => (
            "neither exported nor imported",
            format!(
                "add `{token}` to the exports of {module}, and {}",
                import_into(asker, &module)
            ),
        ),
    }
}

fn import_into(asker: &ModuleNode, module: &str) -> String {
    if asker.is_application {
        return format!("add `.import({module})` to the application ({})", asker.at);
    }
    format!("add `{module}` to the imports of {}", located(asker))
}

fn list_in(asker: &ModuleNode, definition: &Definition) -> String {
    let name = short_name((definition.name)());
    if asker.is_application {
        return format!("add `.provider::<{name}>()` to the application ({})", asker.at);
    }
    format!("add `{name}` to the providers of {}", located(asker))
}

fn provide(asker: &ModuleNode, token: Token) -> String {
    let name = short_name(token.name());
    // For the wording only: nothing is decided by a name.
    if name.starts_with("dyn ") {
        return format!(
            "write `#[injectable(provide = {name})]` on what implements it, and list that in the providers of {}",
            named(asker)
        );
    }
    format!(
        "write `#[injectable]` on `{name}`, or provide a value of it in a module that {} imports",
        named(asker)
    )
}

fn needed_by(problem: Problem, node: &Node, number: usize) -> Problem {
    let (who, place) = asking(node, number);
    problem.detail_at("needed by", who, place)
}

fn asking(node: &Node, number: usize) -> (String, SourceLocation) {
    let definition = &*node.definition;
    let dependency = &definition.dependencies()[number];
    let line = if dependency.line == 0 {
        definition.at.line
    } else {
        dependency.line
    };
    let separator = if dependency.line == 0 { ", " } else { "." };
    (
        format!("{}{separator}{}", (definition.name)(), dependency.member),
        SourceLocation {
            file: definition.at.file,
            line,
        },
    )
}

fn named(module: &ModuleNode) -> String {
    short_name((module.name)())
}

fn located(module: &ModuleNode) -> String {
    format!("{} ({})", named(module), module.at)
}
