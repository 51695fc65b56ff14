//! One direction of a fast connection: nobody sleeps for ever, and bytes are there when counted
//! (S12.12).

use loom::thread;

use crate::explore;
use crate::ring::{Control, End, Place};
use crate::sync::{Arc, Parker};

/// What a connection has of one direction, with a bell at each end.
struct Way {
    control: Control,
    /// Rung for the reader, and for the writer.
    bells: [Parker; 2],
}

fn way() -> Arc<Way> {
    Arc::new(Way { control: Control::default(), bells: [Parker::new(), Parker::new()] })
}

/// Writes so many bytes one at a time into a ring of `size`, sleeping while it is full; then ends.
fn write(way: &Way, size: u64, count: u64) {
    let place = Place::default();
    while place.own() < count {
        if way.control.room(&place, size, 1).expect("the reader is honest") > 0 {
            way.control.publish(&place, 1);
            if way.control.reader_waited() {
                way.bells[0].unpark();
            }
            continue;
        }
        way.control.await_room();
        if way.control.room(&place, size, 1) == Ok(0) {
            way.bells[1].park(None);
        }
    }
    way.control.finish(false);
    way.bells[0].unpark(); // ends are told unasked
}

/// Reads to the end, sleeping while there is nothing; how many bytes came.
fn read(way: &Way, size: u64) -> u64 {
    let place = Place::default();
    loop {
        let filled = way.control.filled(&place, size, size).expect("the writer is honest");
        if filled > 0 {
            way.control.consume(&place, filled);
            if way.control.writer_waited() {
                way.bells[1].unpark();
            }
            continue;
        }
        way.control.await_bytes();
        if way.control.is_stirred(&place) {
            way.control.await_no_bytes();
            continue;
        }
        if way.control.end() == End::Finished {
            if way.control.is_stirred(&place) {
                continue;
            }
            return place.own();
        }
        way.bells[0].park(None);
    }
}

/// S12.12: a full ring makes the writer wait, an empty one the reader; both are woken.
#[test]
fn both_sides_are_woken_and_every_byte_arrives() {
    for (size, count) in [(1, 2), (2, 3)] {
        explore(3, move || {
            let way = way();
            let writer = {
                let way = way.clone();
                thread::spawn(move || write(&way, size, count))
            };
            assert_eq!(read(&way, size), count);
            writer.join().unwrap();
        });
    }
}

/// S12.13: the end is seen after the last byte, never before.
#[test]
fn the_end_comes_last() {
    explore(3, || {
        let way = way();
        let writer = {
            let way = way.clone();
            thread::spawn(move || {
                let place = Place::default();
                way.control.publish(&place, 1);
                way.control.finish(false);
            })
        };
        let place = Place::default();
        if way.control.end() == End::Finished {
            assert_eq!(way.control.filled(&place, 4, 4), Ok(1));
        }
        writer.join().unwrap();
    });
}
