// [boot]

//! Has the kernel linked as `kernel.ld` says, and again when that file changes.

fn main() {
    println!("cargo::rerun-if-changed=kernel.ld");
    println!("cargo::rustc-link-arg-bins=-Tkernel.ld");
    println!("cargo::rustc-link-arg-tests=-Tkernel.ld"); // [tests.2]
    println!("cargo::rustc-link-arg-benches=-Tkernel.ld"); // [allocators.5]
}
