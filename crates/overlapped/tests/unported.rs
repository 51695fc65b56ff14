//! The models without a port: sets of events, and routines.

use std::cell::{Cell, RefCell};
use std::net::SocketAddr;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use overlapped::event::{Event, OperationSet};
use overlapped::{Operation, Socket, routine};

fn pair() -> (Arc<Socket>, Arc<Socket>) {
    let listener = Socket::listen(SocketAddr::from(([127, 0, 0, 1], 0))).unwrap();
    let client = Socket::connect(listener.local_addr().unwrap()).unwrap();
    (Arc::new(client), Arc::new(listener.accept().unwrap().0))
}

/// S4.2: a set returns each operation with its data, its bytes and its socket.
#[test]
fn an_operation_set_returns_what_has_ended() {
    let (client, server) = pair();
    let mut set = OperationSet::new();
    set.recv(server.clone(), Operation::new(8, "receive")).unwrap();
    assert!(set.wait(Some(Duration::from_millis(1))).unwrap().is_none());
    set.send(client, Operation::with_buffer(b"..abc".to_vec(), "send"), 2..5).unwrap();
    let mut ended = [(); 2].map(|()| set.wait(None).unwrap().expect("two are in flight"));
    ended.sort_by_key(|ended| *ended.operation.data());
    assert_eq!([&ended[0].result, &ended[1].result], [&Ok(3), &Ok(3)]);
    assert_eq!(ended[0].operation.received(), b"abc");
    assert!(Arc::ptr_eq(&ended[0].socket, &server) && set.is_empty());
}

/// S4.3: a set that is full refuses, with what Windows says of more than 64 events; one that has
/// nothing to wait for fails.
#[test]
fn an_operation_set_knows_its_limits() {
    let (_client, server) = pair();
    let signal = Event::manual_reset().unwrap();
    for (mut set, places) in
        [(OperationSet::new(), 64), (OperationSet::with_signal(signal.clone()), 63)]
    {
        while !set.is_full() {
            set.recv(server.clone(), Operation::new(8, set.len())).unwrap();
        }
        let refused = set.recv(server.clone(), Operation::new(8, set.len())).unwrap_err();
        assert_eq!((refused.error.code(), *refused.operation.data()), (87, places));
    }
    assert_eq!(OperationSet::<()>::new().wait(None).unwrap_err().code(), 87);
}

/// S1.73: a set that is dropped ends what is in flight, and frees it.
#[test]
fn dropping_an_operation_set_ends_its_operations() {
    let ((_client, server), data) = (pair(), Arc::new(()));
    let mut set = OperationSet::new();
    for _ in 0..10 {
        set.recv(server.clone(), Operation::new(8, data.clone())).unwrap();
    }
    drop(set);
    assert_eq!((Arc::strong_count(&data), Arc::strong_count(&server)), (1, 1));
}

/// S4.4: a signal ends the waits of all sets that have it, or of one at a time.
#[test]
fn a_signal_ends_the_wait() {
    let (all, one) = (Event::manual_reset().unwrap(), Event::auto_reset().unwrap());
    let set = |signal: &Event| OperationSet::<()>::with_signal(signal.clone());
    for signal in [&all, &one] {
        std::thread::scope(|scope| {
            scope.spawn(|| signal.set());
            assert!(set(signal).wait(None).unwrap().is_none());
        });
    }
    let (client, server) = pair();
    for (signal, stays) in [(&all, true), (&one, false)] {
        let mut set = set(signal);
        set.recv(server.clone(), Operation::new(1, ())).unwrap();
        client.send(b"x").unwrap();
        assert_eq!(set.wait(None).unwrap().is_none(), stays, "the signal goes first (S4.11)");
        assert_eq!(set.is_empty(), !stays);
    }
}

/// S5.2, S5.11: closures run in `sleep` only, and may begin the next operation.
#[test]
fn closures_run_inside_sleep_only() {
    fn echo(socket: Arc<Socket>, operation: Operation<()>, seen: Rc<RefCell<Vec<u8>>>) {
        let begun = routine::recv(socket, operation, move |ended| {
            seen.borrow_mut().extend_from_slice(ended.operation.received());
            if ended.result != Ok(0) {
                echo(ended.socket, ended.operation, seen);
            }
        });
        begun.unwrap();
    }
    let ((client, server), seen) = (pair(), Rc::new(RefCell::new(Vec::new())));
    echo(server, Operation::new(4, ()), seen.clone());
    let sent = Rc::new(Cell::new(None));
    let tell = sent.clone();
    let operation = Operation::with_buffer(b"a longer text".to_vec(), ());
    routine::send(client.clone(), operation, 0..13, move |ended| tell.set(Some(ended.result)))
        .unwrap();
    assert_eq!((sent.get(), seen.borrow().len()), (None, 0), "not yet");
    while seen.borrow().len() < 13 {
        assert!(routine::sleep(None));
    }
    assert_eq!(sent.get(), Some(Ok(13)));
    assert_eq!(*seen.borrow(), b"a longer text");
    client.shutdown_send().unwrap();
    while Rc::strong_count(&seen) > 1 {
        assert!(routine::sleep(None));
    }
    assert!(!routine::sleep(Some(Duration::ZERO)));
}

/// S4.9, S4.10: closures end a wait for an event, and run before it does.
#[test]
fn closures_and_an_event_end_a_wait() {
    let ((client, _server), event) = (pair(), Event::auto_reset().unwrap());
    assert!(!routine::wait(&event, Some(Duration::from_millis(1))));
    let operation = Operation::with_buffer(b"x".to_vec(), ());
    let (ran, tell) = (Rc::new(Cell::new(false)), event.clone());
    let told = ran.clone();
    let then = move |_| {
        tell.set();
        told.set(true);
    };
    routine::send(client, operation, 0..1, then).unwrap();
    assert!(!ran.get(), "not yet");
    assert!(routine::wait(&event, None) && ran.get());
    assert!(!routine::wait(&event, None), "the event that the closure set");
}

/// S5.7: what is refused comes back, and its closure is dropped.
#[test]
fn a_refused_operation_comes_back() {
    let socket = Arc::new(Socket::stream(&SocketAddr::from(([127, 0, 0, 1], 0))).unwrap());
    let refused = routine::recv(socket.clone(), Operation::new(8, 5), |_| unreachable!());
    let refused = refused.unwrap_err();
    assert_eq!((refused.error.code(), *refused.operation.data()), (10057, 5));
    assert_eq!(Arc::strong_count(&socket), 1);
}

/// The variable that makes the child panic.
const CHILD: &str = "OVERLAPPED_PANICS_IN_A_ROUTINE";

/// S5.2: a closure that panics ends the program, with a message that names it.
#[test]
fn a_panic_in_a_closure_aborts_and_names_it() {
    if std::env::var_os(CHILD).is_some() {
        let (client, _server) = pair();
        let operation = Operation::with_buffer(b"x".to_vec(), ());
        routine::send(client, operation, 0..1, |_| panic!("on purpose")).unwrap();
        routine::sleep(None);
        return;
    }
    let me = std::env::current_exe().expect("this program has a path");
    let mut command = std::process::Command::new(me);
    command.args(["--exact", "a_panic_in_a_closure_aborts_and_names_it", "--nocapture"]);
    let output = command.env(CHILD, "1").output().expect("it can be run again");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success());
    let named = "The completion routine unported::a_panic_in_a_closure_aborts_and_names_it";
    assert!(said.contains(named), "{said}");
}
