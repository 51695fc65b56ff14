//! A thread's message queue: messages that were posted to it, in order, and those that other
//! threads sent to its windows and wait for. Knows no windows beyond their numbers, and no sockets.
//!
//! ```text
//!   post ──▶ posted ─┐ take: sent ones first, then posted ones, the quit message, ticks
//!   send ──▶ sent ───┤
//!   quit ────────────┤
//!   ticks, when due ─┴─▶ the event "unseen" is set by each of them, reset by each look
//! ```

use std::collections::VecDeque;
use std::ops::RangeInclusive;
use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::Mutex;

use crate::error::Error;
use crate::event::Event;
use crate::timekeeper::{self, Ring};

/// The most messages that wait in a queue; more are lost (S7.14).
const POSTED_MAX: usize = 10_000;
/// WM_QUIT.
pub const QUIT: u32 = 0x12;
/// WM_TIMER.
pub const TIMER: u32 = 0x113;

/// A message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Message {
    /// The window it is for; 0: the thread itself.
    pub window: u32,
    /// What it says: a WM_ number.
    pub number: u32,
    /// wParam.
    pub word: usize,
    /// lParam.
    pub long: isize,
    /// When it was posted, in milliseconds.
    pub time_ms: u32,
}

/// A message that its sender waits for.
pub struct Sent {
    message: Message,
    answer: Mutex<isize>,
    answered: Arc<Event>,
}

/// Which messages are wanted.
pub struct Filter {
    /// Those for this window, 0: for no window; `None`: all.
    pub window: Option<u32>,
    /// Those with these numbers.
    pub numbers: RangeInclusive<u32>,
}

/// What [`Queue::take`] found.
pub enum Taken {
    /// To be answered first; then look again.
    Sent(Arc<Sent>),
    /// Wanted.
    Posted(Message),
    /// None that is wanted: [`Queue::unseen`] tells of the next.
    Nothing,
}

#[derive(Default)]
struct State {
    posted: VecDeque<Message>,
    sent: VecDeque<Arc<Sent>>,
    quit: Option<i32>,
    ticks: Vec<Tick>,
    /// How many ticks were ever set.
    turns: u64,
    closed: bool,
}

/// A message that comes again and again, but never more than one at a time.
struct Tick {
    turn: u64,
    message: Message,
    period: Duration,
    due: bool,
}

/// A thread's messages.
pub struct Queue {
    state: Mutex<State>,
    unseen: Arc<Event>,
}

impl Default for Queue {
    fn default() -> Self {
        Self { state: Mutex::default(), unseen: Arc::new(Event::new(true, false)) }
    }
}

impl Filter {
    /// Every message.
    #[cfg(test)]
    pub const ALL: Filter = Filter { window: None, numbers: 0..=u32::MAX };

    fn wants(&self, message: &Message) -> bool {
        self.window.is_none_or(|window| window == message.window)
            && self.numbers.contains(&message.number)
    }
}

impl Queue {
    /// Adds a message. Fails with 1816 when 10000 wait (S7.14), with 1444 when the thread is gone.
    pub fn post(&self, message: Message) -> Result<(), Error> {
        let mut state = self.state.lock();
        match () {
            () if state.closed => return Err(Error::INVALID_THREAD_ID),
            () if state.posted.len() >= POSTED_MAX => return Err(Error::NOT_ENOUGH_QUOTA),
            () => state.posted.push_back(message),
        }
        self.unseen.set();
        Ok(())
    }

    /// Adds a message whose sender waits for its answer; `None` if the thread is gone.
    pub fn send(&self, message: Message) -> Option<Arc<Sent>> {
        let answered = Arc::new(Event::new(true, false));
        let sent = Arc::new(Sent { message, answer: Mutex::new(0), answered });
        let mut state = self.state.lock();
        if state.closed {
            return None;
        }
        state.sent.push_back(sent.clone());
        self.unseen.set();
        Some(sent)
    }

    /// The quit message, which comes when no other is wanted.
    pub fn quit(&self, code: i32) {
        self.state.lock().quit = Some(code);
        self.unseen.set();
    }

