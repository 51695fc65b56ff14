//! The differential test judges itself: what it says depends on the seed alone.

use conformance::differential::{Program, program, transcript};

/// S1.24, S1.46: the same program has the same transcript each time, and nothing in it that is
/// due stays away.
#[test]
fn a_seed_has_one_transcript() {
    for seed in 0..200 {
        let program = program(seed);
        let first = transcript(&program);
        assert_eq!(first, transcript(&program), "seed {seed}");
        let missing = |line: &&String| line.contains(" does not ");
        assert_eq!(first.iter().find(missing), None, "seed {seed}:\n{program}");
    }
}

/// S1.24: a program is the same after it was written down and read.
#[test]
fn a_program_can_be_written_down() {
    for seed in 0..200 {
        let program = program(seed);
        assert_eq!(program.to_string().parse::<Program>(), Ok(program));
    }
}
