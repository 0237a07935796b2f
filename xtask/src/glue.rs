//! The script that wasm-bindgen writes, as the site has it: with the loader of the parts in it, and
//! without what only a reader needs.

use std::collections::HashMap;

use anyhow::{Result, ensure};
use wasmparser::{Parser, Payload};

/// How the names begin by which the client and its script know each other. They end in a hash, which
/// nothing compresses.
const NAMES: [&str; 3] = ["__wbg_", "__wbindgen_cast_", "wasm_bindgen__"];

const IMPORT_SECTION: u8 = 2;
const EXPORT_SECTION: u8 = 7;

/// The script that starts the client together with `loader`, which loads its parts as `loads` and which
/// it knows as the module `name`: each needs the other, which names by content can't follow.
///
/// # Errors
/// The script imports something else.
pub fn joined(script: &str, loader: &str, name: &str) -> Result<String> {
    let (imports, rest): (Vec<&str>, Vec<&str>) = script.lines().partition(|line| line.starts_with("import "));
    ensure!(
        imports.iter().all(|line| line.contains(name)),
        "the client's script imports what the site has no place for: {imports:?}"
    );
    let import = format!("\"{name}\": ");
    let mut joined = loader.to_owned();
    for line in rest {
        joined += &if line.trim().starts_with(&import) { format!("{import}loads,") } else { line.to_owned() };
        joined.push('\n');
    }
    Ok(joined)
}

/// Script and client with short names for each other, the script without comments and indentation.
///
/// # Errors
/// `client` is no WebAssembly module.
pub fn shortened(script: &str, client: &[u8]) -> Result<(String, Vec<u8>)> {
    let mut names = Names::default();
    let client = names.shorten(client)?;
    let mut short = String::new();
    for line in script.lines().map(str::trim) {
        if !line.is_empty() && !["//", "/*", "*"].iter().any(|comment| line.starts_with(comment)) {
            names.replace(line, &mut short);
            short.push('\n');
        }
    }
    Ok((short, client))
}

/// The client without the exports whose names begin so. Nothing may call them.
///
/// # Errors
/// `client` is no WebAssembly module.
pub fn without(client: &[u8], unused: &str) -> Result<Vec<u8>> {
    let is_unused = |name: &str| name.trim_start_matches("__wbg_").starts_with(unused);
    for payload in Parser::new(0).parse_all(client) {
        if let Payload::ExportSection(exports) = payload? {
            let range = exports.range();
            let kept: Vec<_> = exports.into_iter().collect::<Result<Vec<_>, _>>()?;
            let kept: Vec<_> = kept.into_iter().filter(|export| !is_unused(export.name)).collect();
            let mut content = Vec::new();
            put(kept.len(), &mut content);
            for export in kept {
                put_name(export.name, &mut content);
                content.push(export.kind as u8);
                put(export.index as usize, &mut content);
            }
            let mut size = Vec::new();
            put((range.end - range.start) as usize, &mut size);
            let mut out = client[..range.start as usize - size.len()].to_vec();
            put(content.len(), &mut out);
            out.extend_from_slice(&content);
            out.extend_from_slice(&client[range.end as usize..]);
            return Ok(out);
        }
    }
    Ok(client.to_vec())
}

/// The short names, by the long ones.
#[derive(Default)]
struct Names(HashMap<String, String>);

impl Names {
    fn short<'a>(&'a mut self, name: &'a str) -> &'a str {
        if !NAMES.iter().any(|begin| name.starts_with(begin)) {
            return name;
        }
        let next = self.0.len();
        self.0.entry(name.to_owned()).or_insert_with(|| format!("${next}"))
    }

