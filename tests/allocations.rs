//! What conversion and repair allocate: nothing where nothing changes, and little beside the
//! output.
#![allow(clippy::unwrap_used, reason = "in a test, a panic is the report")]

use std::hint::black_box;

use allocation_counter::measure;
use zhfix::{Config, Converter, Repairer, Variant};

/// More than any buffer inside, and too much for the stack.
const REPEATS: usize = 20_000;
/// What may be held beside input and output.
const BESIDE_BYTES: u64 = 1 << 20;

#[test]
fn text_that_stays_costs_no_allocation() {
    // 甘藷 is a phrase that stays; 璝 would only become what few fonts have.
    let simplified = "他们在皇后大道上乾杯，然后去看 C++ 程序里的 3 个错误。北甘藷，刘璝。\n";
    let traditional = "他們在皇后大道上看見 C++ 程式裏的 3 個錯誤，後來發現頭髮。\n";
    let rows = [
        (Converter::new(Config::T2s), simplified.replace('乾', "干")),
        (Converter::to(Variant::Hans), simplified.replace('乾', "干")),
        (Converter::new(Config::S2t), traditional.to_owned()),
        #[cfg(feature = "wording")]
        (
            Converter::new(Config::S2twp),
            "Only ASCII, with ~ and {braces}.\n".to_owned(),
        ),
    ];
    for (converter, line) in rows {
        for text in [line.clone(), line.repeat(REPEATS)] {
            let info = measure(|| {
                let converted = converter.convert(&text);
                assert!(matches!(
                    black_box(converted),
                    std::borrow::Cow::Borrowed(_)
                ));
            });
            assert_eq!(
                info.count_total,
                0,
                "{}: {} bytes",
                converter.name(),
                text.len()
            );
        }
    }
}

#[test]
fn clean_text_is_not_copied_by_repair() {
    let repairer = Repairer::new();
    // The tables of the first look are made once.
    assert!(repairer.repair("你好").plan().is_empty());
    for line in [
        "今天天气很好，我们去公园走走。\n",
        "無錫高新區召開動員大會。\n",
        "日本語のテキストです。カタカナもあります。\n",
        "Все люди рождаются свободными и равными.\n",
        "Größe, Äpfel und fünf Straßen\n",
    ] {
        let text = line.repeat(REPEATS);
        let info = measure(|| {
            black_box(repairer.repair(black_box(&text)));
        });
        assert_eq!(info.count_total, 0, "{line}");
    }
}

#[test]
fn conversion_holds_little_beside_its_output() {
    let line = "后来他们用鼠标点击软件里的头发图标，乾隆皇帝说：「這個程式很好」。\n";
    let text = line.repeat(REPEATS);
    for config in Config::ALL {
        let converter = Converter::new(config);
        let mut out = String::with_capacity(text.len() * 2);
        let info = measure(|| converter.convert_into(&text, black_box(&mut out)));
        assert!(
            info.bytes_max <= BESIDE_BYTES,
            "{}: {} bytes beside the output",
            converter.name(),
            info.bytes_max
        );
    }
}
