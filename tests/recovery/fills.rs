//! Whether what lossy repair fills in is right, and whether it says so.
//!
//! A text is damaged, repaired, and compared with what it was (the longest common subsequence,
//! character by character). A filled character is right where it stands in that subsequence; a
//! character of an edit that is wrong without being marked is an error of its own.

#![allow(clippy::print_stderr, reason = "prints what it measures")]

use zhfix::Repair;

/// What was filled in over many samples.
#[derive(Default)]
pub(crate) struct Fills {
    /// Filled characters and those of them that are right, by tenths of the posterior.
    pub(crate) by_tenth: [(u32, u32); 11],
    /// Characters that an edit wrote as proven and that are wrong.
    pub(crate) unmarked: u32,
    /// Samples in which characters are missing or U+FFFD and nothing is listed as lost.
    pub(crate) unlisted: u32,
}

impl Fills {
    /// Compares a repair with the text as it was.
    pub(crate) fn add(&mut self, text: &str, repair: &Repair<'_>) {
        let a: Vec<char> = text.chars().collect();
        let b: Vec<char> = repair.text().chars().collect();
        if repair.text().contains('\u{FFFD}') && repair.lost().is_empty() {
            self.unlisted += 1;
        }
        // Later passes move places: only what one pass did is compared.
        let [pass] = repair.plan().passes() else {
            return;
        };
        let mut starts = Vec::new();
        let mut moved = 0_i64;
        for edit in &pass.edits {
            let start = i64::try_from(edit.span.start).unwrap() + moved;
            starts.push(usize::try_from(start).unwrap());
            moved += i64::try_from(edit.after.len()).unwrap()
                - i64::try_from(edit.before.len()).unwrap();
        }
        let places: Vec<usize> = repair.text().char_indices().map(|(at, _)| at).collect();
        let number = |at: usize| places.binary_search(&at).unwrap();
        let mut is_guess = vec![false; b.len()];
        for (edit, start) in pass.edits.iter().zip(&starts) {
            for guess in &edit.guesses {
                is_guess[number(start + guess.span.start)] = true;
            }
        }
        let in_common = in_common(&a, &b, &is_guess);
        for (edit, start) in pass.edits.iter().zip(starts) {
            for (at, c) in edit.after.char_indices() {
                let right = in_common[number(start + at)];
                let guess = edit.guesses.iter().find(|guess| guess.span.start == at);
                match guess {
                    Some(guess) => {
                        let tenth = (0..10_u8)
                            .filter(|&tenth| guess.posterior * 10.0 >= f32::from(tenth) + 1.0)
                            .count();
                        self.by_tenth[tenth].0 += 1;
                        self.by_tenth[tenth].1 += u32::from(right);
                    }
                    None if right || c == '\u{FFFD}' => {}
                    None => {
                        self.unmarked += 1;
                        if super::number("ZHFIX_SHOW", 0) > 0 {
                            let (before, after) = (&edit.before, &edit.after);
                            eprintln!("without a mark: {c:?} in {before:?} -> {after:?}");
                            eprintln!("  was {text:?}\n  is  {:?}", repair.text());
                        }
                    }
                }
            }
        }
    }

    /// Filled characters whose posterior is so many tenths or more, and the share of them that is
    /// right, in percent.
    pub(crate) fn share(&self, least_tenths: usize) -> (u32, f64) {
        let (all, right) = self.by_tenth[least_tenths..]
            .iter()
            .fold((0, 0), |sum, tenth| (sum.0 + tenth.0, sum.1 + tenth.1));
        (all, f64::from(right) * 100.0 / f64::from(all.max(1)))
    }
}

/// For each character of `b` whether it is in a longest common subsequence with `a`; of two that may
/// be the same one of `a` it is not the guess.
fn in_common(a: &[char], b: &[char], is_guess: &[bool]) -> Vec<bool> {
    const ONE: u32 = 1000;
    let worth = |j: usize| ONE + u32::from(!is_guess[j]);
    let width = b.len() + 1;
    let mut table = vec![0_u32; (a.len() + 1) * width];
    for i in (0..a.len()).rev() {
        for j in (0..b.len()).rev() {
            let one_less = table[(i + 1) * width + j].max(table[i * width + j + 1]);
            table[i * width + j] = if a[i] == b[j] {
                one_less.max(table[(i + 1) * width + j + 1] + worth(j))
            } else {
                one_less
            };
        }
    }
    let mut common = vec![false; b.len()];
    let (mut i, mut j) = (0, 0);
    while i < a.len() && j < b.len() {
        let is_taken =
            a[i] == b[j] && table[i * width + j] == table[(i + 1) * width + j + 1] + worth(j);
        if is_taken {
            common[j] = true;
            (i, j) = (i + 1, j + 1);
        } else if table[(i + 1) * width + j] >= table[i * width + j + 1] {
            i += 1;
        } else {
            j += 1;
        }
    }
    common
}
