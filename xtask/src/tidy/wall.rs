//! The walls between the parts: who may name what.

use super::Findings;
use crate::token::{Kind, Token, places, reads};
use crate::tree::{Source, Tree};

const API: &str = "crates/winsock/src/api/";
const ERROR: &str = "crates/winsock/src/error.rs";
const KERNEL: &str = "crates/winsock/src/kernel/";
const SEAM: &str = "crates/overlapped/src/sys.rs";
/// The fewest words that can be a reason.
const REASON_WORDS_MIN: usize = 3;

/// The safe API's own completion routine, which the system calls.
const ROUTINE: &str = "crates/overlapped/src/routine.rs";

/// Functions with the Win32 calling convention are defined in `api/` only, and one is called back.
pub(super) fn doors(tree: &Tree, findings: &mut Findings) {
    let product = tree.rust().filter(|source| is_product(source) && source.path != ROUTINE);
    for source in product.filter(|source| !source.is_under(API)) {
        for at in places(&source.tokens, &["extern", "\"system\"", "fn"]) {
            let line = source.tokens[at].line;
            // A function type has its arguments here, a definition its name (or a macro's `$name`).
            let named = source.tokens.get(at + 3).is_some_and(|next| next.text != "(");
            if named && !source.is_test(line) {
                let message = format!("`extern \"system\" fn` is defined only in {API}");
                findings.add(&source.path, line, "door", message);
            }
        }
    }
}

/// The last error is set by doors only.
pub(super) fn last_error(tree: &Tree, findings: &mut Findings) {
    let engine = tree.rust().filter(|source| source.is_under("crates/winsock/src/"));
    for source in engine.filter(|source| !source.is_under(API) && source.path != ERROR) {
        for at in places(&source.tokens, &["set_last_error"]) {
            let line = source.tokens[at].line;
            if !source.is_test(line) {
                let message = format!("only {API} sets the last error: return the error instead");
                findings.add(&source.path, line, "last-error", message);
            }
        }
    }
}

/// Linux is spoken in `kernel/` only.
pub(super) fn libc(tree: &Tree, findings: &mut Findings) {
    for source in tree.rust().filter(|source| is_product(source) && !source.is_under(KERNEL)) {
        let named = places(&source.tokens, &["libc"]);
        // One finding says it: a file that names libc once usually names it often.
        if let Some(&first) = named.first() {
            let message = format!("only {KERNEL} names libc ({} times here)", named.len());
            findings.add(&source.path, source.tokens[first].line, "libc", message);
        }
    }
}

/// The choice of a platform is made at the seam only; a test may ask, and say why.
pub(super) fn platforms(tree: &Tree, findings: &mut Findings) {
    let tops = ["crates/", "conformance/", "capi/"];
    let watched = tree.rust().filter(|s| tops.iter().any(|top| s.is_under(top)) && s.path != SEAM);
    for source in watched {
        for at in 0..source.tokens.len() {
            let line = source.tokens[at].line;
            if asks_platform(&source.tokens, at)
                && !(source.is_test(line) && has_reason(source, line))
            {
                let message =
                    format!("only {SEAM} asks for the platform (a test may, with a reason)");
                findings.add(&source.path, line, "platform", message);
            }
        }
    }
}

/// Code of a crate's library or program, unit tests included.
fn is_product(source: &Source) -> bool {
    source.is_under("crates/") && !source.is_test_file()
}

/// Whether a `cfg(…)`, `cfg_attr(…)` or `cfg!(…)` at `at` names a platform.
fn asks_platform(tokens: &[Token], at: usize) -> bool {
    let name = tokens[at].text.as_str();
    if tokens[at].kind != Kind::Word || !["cfg", "cfg_attr"].contains(&name) {
        return false;
    }
    let open = if reads(tokens, at + 1, &["!"]) { at + 2 } else { at + 1 };
    if !reads(tokens, open, &["("]) {
        return false;
    }
    let platforms = ["windows", "unix", "target_os", "target_family"];
    let inside = &tokens[open + 1..tokens[open].mate];
    inside.iter().any(|token| platforms.contains(&token.text.as_str()))
}

