//! Counts of script in parts and in the whole. The laws over generated text stand in
//! `properties.rs`, what single texts are in `tests/cases/detect`, and how often lines are right
//! in `tests/accuracy`.

use zhfix::{Script, ScriptCounts};

#[test]
fn a_part_that_is_clear_does_not_hide_another() {
    let clear = "这里说的是简体汉字，还有许多别的东西。".repeat(40);
    let japanese = "受取人住所、会社電話、参照先、印刷範囲";
    let parts = ScriptCounts::of(&clear).plus(ScriptCounts::of(japanese));
    assert_eq!(parts.script(), Script::Hans);
    assert_eq!(
        ScriptCounts::of(&[&clear, japanese].concat()).script(),
        Script::Hans
    );
}
