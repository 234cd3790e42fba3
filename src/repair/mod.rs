//! Text to repaired text, a plan that says what was done and can undo it, and what was lost.
//!
//! The order is: a first look, which costs one pass and decides for clean text that nothing
//! is to be done (`signs.rs`); mojibake that proves itself (`search.rs`, by the routes of
//! `routes.rs` and the proof of `proof.rs`); then damaged forms, one file a rule (`forms/`). All that is repeated on its own
//! result until nothing changes, for a repair may uncover what another rule can read. Hence
//! repairing twice is repairing once. Each pass is data (`plan.rs`) that undoes itself; what no
//! rule can bring back stays in the text and is listed.
//!
//! Clean text comes back borrowed. The rules prefer leaving damage to harming good text: each
//! says in its file which good text looks like its damage, and what it therefore misses.

use std::borrow::Cow;
use std::cell::Cell;

pub(crate) use beside::Evidence;
pub use outcome::{Loss, Repair};
pub(crate) use plan::source_of;
pub use plan::{Edit, Guess, Pass, Plan};
pub use rules::{Level, Rule, RuleSet, all_rules};
pub(crate) use rules::{PUNCTUATION, QUOTATION_MARKS, WORD_FORMS};

mod ascii;
mod barren;
mod beside;
mod blocks;
mod class;
mod form_rules;
mod forms;
mod glance;
mod lossy;
pub(crate) mod mend;
mod opening;
mod outcome;
mod plan;
mod plan_text;
mod plane;
mod proof;
mod reread;
mod routes;
mod rules;
mod runs;
mod search;
mod signs;
mod topic;

use barren::Barren;
use signs::Look;

/// How often the rules may run over their own result. Every layer of mojibake shrinks the text
/// by a third or more, and no other rule undoes its own work, so real text needs three.
const ROUNDS_MAX: usize = 32;

/// What a text is of its document. Work that may be for nothing is bounded for each text, and a
/// part of a large document is worth a part of what a whole one is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Extent {
    Whole,
    Part(Vain),
}

/// Which searches burnt all that a text may ask for, and proved next to nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Vain {
    reread: bool,
    /// By route.
    lossy: [bool; lossy::ROUTES_MAX],
}

/// What a rule finds in a text.
type Find = fn(&str) -> Pass;

/// Repairs text by a set of rules; immutable, reusable, shared by threads.
///
/// # Examples
/// ```
/// use zhfix::Repairer;
/// let repairer = Repairer::new();
/// for line in ["蕞好", "蕞尔小国"] {
///     assert_eq!(repairer.repair(line).text(), line.replace("蕞好", "最好"));
/// }
/// ```
#[derive(Debug, Clone, Default)]
pub struct Repairer {
    rules: RuleSet,
}

impl Repairer {
    /// A repairer with the rules of level `safe`.
    ///
    /// # Examples
    /// ```
    /// use zhfix::Repairer;
    /// assert_eq!(Repairer::new().repair("好").text(), "好");
    /// ```
    #[must_use]
    pub fn new() -> Repairer {
        Repairer::default()
    }

    /// A repairer with these rules. Those that depend on the variant of the result
    /// ([`crate::consistency`]) are no repairs: the pipeline runs them behind conversion.
    ///
    /// # Examples
    /// ```
    /// use zhfix::{Repairer, repair::RuleSet};
    /// let repairer = Repairer::with_rules(RuleSet::parse("-misconversion")?);
    /// assert_eq!(repairer.repair("坚决扞卫").text(), "坚决扞卫");
    /// # Ok::<(), zhfix::Error>(())
    /// ```
    #[must_use]
    pub fn with_rules(rules: RuleSet) -> Repairer {
        Repairer { rules }
    }

    /// The rules that are on.
    ///
    /// # Examples
    /// ```
    /// use zhfix::{Repairer, repair::RuleSet};
    /// assert_eq!(Repairer::new().rules(), &RuleSet::default());
    /// ```
    #[must_use]
    pub fn rules(&self) -> &RuleSet {
        &self.rules
    }

