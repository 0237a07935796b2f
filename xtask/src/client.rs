//! The client as a browser loads it: the linked program, cut into parts, bound to JavaScript and,
//! for a release, made smaller.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, anyhow, ensure};
use wasm_bindgen_cli_support::Bindgen;

use crate::{
    browser,
    command::{run, target_dir},
    glue,
    site::{Profile, hash, kb},
    toolchain::WASM,
};

/// What the compiler uses beyond the first WebAssembly; every browser since 2022 has it.
const WASM_FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// The module that the client asks for its parts, in the script that starts the client.
const LOADER: &str = "./loader.js";
/// What wasm-bindgen calls its files.
const SCRIPT: &str = "boardwalk.js";
const MAIN: &str = "boardwalk_bg.wasm";
/// The extension of a file of the parts, which is several modules in one: together they compress better
/// by a sixth.
const FILE: &str = "bin";
/// Which files each part consists of, in the folder of the client: its name and theirs, a line each.
const PARTS: &str = "parts";
/// Bytes from which a module that several parts use is a file of its own, so that it is fetched once.
/// Smaller ones are in the file of each, with which they compress.
const SHARED_BYTES: u64 = 100_000;

/// How the exports begin by which a script could read and write streams of ours, which `server_fn` brings along:
/// without them what they lead to goes too.
const UNUSED: &str = "intounderlying";

/// A file of modules that the board shares with what opens beside it, by what that is: a page that is made of both
/// fetches them once. All these parts take them from there.
const BESIDE_BOARD: [(&str, &[&str]); 2] = [("board_task", &["task"]), ("board_list", &["list", "several"])];
const BOARD_PARTS: [&str; 4] = ["board", "task", "list", "several"];

/// The files of the client.
pub struct Client {
    /// The script, which names the files of the parts `./<name>.bin`.
    pub script: String,
    /// What is loaded first.
    pub main: Vec<u8>,
    /// The names of the files that are loaded beside it, by the part that needs them.
    pub parts: BTreeMap<String, Vec<String>>,
    /// Those files, by name.
    pub files: BTreeMap<String, Vec<u8>>,
}

impl Client {
    /// Makes them of the program that cargo has linked, unless that was done before.
    ///
    /// # Errors
    /// The program can't be cut or bound, or a file can't be read or written.
    pub fn generate(profile: Profile) -> Result<Self> {
        let input = target_dir().join(WASM).join(profile.cargo_name()).join("frontend.wasm");
        let dir = target_dir().join("client").join(profile.cargo_name());
        let compiled = fs::read(&input)?;
        // Made anew by another xtask, too.
        let xtask = fs::metadata(std::env::current_exe()?)?.modified()?;
        let hash = format!("{} {xtask:?}", hash(&compiled));
        let hash_file = dir.join("made-of");
        if !fs::read(&hash_file).is_ok_and(|known| known == hash.as_bytes()) {
            if dir.exists() {
                fs::remove_dir_all(&dir)?;
            }
            fs::create_dir_all(&dir)?;
            make(&compiled, &dir, profile)?;
            fs::write(hash_file, hash)?;
        }
        Self::read(&dir)
    }

    fn read(dir: &Path) -> Result<Self> {
        let (script, main) = (fs::read_to_string(dir.join(SCRIPT))?, fs::read(dir.join(MAIN))?);
        let mut client = Self { script, main, parts: BTreeMap::new(), files: BTreeMap::new() };
        for line in fs::read_to_string(dir.join(PARTS))?.lines() {
            let mut names = line.split(' ').map(str::to_owned);
            let part = names.next().context("a part has no name")?;
            let files: Vec<String> = names.collect();
            for file in &files {
                client.files.insert(file.clone(), fs::read(dir.join(file).with_extension(FILE))?);
            }
            client.parts.insert(part, files);
        }
        Ok(client)
    }
}