    /// The next message; one that was sent comes first. With `keep` a posted one stays.
    pub fn take(&self, filter: &Filter, keep: bool) -> Taken {
        let mut state = self.state.lock();
        self.unseen.reset(); // under the lock: what comes now sets it again
        if let Some(sent) = state.sent.pop_front() {
            return Taken::Sent(sent);
        }
        if let Some(at) = state.posted.iter().position(|message| filter.wants(message)) {
            let message = state.posted[at];
            if !keep {
                state.posted.remove(at);
            }
            return Taken::Posted(message);
        }
        match state.quit {
            Some(code) => {
                state.quit = state.quit.filter(|_| keep);
                let (word, time_ms) = (code as usize, 0);
                Taken::Posted(Message { window: 0, number: QUIT, word, long: 0, time_ms })
            }
            None => state.take_tick(filter, keep).map_or(Taken::Nothing, Taken::Posted),
        }
    }

    /// From now on `message` comes each `period`; it takes the place of the tick that has its
    /// window and its wParam. Fails with 8 if the process can have no thread for it.
    pub fn tick(self: &Arc<Self>, message: Message, period: Duration) -> Result<(), Error> {
        timekeeper::employ()?;
        let mut state = self.state.lock();
        state.turns += 1;
        let turn = state.turns;
        state.ticks.retain(|tick| !tick.is(message.window, message.word));
        state.ticks.push(Tick { turn, message, period, due: false });
        drop(state);
        self.schedule(Instant::now() + period, turn);
        Ok(())
    }

    /// Ends a tick; false if there is none with this window and wParam.
    pub fn stop_tick(&self, window: u32, word: usize) -> bool {
        let mut state = self.state.lock();
        let before = state.ticks.len();
        state.ticks.retain(|tick| !tick.is(window, word));
        state.ticks.len() < before
    }

    /// A wParam that no tick of the thread itself has.
    pub fn free_tick(&self) -> usize {
        let state = self.state.lock();
        let taken = |&word: &usize| !state.ticks.iter().any(|tick| tick.is(0, word));
        (1..).find(taken).expect("there are fewer ticks than numbers")
    }

    fn schedule(self: &Arc<Self>, due: Instant, turn: u64) {
        let this = Arc::downgrade(self);
        timekeeper::schedule(due, this, turn);
    }

    /// The next message that another thread has sent.
    pub fn take_sent(&self) -> Option<Arc<Sent>> {
        let mut state = self.state.lock();
        self.unseen.reset();
        state.sent.pop_front()
    }

    /// Calls unseen again what [`Queue::take_sent`] has passed over.
    pub fn unsee(&self) {
        if self.any() {
            self.unseen.set();
        }
    }

    /// Whether any message waits, seen before or not.
    pub fn any(&self) -> bool {
        let state = self.state.lock();
        let due = state.ticks.iter().any(|tick| tick.due);
        due || !state.posted.is_empty() || !state.sent.is_empty() || state.quit.is_some()
    }

    /// Set while there are messages that no look has seen.
    pub fn unseen(&self) -> &Arc<Event> {
        &self.unseen
    }

    /// Drops the messages for a window that is no more; who sent one is answered with 0.
    pub fn forget(&self, window: u32) {
        let mut state = self.state.lock();
        state.posted.retain(|message| message.window != window);
        state.ticks.retain(|tick| tick.message.window != window);
        state.sent.retain(|sent| {
            let stays = sent.message.window != window;
            if !stays {
                sent.answered.set();
            }
            stays
        });
    }

    /// The thread ends.
    pub fn close(&self) {
        let mut state = self.state.lock();
        state.closed = true;
        state.posted.clear();
        state.ticks.clear();
        state.sent.drain(..).for_each(|sent| sent.answered.set());
    }
}

impl State {
    /// The tick that is due and wanted; with `keep` it stays due.
    fn take_tick(&mut self, filter: &Filter, keep: bool) -> Option<Message> {
        let mut wanted = self.ticks.iter_mut().filter(|tick| tick.due);
        let tick = wanted.find(|tick| filter.wants(&tick.message))?;
        tick.due = keep;
        Some(tick.message)
    }
}

impl Tick {
    fn is(&self, window: u32, word: usize) -> bool {
        (self.message.window, self.message.word) == (window, word)
    }
}