    /// Puts the short names into the two sections that have them.
    fn shorten(&mut self, client: &[u8]) -> Result<Vec<u8>> {
        let mut out = Vec::with_capacity(client.len());
        let mut copied = 0;
        for payload in Parser::new(0).parse_all(client) {
            let (id, range, content) = match payload? {
                Payload::ImportSection(imports) => {
                    let range = imports.range();
                    let all = imports.into_imports_with_offsets().collect::<Result<Vec<_>, _>>()?;
                    let ends: Vec<u64> = all.iter().skip(1).map(|(at, _)| *at).chain([range.end]).collect();
                    let mut content = Vec::new();
                    put(all.len(), &mut content);
                    for ((at, import), end) in all.iter().zip(ends) {
                        let mut names = Vec::new();
                        put_name(import.module, &mut names);
                        put_name(import.name, &mut names);
                        let rest = *at as usize + names.len()..end as usize;
                        put_name(import.module, &mut content);
                        put_name(self.short(import.name), &mut content);
                        content.extend_from_slice(&client[rest]);
                    }
                    (IMPORT_SECTION, range, content)
                }
                Payload::ExportSection(exports) => {
                    let range = exports.range();
                    let mut content = Vec::new();
                    put(exports.count() as usize, &mut content);
                    for export in exports {
                        let export = export?;
                        put_name(self.short(export.name), &mut content);
                        content.push(export.kind as u8);
                        put(export.index as usize, &mut content);
                    }
                    (EXPORT_SECTION, range, content)
                }
                _ => continue,
            };
            // Before a section stand its id and its size.
            let mut size = Vec::new();
            put((range.end - range.start) as usize, &mut size);
            out.extend_from_slice(&client[copied..range.start as usize - size.len()]);
            put(content.len(), &mut out);
            out.extend_from_slice(&content);
            copied = range.end as usize;
            ensure!(client[range.start as usize - size.len() - 1] == id, "a section has a size of another form");
        }
        out.extend_from_slice(&client[copied..]);
        Ok(out)
    }

    /// The line with short names.
    fn replace(&self, line: &str, out: &mut String) {
        let is_name = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
        let mut rest = line;
        while let Some(first) = rest.find(is_name) {
            let (between, from) = rest.split_at(first);
            let (word, after) = from.split_at(from.find(|c| !is_name(c)).unwrap_or(from.len()));
            out.push_str(between);
            out.push_str(self.0.get(word).map_or(word, String::as_str));
            rest = after;
        }
        out.push_str(rest);
    }
}

/// A number as WebAssembly writes it: seven bits a byte, the lowest first.
pub fn put(mut number: usize, out: &mut Vec<u8>) {
    while number >= 0x80 {
        out.push((number & 0x7f) as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

fn put_name(name: &str, out: &mut Vec<u8>) {
    put(name.len(), out);
    out.extend_from_slice(name.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn script_and_client_keep_knowing_each_other() {
        // (module (import "./m.js" "__wbg_a_0123" (func)) (export "wasm_bindgen__b" (func 0)) (export "c" (func 0)))
        let mut client = b"\0asm\x01\0\0\0\x01\x04\x01\x60\0\0".to_vec();
        for (id, entries) in [
            (IMPORT_SECTION, &b"\x01\x06./m.js\x0c__wbg_a_0123\0\0"[..]),
            (EXPORT_SECTION, b"\x02\x0fwasm_bindgen__b\0\0\x01c\0\0"),
        ] {
            client.push(id);
            put_name(std::str::from_utf8(entries).unwrap(), &mut client);
        }
        let script =
            "/**\n * Says.\n */\n  f({ __wbg_a_0123: x__wbg_a_0123 }); // said\n  wasm.wasm_bindgen__b(wasm.c);\n";
        let (short, client) = shortened(script, &client).unwrap();
        assert_eq!(short, "f({ $0: x__wbg_a_0123 }); // said\nwasm.$1(wasm.c);\n");
        assert_eq!(
            client,
            b"\0asm\x01\0\0\0\x01\x04\x01\x60\0\0\x02\x0d\x01\x06./m.js\x02$0\0\0\x07\x0a\x02\x02$1\0\0\x01c\0\0"
        );
    }

    #[test]
    fn exports_that_nobody_uses_are_left_out() {
        let mut client = b"\0asm\x01\0\0\0\x01\x04\x01\x60\0\0".to_vec();
        let exports = b"\x03\x01a\0\0\x05gonea\0\0\x0c__wbg_gone_b\0\0";
        client.push(EXPORT_SECTION);
        put_name(std::str::from_utf8(exports).unwrap(), &mut client);
        let mut expected = b"\0asm\x01\0\0\0\x01\x04\x01\x60\0\0".to_vec();
        expected.extend(b"\x07\x05\x01\x01a\0\0");
        assert_eq!(without(&client, "gone").unwrap(), expected);
        assert_eq!(without(&client, "other").unwrap(), client);
    }

    #[test]
    fn the_loader_of_the_parts_is_in_the_script() {
        let script = "import * as import1 from \"./l.js\"\nreturn {\n\"./l.js\": import1,\n};";
        let joined = joined(script, "const loads = {};\n", "./l.js").unwrap();
        assert_eq!(joined, "const loads = {};\nreturn {\n\"./l.js\": loads,\n};\n");
        assert!(super::joined("import x from \"./y.js\"", "", "./l.js").is_err());
    }
}
