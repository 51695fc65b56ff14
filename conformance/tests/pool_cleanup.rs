//! Cleanup groups of a thread pool (S14.19).
//!
//! # Safety
//!
//! Objects are values, used while they are members; a context is leaked.

#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]

use std::ffi::c_void;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::scope;

use conformance::{CleanupGroup, Event};
use overlapped::sys::*;

/// What a callback counts, begins and waits for.
#[derive(Clone)]
struct Course {
    called: Arc<AtomicU32>,
    begun: Arc<Event>,
    gate: Arc<Event>,
}

impl Default for Course {
    fn default() -> Self {
        let (begun, gate) = (Arc::new(Event::manual()), Arc::new(Event::manual()));
        Self { called: Arc::default(), begun, gate }
    }
}

impl Course {
    fn run(&self) {
        self.called.fetch_add(1, Ordering::SeqCst);
        self.begun.set();
        self.gate.wait();
    }

    fn called(&self) -> u32 {
        self.called.load(Ordering::SeqCst)
    }
}

/// A member whose calls take the course.
fn member(group: &CleanupGroup, course: &Course) -> (PTP_WORK, usize) {
    let course = course.clone();
    group.work(move |_| course.run())
}

/// S14.19: all that was submitted is called before the members are closed, of a single call too.
#[test]
fn closing_the_members_waits_for_all_their_calls() {
    let (group, course) = (CleanupGroup::default(), Course::default());
    let (work, _) = member(&group, &course);
    let single = course.clone();
    (0..3).for_each(|_| unsafe { SubmitThreadpoolWork(work) });
    group.submit(move |_| single.run()).unwrap();
    course.begun.wait();
    scope(|scope| {
        let closing = scope.spawn(|| group.close_members(false));
        course.gate.set();
        assert_eq!(closing.join().unwrap(), []);
    });
    assert_eq!(course.called(), 4);
}

/// S14.19: a member that is idle is closed as well, and told of only when it is cancelled.
#[test]
fn each_open_object_is_told_of_once_when_it_is_cancelled() {
    let (group, course) = (CleanupGroup::default(), Course::default());
    course.gate.set();
    let (first, context) = member(&group, &course);
    let (_, other) = member(&group, &course);
    unsafe { SubmitThreadpoolWork(first) };
    course.begun.wait();
    let mut told = group.close_members(true);
    told.sort_unstable();
    let mut expected = [context, other];
    expected.sort_unstable();
    assert_eq!(told, expected);
    assert_eq!(group.close_members(true), []);
}

/// S14.19: an object that the program closed is no member any more.
#[test]
fn a_closed_object_is_not_told_of() {
    let (group, course) = (CleanupGroup::default(), Course::default());
    let (closed, _) = member(&group, &course);
    let (_, open) = member(&group, &course);
    unsafe { CloseThreadpoolWork(closed) };
    assert_eq!(group.close_members(true), [open]);
}

/// S14.19: what has begun is waited for; what has not is not called any more.
#[test]
fn cancelled_members_are_called_no_more() {
    let (group, course) = (CleanupGroup::default(), Course::default());
    let (work, context) = member(&group, &course);
    (0..5).for_each(|_| unsafe { SubmitThreadpoolWork(work) });
    course.begun.wait();
    let told = scope(|scope| {
        let closing = scope.spawn(|| group.close_members(true));
        course.gate.set();
        closing.join().unwrap()
    });
    // Between the closing's beginning and the gate's opening nothing tells them apart.
    let called = course.called();
    assert!((1..=5).contains(&called));
    assert_eq!(told, [context]);
    let after = Arc::new(Event::manual());
    let theirs = after.clone();
    group.submit(move |_| theirs.set()).unwrap();
    after.wait(); // the only thread has come to what was submitted last
    assert_eq!(course.called(), called);
    group.close_members(false);
}

/// S14.19: the group is there for other objects when its members are closed.
#[test]
fn a_group_can_be_used_again() {
    let (group, course) = (CleanupGroup::default(), Course::default());
    course.gate.set();
    for round in 1..=3 {
        let (work, _) = member(&group, &course);
        unsafe { SubmitThreadpoolWork(work) };
        assert_eq!(group.close_members(false), []);
        assert_eq!(course.called(), round);
    }
}

unsafe extern "system" fn count(_: PTP_CALLBACK_INSTANCE, context: *mut c_void, _: PTP_TIMER) {
    let course = unsafe { &*context.cast::<Course>() };
    course.called.fetch_add(1, Ordering::SeqCst);
    course.begun.set();
}

/// S14.19: a timer that is a member ticks no more.
#[test]
fn a_timer_ends_with_its_group() {
    let group = CleanupGroup::default();
    let course: &Course = Box::leak(Box::default());
    let context = (&raw const *course).cast_mut().cast::<c_void>();
    let timer = unsafe { CreateThreadpoolTimer(Some(count), context, group.environment()) };
    assert_ne!(timer, 0);
    let now = FILETIME { dwLowDateTime: u32::MAX, dwHighDateTime: u32::MAX };
    unsafe { SetThreadpoolTimer(timer, &now, 1, 0) };
    course.begun.wait();
    assert_eq!(group.close_members(true), [context as usize]);
    let called = course.called();
    // not synchronisation: a wrong call gets time to show itself
    unsafe { Sleep(20) };
    assert_eq!(course.called(), called);
}

/// S14.19: a single call that is not made is told of, with its context.
#[test]
fn a_single_call_is_made_or_told_of() {
    let (group, course) = (CleanupGroup::default(), Course::default());
    let theirs = course.clone();
    group.submit(move |_| theirs.run()).unwrap();
    course.begun.wait();
    let theirs = course.clone();
    let second = group.submit(move |_| theirs.run()).unwrap();
    let told = scope(|scope| {
        let closing = scope.spawn(|| group.close_members(true));
        course.gate.set();
        closing.join().unwrap()
    });
    assert_eq!(told.contains(&second), course.called() == 1);
}