impl Ring for Queue {
    /// The tick of this turn, if it was not stopped or set anew since.
    fn ring(self: Arc<Self>, due: Instant, turn: u64) {
        let mut state = self.state.lock();
        let Some(tick) = state.ticks.iter_mut().find(|tick| tick.turn == turn) else { return };
        tick.due = true;
        let next = due + tick.period;
        self.unseen.set();
        drop(state);
        self.schedule(next.max(Instant::now()), turn); // what was missed is not made up for
    }
}

impl Sent {
    /// The message.
    pub fn message(&self) -> Message {
        self.message
    }

    /// Answers it; the sender goes on.
    pub fn answer(&self, answer: isize) {
        *self.answer.lock() = answer;
        self.answered.set();
    }

    /// Set once it is answered.
    pub fn answered(&self) -> &Arc<Event> {
        &self.answered
    }

    /// The answer, once there is one; 0 if nobody was left to give it.
    pub fn result(&self) -> isize {
        *self.answer.lock()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(window: u32, number: u32) -> Message {
        Message { window, number, word: 1, long: 2, time_ms: 3 }
    }

    fn taken(queue: &Queue, filter: &Filter) -> Option<Message> {
        match queue.take(filter, false) {
            Taken::Posted(message) => Some(message),
            Taken::Sent(_) => panic!("nobody sent one"),
            Taken::Nothing => None,
        }
    }

    #[test]
    fn messages_come_in_order_and_the_quit_message_last() {
        let queue = Queue::default();
        queue.quit(7);
        queue.post(message(4, 100)).unwrap();
        queue.post(message(0, 200)).unwrap();
        assert_eq!(taken(&queue, &Filter::ALL), Some(message(4, 100)));
        assert_eq!(taken(&queue, &Filter::ALL), Some(message(0, 200)));
        let quit = taken(&queue, &Filter::ALL).map(|message| (message.number, message.word));
        assert_eq!(quit, Some((QUIT, 7)));
        assert_eq!(taken(&queue, &Filter::ALL), None);
    }

    #[test]
    fn filter_leaves_the_others_where_they_are() {
        let queue = Queue::default();
        for (window, number) in [(4, 100), (8, 100), (8, 101), (0, 100)] {
            queue.post(message(window, number)).unwrap();
        }
        let second = Filter { window: Some(8), numbers: 101..=200 };
        assert_eq!(taken(&queue, &second), Some(message(8, 101)));
        assert_eq!(taken(&queue, &second), None);
        let own = Filter { window: Some(0), numbers: 0..=u32::MAX };
        assert_eq!(taken(&queue, &own), Some(message(0, 100)));
        assert_eq!(taken(&queue, &Filter::ALL), Some(message(4, 100)));
    }

    #[test]
    fn a_look_has_seen_what_it_leaves() {
        let queue = Queue::default();
        queue.post(message(4, 1)).unwrap();
        queue.post(message(4, 2)).unwrap();
        assert!(queue.unseen().is_set());
        assert!(taken(&queue, &Filter::ALL).is_some());
        assert!(!queue.unseen().is_set() && queue.any());
        queue.post(message(4, 3)).unwrap();
        assert!(queue.unseen().is_set());
    }

    #[test]
    fn ten_thousand_wait_and_one_more_is_lost() {
        let queue = Queue::default();
        for number in 0..10_000 {
            queue.post(message(4, number)).unwrap();
        }
        assert_eq!(queue.post(message(4, 0)), Err(Error::NOT_ENOUGH_QUOTA));
        queue.forget(4);
        assert!(!queue.any() && queue.post(message(4, 0)).is_ok());
    }

    #[test]
    fn a_sender_is_answered_even_if_nobody_is_left() {
        let queue = Queue::default();
        let sent = [4, 8].map(|window| queue.send(message(window, 1)).expect("it is open"));
        queue.forget(4);
        queue.close();
        assert!(sent.iter().all(|sent| sent.answered().is_set() && sent.result() == 0));
        assert!(queue.send(message(4, 1)).is_none());
        assert_eq!(queue.post(message(4, 1)), Err(Error::INVALID_THREAD_ID));
    }
}
