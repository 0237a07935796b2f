//! Takes out of the client what Leptos keeps in the tables of every view and we never call.
//!
//! The linker can't know that an entry of a table is never called. Hydration that waits for lazily
//! loaded parts, and hydration from templates, are such entries; they are a tenth of the client.

use anyhow::Result;
use walrus::{FunctionBuilder, FunctionKind, Module};

/// What the names of those functions contain. A call of one traps, and the browser tests would
/// show it: nothing of ours hydrates lazily (`hydrate_lazy`) or uses `template!`.
const UNUSED: [&str; 2] = ["hydrate_async", "hydrate_from_template"];

/// The client without the bodies of those functions.
///
/// # Errors
/// `client` is no WebAssembly module.
pub fn remove(client: &[u8]) -> Result<Vec<u8>> {
    let mut module = Module::from_buffer(client)?;
    let unused: Vec<_> = module
        .funcs
        .iter_local()
        .filter_map(|(id, local)| {
            let name = module.funcs.get(id).name.as_deref()?;
            UNUSED.iter().any(|unused| name.contains(unused)).then(|| (id, local.ty()))
        })
        .collect();
    for (id, ty) in &unused {
        let ty = module.types.get(*ty);
        let (params, results) = (ty.params().to_vec(), ty.results().to_vec());
        let mut body = FunctionBuilder::new(&mut module.types, &params, &results);
        body.func_body().unreachable();
        let arguments = params.iter().map(|param| module.locals.add(*param)).collect();
        module.funcs.get_mut(*id).kind = FunctionKind::Local(body.local_func(arguments));
    }
    Ok(module.emit_wasm())
}
