//! The session: events, semaphores and mutexes that have a name, which all processes of a user
//! share (S4.20). Their signals stand on the user's board (kernel/board.rs); each process waits for
//! them among its own objects, and looks at the board whenever it looks at one of them.
//!
//! ```text
//!   SetEvent ─▶ wait.rs ── alone on the board ──▶ cell ── ring ──▶ courier of another process
//!                                                                     └─▶ wait.rs: its waits
//! ```
//!
//! The board's lock is taken inside that of the waits.

use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use once_cell::sync::OnceCell;

use crate::courier::{Bell, Courier};
use crate::error::Error;
use crate::event;
use crate::kernel::board::{self, Board, Cell};
use crate::wait::{ELSEWHERE, Elsewhere, Kind, Signals};

static COURIER: Courier = Courier::new();

impl Bell for Board {
    fn ring(&self) {
        self.ring();
    }

    fn rings(&self) -> u32 {
        self.rings()
    }

    fn listen(&self, rings: u32, limit: Option<Duration>) {
        self.listen(rings, limit);
    }
}

/// The user's board, and from then on the courier, on a thread that stays. Fails with what Linux
/// says of the file, with 1450 on a board that is full, or 10055 without a thread.
fn board() -> Result<&'static Board, Error> {
    static BOARD: OnceCell<Board> = OnceCell::new();
    BOARD.get_or_try_init(|| {
        let board = Board::open()?;
        let thread = std::thread::Builder::new().name("courier".into());
        let walks = || {
            let board = BOARD.wait(); // until this is done
            loop {
                COURIER.walk(board, event::look_elsewhere);
            }
        };
        thread.spawn(walks).map_err(|_| Error::NO_BUFFERS)?;
        Ok(board)
    })
}

/// A named object as this process has it. One that is dropped is not in use by it any more.
pub struct Shared {
    board: &'static Board,
    cell: &'static Cell,
}

impl Shared {
    /// The object of this name, or a new one; and whether it was there. 206 for a name that is too
    /// long, 1450 when there are too many.
    pub fn find_or_make(name: &str, kind: Kind, signals: Signals) -> Result<(Shared, bool), Error> {
        let board = board()?;
        if name.len() > board::NAME_BYTES {
            return Err(Error::FILENAME_EXCED_RANGE);
        }
        board.alone(|| {
            if let Some(cell) = seek(board, name) {
                return Ok((Shared::of(board, cell), true));
            }
            let made = Shared::of(board, board.free_cell().ok_or(Error::NO_SYSTEM_RESOURCES)?);
            made.cell.name(name);
            let (number, most) = number_of(kind);
            made.cell.most.store(most, Relaxed);
            made.cell.kind.store(number, Relaxed);
            made.store(signals);
            Ok((made, false))
        })
    }

    /// The object of this name; 2 if there is none.
    pub fn find(name: &str) -> Result<Shared, Error> {
        let board = board()?;
        let found = board.alone(|| seek(board, name).map(|cell| Shared::of(board, cell)));
        found.ok_or(Error::FILE_NOT_FOUND)
    }

    fn of(board: &'static Board, cell: &'static Cell) -> Shared {
        board.begin_use(cell);
        Shared { board, cell }
    }

    /// What it is.
    pub fn kind(&self) -> Kind {
        match self.cell.kind.load(Relaxed) {
            MANUAL => Kind::Manual,
            AUTO => Kind::Auto,
            SEMAPHORE => Kind::Semaphore(self.cell.most.load(Relaxed)),
            _ => Kind::Mutex,
        }
    }
}

const MANUAL: u32 = 1;
const AUTO: u32 = 2;
const SEMAPHORE: u32 = 3;
const MUTEX: u32 = 4;

/// A kind as it stands in a cell, and the most signals.
fn number_of(kind: Kind) -> (u32, u32) {
    match kind {
        Kind::Manual => (MANUAL, 0),
        Kind::Auto => (AUTO, 0),
        Kind::Semaphore(most) => (SEMAPHORE, most),
        Kind::Mutex => (MUTEX, 0),
    }
}

/// The cell of this name that a living process uses.
fn seek(board: &Board, name: &str) -> Option<&'static Cell> {
    let cell = board.cells().find(|cell| cell.is_named(name))?;
    board.prune(cell);
    cell.is_named(name).then_some(cell)
}

impl Drop for Shared {
    fn drop(&mut self) {
        self.board.alone(|| self.board.end_use(self.cell));
    }
}

impl Elsewhere for Shared {
    fn alone(&self, work: &mut dyn FnMut()) {
        self.board.alone(work);
    }

    fn load(&self) -> Signals {
        let cell = self.cell;
        let owner = match cell.owner_process() {
            Some(process) if process == self.board.me() => cell.owner.load(Relaxed),
            Some(process) if self.board.is_alive(process) => ELSEWHERE,
            Some(_) => {
                self.board.prune(cell);
                0
            }
            None => 0,
        };
        let abandoned = cell.abandoned.load(Relaxed) != 0;
        Signals { count: cell.count.load(Relaxed), owner, abandoned }
    }

    fn store(&self, Signals { count, owner, abandoned }: Signals) {
        let cell = self.cell;
        cell.count.store(count, Relaxed);
        cell.abandoned.store(u32::from(abandoned), Relaxed);
        if owner != ELSEWHERE {
            let process = if count > 0 && owner != 0 { self.board.me() + 1 } else { 0 };
            cell.owner.store(owner, Relaxed);
            cell.owner_process.store(process, Relaxed);
        }
        self.board.ring();
    }

    fn await_change(&self) {
        COURIER.call(self.board);
    }
}