    /// Repairs a text.
    ///
    /// The result holds the text, a plan and what was lost; lost places are in bytes of the
    /// input. Borrowed when nothing was repaired. Time O(n) for each layer of damage.
    ///
    /// # Examples
    /// ```
    /// use zhfix::Repairer;
    /// let repair = Repairer::new().repair("ä¸\u{AD}æ–‡ and 坚决扞卫");
    /// assert_eq!(repair.text(), "中文 and 坚决捍卫");
    /// assert_eq!(Repairer::new().repair("扞格不入").text(), "扞格不入");
    /// ```
    #[must_use]
    pub fn repair<'t>(&self, text: &'t str) -> Repair<'t> {
        self.repair_as(text, Extent::Whole)
    }

    fn repair_as<'t>(&self, text: &'t str, extent: Extent) -> Repair<'t> {
        let mut repaired = Cow::Borrowed(text);
        let mut plan = Plan::default();
        let tidy = self.reads_tidy_characters();
        let mut look = Look::at(text, tidy);
        let mut made_by_kit = false;
        let mut lost = Vec::new();
        let mut fuel = lossy::Fuel::of(text, extent);
        let reread_fuel = reread::Fuel::of(text, extent);
        let barren = Barren::default();
        for _ in 0..ROUNDS_MAX {
            let passes_before = plan.passes().len();
            let exact = search::find(&repaired, &look, &barren, &self.rules);
            let is_lossy = self.lossy(
                &look,
                &exact,
                &mut fuel,
                &mut repaired,
                &mut plan,
                &mut lost,
            );
            if is_lossy {
                if let Some(pass) = plan.passes().last() {
                    reread::note_written(&repaired, pass, &barren);
                }
            } else {
                self.round(
                    &look,
                    exact,
                    (&reread_fuel, &barren),
                    &mut repaired,
                    &mut plan,
                    &mut made_by_kit,
                );
            }
            // Behind the others, whose look holds places of the text as it was.
            self.signless(&mut repaired, &mut plan);
            if plan.passes().len() == passes_before {
                break;
            }
            look = Look::at(&repaired, tidy);
        }
        // What one round wrote another may have taken back.
        if !plan.is_empty() && *repaired == *text {
            plan = Plan::default();
            repaired = Cow::Borrowed(text);
        }
        let known = lost.len();
        if look.signs.lost() {
            lost.extend(forms::lost::find(&repaired, look.signs, &self.rules));
            lost.extend(forms::fill::find(&repaired, look.signs, &self.rules));
            lost.extend(forms::injected::find(&repaired, look.signs, &self.rules));
        }
        lost.extend(lossy::remains(&repaired, &look.odd, &self.rules));
        if made_by_kit && self.rules.contains(rules::GLOSS_LOST_SYMBOL) {
            lost.extend(forms::gloss::lost(&repaired));
        }
        for loss in lost.iter_mut().skip(known) {
            loss.span = plan.source_of(loss.span.clone());
        }
        crate::order::sort_by_key(&mut lost, |loss| (loss.span.start, loss.span.end));
        Repair {
            text: repaired,
            plan,
            lost,
            tally: Some(look.tally),
            marks: Some(look.marks),
            vain: Vain {
                reread: reread_fuel.was_vain(),
                lossy: fuel.were_vain(),
            },
        }
    }

    /// Whether a rule of level `tidy` is on whose damage the first look sees.
    fn reads_tidy_characters(&self) -> bool {
        let rules = [
            form_rules::WIDTH_LETTERS,
            form_rules::WIDTH_KANA,
            form_rules::LIGATURE,
            form_rules::COMPOSED,
            form_rules::MISCONVERSION_REGIONAL,
        ];
        rules.iter().any(|rule| self.rules.contains(rule))
    }

    /// Runs the rules of level `tidy` whose damage shows no sign of its own.
    fn signless(&self, text: &mut Cow<'_, str>, plan: &mut Plan) {
        use forms::notation::{entity, escape, mime_word, percent, quoted_printable, utf_7};
        let rules: [(&Rule, Find); 7] = [
            (form_rules::NOTATION_ENTITY, entity::find),
            (form_rules::NOTATION_MIME_WORD, mime_word::find),
            (form_rules::NOTATION_PERCENT, percent::find),
            (form_rules::NOTATION_ESCAPE, escape::find),
            (
                form_rules::NOTATION_QUOTED_PRINTABLE,
                quoted_printable::find,
            ),
            (form_rules::NOTATION_UTF_7, utf_7::find),
            (form_rules::LINE_BREAK, forms::line_break::find),
        ];
        for (rule, find) in rules {
            if self.rules.contains(rule) {
                apply(find(text), text, plan);
            }
        }
    }

    /// Takes back mojibake of which bytes are lost; whether there was any.
    fn lossy(
        &self,
        look: &Look,
        exact: &Pass,
        fuel: &mut lossy::Fuel,
        text: &mut Cow<'_, str>,
        plan: &mut Plan,
        lost: &mut Vec<Loss>,
    ) -> bool {
        if look.suspects.is_empty() && look.odd.is_empty() {
            return false;
        }
        let suspects = look.suspects.iter().map(|suspect| &suspect.span);
        if suspects
            .chain(&look.odd)
            .all(|line| exact.takes_all_of(text, line))
        {
            return false;
        }
        let found = lossy::find(text, look, exact, fuel, &self.rules);
        if found.pass.edits.is_empty() {
            return false;
        }
        let Ok(after) = plan::apply_pass(&found.pass, text) else {
            return false;
        };
        let passes = plan.passes().len();
        lost.extend(found.lost.into_iter().map(|loss| Loss {
            span: plan.source_before(passes, loss.span),
            ..loss
        }));
        *text = Cow::Owned(after);
        plan.push(found.pass);
        true
    }

    /// Runs every rule once whose sign was seen; `exact` is what the exact search found.
    fn round(
        &self,
        look: &Look,
        exact: Pass,
        (fuel, barren): (&reread::Fuel, &Barren),
        text: &mut Cow<'_, str>,
        plan: &mut Plan,
        made_by_kit: &mut bool,
    ) {
        let signs = look.signs;
        if signs.none() && look.odd.is_empty() {
            return;
        }
        let on = |rule| self.rules.contains(rule);
        let rules = &self.rules;
        let changed = Cell::new(false);
        let mut run = |sign: bool, find: &dyn Fn(&str) -> Pass| {
            let found = sign && apply(find(text), text, plan);
            changed.set(changed.get() | found);
            found
        };
        let reread = run(!look.odd.is_empty(), &|text| {
            reread::find(text, &look.odd, (fuel, barren), rules)
        });
        // The places of the first look are gone with the first repair.
        let exact = Cell::new(exact);
        run(!reread, &|_| exact.take());
        *made_by_kit |= run(signs.gloss && on(rules::GLOSS_PINYIN), &forms::gloss::find);
        run(
            *made_by_kit && on(form_rules::GLOSS_CUT_CHARACTER),
            &forms::residue::find,
        );
        run(signs.radical, &|text| {
            forms::radical::find(text, &self.rules)
        });
        run(
            signs.compatibility && on(rules::COMPATIBILITY_IDEOGRAPH),
            &forms::compatibility::find,
        );
        run(signs.lookalike || signs.misconversion, &|text| {
            forms::lookalike::find(text, rules)
        });
        let word = signs.word && on(form_rules::MISCONVERSION_WORD);
        let regional = signs.regional_word && on(form_rules::MISCONVERSION_REGIONAL);
        // The places of the look are those of the text as it was.
        let places = look.words.all().filter(|_| !changed.get());
        run(word || regional, &|text| {
            forms::misconversion::find(text, places, rules)
        });
        run(signs.private_use, &|text| {
            forms::private_use::find(text, rules)
        });
        run(
            signs.nuo && on(form_rules::BYTE_ORDER_MARK_READ_AS_GBK),
            &forms::byte_order_mark::find,
        );
        run(signs.invisible, &|text| forms::invisible::find(text, rules));
        let width = on(form_rules::WIDTH_LETTERS) || on(form_rules::WIDTH_KANA);
        run(signs.forms && width, &|text| {
            forms::width::find(text, rules)
        });
        run(
            signs.forms && on(form_rules::LIGATURE),
            &forms::ligature::find,
        );
        run(
            signs.forms && on(form_rules::COMPOSED),
            &forms::composed::find,
        );
    }
}

/// Applies a pass to its text; whether it changed anything.
fn apply(pass: Pass, text: &mut Cow<'_, str>, plan: &mut Plan) -> bool {
    // A pass that does not fit its own text would be a mistake of the rule's; the text is
    // then worth more than the repair.
    if pass.edits.is_empty() {
        return false;
    }
    match plan::apply_pass(&pass, text) {
        Ok(after) => {
            *text = Cow::Owned(after);
            plan.push(pass);
            true
        }
        Err(_) => false,
    }
}
