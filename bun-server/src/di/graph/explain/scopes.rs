//! What is said of a component that is asked for by something that lives longer, or in a way that does not fit it.

use super::super::scopes::Towards;
use super::super::{Graph, Slot};
use super::{asking, needed_by};
use crate::di::token::short_name;
use crate::di::{Problem, ProblemKind};

/// A component would keep what belongs to one request: `slot`, or, when that is `None`, a part of the request itself.
pub(in super::super) fn captive(graph: &Graph, index: usize, number: usize, slot: Option<Slot>) -> Problem {
    let name = |index: usize| short_name((graph.nodes[index].definition.name)());
    let asker = name(index);
    let mut path = vec![asker.clone()];
    let mut places = vec![asking(&graph.nodes[index], number).1.to_string()];
    let held = match slot {
        Some(slot) => {
            let mut at = graph.owner_index(slot);
            path.push(name(at));
            places.push(graph.nodes[at].definition.at.to_string());
            while let Some(next) = graph.towards_request(at).filter(|_| !graph.is_request_scoped(at)) {
                match next {
                    Towards::Component(next) => {
                        path.push(name(next));
                        places.push(graph.nodes[next].definition.at.to_string());
                        at = next;
                    }
                    Towards::Handle(handle) => {
                        path.push(short_name(handle));
                        break;
                    }
                }
            }
            name(graph.owner_index(slot))
        }
        None => {
            let token = graph.nodes[index].definition.dependencies()[number].edge.token;
            path.push(short_name(token.name()));
            short_name(token.name())
        }
    };
    let (who, place) = asking(&graph.nodes[index], number);
    let of_request = path.last().cloned().unwrap_or_default();
    let scope = graph.lives[index].scope;
    Problem::new(ProblemKind::Captive, path.join(" → "))
        .detail("", places.join(" → "))
        .detail_at("needed by", who, place)
        .detail(
            "because",
            format!("`{of_request}` lives in one request, and `{asker}` is a {scope} that may outlive it"),
        )
        .detail(
            "mend",
            format!("write `#[injectable(scope = request)]` on `{asker}`, or take `Dep<{held}>` in the handler"),
        )
}

pub(in super::super) fn factory_of_shared(graph: &Graph, index: usize, number: usize, slot: Slot) -> Problem {
    let (name, scope) = (owner_name(graph, slot), graph.lives[graph.owner_index(slot)].scope);
    misplaced(graph, index, number)
        .detail(
            "because",
            format!(
                "a factory makes a new one each time, and `{name}` is {}",
                article(scope)
            ),
        )
        .detail(
            "mend",
            format!("write `#[injectable(scope = transient)]` on `{name}`, or ask for `Arc<{name}>`"),
        )
}

pub(in super::super) fn factory_that_waits(graph: &Graph, index: usize, number: usize, slot: Slot) -> Problem {
    let token = short_name(graph.token(slot).name());
    misplaced(graph, index, number)
        .detail("because", format!("making `{token}` may have to wait"))
        .detail(
            "mend",
            format!("write `AsyncFactory<{token}>`: its `create` is awaited"),
        )
}

pub(in super::super) fn lazy_of_late(graph: &Graph, index: usize, number: usize, slot: Slot) -> Problem {
    let token = short_name(graph.token(slot).name());
    let scope = graph.lives[graph.owner_index(slot)].scope;
    let mend = match scope {
        crate::di::Scope::Transient => format!("write `Factory<{token}>`"),
        _ => format!("write `Arc<{token}>`"),
    };
    misplaced(graph, index, number)
        .detail(
            "because",
            format!("`Lazy` looks up a singleton, and `{token}` is {}", article(scope)),
        )
        .detail("mend", mend)
}

fn misplaced(graph: &Graph, index: usize, number: usize) -> Problem {
    let token = graph.nodes[index].definition.dependencies()[number].edge.token;
    needed_by(
        Problem::new(ProblemKind::Scope, token.to_string()),
        &graph.nodes[index],
        number,
    )
}

fn owner_name(graph: &Graph, slot: Slot) -> String {
    short_name((graph.owner(slot).definition.name)())
}

fn article(scope: crate::di::Scope) -> String {
    match scope {
        crate::di::Scope::Singleton => "a singleton".to_owned(),
        other => other.to_string(),
    }
}
