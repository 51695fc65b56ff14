//! The lines of a `maps` file of /proc: what a process has mapped, in the order of its addresses.

/// One line.
pub(super) struct Area<'a> {
    pub start: usize,
    /// The first address behind it.
    pub end: usize,
    /// `rwxp`, with a dash for what is not allowed, and `s` for what is shared.
    pub rights: &'a str,
    /// The file's, or what else Linux calls it; empty for plain memory.
    pub path: &'a str,
}

impl Area<'_> {
    /// Whether it has a file.
    pub fn is_file(&self) -> bool {
        self.path.starts_with('/')
    }

    /// Whether it may be run.
    pub fn runs(&self) -> bool {
        self.rights.contains('x')
    }
}

/// All of a file's text.
pub(super) fn areas(text: &str) -> impl Iterator<Item = Area<'_>> {
    // proc(5): start-end rights offset device inode path, which may have spaces.
    text.lines().filter_map(|line| {
        let mut words = line.splitn(6, ' ');
        let (start, end) = words.next()?.split_once('-')?;
        let address = |text: &str| usize::from_str_radix(text, 16).ok();
        let (start, end, rights) = (address(start)?, address(end)?, words.next()?);
        Some(Area { start, end, rights, path: words.nth(3).unwrap_or_default().trim() })
    })
}

#[cfg(test)]
mod tests {
    use super::areas;

    #[test]
    fn a_line_tells_where_how_and_what() {
        let text = "7f00-8a00 r-xp 00001000 fe:00 77   /lib/a b.so (deleted)\n\
                    9000-a000 rw-p 00000000 00:00 0 \n\
                    b000-c000 rw-s 00000000 00:00 0      [heap]\n";
        let all: Vec<_> = areas(text).collect();
        let told: Vec<_> =
            all.iter().map(|one| (one.start, one.end, one.rights, one.path)).collect();
        let file = (0x7f00, 0x8a00, "r-xp", "/lib/a b.so (deleted)");
        assert_eq!(told, [file, (0x9000, 0xa000, "rw-p", ""), (0xb000, 0xc000, "rw-s", "[heap]")]);
        assert_eq!(
            all.iter().map(|one| (one.is_file(), one.runs())).collect::<Vec<_>>(),
            [(true, true), (false, false), (false, false)]
        );
    }
}
