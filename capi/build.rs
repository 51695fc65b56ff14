//! Names the shared library as programs will ask for it, and makes that name in the build's folder,
//! so that what `winsock-cc` builds runs before anything is installed.

use std::env;
use std::os::unix::fs::symlink;
use std::path::PathBuf;

fn main() {
    println!("cargo::rustc-cdylib-link-arg=-Wl,-soname,libwinsock.so.0");
    println!("cargo::rerun-if-changed=build.rs");
    // target/<profile>/build/<package>/out
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it"));
    for folder in out.ancestors().nth(3).into_iter().flat_map(|top| [top.join("deps"), top.into()])
    {
        let _ = symlink("libwinsock.so", folder.join("libwinsock.so.0")); // there already, mostly
    }
}
