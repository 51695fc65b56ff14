//! Where Wine is known not to do as Windows does.

use std::time::Duration;

/// Says that Wine fails the test it stands in, by the item that Wine does not keep and how:
/// `wine_differs!("S1.35", "wakes the oldest waiter")`. `cargo xtask judge wine` then expects the
/// failure, and fails if the test passes, so that the mark is taken away; with a third argument
/// `sometimes` it may pass too. Nothing changes where the test runs.
#[macro_export]
macro_rules! wine_differs {
    ($item:literal, $reason:literal) => {
        $crate::difference::announce($item, $reason, "always")
    };
    ($item:literal, $reason:literal, sometimes) => {
        $crate::difference::announce($item, $reason, "sometimes")
    };
}

/// How long the judge waits for a failure that is expected to be one.
const SHORT: Duration = Duration::from_secs(5);

/// What [`wine_differs!`](crate::wine_differs!) calls; the judge reads what it prints. Many such
/// tests fail by waiting for what does not come: under the judge, who sets the variable, they need
/// not wait long for it.
pub fn announce(item: &str, reason: &str, when: &str) {
    println!("wine differs {when}: {item}: {reason}");
    if when == "always" && std::env::var_os("OVERLAPPED_JUDGE").is_some() {
        std::thread::spawn(|| {
            std::thread::sleep(SHORT); // not synchronisation: the limit itself
            std::process::exit(1);
        });
    }
}
