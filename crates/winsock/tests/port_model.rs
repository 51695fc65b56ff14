//! Random programs on the real port and on a reference made of the rules alone, in one thread.
//!
//! A thread that sleeps is modelled by a call that does not return yet: while the innermost sleeper
//! has no reason to wake, the program goes on inside its sleep. So every sleeper wakes as late as
//! those that fell asleep after it, which is when handed packets could be stolen, kicks lost and
//! counts go wrong.

#[allow(dead_code, reason = "the model uses a part of it")]
#[path = "../src/port.rs"]
mod port;
mod sync {
    pub use parking_lot::{Mutex as Biased, MutexGuard as BiasedGuard};
    pub use std::sync::Arc;

    pub use crate::program::Parker;
}

#[path = "port_model/program.rs"]
mod program;
#[path = "port_model/reference.rs"]
mod reference;

use std::cell::Cell;

use proptest::prelude::{Just, ProptestConfig, Strategy, any};
use proptest::{collection, prop_oneof, proptest};

use port::{Packet, Patience, Port, Source};
use program::{MEMBERS, Op, Setting};

/// What takes no time.
fn act() -> impl Strategy<Value = Op> {
    let member = 0..MEMBERS;
    prop_oneof![
        4 => any::<bool>().prop_map(|own| Op::Post { own }),
        4 => (0..3usize).prop_map(|count| Op::Ready { count }),
        2 => member.clone().prop_map(|member| Op::Pause { member }),
        2 => member.clone().prop_map(|member| Op::Resume { member }),
        1 => member.prop_map(|member| Op::Leave { member }),
        4 => any::<[bool; MEMBERS]>().prop_map(|asleep| Op::Inspect { asleep }),
    ]
}

fn op() -> impl Strategy<Value = Op> {
    let dequeue = (0..MEMBERS, any::<bool>());
    prop_oneof![
        3 => act(),
        2 => collection::vec(act(), 2..4).prop_map(Op::AtOnce),
        3 => dequeue.prop_map(|(member, once)| Op::Dequeue { member, once }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 10_000, failure_persistence: None, ..ProptestConfig::default()
    })]

    /// S1.30–S1.44: same packets to the same threads in the same order, the same number running,
    /// nothing lost at the end, and the watchman called for whatever is left waiting.
    #[test]
    fn a_port_behaves_as_its_rules(
        limit in 1..4usize,
        eager in any::<bool>(),
        ops in collection::vec(op(), 0..60),
        close_at in prop_oneof![3 => Just(60), 1 => 0..60usize],
        before_close in act(),
    ) {
        let mut ops = ops;
        let close = Op::AtOnce(vec![before_close, Op::Close]);
        ops.insert(close_at.min(ops.len()), close);
        program::run(Setting { limit, eager }, ops);
    }
}

/// A source that notes what it is told.
#[derive(Default)]
struct Notes {
    queued: Cell<Option<bool>>,
    finished: Cell<usize>,
    ready: Cell<usize>,
}

impl Source for Notes {
    type Ready = usize;

    fn wait(&self, _: Option<std::time::Duration>, ready: &mut Vec<usize>) -> bool {
        ready.extend(0..self.ready.take());
        false
    }

    fn kick(&self) {}

    fn finish(&self, ready: usize, packets: &mut Vec<Packet>) {
        self.finished.set(self.finished.get() + 1);
        packets.push(Packet { key: ready, overlapped: 0, status: 0, bytes: 0 });
    }

    fn eager(&self) -> bool {
        false
    }

    fn watch(&self, _soon: bool) {}

    fn queued(&self, any: bool) {
        self.queued.set(Some(any));
    }
}

const PACKET: Packet = Packet { key: 9, overlapped: 0, status: 0, bytes: 0 };

/// S1.16: the port as an object is signalled while packets are queued, whoever queues or takes
/// them.
#[test]
fn an_observer_is_told_when_the_queue_fills_and_when_it_empties() {
    let port = Port::new(1, Notes::default());
    assert!(!port.observe());
    port.source().ready.set(1);
    assert!(port.inspect(&mut |_| false));
    assert_eq!(port.source().queued.take(), Some(true));
    port.post(PACKET, false);
    let mut seat = port.join(1);
    let mut keys = Vec::new();
    port.dequeue_many(&mut seat, Patience::None, 8, &mut |packet| keys.push(packet.key)).unwrap();
    assert_eq!(keys, [0, 9]);
    assert_eq!(port.source().queued.take(), Some(false));
    port.source().ready.set(3);
    port.dequeue(&mut seat, Patience::None).unwrap();
    assert_eq!(port.source().queued.take(), Some(true));
    port.leave(seat);
}

/// S1.15, S1.26: a close drops packets, but operations found ready before it still end.
#[test]
fn a_close_finishes_what_was_found_ready() {
    let port = Port::new(1, Notes::default());
    let mut seat = port.join(1);
    port.source().ready.set(3);
    assert!(port.dequeue(&mut seat, Patience::None).is_ok());
    port.close();
    assert_eq!(port.source().finished.get(), 3);
    port.leave(seat);
}

/// S1.15: the sockets of a closed port go on, and the watchman has rest when they are quiet.
#[test]
fn a_closed_port_lets_the_watchman_sleep() {
    let port = Port::new(1, Notes::default());
    port.close();
    port.source().ready.set(1);
    assert!(port.inspect(&mut |_| false));
    assert_eq!(port.source().finished.get(), 1);
    assert!(!port.inspect(&mut |_| false));
}