fn make(compiled: &[u8], dir: &Path, profile: Profile) -> Result<()> {
    let cut = dir.join("cut.wasm");
    let mut options = wasm_split_cli_support::Options::new(compiled);
    options.output_dir = dir;
    options.main_out_path = &cut;
    options.link_name = LOADER;
    let split = wasm_split_cli_support::transform(options).map_err(|error| anyhow!("{error:?}"))?;

    let mut output = Bindgen::new()
        .input_path(&cut)
        .web(true)?
        .typescript(false)
        // The parts find in these exports what they share.
        .keep_lld_exports(true)
        .demangle(false)
        // The page says where the module is.
        .omit_default_module_path(true)
        .out_name("boardwalk")
        .generate_output()?;
    ensure!(
        output.snippets().values().all(Vec::is_empty) && output.local_modules().is_empty(),
        "a dependency brings a script of its own, which the site has no place for yet"
    );
    output.emit(dir)?;
    let (script, main) = (dir.join(SCRIPT), dir.join(MAIN));
    fs::write(&main, glue::without(&fs::read(&main)?, UNUSED)?)?;
    if profile == Profile::Release {
        browser::install_node_packages()?;
        for file in split.split_modules.iter().chain([&main]) {
            optimise(file)?;
        }
    }

    let parts = pack(dir, &split.prefetch_map.into_iter().collect())?;
    let canary = canary(&fs::read_to_string(dir.join(LOADER))?).context("the cutter's loader is another one")?;
    let loader = include_str!("loader.js").replace("PARTS", &parts).replace("CANARY,", &canary);
    let joined = glue::joined(&fs::read_to_string(&script)?, &loader, LOADER)?;
    let (short, client) = glue::shortened(&joined, &fs::read(&main)?)?;
    fs::write(script, short)?;
    fs::write(main, client)?;
    Ok(())
}

/// Puts the modules that each part needs into its files; says, as the script does, which part needs which
/// files with which modules of which lengths.
fn pack(dir: &Path, parts: &BTreeMap<String, Vec<String>>) -> Result<String> {
    let length = |module: &str| anyhow::Ok(fs::metadata(dir.join(module).with_extension("wasm"))?.len());
    let users = |module: &String| -> Vec<&str> {
        parts.iter().filter(|(_, modules)| modules.contains(module)).map(|(part, _)| part.as_str()).collect()
    };
    // The file that several parts have a module in; none where each has its own copy.
    let shared = |module: &String| -> Result<Option<String>> {
        let users = users(module);
        let large = users.len() > 1 && length(module)? >= SHARED_BYTES;
        Ok(if large { Some(module.clone()) } else { beside_board(&users).map(str::to_owned) })
    };
    let mut of_file: BTreeMap<String, Vec<&String>> = BTreeMap::new();
    for module in parts.values().flatten().collect::<BTreeSet<_>>() {
        if let Some(file) = shared(module)? {
            of_file.entry(file).or_default().push(module);
        }
    }
    let (mut script, mut lines) = ("{".to_owned(), String::new());
    for (part, modules) in parts {
        let (mut own, mut files): (Vec<&String>, Vec<(String, Vec<&String>)>) = (Vec::new(), Vec::new());
        for module in modules {
            match shared(module)?.filter(|file| file == module || BOARD_PARTS.contains(&part.as_str())) {
                None => own.push(module),
                Some(file) if files.iter().any(|(other, _)| *other == file) => {}
                Some(file) => files.push((file.clone(), of_file[&file].clone())),
            }
        }
        files.push((part.clone(), own));
        script += &format!("{part}: [");
        lines += part;
        for (file, modules) in files {
            let (mut content, mut lengths) = (Vec::new(), Vec::new());
            for module in modules {
                content.extend(fs::read(dir.join(module).with_extension("wasm"))?);
                lengths.push(format!("[\"{module}\", {}]", length(module)?));
            }
            fs::write(dir.join(&file).with_extension(FILE), content)?;
            script += &format!("[\"./{file}.{FILE}\", [{}]], ", lengths.join(", "));
            lines += &format!(" {file}");
        }
        script += "],\n";
        lines += "\n";
    }
    fs::write(dir.join(PARTS), lines)?;
    Ok(script + "}")
}

/// The file of a module that the board shares with what opens beside it.
fn beside_board(users: &[&str]) -> Option<&'static str> {
    let uses = |(_, parts): &&(&str, &[&str])| parts.iter().any(|part| users.contains(part));
    users.contains(&"board").then(|| BESIDE_BOARD.iter().find(uses).map(|(file, _)| *file)).flatten()
}

/// What the parts of a build with assertions want to be given as a sign that they belong to it: it
/// stands in the loader that the cutter writes, for which we have our own.
fn canary(loader: &str) -> Option<String> {
    let (_, given) = loader.split_once("{ __wasm_split: {")?;
    Some(given.split_once('}')?.0.trim().to_owned())
}

fn optimise(file: &PathBuf) -> Result<()> {
    let before = fs::metadata(file)?.len() as usize;
    run(browser::node_program("wasm-opt").arg("-Oz").args(WASM_FEATURES).args([file, Path::new("--output"), file]))?;
    let after = fs::metadata(file)?.len() as usize;
    let name = file.file_name().unwrap_or_default().display();
    println!("{name}: {} KB, after wasm-opt {} KB", kb(before), kb(after));
    Ok(())
}
