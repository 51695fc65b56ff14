//! What the kernel says of a thread.

use std::fs::File;
use std::io::Read;

use parking_lot::Mutex;

/// Holds the place of the descriptor that a look needs, for when the process has none left.
static RESERVE: Mutex<Option<File>> = Mutex::new(None);

/// Sees to it that a look has a descriptor even when the process has none left.
pub fn keep_reserve() {
    let mut reserve = RESERVE.lock();
    if reserve.is_none() {
        *reserve = File::open("/dev/null").ok();
    }
}

/// Whether this process has a thread of this number.
pub fn exists(number: u32) -> bool {
    std::path::Path::new(&format!("/proc/self/task/{number}")).exists()
}

/// The numbers of this process' threads.
pub fn numbers() -> Vec<u32> {
    let entries = std::fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect()
}

/// Whether thread `number` of this process is asleep or stopped: neither running nor runnable.
/// A thread that is gone counts as awake.
pub fn is_asleep(number: u32) -> bool {
    let mut text = [0u8; 128];
    let path = format!("/proc/self/task/{number}/stat");
    let read = File::open(&path).or_else(|_| {
        drop(RESERVE.lock().take()); // there may be no descriptor left
        File::open(&path)
    });
    let read = read.and_then(|mut file| file.read(&mut text));
    keep_reserve();
    let Ok(length) = read else { return false };
    // "123 (name) S …": the name may hold anything, so the state is found behind the last ')'.
    let Some(end) = text[..length].iter().rposition(|&byte| byte == b')') else {
        return false;
    };
    text.get(end + 2).is_some_and(|state| b"SDTt".contains(state))
}

#[cfg(test)]
mod tests {
    use super::is_asleep;
    use crate::kernel::sys::thread_number;
    use std::sync::mpsc::channel;

    #[test]
    fn a_running_thread_is_awake() {
        assert!(!is_asleep(thread_number()));
    }

    #[test]
    fn a_thread_blocked_in_foreign_code_is_asleep() {
        let (tell, told) = channel();
        let (end, ended) = channel::<()>();
        let thread = std::thread::spawn(move || {
            tell.send(thread_number()).unwrap();
            _ = ended.recv();
        });
        let number = told.recv().unwrap();
        while !is_asleep(number) {
            std::thread::yield_now();
        }
        drop(end);
        thread.join().unwrap();
    }
}
