//! The graph as people and tools read it: text, DOT and Mermaid, also of a graph that is wrong, marked where it is.

mod dot;
mod mermaid;
mod text;

use std::fmt;

use super::{Graph, Node, Slot};
use crate::di::token::short_name;
use crate::di::{How, ProblemKind};

/// Where something is wrong.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mark {
    pub(super) place: Place,
    pub(super) kind: ProblemKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// A module.
    Module(usize),
    /// A component.
    Node(usize),
    /// What a component asks for: its number.
    Dependency(usize, usize),
}

impl Mark {
    pub(super) const fn of_module(module: usize, kind: ProblemKind) -> Self {
        Self {
            place: Place::Module(module),
            kind,
        }
    }
}

impl Graph {
    pub(super) fn mark(&mut self, place: Place, kind: ProblemKind) {
        self.marks.push(Mark { place, kind });
    }

    fn wrong(&self, place: Place) -> Option<ProblemKind> {
        let mut marks = self.marks.iter();
        marks.find(|mark| mark.place == place).map(|mark| mark.kind)
    }

    /// For people: each module with its components, and under each component what it asks for and what it gets. A line that
    /// begins with `!` is wrong.
    #[must_use]
    pub fn to_text(&self) -> String {
        text::write(&Drawing::of(self))
    }

    /// For [Graphviz](https://graphviz.org/doc/info/lang.html): what is wrong is red.
    #[must_use]
    pub fn to_dot(&self) -> String {
        dot::write(&Drawing::of(self))
    }

    /// A [Mermaid](https://mermaid.js.org/syntax/flowchart.html) flowchart, as Markdown pages show it: what is wrong is red.
    #[must_use]
    pub fn to_mermaid(&self) -> String {
        mermaid::write(&Drawing::of(self))
    }
}

impl fmt::Display for Graph {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_text())
    }
}

/// What is drawn, in the order of the modules and their lists.
struct Drawing {
    modules: Vec<DrawnModule>,
    components: usize,
    problems: usize,
}

struct DrawnModule {
    name: String,
    at: String,
    imports: Vec<String>,
    exports: Vec<String>,
    wrong: Option<ProblemKind>,
    nodes: Vec<DrawnNode>,
}

struct DrawnNode {
    /// Position among all nodes.
    id: usize,
    name: String,
    /// What it is asked for as, where that is not its own name.
    provides: Vec<String>,
    at: String,
    /// Empty for a singleton.
    scope: String,
    wrong: Option<ProblemKind>,
    edges: Vec<DrawnEdge>,
}

struct DrawnEdge {
    member: String,
    token: String,
    how: How,
    /// Names and positions of what it gets.
    targets: Vec<(String, usize)>,
    wrong: Option<ProblemKind>,
}

impl DrawnEdge {
    fn is_later(&self) -> bool {
        self.how.is_later()
    }
}

impl Drawing {
    fn of(graph: &Graph) -> Self {
        let modules = (0..graph.modules.len()).map(|module| drawn_module(graph, module));
        Self {
            modules: modules.collect(),
            components: graph.component_count(),
            problems: graph.problems.len(),
        }
    }

    fn nodes(&self) -> impl Iterator<Item = &DrawnNode> {
        self.modules.iter().flat_map(|module| &module.nodes)
    }
}

fn drawn_module(graph: &Graph, index: usize) -> DrawnModule {
    let module = &graph.modules[index];
    let own = graph.nodes.iter().enumerate().filter(|(_, node)| node.module == index);
    let mut nodes: Vec<DrawnNode> = Vec::new();
    for (id, node) in own {
        let edges = drawn_edges(graph, id, node);
        if !node.definition.only_asks() {
            nodes.push(drawn_node(graph, id, node, edges));
        } else if let Some(controller) = nodes
            .iter_mut()
            .rev()
            .find(|other| (graph.nodes[other.id].definition.name)() == (node.definition.name)())
        {
            controller.edges.extend(edges);
        }
    }
    DrawnModule {
        name: short_name((module.name)()),
        at: module.at.to_string(),
        imports: module
            .imports
            .iter()
            .map(|import| short_name((graph.modules[*import].name)()))
            .collect(),
        exports: module.exports.iter().map(|export| export.token.short_name()).collect(),
        wrong: graph.wrong(Place::Module(index)),
        nodes,
    }
}

fn drawn_node(graph: &Graph, id: usize, node: &Node, edges: Vec<DrawnEdge>) -> DrawnNode {
    let definition = &*node.definition;
    let name = short_name((definition.name)());
    let provides = definition.provides.iter().map(crate::di::Token::short_name);
    DrawnNode {
        id,
        provides: provides.filter(|token| *token != name).collect(),
        name,
        at: definition.at.to_string(),
        scope: match graph.lives.get(id) {
            Some(life) if life.scope != crate::di::Scope::Singleton => life.scope.to_string(),
            _ => String::new(),
        },
        wrong: graph.wrong(Place::Node(id)),
        edges,
    }
}

fn drawn_edges(graph: &Graph, id: usize, node: &Node) -> Vec<DrawnEdge> {
    let asked = node.definition.dependencies().iter().zip(graph.asked(id)).enumerate();
    asked
        .filter(|(_, (dependency, _))| dependency.edge.how != How::Nothing)
        .map(|(number, (dependency, target))| {
            let named = |slot: &Slot| {
                let owner = graph.owner_index(*slot);
                (short_name((graph.nodes[owner].definition.name)()), owner)
            };
            DrawnEdge {
                member: dependency.member.to_owned(),
                token: dependency.edge.token.short_name(),
                how: dependency.edge.how,
                targets: target.slots().iter().map(named).collect(),
                wrong: graph.wrong(Place::Dependency(id, number)),
            }
        })
        .collect()
}
