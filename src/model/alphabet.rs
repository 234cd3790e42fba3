//! What a letter of an alphabet costs after the character before it.
//!
//! Single-byte encodings are told apart from Chinese, and roughly from each other, by
//! what words look like: lower case follows lower case, capitals begin words, an accent
//! stands among unaccented letters, a Thai vowel sign follows a consonant, and the
//! letters of one word are of one script. Chinese bytes read as letters break all of
//! these rules at once. Nothing here knows a word of any language, so it says *that* a
//! text is alphabetic; which of the similar encodings it is in is chardetng's to name.

use crate::model::{BIT, Cost, ascii_cost};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Script {
    Latin,
    Greek,
    Cyrillic,
    Hebrew,
    Arabic,
    Thai,
}

fn script(c: char) -> Option<Script> {
    match c {
        'A'..='Z' | 'a'..='z' => Some(Script::Latin),
        'ª' | 'º' | '×' | '÷' => None,
        '\u{C0}'..='\u{24F}' | '\u{1E00}'..='\u{1EFF}' => Some(Script::Latin),
        // Marks of windows-1258: grave, acute, tilde, hook above, dot below.
        '\u{300}' | '\u{301}' | '\u{303}' | '\u{309}' | '\u{323}' => Some(Script::Latin),
        '\u{386}'..='\u{3CE}' if c != '\u{387}' => Some(Script::Greek),
        '\u{400}'..='\u{45F}' | '\u{490}' | '\u{491}' => Some(Script::Cyrillic),
        '\u{5B0}'..='\u{5EA}' => Some(Script::Hebrew),
        '\u{621}'..='\u{652}' | '\u{67E}'..='\u{6D2}' => Some(Script::Arabic),
        '\u{E01}'..='\u{E3A}' | '\u{E40}'..='\u{E4E}' => Some(Script::Thai),
        _ => None,
    }
}

/// Signs that stand above or below the letter before them.
fn is_mark(c: char) -> bool {
    matches!(c,
        '\u{300}'..='\u{323}' | '\u{5B0}'..='\u{5C2}' | '\u{64B}'..='\u{652}'
        | '\u{E31}' | '\u{E34}'..='\u{E3A}' | '\u{E47}'..='\u{E4E}')
}

/// Vowels of Thai that are written before their consonant.
fn is_leading_vowel(c: char) -> bool {
    matches!(c, '\u{E40}'..='\u{E44}')
}

fn is_consonant(c: char) -> bool {
    matches!(c, '\u{E01}'..='\u{E2E}')
}

/// Signs of Thai that may stand above another sign.
fn is_tone(c: char) -> bool {
    matches!(c, '\u{E47}'..='\u{E4E}')
}

/// What a letter costs where its script and its case are no surprise.
fn letter_cost(c: char, script: Script) -> Cost {
    let tenths = match script {
        Script::Cyrillic if "оеаинтсрвлкм".contains(c) => 38,
        Script::Cyrillic if "дпуяыьгзбчйхі".contains(c) => 52,
        Script::Cyrillic if ('а'..='я').contains(&c) => 66,
        Script::Cyrillic => 85,
        Script::Greek if "αοιετσνηυρπκμλς".contains(c) => 40,
        Script::Greek => 60,
        Script::Hebrew => 48,
        Script::Arabic if "ابتدرسعفقكلمنهويةأ".contains(c) => 43,
        Script::Arabic => 70,
        Script::Thai if "านรอกเงมยลวดทสตะปบคหแจพชขใไโั่้ิีุู็์ำ".contains(c) => {
            46
        }
        Script::Thai => 75,
        // An accented letter is a few percent of what is written in Latin letters.
        Script::Latin if "éäüöóáíčšžñçèà".contains(c) => 65,
        Script::Latin if "êãõåøæëïîôûúýřěůąęłśżźćńőűăâșțşğıßđươ".contains(c) => {
            75
        }
        Script::Latin if is_mark(c) => 60,
        Script::Latin if c < '\u{180}' => 95,
        // The rows of Vietnamese.
        Script::Latin if c >= '\u{1EA0}' => 75,
        Script::Latin => 110,
    };
    tenths * BIT / 10
}