fn has_reason(source: &Source, line: usize) -> bool {
    let says = |line: usize| {
        let words = source.comment(line).map_or(0, |comment| comment.split_whitespace().count());
        words >= REASON_WORDS_MIN
    };
    says(line) || (source.is_comment(line - 1) && says(line - 1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::{Rule, found};

    fn count(rule: Rule, path: &str, text: &str) -> usize {
        found(rule, &[(path, text)]).len()
    }

    #[test]
    fn a_door_outside_api_is_found() {
        let text = "pub unsafe extern \"system\" fn WSARecv(s: usize) -> i32 { 0 }";
        assert_eq!(count(doors, "crates/winsock/src/socket.rs", text), 1);
        assert_eq!(count(doors, "crates/winsock/src/api/socket.rs", text), 0);
        assert_eq!(count(doors, "conformance/tests/apc.rs", text), 0);
    }

    #[test]
    fn a_function_type_is_no_door() {
        let text = "type Routine = Option<unsafe extern \"system\" fn(u32, u32)>;";
        assert_eq!(count(doors, "crates/winsock/src/wait.rs", text), 0);
    }

    #[test]
    fn the_last_error_is_set_by_doors() {
        let text = "fn f() { error::set_last_error(5); }";
        assert_eq!(count(last_error, "crates/winsock/src/port.rs", text), 1);
        assert_eq!(count(last_error, "crates/winsock/src/api/port.rs", text), 0);
        assert_eq!(count(last_error, "crates/winsock/src/error.rs", text), 0);
        let text = "/// Doors call set_last_error.\nfn f() { last_error(); }";
        assert_eq!(count(last_error, "crates/winsock/src/port.rs", text), 0);
    }

    #[test]
    fn libc_is_named_in_kernel() {
        let text = "use libc::c_int;";
        assert_eq!(count(libc, "crates/winsock/src/socket.rs", text), 1);
        assert_eq!(count(libc, "crates/cli/src/doctor.rs", text), 1);
        assert_eq!(count(libc, "crates/winsock/src/kernel/sys.rs", text), 0);
        assert_eq!(count(libc, "crates/winsock/tests/limit.rs", text), 0);
        assert_eq!(count(libc, "crates/winsock/src/socket.rs", "// libc has no such call"), 0);
    }

    #[test]
    fn a_platform_question_is_found() {
        let questions =
            ["#[cfg(windows)]", "#[cfg(all(unix, a))]", "#[cfg(target_os = \"linux\")]"];
        for question in questions {
            let text = format!("{question}\nfn f() {{}}");
            assert_eq!(count(platforms, "crates/overlapped/src/port.rs", &text), 1, "{question}");
            assert_eq!(count(platforms, "crates/overlapped/src/sys.rs", &text), 0);
        }
        let text = "fn f() -> bool { cfg!(windows) }";
        assert_eq!(count(platforms, "crates/overlapped/src/port.rs", text), 1);
    }

    #[test]
    fn other_configuration_is_left_alone() {
        let text = "#[cfg(loom)]\nfn f() { windows(2); }\n#[cfg(feature = \"export\")]\nfn g() {}";
        assert_eq!(count(platforms, "crates/winsock/src/port.rs", text), 0);
    }

    #[test]
    fn a_test_asks_for_the_platform_with_a_reason() {
        let bare = "#[cfg(windows)]\nfn f() {}";
        let beside = "#[cfg(windows)] // the judge has no such limit\nfn f() {}";
        let above = "// the judge has no such limit\n#[cfg(windows)]\nfn f() {}";
        assert_eq!(count(platforms, "conformance/tests/port.rs", bare), 1);
        assert_eq!(count(platforms, "conformance/tests/port.rs", beside), 0);
        assert_eq!(count(platforms, "conformance/tests/port.rs", above), 0);
        assert_eq!(count(platforms, "crates/overlapped/src/port.rs", above), 1);
    }
}
