//! Keeps in the linked client what tells the places where it refers to itself, by which `xtask` cuts
//! it into parts.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rustc-link-arg-cdylib=--emit-relocs");
}
