//! Puts the C library where C compilers, pkg-config and CMake find it.

use std::env;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

const LIBRARY: &str = "libwinsock.so";
const ABI: &str = "libwinsock.so.0";
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Builds the library and installs it below `prefix`, or, with DESTDIR set, as if below `prefix`.
pub fn run(root: &Path, prefix: &Path) -> Result<(), String> {
    if !prefix.is_absolute() {
        return Err(format!("{} is not an absolute path", prefix.display()));
    }
    let built = build(root)?;
    let top = match env::var_os("DESTDIR").filter(|top| !top.is_empty()) {
        Some(top) => {
            let inner = prefix.strip_prefix("/").expect("the prefix is absolute");
            Path::new(&top).join(inner)
        }
        None => prefix.to_owned(),
    };
    place(root, &built, &top, prefix)
        .map_err(|why| format!("cannot install below {}: {why}", top.display()))?;
    println!("installed below {}", top.display());
    Ok(())
}

/// The folder with what was built.
fn build(root: &Path) -> Result<PathBuf, String> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .args(["build", "--release", "--package", "libwinsock"])
        .current_dir(root)
        .status()
        .map_err(|why| format!("cannot start cargo: {why}"))?;
    if !status.success() {
        return Err(format!("the library cannot be built ({status})"));
    }
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    Ok(target.join("release"))
}

fn place(root: &Path, built: &Path, top: &Path, prefix: &Path) -> std::io::Result<()> {
    let [bin, lib, include] = ["bin", "lib", "include/winsock"].map(|folder| top.join(folder));
    let (capi, whole) = (root.join("capi"), format!("{LIBRARY}.{VERSION}"));
    put(&built.join(LIBRARY), &lib.join(&whole))?;
    link(&whole, &lib.join(ABI))?;
    link(ABI, &lib.join(LIBRARY))?;
    put(&built.join("libwinsock.a"), &lib.join("libwinsock.a"))?;
    put(&built.join("winsock-cc"), &bin.join("winsock-cc"))?;
    link("winsock-cc", &bin.join("winsock-c++"))?;
    folder(&capi.join("include"), &include)?;
    spellings(&fs::read_to_string(capi.join("spelling.txt"))?, &include)?;

    let templates = capi.join("install");
    let filled = |name: &str| -> std::io::Result<String> {
        let text = fs::read_to_string(templates.join(name))?;
        Ok(text.replace("@prefix@", &prefix.to_string_lossy()).replace("@version@", VERSION))
    };
    let (pkgconfig, cmake) = (lib.join("pkgconfig"), lib.join("cmake/winsock"));
    fs::create_dir_all(&pkgconfig)?;
    fs::create_dir_all(&cmake)?;
    fs::write(pkgconfig.join("winsock.pc"), filled("winsock.pc.in")?)?;
    let version = filled("winsock-config-version.cmake.in")?;
    fs::write(cmake.join("winsock-config-version.cmake"), version)?;
    for name in ["winsock-config.cmake", "toolchain.cmake"] {
        put(&templates.join(name), &cmake.join(name))?;
    }
    Ok(())
}

/// A header by every name that programs use for it, each of which includes the one there is.
fn spellings(list: &str, include: &Path) -> std::io::Result<()> {
    let folder = include.join("spelling");
    fs::create_dir_all(&folder)?;
    for name in list.split_whitespace() {
        let plain = name.to_ascii_lowercase();
        if include.join(&plain).exists() {
            fs::write(folder.join(name), format!("#include <{plain}>\n"))?;
        }
    }
    Ok(())
}

fn put(from: &Path, to: &Path) -> std::io::Result<()> {
    fs::create_dir_all(to.parent().expect("a file lies in a folder"))?;
    if to.exists() {
        fs::remove_file(to)?; // a program that runs keeps the old one
    }
    fs::copy(from, to).map(drop)
}

fn link(target: &str, at: &Path) -> std::io::Result<()> {
    if at.symlink_metadata().is_ok() {
        fs::remove_file(at)?;
    }
    symlink(target, at)
}

fn folder(from: &Path, to: &Path) -> std::io::Result<()> {
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let to = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            folder(&entry.path(), &to)?
        } else {
            put(&entry.path(), &to)?
        }
    }
    Ok(())
}
