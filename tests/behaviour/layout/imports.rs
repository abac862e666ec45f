//! Which file of the library names which other, read from its paths: `use` declarations and paths written out.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::sources;

/// A module by its path from the crate's root: `app::target`.
pub type Module = String;

/// Every file of the library with the files that it names, tests and examples aside.
pub fn graph() -> BTreeMap<Module, BTreeSet<Module>> {
    let all: Vec<_> = sources("src").into_iter().chain(sources("projections")).collect();
    let texts: BTreeMap<Module, String> =
        all.into_iter().filter_map(|(path, text)| Some((module(&path)?, text))).collect();
    let named = |module: &Module, text: &str| {
        let paths = paths(text).into_iter().filter_map(|path| absolute(module, &path));
        let file = |path: Vec<String>| {
            let ends = (1..=path.len()).rev().map(|end| path[..end].join("::"));
            ends.into_iter().find(|name| texts.contains_key(name))
        };
        paths.filter_map(file).filter(|name| name != module).collect()
    };
    texts.iter().map(|(module, text)| (module.clone(), named(module, text))).collect()
}

/// The room of a module: the first part of its path.
pub fn room(module: &str) -> &str {
    module.split("::").next().unwrap_or(module)
}

fn module(path: &Path) -> Option<Module> {
    let path = path.strip_prefix(env!("CARGO_MANIFEST_DIR")).unwrap();
    let path = path.strip_prefix("src").unwrap_or(path).with_extension("");
    let parts: Vec<&str> = path.iter().map(|part| part.to_str().unwrap()).collect();
    let is_aside = parts.iter().any(|part| matches!(*part, "tests" | "example" | "lib" | "main"));
    let parts = if parts.last() == Some(&"mod") { &parts[..parts.len() - 1] } else { &parts[..] };
    (!is_aside).then(|| parts.join("::"))
}

/// The paths that a file writes, those in braces one by one.
fn paths(text: &str) -> Vec<String> {
    let code: String =
        text.lines().map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join("\n");
    let mut found = vec![];
    for declared in code.split("use ").skip(1) {
        flatten("", declared.split(';').next().unwrap_or_default(), &mut found);
    }
    for start in ["crate::", "super::"] {
        for (at, _) in code.match_indices(start) {
            let is_path = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
            found.push(code[at..].chars().take_while(|c| is_path(*c)).collect());
        }
    }
    found
}

fn flatten(base: &str, tree: &str, found: &mut Vec<String>) {
    let tree = tree.trim();
    let Some((head, inner)) = tree.split_once('{') else {
        found.push(format!("{base}{}", tree.split_whitespace().next().unwrap_or_default()));
        return;
    };
    let base = format!("{base}{}", head.trim());
    let (mut depth, mut part) = (0, String::new());
    for c in inner.trim_end_matches('}').chars().chain([',']) {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => (),
        }
        if c == ',' && depth == 0 {
            flatten(&base, &std::mem::take(&mut part), found);
        } else {
            part.push(c);
        }
    }
}

/// The parts of a path from the crate's root, if it is one of this crate.
fn absolute(module: &Module, path: &str) -> Option<Vec<String>> {
    let mut parts: Vec<String> = path.split("::").map(str::to_owned).collect();
    match parts.first()?.as_str() {
        "crate" | "gradtrail" => Some(parts.split_off(1)),
        "super" | "self" => {
            let mut base: Vec<String> = module.split("::").map(str::to_owned).collect();
            let ups = parts.iter().take_while(|part| matches!(part.as_str(), "super" | "self")).count();
            let above = parts[..ups].iter().filter(|part| *part == "super").count();
            base.truncate(base.len().saturating_sub(above));
            base.extend(parts.split_off(ups));
            Some(base)
        }
        _ => None,
    }
}

/// The files that reach each other, each group in order; a file alone is no circle.
pub fn circles(graph: &BTreeMap<Module, BTreeSet<Module>>) -> BTreeSet<Vec<Module>> {
    let reached: BTreeMap<&Module, BTreeSet<&Module>> = graph.keys().map(|from| (from, reached(graph, from))).collect();
    let of = |from: &Module| -> Vec<Module> {
        let both = reached[from].iter().filter(|to| reached[**to].contains(from)).map(|to| (*to).clone());
        both.collect()
    };
    graph.keys().map(of).filter(|circle| circle.len() > 1).collect()
}

fn reached<'a>(graph: &'a BTreeMap<Module, BTreeSet<Module>>, from: &Module) -> BTreeSet<&'a Module> {
    let mut reached = BTreeSet::new();
    let mut next: Vec<&Module> = graph[from].iter().collect();
    while let Some(module) = next.pop() {
        if reached.insert(module) {
            next.extend(&graph[module]);
        }
    }
    reached
}
