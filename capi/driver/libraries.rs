//! Windows' import libraries: what this library stands for, and what it does not.

/// Libraries whose functions, as far as they are here, are all in libwinsock.
const SERVED: &[&str] = &[
    "ws2_32",
    "wsock32",
    "mswsock",
    "kernel32",
    "user32",
    "advapi32",
    "winmm",
    "iphlpapi",
    "dbghelp",
    "rpcrt4",
    "synchronization",
    "ntdll",
    "uuid",
    "ole32",
    "shell32",
    "gdi32",
    "oldnames",
    "msvcrt",
    "msvcrtd",
    "libcmt",
    "libcmtd",
    "ucrt",
    "vcruntime",
    "legacy_stdio_definitions",
    "bufferoverflowu",
    "psapi",
    "shlwapi",
    "userenv",
    "version",
    "icmp",
    "odbc32",
    "odbccp32",
    "comctl32",
    "comdlg32",
    "winspool",
    "oleaut32",
    "crypt32",
    "secur32",
    "bcrypt",
    "pdh",
];

/// The library's bare name: no folder, no `.lib`, in small letters.
pub fn bare(name: &str) -> String {
    let name = name.rsplit(['/', '\\']).next().unwrap_or(name).to_ascii_lowercase();
    name.strip_suffix(".lib").map(str::to_owned).unwrap_or(name)
}

/// Whether libwinsock stands for it.
pub fn is_served(name: &str) -> bool {
    SERVED.contains(&bare(name).as_str())
}

/// What becomes of a library that a source asks for.
pub fn verdict(name: &str) -> &'static str {
    if is_served(name) {
        "libwinsock has its place"
    } else {
        "not linked: name its Linux counterpart with -l if there is one"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_libraries_are_known_however_they_are_written() {
        for name in ["ws2_32", "WS2_32.LIB", "Ws2_32.lib", "..\\lib\\mswsock.lib"] {
            assert!(is_served(name), "{name}");
        }
        assert!(!is_served("mysqlclient.lib"));
    }
}
