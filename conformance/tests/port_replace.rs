//! S1.41: a thread that blocks outside Win32's calls is replaced as well, be it by the system
//! that sees every wait, or by one that looks at its threads.

use std::io::Read;
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::channel;
use std::sync::{Arc, Barrier, Condvar, Mutex};

use conformance::{OwnPort, Worker, alone, posted, wine_differs};

/// A thread that runs at a port of one blocks in `block` until `unblock` has been called; another
/// that waits at the port must take over meanwhile, also for packets that come later.
fn assert_replaced(block: impl FnOnce() + Send + 'static, unblock: impl FnOnce()) {
    let _alone = alone();
    let port = OwnPort::new(1);
    let (one, two) = (Worker::running_at(*port, 1), Worker::start());
    let replacing = two.take(*port);
    let blocked = one.ask(block);
    port.post(2);
    assert_eq!(replacing.wait(), posted(2));
    let again = two.take(*port);
    port.post(3);
    assert_eq!(again.wait(), posted(3));
    unblock();
    blocked.wait();
}

/// S1.41: a lock somebody else holds.
#[test]
fn a_thread_that_waits_for_a_lock_is_replaced() {
    let lock = Arc::new(Mutex::new(()));
    let (theirs, held) = (lock.clone(), lock.lock().expect("nobody has panicked"));
    let block = move || drop(theirs.lock());
    assert_replaced(block, || drop(held));
}

/// S1.41: a channel nobody has sent to yet.
#[test]
fn a_thread_that_waits_for_a_message_is_replaced() {
    let (tell, told) = channel();
    assert_replaced(move || assert_eq!(told.recv(), Ok(7)), || tell.send(7).expect("it waits"));
}

/// S1.41: a condition.
#[test]
fn a_thread_that_waits_for_a_condition_is_replaced() {
    let shared = Arc::new((Mutex::new(false), Condvar::new()));
    let theirs = shared.clone();
    let block = move || {
        let met = theirs.0.lock().expect("nobody has panicked");
        drop(theirs.1.wait_while(met, |met| !*met));
    };
    assert_replaced(block, || {
        *shared.0.lock().expect("nobody has panicked") = true;
        shared.1.notify_all();
    });
}

/// S1.41: a read from a connection that does not go through Winsock's names, as a database
/// driver's does.
#[test]
fn a_thread_that_reads_from_a_foreign_connection_is_replaced() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("it is bound");
    let mut client = TcpStream::connect(address).expect("somebody listens");
    let (server, _) = listener.accept().expect("somebody connects");
    let block = move || assert_eq!(client.read(&mut [0; 8]).expect("its end"), 0);
    assert_replaced(block, || drop(server));
}

/// S1.41: the end of another thread.
#[test]
fn a_thread_that_joins_another_is_replaced() {
    let barrier = Arc::new(Barrier::new(2));
    let met = barrier.clone();
    let other = std::thread::spawn(move || _ = met.wait());
    assert_replaced(move || other.join().expect("it ends"), || _ = barrier.wait());
}

/// S1.41: a waiter that comes when the packet is queued already and the running thread blocked
/// already replaces it as well.
#[test]
fn a_waiter_that_comes_late_replaces_a_blocked_thread() {
    let _alone = alone();
    let port = OwnPort::new(1);
    let (one, two) = (Worker::running_at(*port, 1), Worker::start());
    let (tell, told) = channel::<()>();
    let blocked = one.ask(move || told.recv().is_ok());
    assert!((0..5).all(|_| blocked.is_withheld())); // nothing happens for a while
    port.post(2);
    let replacing = two.take(*port);
    assert!((0..50).any(|_| !replacing.is_withheld()), "never replaced");
    tell.send(()).expect("it waits");
    assert!(blocked.wait());
}

/// S1.41, S1.38: a thread that computes is not blocked, however long it takes, and not replaced.
#[test]
fn a_thread_that_computes_is_not_replaced() {
    wine_differs!("S1.38", "has no concurrency limit");
    let _alone = alone();
    let port = OwnPort::new(1);
    let (_computing, two) = (Worker::running_at(*port, 1), Worker::start());
    let kept_waiting = two.take(*port);
    port.post(2);
    assert!((0..5).all(|_| kept_waiting.is_withheld()));
}

/// S1.41: as many are replaced as block: the limit holds for those that run.
#[test]
fn every_blocked_thread_is_replaced() {
    wine_differs!("S1.38", "has no concurrency limit");
    let _alone = alone();
    let port = OwnPort::new(2);
    let barrier = Arc::new(Barrier::new(3));
    let runners = [Worker::running_at(*port, 1), Worker::running_at(*port, 2)];
    let blocked = runners.each_ref().map(|runner| {
        let theirs = barrier.clone();
        runner.ask(move || _ = theirs.wait())
    });
    let _replacing = [Worker::running_at(*port, 3), Worker::running_at(*port, 4)];
    let last = Worker::start();
    let kept_waiting = last.take(*port);
    port.post(5);
    assert!(kept_waiting.is_withheld());
    barrier.wait();
    blocked.iter().for_each(conformance::Answer::wait);
}
