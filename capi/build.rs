//! Names the shared library as programs will ask for it.

fn main() {
    println!("cargo::rustc-cdylib-link-arg=-Wl,-soname,libwinsock.so.0");
    println!("cargo::rerun-if-changed=build.rs");
}
