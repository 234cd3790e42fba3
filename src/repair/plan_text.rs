//! The text form of a plan: what a journal keeps and a reader can check.
//!
//! One line an edit, its fields parted by tabs; a line `pass` opens each pass:
//!
//! ```text
//! zhfix plan 1
//! pass
//! 0..9<TAB>mojibake/utf-8-as-gbk<TAB>0.999<TAB>0<TAB>encode gbk | decode utf-8<TAB>浣犲ソ<TAB>你好
//! ```
//!
//! The fields are the span, the rule, the certainty, the number of guessed characters (behind it
//! the place of each in what stands after, and how likely it is: `1 0..3@0.97`), the route, and
//! what stood there before and after. In the last three `\\`, `\t`, `\n`, `\r` and
//! `\u{…}` stand for a backslash, a tab, line ends, and any character that is not printed as
//! itself (controls, private use, spaces but U+0020). What is written reads back as an equal plan.

use std::fmt::{self, Write};
use std::str::FromStr;

use super::plan::{Edit, Guess, Pass, Plan};
use super::rules::rule_named;
use crate::error::{Error, ErrorKind};

const HEADER: &str = "zhfix plan 1";

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{HEADER}")?;
        for pass in self.passes() {
            writeln!(f, "pass")?;
            for edit in &pass.edits {
                write!(
                    f,
                    "{}..{}\t{}\t{}\t{}",
                    edit.span.start,
                    edit.span.end,
                    edit.rule.name,
                    edit.certainty,
                    edit.guessed_chars
                )?;
                for guess in &edit.guesses {
                    let span = &guess.span;
                    write!(f, " {}..{}@{}", span.start, span.end, guess.posterior)?;
                }
                for field in [&edit.route, &edit.before, &edit.after] {
                    f.write_char('\t')?;
                    write_escaped(f, field)?;
                }
                writeln!(f)?;
            }
        }
        Ok(())
    }
}

fn write_escaped(f: &mut fmt::Formatter<'_>, field: &str) -> fmt::Result {
    for c in field.chars() {
        match c {
            '\\' => f.write_str("\\\\")?,
            '\t' => f.write_str("\\t")?,
            '\n' => f.write_str("\\n")?,
            '\r' => f.write_str("\\r")?,
            ' ' => f.write_char(c)?,
            _ if c.is_control()
                || c.is_whitespace()
                || matches!(c, '\u{E000}'..='\u{F8FF}' | '\u{200B}'..='\u{200F}' | '\u{FEFF}') =>
            {
                write!(f, "\\u{{{:X}}}", u32::from(c))?;
            }
            _ => f.write_char(c)?,
        }
    }
    Ok(())
}

impl FromStr for Plan {
    type Err = Error;

    /// Reads the text form; a plan that could not have been printed is refused.
    ///
    /// # Errors
    /// `PlanSyntax` with the line that cannot be read.
    fn from_str(text: &str) -> Result<Plan, Error> {
        let mut plan = Plan::default();
        let mut pass: Option<Pass> = None;
        let mut lines = (1u32..).zip(text.lines());
        if lines.next().map(|(_, line)| line) != Some(HEADER) {
            return Err(syntax(1, &format!("expected {HEADER:?}")));
        }
        for (number, line) in lines {
            if line == "pass" {
                plan.push(pass.replace(Pass::default()).unwrap_or_default());
                continue;
            }
            let edit = read_edit(line).map_err(|reason| syntax(number, reason))?;
            let pass = pass
                .as_mut()
                .ok_or_else(|| syntax(number, "an edit before the first line \"pass\""))?;
            if pass
                .edits
                .last()
                .is_some_and(|last| last.span.end > edit.span.start)
            {
                return Err(syntax(number, "the edit begins before the last one ends"));
            }
            pass.edits.push(edit);
        }
        plan.push(pass.unwrap_or_default());
        Ok(plan)
    }
}

fn syntax(line: u32, reason: &str) -> Error {
    ErrorKind::PlanSyntax {
        line,
        reason: reason.to_owned(),
    }
    .into()
}

