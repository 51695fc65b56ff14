//! The watchman's look at a port: at its threads, and at what none of them looks for.

use std::time::Duration;

use smallvec::SmallVec;

use super::state::State;
use super::{Port, Source};
use crate::sync::BiasedGuard;

type Verdicts = SmallVec<[bool; 8]>;

impl<S: Source> Port<S> {
    /// The watchman's look: finishes what nobody would, sends out packets left too long, and
    /// replaces threads asleep in foreign code (`asleep` tells, by thread number). False if there
    /// is nothing here that needs another look soon.
    pub fn inspect(&self, asleep: &mut dyn FnMut(u32) -> bool) -> bool {
        let mut state = self.state.lock();
        let moved = state.moved();
        let mut found = false;
        if !moved {
            (state, found) = self.look(state);
        }
        let suspects = state.suspects();
        if !suspects.is_empty() {
            drop(state);
            let verdicts: Verdicts =
                suspects.iter().map(|&(_, thread, _)| asleep(thread)).collect();
            state = self.state.lock();
            for (&(id, _, turn), asleep) in suspects.iter().zip(verdicts) {
                state.convict(id, turn, asleep);
            }
        }
        let busy = moved || found || state.any_away() || !state.queue.is_empty();
        state.fill(usize::from(moved));
        state.calls.watch = false; // it is here
        self.unlock(state);
        busy
    }

    /// Finishes what is ready although no thread of the port asks for it: also what one of them had
    /// found before it went away. False if there is nothing, or if a thread looks.
    pub fn stand_in(&self) -> bool {
        let mut state = self.state.lock();
        if state.pollers == 0 {
            state.forget_tokens();
        }
        let (state, found) = self.look(state);
        self.unlock(state);
        found
    }

    /// If no thread of the port looks for readiness: looks, and finishes what is found.
    fn look<'a>(
        &'a self,
        mut state: BiasedGuard<'a, State<S::Ready>>,
    ) -> (BiasedGuard<'a, State<S::Ready>>, bool) {
        if state.pollers > 0 {
            return (state, false);
        }
        let mut ready = std::mem::take(&mut state.found);
        drop(state);
        let kicked = self.source.wait(Some(Duration::ZERO), &mut ready);
        let found = !ready.is_empty();
        for ready in ready.drain(..) {
            self.source.finish_posting(ready, self);
        }
        state = self.state.lock();
        state.found = ready;
        state.pass_on(kicked);
        (state, found)
    }
}
