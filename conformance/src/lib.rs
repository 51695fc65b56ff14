//! What the conformance tests share: sockets and connected pairs, overlapped operations with
//! poisoned outputs, packets; and the mark of a known gap.

pub mod socket;

/// A rule that the engine does not keep yet. Fails as soon as the body passes, so that no mark
/// outlives its gap. On Windows the body is an ordinary test.
#[macro_export]
macro_rules! gap {
    ($reason:literal, $body:block) => {{
        let body = || $body;
        if std::env::consts::OS == "windows" {
            body();
        } else {
            let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(body));
            assert!(
                outcome.is_err(),
                "this passes now, remove its mark: {}",
                $reason
            );
        }
    }};
}
