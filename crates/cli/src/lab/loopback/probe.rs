//! How far two processors are from each other: the time a cache line takes there and back.

use std::hint::spin_loop;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Instant;

use super::end::stay_on;

const ROUND_TRIPS: u64 = 20_000;

/// Nanoseconds of a round trip between these processors.
pub fn cache_line_ns([one, other]: [usize; 2]) -> f64 {
    #[repr(align(128))]
    struct Line(AtomicU64);
    let line = &Line(AtomicU64::new(0));
    let wait_for = |turn: u64| {
        while line.0.load(Ordering::Acquire) != turn {
            spin_loop();
        }
    };
    thread::scope(|scope| {
        scope.spawn(move || {
            stay_on(Some(other));
            for turn in (1..2 * ROUND_TRIPS).step_by(2) {
                wait_for(turn);
                line.0.store(turn + 1, Ordering::Release);
            }
        });
        let asking = scope.spawn(move || {
            stay_on(Some(one));
            let mut began = Instant::now();
            for turn in (0..2 * ROUND_TRIPS).step_by(2) {
                if turn == ROUND_TRIPS {
                    began = Instant::now(); // the first half warms up
                }
                line.0.store(turn + 1, Ordering::Release);
                wait_for(turn + 2);
            }
            began.elapsed().as_nanos() as f64 / (ROUND_TRIPS / 2) as f64
        });
        asking.join().expect("a probe does not panic")
    })
}
