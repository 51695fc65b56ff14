//! A look at many sockets at once, and the sleep until one of them is as wanted: what select and
//! WSAPoll share.
//!
//! ```text
//!   sockets ──asks──▶ poll(2) ──found──▶ condition & wanted ──▶ select.rs, poll.rs
//!      │  └─ those that Linux calls ready and Windows does not ──▶ an epoll set, for their edges
//!      └─ linked ──▶ a look at memory, for a while if that pays
//! ```
//!
//! Each socket is held for the length of the call, so its descriptor stays; one that is closed
//! meanwhile by another thread wakes the sleeper (closing.rs).

use std::cell::Cell;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::apc;
use crate::condition::Condition;
use crate::error::Error;
use crate::handle::{self, SocketGuard};
use crate::kernel::epoll::Epoll;
use crate::kernel::fast::{link::Link, spin::Spin};
use crate::kernel::net::Woken;
use crate::kernel::poll::{self, Entry, Events};
use crate::port::Patience;
use crate::socket::Mark;
use crate::thread;

/// Sockets under survey.
#[derive(Default)]
pub struct Survey {
    sockets: Vec<Surveyed>,
    /// One for each socket, and one for `quiet` if it is there.
    entries: Vec<Entry>,
    /// Sockets that poll(2) would report again and again for nothing.
    quiet: Option<Epoll>,
    /// By a socket's slot: where it may stand in `sockets`. Left behind by earlier surveys, so to
    /// be checked; no larger than the handle table.
    places: Vec<u32>,
    /// Of sockets whose bytes come by memory.
    links: Vec<Arc<Link>>,
    spin: Spin,
}

struct Surveyed {
    socket: SocketGuard,
    wanted: Condition,
    found: Condition,
}

/// Runs `work` on an empty survey, whose memory the thread keeps for the next.
pub fn with<T>(work: impl FnOnce(&mut Survey) -> T) -> T {
    thread_local! {
        static SPARE: Cell<Survey> = Cell::default();
    }
    let mut survey = SPARE.try_with(Cell::take).unwrap_or_default();
    let result = work(&mut survey);
    survey.sockets.clear();
    survey.entries.clear();
    survey.links.clear();
    survey.quiet = None;
    _ = SPARE.try_with(|spare| spare.set(survey));
    result
}

impl Survey {
    /// Adds the socket behind `handle` to the end, also if it is there already; 10038.
    #[inline]
    pub fn push(&mut self, handle: usize, wanted: Condition) -> Result<(), Error> {
        let socket = handle::socket(handle)?;
        let wanted = wanted.and(Condition::CLOSED);
        self.sockets.push(Surveyed { socket, wanted, found: Condition::NONE });
        Ok(())
    }

    /// Adds the socket behind `handle`, or what is wanted of it if it is there already; 10038.
    #[inline]
    pub fn merge(&mut self, handle: usize, wanted: Condition) -> Result<(), Error> {
        if let Some(at) = self.place(handle) {
            self.sockets[at].wanted = self.sockets[at].wanted | wanted;
            return Ok(());
        }
        self.push(handle, wanted)?;
        let slot = handle::slot_number(handle);
        if slot >= self.places.len() {
            self.places.resize(slot + 1, 0);
        }
        self.places[slot] = self.sockets.len() as u32 - 1;
        Ok(())
    }

    #[inline]
    fn place(&self, handle: usize) -> Option<usize> {
        let at = *self.places.get(handle::slot_number(handle))? as usize;
        let surveyed = self.sockets.get(at)?;
        (surveyed.socket.handle() as usize == handle & !3).then_some(at)
    }

    /// Takes what was found of `conditions` at a socket that was merged.
    #[inline]
    pub fn take(&mut self, handle: usize, conditions: Condition) -> bool {
        let Some(at) = self.place(handle) else { return false };
        let found = &mut self.sockets[at].found;
        let any = found.any(conditions);
        *found = found.without(conditions);
        any
    }

    /// What was found, socket by socket: each as wanted, and as it is.
    pub fn findings(&self) -> impl Iterator<Item = (Condition, Condition)> {
        self.sockets.iter().map(|surveyed| (surveyed.wanted, surveyed.found))
    }

    /// Whether no socket was added.
    pub fn is_empty(&self) -> bool {
        self.sockets.is_empty()
    }

    /// Waits until sockets are as wanted; how many are, none when patience has run out. Fails with
    /// 10024 or 10055 if the system lacks what it takes.
    pub fn wait(&mut self, patience: Patience) -> Result<usize, Error> {
        self.look_at_links(!matches!(patience, Patience::None));
        let mut found = self.begin()?;
        if found > 0 && self.sockets.iter().all(|surveyed| surveyed.socket.is(Mark::LINKED)) {
            return Ok(found); // and Linux knows of nothing else
        }
        let patience = patience.begin();
        loop {
            let left = if found == 0 { patience.left() } else { None };
            let began = (!self.links.is_empty() && left.is_some()).then(Instant::now);
            let reports = sleep(&mut self.entries, left)?;
            _ = began.map(|began| self.spin.slept_since(began));
            found += self.examine(reports)?;
            if found > 0 || left.is_none() {
                return Ok(found);
            }
        }
    }

    /// Before the other ends are asked to wake this one: looks, for a while if that pays and the
    /// caller would sleep, whether any has sent.
    #[inline]
    fn look_at_links(&mut self, sleeps: bool) {
        if sleeps && self.sockets.iter().any(|surveyed| surveyed.socket.is(Mark::LINKED)) {
            self.look_longer();
        }
    }

