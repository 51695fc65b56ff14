//! Where Wine is known not to do as Windows does.

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

/// What [`wine_differs!`](crate::wine_differs!) calls: the judge reads what it prints.
pub fn announce(item: &str, reason: &str, when: &str) {
    println!("wine differs {when}: {item}: {reason}");
}
