//! Numbers of the semantics as people write them: `S1.36`, `S1.29a`, runs such as `S1.30–S1.44`.

use std::fmt;

/// The semantics have groups 0 to this.
const GROUP_MAX: u8 = 18;
/// What may join the ends of a run.
const DASHES: [char; 2] = ['-', '–'];

/// One item: `S` group `.` number, perhaps with a letter. In the order of the pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Item {
    /// The group, 0 to 18.
    pub group: u8,
    /// Counted from 1.
    pub number: u16,
    /// For what was put between two numbers: `a` to `z`.
    pub letter: Option<char>,
}

impl Item {
    /// Reads `S1.29a`, and nothing but that.
    pub fn read(text: &str) -> Option<Item> {
        let (group, rest) = text.strip_prefix('S')?.split_once('.')?;
        let group = number(group).and_then(|group| u8::try_from(group).ok())?;
        (group <= GROUP_MAX).then_some(())?;
        Item::in_group(group, rest)
    }

    /// Reads what follows the point: `29a`.
    fn in_group(group: u8, text: &str) -> Option<Item> {
        let letter = text.chars().last().filter(char::is_ascii_lowercase);
        let digits = text.strip_suffix(|c: char| c.is_ascii_lowercase()).unwrap_or(text);
        let number = number(digits).filter(|&number| number > 0)?;
        Some(Item { group, number, letter })
    }
}

impl fmt::Display for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "S{}.{}", self.group, self.number)?;
        self.letter.map_or(Ok(()), |letter| write!(f, "{letter}"))
    }
}

/// One item, or all from one to another, both counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run {
    /// The first item.
    pub first: Item,
    /// The last item; the first again when there is only one.
    pub last: Item,
}

impl Run {
    /// Whether the run names `item`.
    pub fn holds(&self, item: Item) -> bool {
        (self.first..=self.last).contains(&item)
    }

    /// The first item, and the last if it is another.
    pub fn ends(self) -> impl Iterator<Item = Item> {
        [Some(self.first), Some(self.last).filter(|&last| last != self.first)].into_iter().flatten()
    }

    /// Reads `S1.36`, `S1.30-S1.44` or `S1.30–44`.
    fn read(word: &str) -> Option<Run> {
        let Some((first, last)) = word.split_once(DASHES) else {
            return Item::read(word).map(|item| Run { first: item, last: item });
        };
        let first = Item::read(first)?;
        let last = Item::read(last).or_else(|| Item::in_group(first.group, last))?;
        Some(Run { first, last })
    }
}

/// What a text cites.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Cited<'a> {
    /// The items and runs, in the order of the text; a run's end is seen once more by itself.
    pub runs: Vec<Run>,
    /// What was meant as a citation and is none.
    pub bad: Vec<&'a str>,
}

/// Finds everything in `text` that is, or was meant as, a citation.
pub fn cited(text: &str) -> Cited<'_> {
    let mut cited = Cited::default();
    let mut before = ' ';
    for (at, c) in text.char_indices() {
        let starts = !before.is_alphanumeric() && before != '_' && (c == 'S' || c == 's');
        before = c;
        if !starts {
            continue;
        }
        let rest = &text[at..];
        let meant = |c: char| c.is_ascii_alphanumeric() || "._:-–".contains(c);
        let end = rest.find(|c| !meant(c)).unwrap_or(rest.len());
        let word = rest[..end].trim_end_matches(['.', '-', '–', ':', '_']);
        match Run::read(word) {
            Some(run) => cited.runs.push(run),
            None if is_meant(word) => cited.bad.push(word),
            None => {}
        }
    }
    cited
}

/// Whether `word`, which is no citation, looks as if it should be one.
fn is_meant(word: &str) -> bool {
    let rest = &word[1..];
    let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let (group, rest) = rest.split_at(digits);
    let mut marks = rest.chars();
    let (Some(mark), Some(next)) = (marks.next(), marks.next()) else {
        return false;
    };
    // `s1.len()` is code; `S1-S4` is a run of groups.
    let is_code = word.starts_with('s') || mark != '.';
    let follows = if is_code { next.is_ascii_digit() } else { next.is_ascii_alphanumeric() };
    !group.is_empty() && "._:-".contains(mark) && follows
}

/// A number as people write it, without a zero in front.
fn number(text: &str) -> Option<u16> {
    let is_padded = text.len() > 1 && text.starts_with('0');
    let is_plain = text.chars().all(|c| c.is_ascii_digit());
    text.parse().ok().filter(|_| is_plain && !is_padded)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn runs(text: &str) -> Vec<String> {
        let shown = |run: &Run| format!("{}..{}", run.first, run.last);
        cited(text).runs.iter().map(shown).collect()
    }

    #[test]
    fn items_are_ordered_as_on_their_pages() {
        let read = |text| Item::read(text).unwrap();
        assert!(read("S1.29") < read("S1.29a") && read("S1.29h") < read("S1.30"));
        assert!(read("S2.1") < read("S10.1"));
        assert_eq!(read("S1.29a").to_string(), "S1.29a");
        assert_eq!(Item::read("S1.29a."), None);
    }

    #[test]
    fn well_formed_citations_are_read() {
        assert_eq!(
            runs("(S1.36, S1.29a) S11.8."),
            ["S1.36..S1.36", "S1.29a..S1.29a", "S11.8..S11.8"]
        );
        for text in ["S3.1–S3.33;", "S3.1-S3.33", "S3.1-33", "(S3.1–33)"] {
            assert_eq!(runs(text)[0], "S3.1..S3.33", "{text}");
        }
    }

    #[test]
    fn a_run_holds_its_ends_and_the_letters_between() {
        let run = cited("S1.29–S1.31").runs[0];
        for (text, is_in) in [("S1.29", true), ("S1.29h", true), ("S1.31", true), ("S1.28", false)]
        {
            assert_eq!(run.holds(Item::read(text).unwrap()), is_in, "{text}");
        }
    }

    #[test]
    fn ill_formed_citations_are_found() {
        for text in
            ["S1.x", "S1-36", "S1.036", "S01.3", "S19.1", "s1.36", "S1.36.2", "S1.3ab", "S1_3"]
        {
            assert_eq!(cited(text).bad, [text]);
        }
    }

    #[test]
    fn other_words_are_no_citations() {
        for text in
            ["S1 whole. S2, S11.", "S1–S4", "SO_1.2", "IPS1.4", "s1.len()", "S", "SHA1.2", "S1: x"]
        {
            assert_eq!(cited(text), Cited::default(), "{text}");
        }
    }
}