    #[cold]
    fn look_longer(&mut self) {
        let awaited = |surveyed: &&Surveyed| surveyed.wanted.any(Condition::RECEIVE);
        let links = self.sockets.iter().filter(awaited);
        self.links.extend(links.filter_map(|surveyed| surveyed.socket.shared_link()));
        let Self { links, spin, .. } = self;
        let elsewhere = links.iter().any(|link| link.is_elsewhere());
        spin.until(elsewhere, || links.iter().any(|link| link.has_input()));
    }

    /// Sees what to ask Linux; how many sockets are as wanted without that.
    fn begin(&mut self) -> Result<usize, Error> {
        let (mut found, mut quiet) = (0, false);
        for surveyed in &mut self.sockets {
            let (socket, wanted) = (&surveyed.socket, surveyed.wanted);
            if !socket.is(Mark::POLLED) {
                // Either who closes it sees this, or we see below that it is closed.
                socket.mark(Mark::POLLED, true);
            }
            surveyed.found = socket.known_condition(wanted);
            found += usize::from(!surveyed.found.is_none());
            self.entries.push(match socket.poll_entry(wanted) {
                Some(entry) => entry,
                None => {
                    quiet = true;
                    Entry::skipped()
                }
            });
        }
        for at in 0..if quiet && found == 0 { self.sockets.len() } else { 0 } {
            if self.entries[at].is_skipped() {
                self.quieten(at)?;
            }
        }
        Ok(found)
    }

    /// Looks at what poll(2) reported; how many more sockets are as wanted.
    fn examine(&mut self, mut reports: usize) -> Result<usize, Error> {
        let mut found = 0;
        for at in 0..self.sockets.len() {
            if reports == 0 {
                return Ok(found);
            }
            let seen = self.entries[at].found();
            if seen == Events::NONE {
                continue;
            }
            reports -= 1;
            if self.judge(at, seen) || self.judge_again(at) {
                found += 1;
            } else if self.sockets[at].found.is_none() {
                self.quieten(at)?;
            }
        }
        if reports > 0 {
            found += self.listen_to_quiet()?;
        }
        Ok(found)
    }

    /// Whether a socket turns out to be as wanted, and was not known to be.
    fn judge(&mut self, at: usize, seen: Events) -> bool {
        let surveyed = &mut self.sockets[at];
        let known = !surveyed.found.is_none();
        surveyed.found = surveyed.found | surveyed.socket.condition(seen) & surveyed.wanted;
        !known && !surveyed.found.is_none()
    }

    /// As [`Survey::judge`], for what may be asked of it now: a connect may have ended.
    #[cold]
    fn judge_again(&mut self, at: usize) -> bool {
        let Surveyed { socket, wanted, .. } = &self.sockets[at];
        let asks = socket.asks(*wanted);
        let seen = asks.map_or(Events::NONE, |asks| poll::look(socket.fd(), asks));
        self.judge(at, seen)
    }

    /// From now on only a change at this socket is reported.
    #[cold]
    fn quieten(&mut self, at: usize) -> Result<(), Error> {
        self.entries[at] = Entry::skipped();
        if self.quiet.is_none() {
            let quiet = Epoll::new()?;
            self.entries.push(Entry::new(quiet.fd(), Events::INPUT));
            self.quiet = Some(quiet);
        }
        let quiet = self.quiet.as_ref().expect("made above");
        // It may be there already, from another entry: that one's reports serve both.
        let socket = &self.sockets[at].socket;
        _ = quiet.add(socket.fd(), 0);
        _ = socket.shared_link().map(|link| quiet.add_bell(link.bell(), 0));
        Ok(())
    }

    /// Something changed at a quiet socket: looks at them all.
    #[cold]
    fn listen_to_quiet(&mut self) -> Result<usize, Error> {
        let mut reports = Vec::new();
        while self.quiet.as_ref().is_some_and(|quiet| {
            quiet.wait(Some(Duration::ZERO), &mut reports);
            !reports.is_empty()
        }) {
            reports.clear();
        }
        let mut found = 0;
        for at in 0..self.sockets.len() {
            found += usize::from(self.entries[at].is_skipped() && self.judge_again(at));
        }
        Ok(found)
    }
}

/// The one place where select and WSAPoll sleep, `left` as [`Patience::left`] says. The calling
/// thread counts as blocked (S1.39), and runs its APCs meanwhile (S5.4, S5.5).
fn sleep(entries: &mut Vec<Entry>, left: Option<Option<Duration>>) -> Result<usize, Error> {
    let Some(timeout) = left else {
        return poll::poll(entries, Some(Duration::ZERO));
    };
    let _paused = thread::pause();
    let end = timeout.map(|timeout| Instant::now() + timeout);
    let mut reports = Ok(0);
    apc::sleep_alertably(|bell| {
        let left = end.map(|end| end.saturating_duration_since(Instant::now()));
        entries.extend(bell.map(|bell| Entry::new(bell.fd(), Events::INPUT)));
        reports = poll::poll(entries, left);
        let rung = bell.is_some() && entries.pop().is_some_and(|bell| bell.found() != Events::NONE);
        if let (Ok(reports), true) = (&mut reports, rung) {
            *reports -= 1;
        }
        match reports {
            Ok(0) if rung => Woken::Rung,
            _ => Woken::Ready,
        }
    })?;
    reports
}
