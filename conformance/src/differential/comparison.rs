//! What two judges say about one program, and which differences are known.

use super::model::Model;
use super::{Program, Step};

/// A difference that is known and understood: lines that begin with `line` may have `theirs`
/// where ours have `ours`.
#[derive(Debug)]
pub struct Known {
    /// The rule that says what Windows does.
    pub item: &'static str,
    /// How the line begins, after its indentation.
    pub line: &'static str,
    /// What the engine says.
    pub ours: &'static str,
    /// What the other judge says.
    pub theirs: &'static str,
}

impl Known {
    fn explains(&self, ours: &str, theirs: &str) -> bool {
        ours.trim_start().starts_with(self.line) && theirs.replace(self.theirs, self.ours) == ours
    }
}

/// What Wine 8 is known to do in another way.
pub const KNOWN: &[Known] = &[
    // Wine says TRUE when there is nothing to cancel.
    Known { item: "S1.73", line: "CancelIoEx", ours: "-> FALSE, 1168", theirs: "-> TRUE" },
    // Wine ends the receives of a connection that closes with a warning of its own: the status,
    // what GetQueuedCompletionStatus says of it, and the status in an entry.
    Known { item: "S1.79", line: "op", ours: "0xc0000241", theirs: "0x8000000a" },
    Known { item: "S1.79", line: "GetQueued", ours: "error 1236", theirs: "error 676" },
    Known { item: "S1.79", line: "GetQueued", ours: "0xc0000241", theirs: "0x8000000a" },
    // Wine takes Linux' EPIPE for a reset, though the socket was never connected.
    Known { item: "S2.28", line: "WSASend s6", ours: "10057", theirs: "10054" },
    Known { item: "S2.28", line: "send s6", ours: "10057", theirs: "10054" },
];

/// The outcome of one program.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Comparison {
    /// The items of the known differences that were met.
    pub known: Vec<&'static str>,
    /// The first lines that differ for no known reason: ours and theirs.
    pub unknown: Option<(String, String)>,
}

/// Compares two transcripts, line by line.
pub fn compare(ours: &[String], theirs: &[String]) -> Comparison {
    let mut comparison = Comparison::default();
    for at in 0..ours.len().max(theirs.len()) {
        let line = |of: &[String]| of.get(at).cloned().unwrap_or_default();
        let (our, their) = (line(ours), line(theirs));
        if our == their {
            continue;
        }
        let Some(known) = KNOWN.iter().find(|known| known.explains(&our, &their)) else {
            comparison.unknown = Some((our, their));
            break;
        };
        comparison.known.push(known.item);
    }
    comparison
}

/// Shorter programs, the shortest first: `program` without some of its calls, and without those
/// whose outcome is not determined any more.
pub fn shorter(program: &Program) -> Vec<Program> {
    let steps = &program.0;
    let mut found: Vec<Program> = Vec::new();
    let mut length = steps.len();
    while length > 0 {
        for from in (0..steps.len()).step_by(length) {
            let kept = |&(at, _): &(usize, &Step)| !(from..from + length).contains(&at);
            let rest = steps.iter().enumerate().filter(kept).map(|(_, &step)| step).collect();
            let rest = Model::determined(&Program(rest));
            if !rest.0.is_empty() && rest.0.len() < steps.len() && !found.contains(&rest) {
                found.push(rest);
            }
        }
        length /= 2;
    }
    found.sort_by_key(|program| program.0.len());
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &[&str]) -> Vec<String> {
        text.iter().map(|line| (*line).to_owned()).collect()
    }

    /// S1.73: the difference is accepted where it belongs, and nowhere else.
    #[test]
    fn a_known_difference_is_named_and_others_are_told() {
        let ours = lines(&["CancelIoEx s0 -> FALSE, 1168", "send s0 3 -> Ok(3)"]);
        let theirs = lines(&["CancelIoEx s0 -> TRUE", "send s0 3 -> Ok(2)"]);
        let told = compare(&ours, &theirs);
        assert_eq!(told.known, ["S1.73"]);
        assert_eq!(told.unknown, Some((ours[1].clone(), theirs[1].clone())));
        assert_eq!(compare(&ours, &ours[..1]).unknown, Some((ours[1].clone(), String::new())));
    }

    /// S1.72: what is left of a program that lost a call has no call that needs the lost one.
    #[test]
    fn a_shorter_program_is_determined() {
        let steps = "WSARecv s0 4 op1\nCancelIoEx s0 op1\nGetQueuedCompletionStatus";
        let all: Vec<String> =
            shorter(&steps.parse().unwrap()).iter().map(Program::to_string).collect();
        assert_eq!(all[0], "GetQueuedCompletionStatus\n");
        assert!(all.iter().all(|left| !left.starts_with("CancelIoEx")));
    }
}