/// What a character costs in alphabetic text after the one before it; the first of a
/// text comes after a space. Time O(1).
pub(crate) fn alphabet_cost(before: char, c: char) -> Cost {
    if let Ok(byte @ 0..0x80) = u8::try_from(c) {
        return ascii_cost(byte);
    }
    let Some(own_script) = script(c) else {
        return symbol_cost(c);
    };
    let Some(script_before) = script(before) else {
        // A word begins: capitals are usual, marks impossible.
        return match () {
            () if is_mark(c) => letter_cost(c, own_script) + 9 * BIT,
            () if c.is_uppercase() => capital_cost(c, own_script) + 2 * BIT,
            () => letter_cost(c, own_script),
        };
    };
    if script_before != own_script {
        return letter_cost(c, own_script) + 7 * BIT;
    }
    if own_script == Script::Thai && is_leading_vowel(before) && !is_consonant(c) {
        return letter_cost(c, own_script) + 7 * BIT;
    }
    // A sign stands on a consonant, a tone also on a vowel sign.
    let on_consonant = is_consonant(before) || (is_tone(c) && is_mark(before));
    if own_script == Script::Thai && is_mark(c) && !on_consonant {
        return letter_cost(c, own_script) + 7 * BIT;
    }
    // In Latin text an accent beside an accent is rare outside of Vietnamese.
    let beside_accent = own_script == Script::Latin && !before.is_ascii();
    let accents = if beside_accent && !is_mark(c) {
        3 * BIT
    } else {
        0
    };
    if c.is_uppercase() {
        let inside_word = if before.is_uppercase() { BIT } else { 9 * BIT };
        capital_cost(c, own_script) + inside_word + accents
    } else {
        // A small letter after a lone capital is usual, `ЯЗЫк` is not; the second
        // character back is not looked at, so both cost the same.
        letter_cost(c, own_script) + accents
    }
}

fn capital_cost(c: char, script: Script) -> Cost {
    let mut lower = c.to_lowercase();
    letter_cost(lower.next().unwrap_or(c), script)
}

fn symbol_cost(c: char) -> Cost {
    match c {
        '“' | '”' | '‘' | '’' | '„' | '«' | '»' | '–' | '—' | '…' | '\u{A0}' => {
            8 * BIT
        }
        '°' | '©' | '®' | '§' | '·' | '•' | '±' | '²' | '³' | '½' | '€' | '№' | '™' | '¿' | '¡'
        | 'º' | 'ª' | '£' | '×' => 10 * BIT,
        // Thai digits and signs.
        '\u{E3F}' | '\u{E4F}'..='\u{E5B}' | '\u{60C}'..='\u{61F}' => 9 * BIT,
        '\u{A1}'..='\u{BF}' | '÷' | '\u{2000}'..='\u{22FF}' => 13 * BIT,
        '\u{80}'..='\u{9F}' => 18 * BIT,
        // Box drawing of DOS code pages.
        '\u{2500}'..='\u{25FF}' => 15 * BIT,
        '\u{1F300}'..='\u{1FAFF}' => 15 * BIT,
        '\u{10000}'.. => 60 * BIT,
        // No part of alphabetic text.
        _ => 22 * BIT,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bits(text: &str) -> Cost {
        let mut before = ' ';
        let mut sum = 0;
        for c in text.chars() {
            sum += alphabet_cost(before, c);
            before = c;
        }
        sum / BIT
    }

    #[test]
    fn words_are_cheaper_than_what_chinese_bytes_look_like() {
        // 中文编码 in GBK as windows-1251, 1252 and 1253, beside words as long.
        for (word, accident) in [
            ("привет он", "ЦРОД±аВл"),
            ("élève où", "ÖÐÎÄ±àÂë"),
            ("ελληνικά", "ΦΠΞΔ±ΰΒλ"),
        ] {
            assert!(bits(word) + 16 < bits(accident), "{word} {accident}");
        }
    }
}
