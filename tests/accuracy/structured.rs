//! Cells of documents that are mostly ASCII, with a little Chinese in them.

use std::fmt::Write as _;

use zhfix::codec::{Unencodable, encode};
use zhfix::{Detector, Encoding};

use super::corpora::{Dice, File, files, line, window};
use super::{Right, SAMPLE, Tally, cell};

/// Some Chinese of 2 to 12 Han characters, or up to `most`.
fn phrase(files: &[File], most: usize, dice: &mut Dice) -> String {
    loop {
        let han = 2 + dice.below(most - 1);
        if let Some(text) = window(line(files, dice), han, dice)
            && !text.contains(['"', '<', '\\', '\t', '\n', '/'])
        {
            return text;
        }
    }
}

/// Source code with `comments` comments.
fn code(files: &[File], comments: usize, dice: &mut Dice) -> String {
    const LINES: [&str; 8] = [
        "    if (a[i] != b[i]) { return compare(a, b, i); }\n",
        "def parse(self, name: str = \"default\") -> dict:\n    return self.table[name]\n",
        "#include <stdio.h>\nint main(void) { printf(\"%d\\n\", 42); }\n",
        "const total = items.reduce((sum, item) => sum + item.price, 0);\n",
        "public static void main(String[] args) { new Server(8080).start(); }\n",
        "SELECT id, name FROM users WHERE created_at > '2020-01-01' ORDER BY id;\n",
        "\tfor k, v := range m {\n\t\tfmt.Println(k, v)\n\t}\n",
        "# setting = true\nexport PATH=\"$HOME/bin:$PATH\"\n",
    ];
    const COMMENTS: [&str; 5] = [
        "// {}\n",
        "/* {} */\n",
        "# {}\n",
        "x = 1; //{}\n",
        "-- {}\n",
    ];
    let mut text = String::new();
    for _ in 0..comments {
        for _ in 0..2 + dice.below(12) {
            text += dice.pick::<&str>(&LINES);
        }
        text += &dice.pick(&COMMENTS).replace("{}", &phrase(files, 10, dice));
    }
    text + dice.pick::<&str>(&LINES)
}

fn file_name(files: &[File], dice: &mut Dice) -> String {
    let words = phrase(files, 8, dice);
    let end = *dice.pick(&["txt", "doc", "mp3", "jpg", "pdf", "xls", "zip", "html"]);
    match dice.below(5) {
        0 => format!("{words}.{end}"),
        1 => format!("{:02} - {words}.{end}", dice.below(20)),
        2 => format!("{words}({}).{end}", 1 + dice.below(9)),
        3 => format!("{words}/{}.{end}", phrase(files, 6, dice)),
        _ => format!("IMG_{}_{words}_v{}.{end}", dice.below(2000), dice.below(9)),
    }
}

fn csv(files: &[File], dice: &mut Dice) -> String {
    let mut text = "id,name,city,amount,date\n".to_owned();
    for row in 0..2 + dice.below(4) {
        let _ = writeln!(
            text,
            "{row},{},{},{}.{:02},2019-0{}-11",
            phrase(files, 3, dice),
            phrase(files, 4, dice),
            dice.below(1000),
            dice.below(100),
            1 + dice.below(9)
        );
    }
    text
}

fn html(files: &[File], dice: &mut Dice) -> String {
    let mut text = format!(
        "<!DOCTYPE html>\n<html><head><title>{}</title><style>p {{ margin: 0 }}</style></head><body>\n",
        phrase(files, 8, dice)
    );
    for _ in 0..1 + dice.below(4) {
        let _ = writeln!(
            text,
            "<div class=\"item\"><a href=\"/p/{}.html\">{}</a></div>",
            dice.below(9999),
            phrase(files, 8, dice)
        );
    }
    text + "</body></html>\n"
}

fn subtitles(files: &[File], dice: &mut Dice) -> String {
    let mut text = String::new();
    for number in 1..2 + dice.below(4) {
        let _ = writeln!(
            text,
            "{number}\n00:0{number}:{:02},120 --> 00:0{number}:{:02},900\n{}\n",
            dice.below(30),
            30 + dice.below(30),
            phrase(files, 8, dice)
        );
    }
    text
}

fn json(files: &[File], dice: &mut Dice) -> String {
    format!(
        "{{\"id\": {}, \"title\": \"{}\", \"tags\": [\"{}\", \"news\"], \"ok\": true}}\n",
        dice.below(99999),
        phrase(files, 8, dice),
        phrase(files, 3, dice)
    )
}

pub(super) fn all(detector: &Detector) -> Vec<String> {
    let mut low = Vec::new();
    for (prefix, encoding) in [("zh-CN", Encoding::Gbk), ("zh-TW", Encoding::Big5)] {
        let files = files(&[prefix]).unwrap();
        if files.is_empty() {
            continue;
        }
        type Make = fn(&[File], &mut Dice) -> String;
        let kinds: [(&str, Make); 9] = [
            ("code, 1 comment", |files, dice| code(files, 1, dice)),
            ("code, 2 comments", |files, dice| code(files, 2, dice)),
            ("code, 3 comments", |files, dice| code(files, 3, dice)),
            ("file name", file_name),
            ("CSV", csv),
            ("HTML", html),
            ("SRT", subtitles),
            ("JSON", json),
            ("title", |files, dice| {
                line(files, dice).chars().take(20).collect()
            }),
        ];
        for (kind, make) in kinds {
            let name = format!("{kind}, {encoding}");
            let mut dice = Dice::new(&name);
            let mut tally = Tally::default();
            for _ in 0..20 * SAMPLE {
                if tally.all == SAMPLE {
                    break;
                }
                let text = make(&files, &mut dice);
                let bytes = encode(&text, encoding, Unencodable::Error);
                if let Ok(bytes) = bytes
                    && !bytes.is_ascii()
                {
                    let what = text.chars().filter(|c| !c.is_ascii()).collect::<String>();
                    tally.add(detector, &bytes, Right::Is(encoding), &what);
                }
            }
            low.extend(cell(&name, &tally, 99.0));
        }
    }
    low
}
