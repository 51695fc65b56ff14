//! An idle process does nothing, whatever is pending in it. Alone in its process.

use std::sync::{Arc, Barrier};
use std::time::Duration;

use conformance::{
    Event, Operation, OwnPort, PATIENCE_MS, Socket, Started, V4, nap, settle, wait_alertably,
    wine_differs,
};

/// The CPU time of this process in ticks of 10 ms, where there is such a file.
fn ticks() -> Option<u64> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    let fields: Vec<&str> = stat.rsplit_once(") ")?.1.split(' ').collect();
    Some(fields[11].parse::<u64>().ok()? + fields[12].parse::<u64>().ok()?)
}

fn pending(operation: fn() -> Operation) -> Vec<(Socket, Socket, Operation)> {
    let made = (0..32).map(|_| conformance::pending_pair(operation()));
    made.collect()
}

/// S4.2, S5.2: pending operations with events and routines, and threads that wait for them in every
/// way, use no CPU.
#[test]
fn an_idle_process_uses_no_cpu() {
    wine_differs!("S4.2", "wakes now and then, or answers late", sometimes);
    let Some(_) = ticks() else {
        return println!("skipped: this system has no /proc/self/stat");
    };
    let (ported, _other) = Socket::pair(V4);
    let port = OwnPort::of(&ported, 9);
    let by_event = Operation::new(8).with_event();
    assert_eq!(by_event.receive(&ported, 0), Started::Pending);
    let _events = pending(|| Operation::new(8).with_event());
    let ready = Arc::new(Barrier::new(6));
    for _ in 0..4 {
        let ready = ready.clone();
        std::thread::spawn(move || {
            let (never, _all) = (Event::auto(), pending(|| Operation::new(8).with_event()));
            ready.wait();
            wait_alertably(&[never.handle()], false, PATIENCE_MS).expect("it waits")
        });
    }
    let about = ready.clone();
    std::thread::spawn(move || {
        let _all = pending(|| Operation::new(8).with_routine());
        about.wait();
        nap(PATIENCE_MS)
    });
    ready.wait();
    settle();
    for _ in 0..2 {
        let before = ticks().expect("as above");
        std::thread::sleep(Duration::from_millis(1_000)); // not synchronisation: time passes
        let used = ticks().expect("as above") - before;
        assert!(used <= 2, "{used} ticks of 10 ms in a second");
        assert!(!port.get(0).ok); // and a thread that was at the port
    }
}
