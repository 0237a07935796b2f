// The parts of the client: of each its files, and the modules in each of them, in order, with their
// lengths. Some files belong to several parts, and some modules are in several files; each is fetched
// and instantiated once.
const loads = (() => {
    const parts = PARTS;
    const modules = new Map();
    const loading = {};
    const fetched = async ([url, files]) => {
        const response = await fetch(url);
        if (!response.ok) {
            throw new Error(`${url}: ${response.status}`);
        }
        const bytes = await response.arrayBuffer();
        const shared = { __wasm_split: { CANARY, ...initSync() } };
        let at = 0;
        for (const [name, length] of files) {
            if (!modules.has(name)) {
                modules.set(name, WebAssembly.instantiate(bytes.slice(at, at + length), shared));
            }
            at += length;
        }
        await Promise.all(files.map(([name]) => modules.get(name)));
    };
    const load = (part) => async (callback, data) => {
        let loaded = true;
        try {
            await Promise.all(parts[part].map((file) => (loading[file[0]] ??= fetched(file))));
        } catch (error) {
            // Tried again when it is asked for again.
            parts[part].forEach(([url]) => delete loading[url]);
            // The screen says so where it is one that is wanted.
            console.info(error);
            loaded = false;
        }
        initSync().__indirect_function_table.get(callback)(data, loaded);
    };
    return Object.fromEntries(Object.keys(parts).map((part) => [`__wasm_split_load_${part}`, load(part)]));
})();
