use super::*;
fn new_event() -> u32 {
    insert(|_| Object::Event(Arc::new(Event::new(true, false)))).unwrap()
}

#[test]
fn handles_are_positive_multiples_of_four() {
    let handle = new_event();
    assert!(handle != 0 && handle.is_multiple_of(4) && handle >> 31 == 0);
}

#[test]
fn a_closed_handle_is_recognised_until_its_slot_returns_with_another_generation() {
    let old = new_event();
    drop(close(old as usize, |_| true).unwrap());
    for _ in 0..RESTING_MIN * 4 {
        let handle = new_event();
        assert_ne!(handle, old);
        assert!(look_up(old as usize).is_none());
        drop(close(handle as usize, |_| true).unwrap());
    }
}

#[test]
fn a_reference_outlives_the_close() {
    let handle = new_event();
    let guard = look_up(handle as usize).unwrap();
    drop(close(handle as usize, |_| true).unwrap());
    assert!(matches!(*guard, Object::Event(_)));
    assert!(close(handle as usize, |_| true).is_none());
}