fn read_edit(line: &str) -> Result<Edit, &'static str> {
    let fields: Vec<&str> = line.split('\t').collect();
    let [span, rule, certainty, guessed_chars, route, before, after] = fields[..] else {
        return Err("an edit has seven fields");
    };
    let (start, end) = span.split_once("..").ok_or("a span is start..end")?;
    let start: usize = start.parse().map_err(|_| "the span's start is no number")?;
    let end: usize = end.parse().map_err(|_| "the span's end is no number")?;
    let before = unescape(before)?;
    if end.checked_sub(start) != Some(before.len()) {
        return Err("the span is not as long as what stands before");
    }
    let certainty: f32 = certainty
        .parse()
        .ok()
        .filter(|certainty| (0.0..=1.0).contains(certainty))
        .ok_or("the certainty is not between 0 and 1")?;
    let after = unescape(after)?;
    let (guessed_chars, places) = guessed_chars.split_once(' ').unwrap_or((guessed_chars, ""));
    let places = places.split(' ').filter(|place| !place.is_empty());
    let guesses: Option<Vec<Guess>> = places.map(|place| read_guess(place, &after)).collect();
    Ok(Edit {
        span: start..end,
        rule: rule_named(rule).ok_or("no rule is called so")?,
        before,
        after,
        route: unescape(route)?,
        certainty,
        guessed_chars: guessed_chars
            .parse()
            .map_err(|_| "the number of guessed characters is no number")?,
        guesses: guesses.ok_or("a guess is start..end@posterior, of what stands after")?,
    })
}

fn read_guess(place: &str, after: &str) -> Option<Guess> {
    let (span, posterior) = place.split_once('@')?;
    let (start, end) = span.split_once("..")?;
    let span = start.parse().ok()?..end.parse().ok()?;
    after.get(span.clone())?;
    let posterior: f32 = posterior.parse().ok()?;
    (0.0..=1.0)
        .contains(&posterior)
        .then_some(Guess { span, posterior })
}

fn unescape(field: &str) -> Result<String, &'static str> {
    let mut out = String::with_capacity(field.len());
    let mut rest = field;
    while let Some((plain, escaped)) = rest.split_once('\\') {
        out.push_str(plain);
        let mut chars = escaped.chars();
        match chars.next() {
            Some('\\') => out.push('\\'),
            Some('t') => out.push('\t'),
            Some('n') => out.push('\n'),
            Some('r') => out.push('\r'),
            Some('u') => {
                let (digits, after) = chars
                    .as_str()
                    .strip_prefix('{')
                    .and_then(|digits| digits.split_once('}'))
                    .ok_or("\\u is followed by digits in braces")?;
                let c = u32::from_str_radix(digits, 16)
                    .ok()
                    .and_then(char::from_u32)
                    .ok_or("\\u{…} is no character")?;
                out.push(c);
                chars = after.chars();
            }
            _ => return Err("a backslash is followed by \\, t, n, r or u"),
        }
        rest = chars.as_str();
    }
    out.push_str(rest);
    Ok(out)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::plan::tests::any_plan;
    use super::*;

    #[test]
    fn what_cannot_be_read_is_named_by_its_line() {
        for (text, line) in [
            ("", 1),
            ("zhfix plan 2\n", 1),
            ("zhfix plan 1\n0..1\tgloss/pinyin\t1\t0\t\ta\t\n", 2),
            ("zhfix plan 1\npass\nx\n", 3),
            ("zhfix plan 1\npass\n0..2\tgloss/pinyin\t1\t0\t\ta\t\n", 3),
            ("zhfix plan 1\npass\n1..0\tgloss/pinyin\t1\t0\t\ta\t\n", 3),
            ("zhfix plan 1\npass\n0..1\tgloss\t1\t0\t\ta\t\n", 3),
            ("zhfix plan 1\npass\n0..1\tgloss/pinyin\tNaN\t0\t\ta\t\n", 3),
            ("zhfix plan 1\npass\n0..1\tgloss/pinyin\t1\t0\t\t\\x\t\n", 3),
            (
                "zhfix plan 1\npass\n0..1\tgloss/pinyin\t1\t1 0..1@2\t\ta\tb\n",
                3,
            ),
            (
                "zhfix plan 1\npass\n0..1\tgloss/pinyin\t1\t1 0..9@1\t\ta\tb\n",
                3,
            ),
            (
                "zhfix plan 1\npass\n1..2\tgloss/pinyin\t1\t0\t\ta\t\n1..2\tgloss/pinyin\t1\t0\t\ta\t\n",
                4,
            ),
        ] {
            match text.parse::<Plan>().unwrap_err().kind() {
                ErrorKind::PlanSyntax { line: named, .. } => assert_eq!(*named, line, "{text:?}"),
                other => panic!("{other:?}"),
            }
        }
    }

    proptest! {
        #[test]
        fn a_printed_plan_reads_back((_, plan) in any_plan()) {
            prop_assert_eq!(plan.to_string().parse::<Plan>().unwrap(), plan);
        }

        #[test]
        fn any_text_is_read_or_refused(text in "(zhfix plan 1\n(pass\n)?)?\\PC{0,40}") {
            let _ = text.parse::<Plan>();
        }
    }
}
