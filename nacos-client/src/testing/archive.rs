//! The zip archive of an export: `group/data-id` for each configuration, and a table of contents.

use std::collections::HashMap;
use std::io::{Cursor, Read as _, Write as _};

use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

const CONTENTS: &str = ".metadata.yml";
/// Nobody's test imports more.
const LONGEST: u64 = 64 * 1024 * 1024;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Archived {
    pub(super) group: String,
    pub(super) data_id: String,
    pub(super) content: String,
    pub(super) kind: Option<String>,
    pub(super) app_name: Option<String>,
    pub(super) description: Option<String>,
}

pub(super) fn pack(configs: &[Archived]) -> zip::result::ZipResult<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default();
    let mut contents = String::from("metadata:");
    contents += if configs.is_empty() { " []\n" } else { "\n" };
    for config in configs {
        zip.start_file(format!("{}/{}", config.group, config.data_id), options)?;
        zip.write_all(config.content.as_bytes())?;
        let mut lines = vec![("appName", config.app_name.as_deref().unwrap_or_default())];
        lines.push(("dataId", &config.data_id));
        lines.extend(config.description.as_deref().map(|text| ("desc", text)));
        lines.push(("group", &config.group));
        lines.extend(config.kind.as_deref().map(|text| ("type", text)));
        for (index, (name, value)) in lines.into_iter().enumerate() {
            let mark = if index == 0 { "- " } else { "  " };
            contents += &format!("{mark}{name}: {}\n", quoted(value));
        }
    }
    zip.start_file(CONTENTS, options)?;
    zip.write_all(contents.as_bytes())?;
    Ok(zip.finish()?.into_inner())
}

/// A scalar of YAML; JSON's strings are among them.
fn quoted(text: &str) -> String {
    let plain = !text.is_empty()
        && text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text
            .chars()
            .all(|character| character.is_ascii_alphanumeric() || "._-".contains(character));
    if plain {
        text.to_owned()
    } else {
        serde_json::Value::from(text).to_string()
    }
}

/// The configurations in the order of the table, and what table and files do not agree on. `None` without a table.
pub(super) fn unpack(bytes: &[u8]) -> Option<(Vec<Archived>, Vec<String>)> {
    let mut zip = ZipArchive::new(Cursor::new(bytes)).ok()?;
    let mut files = HashMap::new();
    for index in 0..zip.len() {
        let entry = zip.by_index(index).ok()?;
        let name = entry.name().ok()?.into_owned();
        let mut content = String::new();
        entry.take(LONGEST).read_to_string(&mut content).ok()?;
        files.insert(name, content);
    }
    let table = files.remove(CONTENTS)?;
    let mut unrecognized = Vec::new();
    let mut configs = Vec::new();
    for mut config in read_table(&table) {
        let name = format!("{}/{}", config.group, config.data_id);
        match files.remove(&name) {
            Some(content) => {
                config.content = content;
                configs.push(config);
            }
            None => unrecognized.push(format!("Item not found in file: {name}")),
        }
    }
    let left = files
        .into_keys()
        .map(|name| format!("Item not found in metadata: {name}"));
    unrecognized.extend(left);
    Some((configs, unrecognized))
}

/// The lines `- name: value` and `  name: value`, which is how the server writes its table.
fn read_table(text: &str) -> Vec<Archived> {
    let mut configs: Vec<Archived> = Vec::new();
    for line in text.lines().skip(1) {
        if line.starts_with("- ") {
            configs.push(Archived::default());
        }
        let Some((name, value)) = line.get(2..).and_then(|line| line.split_once(':')) else {
            continue;
        };
        let (Some(config), value) = (configs.last_mut(), unquoted(value.trim())) else {
            continue;
        };
        match name {
            "group" => config.group = value,
            "dataId" => config.data_id = value,
            "type" => config.kind = Some(value),
            "appName" => config.app_name = Some(value),
            "desc" => config.description = Some(value),
            _ => {}
        }
    }
    configs
}

fn unquoted(text: &str) -> String {
    if let Some(inner) = text.strip_prefix('\'').and_then(|text| text.strip_suffix('\'')) {
        return inner.replace("''", "'");
    }
    serde_json::from_str(text).unwrap_or_else(|_| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_is_unpacked_equal() {
        let config = |data_id: &str, description: Option<&str>| Archived {
            group: "G1".to_owned(),
            data_id: data_id.to_owned(),
            content: "a: 1\r\n# 配置".to_owned(),
            kind: Some("yaml".to_owned()),
            app_name: Some(String::new()),
            description: description.map(str::to_owned),
        };
        let configs = [config("a.yaml", Some("it's: \"quoted\"\n- 团队")), config("b", None)];
        let (unpacked, unrecognized) = unpack(&pack(&configs).unwrap()).unwrap();
        assert_eq!((&*unpacked, unrecognized), (&configs[..], Vec::new()));
        assert_eq!(unpack(&pack(&[]).unwrap()), Some((Vec::new(), Vec::new())));
        assert_eq!(unpack(b"PK garbage"), None);
    }
}
