//! Which rules are on, and the list of words that says so.

use super::{Level, RULES, Rule};
use crate::error::{Error, ErrorKind};

/// Which rules are on; a new one holds the level `safe` and all that only report.
///
/// # Examples
/// ```
/// use zhfix::repair::{Level, RuleSet, all_rules};
/// let set = RuleSet::default();
/// assert!(all_rules().iter().all(|rule| set.contains(rule) == (rule.level != Level::Tidy)));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleSet {
    on: [bool; RULES.len()],
}

impl Default for RuleSet {
    fn default() -> Self {
        RuleSet::of(|rule| rule.level != Level::Tidy)
    }
}

impl RuleSet {
    /// Reads `safe`, `tidy`, `all`, `none`, `+rule`, `-rule`, separated by commas.
    ///
    /// `tidy` and `all` include `safe` (`-tidy` takes only the rules of that level away); the rules that only report are on unless the list
    /// says `none` or names what it wants. A rule or family without a sign is that alone, or is
    /// added to what stands before it; a list that opens with a sign changes `safe`.
    ///
    /// # Errors
    /// `UnknownName` for a word that is neither a level nor a rule or family of rules.
    ///
    /// # Examples
    /// ```
    /// use zhfix::repair::{RuleSet, all_rules};
    /// let set = RuleSet::parse("safe,-gloss")?;
    /// let off: Vec<_> = all_rules().iter().filter(|rule| !set.contains(rule)).collect();
    /// assert_eq!(off[0].name, "gloss/pinyin");
    /// assert!(RuleSet::parse("glos").is_err());
    /// # Ok::<(), zhfix::Error>(())
    /// ```
    pub fn parse(list: &str) -> Result<RuleSet, Error> {
        let mut set = match list.trim_start().as_bytes().first() {
            None | Some(b'+' | b'-') => RuleSet::default(),
            Some(_) => RuleSet::of(|_| false),
        };
        for word in list.split(',').map(str::trim) {
            if word.is_empty() {
                continue;
            }
            let (on, name) = match word.strip_prefix('-') {
                Some(name) => (false, name),
                None => (true, word.strip_prefix('+').unwrap_or(word)),
            };
            if name == "none" {
                set = RuleSet::of(|_| false);
                continue;
            }
            let mut known = false;
            for (slot, rule) in set.on.iter_mut().zip(&RULES) {
                // `tidy` turns on what it includes, but off only what it adds.
                let is_meant = on || name != "tidy" || rule.level == Level::Tidy;
                if named(rule, name) && is_meant {
                    known = true;
                    *slot = on;
                }
            }
            if !known {
                return Err(ErrorKind::UnknownName {
                    what: "rule",
                    name: word.to_owned(),
                }
                .into());
            }
        }
        Ok(set)
    }

    /// Whether this rule is on.
    ///
    /// # Examples
    /// ```
    /// use zhfix::repair::{RuleSet, all_rules};
    /// let none = RuleSet::parse("none")?;
    /// assert!(!none.contains(&all_rules()[0]));
    /// # Ok::<(), zhfix::Error>(())
    /// ```
    #[must_use]
    pub fn contains(&self, rule: &Rule) -> bool {
        // Asked at each step of a search, about rows of the list, seldom about a copy of one.
        let row = RULES.iter().position(|row| std::ptr::eq(row, rule));
        let row = row.or_else(|| RULES.iter().position(|row| row.name == rule.name));
        row.is_some_and(|row| self.on[row])
    }

    fn of(wanted: impl Fn(&Rule) -> bool) -> RuleSet {
        RuleSet {
            on: std::array::from_fn(|at| wanted(&RULES[at])),
        }
    }
}

/// Whether a word of a list means this rule.
fn named(rule: &Rule, word: &str) -> bool {
    match word {
        "all" | "tidy" => true,
        "safe" => rule.level != Level::Tidy,
        _ => word == rule.name || word == rule.family(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_read() {
        let on = |list: &str| -> Vec<&str> {
            let set = RuleSet::parse(list).unwrap();
            RULES
                .iter()
                .filter(|rule| set.contains(rule))
                .map(|rule| rule.name)
                .collect()
        };
        assert_eq!(RuleSet::parse("").unwrap(), RuleSet::default());
        assert_eq!(RuleSet::parse("safe").unwrap(), RuleSet::default());
        assert!(on("none").is_empty());
        assert_eq!(on("gloss/pinyin"), ["gloss/pinyin"]);
        assert_eq!(
            on("none,+radical"),
            ["radical/kangxi", "radical/supplement"]
        );
        assert_eq!(on("all").len(), RULES.len());
        let family = |names: [&str; 2]| {
            let of = |rule: &&Rule| names.contains(&rule.family());
            RULES.iter().filter(of).count()
        };
        let tidy = RULES.iter().filter(|rule| rule.level == Level::Tidy);
        let default = RULES.len() - tidy.count();
        assert_eq!(on("-gloss").len(), default - family(["gloss", ""]));
        assert_eq!(on("tidy,-tidy"), on("safe"));
        assert_eq!(on("+word-forms").len(), on("safe").len() + 1);
        assert_eq!(on("none,+quotation-marks"), ["quotation-marks"]);
        let without = family(["lost", "gloss"]);
        assert_eq!(on("tidy,-lost, -gloss").len(), RULES.len() - without);
    }

    #[test]
    fn an_unknown_word_is_named() {
        let error = RuleSet::parse("safe,+glosses").unwrap_err();
        assert_eq!(error.to_string(), "no rule is called \"+glosses\"");
    }
}
