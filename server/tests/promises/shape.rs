//! The structure of the two crates: modules depend on each other in one direction, and production depends on nothing
//! simulated.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::read_to_string;
use std::path::Path;

/// Each module with the modules that it names. Between a folder's `mod.rs` and the files beside it, naming is no
/// dependency: the folder and its `mod.rs` are one module.
fn dependencies(source: &Path) -> BTreeMap<String, BTreeSet<String>> {
    let mut texts = BTreeMap::new();
    read(source, "", &mut texts);
    let named_by = |(module, text): (&String, &String)| {
        let parents = module.rsplit_once("::").map_or("", |(parents, _)| parents);
        let named = paths(text).into_iter().filter_map(|path| {
            let absolute = match path.split_once("::")? {
                ("crate", rest) => rest.to_owned(),
                ("super", rest) if parents.is_empty() => rest.to_owned(),
                ("super", rest) => format!("{parents}::{rest}"),
                _ => return None,
            };
            let ends = absolute.match_indices("::").map(|(end, _)| end).chain([absolute.len()]);
            ends.map(|end| absolute[..end].to_owned()).filter(|name| texts.contains_key(name)).last()
        });
        let named = named.filter(|name| name != module && !module.starts_with(&format!("{name}::")));
        (module.clone(), named.collect())
    };
    texts.iter().map(named_by).collect()
}

fn read(folder: &Path, module: &str, texts: &mut BTreeMap<String, String>) {
    for entry in folder.read_dir().expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_stem().expect("a name").to_str().expect("text");
        let below = if module.is_empty() { name.to_owned() } else { format!("{module}::{name}") };
        if path.is_dir() {
            read(&path, &below, texts);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = read_to_string(&path).expect("a source");
            let text = text.split("#[cfg(test)]").next().unwrap_or_default().to_owned();
            texts.insert(if name == "mod" { module.to_owned() } else { below }, text);
        }
    }
}

/// The paths that begin with `crate` or `super`. Each name of a list becomes a path of its own.
fn paths(text: &str) -> Vec<String> {
    let mut paths = Vec::new();
    let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    let code: String = code.flat_map(|line| [line.trim(), " "]).collect();
    for (start, _) in code.match_indices("crate::").chain(code.match_indices("super::")) {
        let path: String = code[start..]
            .chars()
            .take_while(|letter| letter.is_alphanumeric() || "_:".contains(*letter))
            .collect();
        let list = code[start + path.len()..].strip_prefix('{').and_then(|rest| rest.split_once('}'));
        let names = list.map_or("", |(list, _)| list).split(',');
        paths.extend(names.map(|name| format!("{path}{}", name.trim())));
    }
    paths
}

/// The modules that depend on themselves, directly or through others.
fn circles(dependencies: &BTreeMap<String, BTreeSet<String>>) -> Vec<&str> {
    let leads_back = |start: &&String| {
        let (mut seen, mut open) = (BTreeSet::new(), vec![*start]);
        while let Some(module) = open.pop() {
            for next in &dependencies[module] {
                if next == *start {
                    return true;
                }
                if seen.insert(next) {
                    open.push(next);
                }
            }
        }
        false
    };
    dependencies.keys().filter(leads_back).map(String::as_str).collect()
}

#[test]
fn modules_depend_on_each_other_in_one_direction() {
    let server = Path::new(env!("CARGO_MANIFEST_DIR"));
    for source in [server.join("src"), server.join("../miniprogram-demo/simulator/src")] {
        let dependencies = dependencies(&source);
        assert!(dependencies.values().map(BTreeSet::len).sum::<usize>() > 8, "{dependencies:?}");
        assert_eq!(circles(&dependencies), Vec::<&str>::new());
    }
    let dependencies = dependencies(&server.join("src"));
    for (module, below) in
        [("store", ["http", "protocol", "wechat"]), ("wechat", ["http", "protocol", "server"])]
    {
        for (name, named) in dependencies.iter().filter(|(name, _)| name.starts_with(module)) {
            let above = named.iter().find(|named| below.iter().any(|below| named.starts_with(below)));
            assert_eq!(above, None, "{name}");
        }
    }
}

#[test]
fn production_has_no_simulator_in_it() {
    let manifest =
        read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml")).expect("a manifest");
    assert!(!manifest.contains("simulator = "), "the simulator is around the server, not in it");
}
