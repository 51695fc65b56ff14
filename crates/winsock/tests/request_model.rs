//! Random programs of overlapped receives and sends on a few connections and one port, over
//! loopback, checked against what is promised of every operation (request_model/world.rs).
#![cfg(not(loom))]

#[path = "request_model/connection.rs"]
mod connection;
#[path = "request_model/world.rs"]
mod world;

use proptest::prelude::{ProptestConfig, Strategy};
use proptest::{collection, prop_oneof, proptest};

use world::{CONNECTIONS, Op, World};

fn op() -> impl Strategy<Value = Op> {
    let at = 0..CONNECTIONS;
    let length = prop_oneof![2 => 0..4usize, 3 => 4..2000usize];
    let size = prop_oneof![8 => 0..2000usize, 1 => 1..connection::PATTERN_BYTES];
    prop_oneof![
        8 => (at.clone(), length).prop_map(|(at, length)| Op::Receive { at, length }),
        3 => (at.clone(), size).prop_map(|(at, length)| Op::Send { at, length }),
        7 => (at.clone(), 1..2000usize).prop_map(|(at, length)| Op::PeerSend { at, length }),
        2 => at.clone().prop_map(|at| Op::PeerRead { at }),
        1 => at.clone().prop_map(|at| Op::PeerShut { at }),
        1 => at.clone().prop_map(|at| Op::PeerReset { at }),
        2 => (0..64usize).prop_map(|nth| Op::CancelOne { nth }),
        1 => at.clone().prop_map(|at| Op::CancelAll { at }),
        1 => at.prop_map(|at| Op::Close { at }),
        8 => (0..4usize).prop_map(|count| Op::Dequeue { count }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 500, failure_persistence: None, ..ProptestConfig::default()
    })]

    /// S1.45–S1.47, S1.71, S1.79, S2.16–S2.18, S2.31: every operation that was accepted completes
    /// exactly once, with the status its fate allows; the bytes of each direction arrive in order
    /// and unbroken; a close ends everything.
    #[test]
    fn every_operation_completes_exactly_once(ops in collection::vec(op(), 1..80)) {
        let mut world = World::new();
        for op in ops {
            world.apply(op);
        }
        world.finish();
    }
}

/// S2.17: a receive that succeeds at once, while word of more bytes lies in the port's queue
/// before its packet, is not overtaken by the receive that these bytes complete.
#[test]
fn a_receive_that_succeeded_at_once_is_not_overtaken() {
    let mut world = World::new();
    for op in [
        Op::PeerSend { at: 0, length: 1 },
        Op::Dequeue { count: 1 },
        Op::Receive { at: 1, length: 0 },
        Op::PeerSend { at: 1, length: 1 },
        Op::PeerSend { at: 0, length: 1 },
        Op::Dequeue { count: 1 },
        Op::Receive { at: 0, length: 4 },
        Op::PeerSend { at: 0, length: 1 },
        Op::Receive { at: 0, length: 4 },
    ] {
        world.apply(op);
    }
    world.finish();
}

/// S2.19: a reset ends all receives that wait with an error, not only the first.
#[test]
fn a_reset_is_no_end_of_the_stream() {
    let mut world = World::new();
    for op in [
        Op::Receive { at: 0, length: 0 },
        Op::Receive { at: 0, length: 1 },
        Op::PeerReset { at: 0 },
        Op::Dequeue { count: 1 },
    ] {
        world.apply(op);
    }
    world.finish();
}
