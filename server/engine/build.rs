//! The migrations are carried inside: a changed one is a reason to build again.

fn main() {
    println!("cargo:rerun-if-changed=../../migrations");
}
