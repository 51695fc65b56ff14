//! Same-thread PostQueuedCompletionStatus and GetQueuedCompletionStatus: nanoseconds a pair.

use std::ptr::{null, null_mut};
use std::time::Instant;

use windows_sys::Win32::Foundation::INVALID_HANDLE_VALUE;
use winsock::{CreateIoCompletionPort, GetQueuedCompletionStatus, PostQueuedCompletionStatus};

const PAIRS: u32 = 5_000_000;

fn main() {
    // SAFETY: values only.
    let port = unsafe { CreateIoCompletionPort(INVALID_HANDLE_VALUE, null_mut(), 0, 1) };
    let (mut bytes, mut key, mut overlapped) = (0, 0, null_mut());
    for _ in 0..5 {
        let start = Instant::now();
        for number in 0..PAIRS {
            // SAFETY: three locals; the OVERLAPPED is a value only.
            unsafe {
                PostQueuedCompletionStatus(port, number, 7, null());
                GetQueuedCompletionStatus(port, &mut bytes, &mut key, &mut overlapped, u32::MAX);
            }
            assert_eq!((bytes, key), (number, 7));
        }
        println!("{:.1} ns", start.elapsed().as_nanos() as f64 / f64::from(PAIRS));
    }
}
