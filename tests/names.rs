//! `zhfix names`: archives and trees whose names are in older encodings or garbled, there and
//! back.
//!
//! Names are put together from words of our own by a fixed rule, so that every run sees the
//! same two thousand.
#![allow(clippy::unwrap_used, reason = "in a test, a panic is the report")]
#![cfg(unix)]

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::io::{Cursor, Read, Write};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use zhfix::Encoding;
use zhfix::codec::{Unencodable, encode};
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

const SIMPLIFIED: [&str; 24] = [
    "会议",
    "记录",
    "照片",
    "报告",
    "财务",
    "计划",
    "合同",
    "学习",
    "资料",
    "音乐",
    "电影",
    "备份",
    "第一章",
    "北京",
    "上海",
    "旅游",
    "简历",
    "作业",
    "通知",
    "产品",
    "说明书",
    "数据",
    "问卷",
    "家庭",
];
const TRADITIONAL: [&str; 24] = [
    "會議",
    "記錄",
    "照片",
    "報告",
    "財務",
    "計畫",
    "合約",
    "學習",
    "資料",
    "音樂",
    "電影",
    "備份",
    "第一章",
    "臺北",
    "高雄",
    "旅遊",
    "履歷",
    "作業",
    "通知",
    "產品",
    "說明書",
    "檔案",
    "問卷",
    "家庭",
];
const JAPANESE: [&str; 24] = [
    "会議",
    "メモ",
    "写真",
    "レポート",
    "ファイル",
    "計画",
    "契約書",
    "まとめ",
    "資料",
    "サンプル",
    "映画",
    "バックアップ",
    "はじめに",
    "東京",
    "おおさか",
    "りょこう",
    "データ",
    "しゅくだい",
    "お知らせ",
    "カタログ",
    "せつめい",
    "テスト",
    "アンケート",
    "かぞく",
];

/// The names of one kind, no two alike.
fn names(words: [&str; 24], count: usize) -> Vec<String> {
    let name = |number: usize| {
        let first = words[number % 24];
        let second = words[number / 24 % 24];
        match number % 4 {
            0 => format!("{first}{second}{number}.txt"),
            1 => format!("{second}_{number}/{first}.jpg"),
            2 => format!("{first}({number})"),
            _ => format!("IMG-{number} {first}-{second}.doc"),
        }
    };
    (0..count).map(name).collect()
}

fn bytes(name: &str, encoding: Encoding) -> Vec<u8> {
    encode(name, encoding, Unencodable::Error)
        .unwrap()
        .into_owned()
}

/// An entry as it is to stand in an archive, byte for byte.
#[derive(Default, Clone)]
struct Raw {
    name: Vec<u8>,
    flags: u16,
    extra: Vec<u8>,
    comment: Vec<u8>,
    body: Vec<u8>,
    /// What is said of the size, where that is not so.
    said_bytes: Option<u32>,
}

/// Bit 11: the name is UTF-8.
const UTF_8: u16 = 1 << 11;
const ENCRYPTED: u16 = 1;

/// An archive by the format's own description (APPNOTE 6.3.10): entries stored, no writer
/// between what a test means and its bytes.
fn zip_of(entries: &[Raw]) -> Vec<u8> {
    let (mut out, mut central) = (Vec::new(), Vec::new());
    let len = |bytes: &[u8]| u16::try_from(bytes.len()).unwrap().to_le_bytes();
    let long = |length: usize| u32::try_from(length).unwrap().to_le_bytes();
    for entry in entries {
        let offset = long(out.len());
        let size = long(entry.body.len());
        let said = entry.said_bytes.map_or(size, u32::to_le_bytes);
        // Version, flags, stored, 2025-01-01 12:00, checksum, sizes, length of the name.
        let common = [
            &entry.flags.to_le_bytes()[..],
            &[0, 0, 0, 0x60, 0x21, 0x5A],
            &crc32(&entry.body).to_le_bytes(),
            &size,
            &said,
            &len(&entry.name),
            &len(&entry.extra),
        ]
        .concat();
        out.extend(
            [
                &b"PK\x03\x04\x14\0"[..],
                &common,
                &entry.name,
                &entry.extra,
                &entry.body,
            ]
            .concat(),
        );
        central.extend(
            [
                &b"PK\x01\x02\x1E\x03\x14\0"[..],
                &common,
                &len(&entry.comment),
            ]
            .concat(),
        );
        // Disk, internal attributes, rw-r--r-- of a file.
        central.extend([0, 0, 0, 0, 0, 0, 0xA4, 0x81]);
        central.extend([&offset[..], &entry.name, &entry.extra, &entry.comment].concat());
    }
    let count = u16::try_from(entries.len()).unwrap().to_le_bytes();
    let end = [
        &[0; 4][..],
        &count,
        &count,
        &long(central.len()),
        &long(out.len()),
        &[0, 0],
    ]
    .concat();
    [&out[..], &central, b"PK\x05\x06", &end].concat()
}

fn crc32(bytes: &[u8]) -> u32 {
    let mut crc = flate2::Crc::new();
    crc.update(bytes);
    crc.sum()
}

/// An archive whose entries have these names as bytes, not marked as UTF-8.
fn archive(names: &[Vec<u8>]) -> Vec<u8> {
    let entries = names.iter().enumerate().map(|(number, name)| Raw {
        name: name.clone(),
        body: format!("contents of {number}").into(),
        ..Raw::default()
    });
    zip_of(&entries.collect::<Vec<_>>())
}

fn zhfix(folder: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_zhfix"));
    command.current_dir(folder).args(args).output().unwrap()
}

/// Names and contents of an archive.
fn entries(archive: &[u8]) -> Vec<(String, String)> {
    let mut archive = ZipArchive::new(Cursor::new(archive)).unwrap();
    let mut entries = Vec::new();
    for number in 0..archive.len() {
        let mut entry = archive.by_index(number).unwrap();
        let name = String::from_utf8_lossy(entry.name_raw()).into_owned();
        let mut contents = String::new();
        entry.read_to_string(&mut contents).unwrap();
        entries.push((name, contents));
    }
    entries
}

/// How many names came out right, and how many were made wrong.
fn there_and_back(right: &[String], raw: &[Vec<u8>]) -> (usize, usize) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.zip");
    let before = archive(raw);
    fs::write(&path, &before).unwrap();
    let listed = zhfix(folder.path(), &["names", "a.zip"]);
    assert_eq!(listed.status.code(), Some(0));
    assert_eq!(fs::read(&path).unwrap(), before, "a dry run writes nothing");
    let applied = zhfix(
        folder.path(),
        &["names", "--apply", "--journal", "j", "a.zip"],
    );
    assert_eq!(
        applied.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&applied.stderr)
    );
    let after = entries(&fs::read(&path).unwrap());
    let mut counts = (0, 0);
    for (number, (name, contents)) in after.iter().enumerate() {
        assert_eq!(*contents, format!("contents of {number}"));
        if *name == right[number] {
            counts.0 += 1;
        } else if *name != String::from_utf8_lossy(&raw[number]) {
            counts.1 += 1;
        }
    }
    assert_eq!(after.len(), raw.len());
    let undone = zhfix(folder.path(), &["undo", "j"]);
    assert_eq!(undone.status.code(), Some(0));
    assert_eq!(
        fs::read(&path).unwrap(),
        before,
        "undo brings the archive back"
    );
    counts
}

#[test]
fn archives_in_one_encoding() {
    for (words, encoding) in [
        (SIMPLIFIED, Encoding::Gbk),
        (TRADITIONAL, Encoding::Big5),
        (TRADITIONAL, Encoding::Gbk),
    ] {
        let right = names(words, 2000);
        let raw: Vec<_> = right.iter().map(|name| bytes(name, encoding)).collect();
        let (good, wrong) = there_and_back(&right, &raw);
        assert!(
            good >= 1980 && wrong == 0,
            "{}: {good} right, {wrong} wrong",
            encoding.name()
        );
    }
}

#[test]
fn an_archive_in_two_encodings() {
    let mut right = names(SIMPLIFIED, 1600);
    let mut raw: Vec<_> = right
        .iter()
        .map(|name| bytes(name, Encoding::Gbk))
        .collect();
    for name in names(JAPANESE, 400) {
        let name = format!("日本/{name}");
        raw.push(bytes(&name, Encoding::ShiftJis));
        right.push(name);
    }
    let (good, wrong) = there_and_back(&right, &raw);
    assert!(good >= 1980 && wrong == 0, "{good} right, {wrong} wrong");
}

/// Two characters without kana are Chinese in one encoding and Japanese in the other: what stands
/// around them tells, where the names of each stand together.
#[test]
fn short_names_hear_their_neighbours() {
    let japanese = "駅前 弁当 映画 図書 辞書 売上 会計 発注 予約 営業 経理 総務 製図 検査 配達 荷物 両替 郵便 切手 写真 録音 録画 画像 "
        .to_owned()
        + "表紙 索引 目次 別紙 付録 様式 届出 申請 承認 契約 見積 請求 領収 納品 在庫 棚卸 出荷 仕入 返品 値引 割引 税込 税抜 合計 小計";
    let japanese: Vec<&str> = japanese.split_whitespace().collect();
    assert_eq!(japanese.len(), 48);
    let mut right: Vec<String> = names(SIMPLIFIED, 300);
    let mut raw: Vec<Vec<u8>> = right
        .iter()
        .map(|name| bytes(name, Encoding::Gbk))
        .collect();
    for (number, name) in names(JAPANESE, 100).into_iter().enumerate() {
        let short = format!("{}.txt", japanese[number % 48]);
        for name in [format!("{number}/{short}"), format!("{number}/{name}")] {
            raw.push(bytes(&name, Encoding::ShiftJis));
            right.push(name);
        }
    }
    let (good, wrong) = there_and_back(&right, &raw);
    assert!(
        100 * good >= 99 * right.len() && wrong == 0,
        "{good} right, {wrong} wrong"
    );
}

/// Everything below a folder: names and contents.
fn tree(root: &Path) -> BTreeMap<PathBuf, Option<Vec<u8>>> {
    let mut found = BTreeMap::new();
    let mut waiting = vec![root.to_owned()];
    while let Some(folder) = waiting.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let below = path.strip_prefix(root).unwrap().to_owned();
            if path.is_dir() {
                waiting.push(path);
                found.insert(below, None);
            } else {
                found.insert(below, Some(fs::read(&path).unwrap()));
            }
        }
    }
    found
}

fn make(root: &Path, names: &[Vec<u8>]) {
    for (number, name) in names.iter().enumerate() {
        let path = root.join(OsStr::from_bytes(name));
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, format!("contents of {number}")).unwrap();
    }
}

/// Names whose Big5 bytes hold C1 controls and signs of Latin-1.
const TRADITIONAL_NAMES: [&str; 12] = [
    "頁面行距.txt",
    "平均.doc",
    "整份文件(0).jpg",
    "會議記錄.doc",
    "第一章 開始的地方.txt",
    "學習資料(2)",
    "旅遊照片01.jpg",
    "財務報告.doc",
    "半圓未填滿.mp3",
    "未完之通知.mp3",
    "說明書.txt",
    "履歷與作業.doc",
];

/// Bytes as a console of DOS shows them, which `unzip` did for decades.
fn ibm437(bytes: &[u8]) -> String {
    const UPPER: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{A0}";
    let upper: Vec<char> = UPPER.chars().collect();
    let read = |byte: &u8| match byte.checked_sub(0x80) {
        Some(at) => upper[usize::from(at)],
        None => char::from(*byte),
    };
    bytes.iter().map(read).collect()
}

#[test]
fn trees() {
    let right = names(SIMPLIFIED, 600);
    let gbk: Vec<Vec<u8>> = right
        .iter()
        .map(|name| bytes(name, Encoding::Gbk))
        .collect();
    let garbled = |decode: &dyn Fn(&[u8]) -> String| -> Vec<Vec<u8>> {
        right
            .iter()
            .map(|name| decode(name.as_bytes()).into_bytes())
            .collect()
    };
    let latin_1 = |bytes: &[u8]| -> String { bytes.iter().copied().map(char::from).collect() };
    let by = |encoding: &'static encoding_rs::Encoding| {
        move |bytes: &[u8]| encoding.decode_without_bom_handling(bytes).0.into_owned()
    };
    let in_gbk = |decode: &dyn Fn(&[u8]) -> String| -> Vec<Vec<u8>> {
        gbk.iter().map(|name| decode(name).into_bytes()).collect()
    };
    let windows_1252 = encoding_rs::WINDOWS_1252;
    let in_big5 = TRADITIONAL_NAMES
        .iter()
        .map(|name| bytes(name, Encoding::Big5));
    let in_big5: Vec<Vec<u8>> = in_big5.map(|name| latin_1(&name).into_bytes()).collect();
    let traditional: Vec<String> = TRADITIONAL_NAMES.map(String::from).to_vec();
    for (what, right, raw) in [
        ("GBK", &right, gbk.clone()),
        ("UTF-8 as Latin-1", &right, garbled(&latin_1)),
        ("UTF-8 as windows-1252", &right, garbled(&by(windows_1252))),
        ("GBK as Latin-1", &right, in_gbk(&latin_1)),
        ("GBK as windows-1252", &right, in_gbk(&by(windows_1252))),
        ("GBK as IBM437", &right, in_gbk(&ibm437)),
        ("Big5 as Latin-1", &traditional, in_big5),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("t");
        make(&root, &raw);
        let before = tree(&root);
        let applied = zhfix(folder.path(), &["names", "--apply", "--journal", "j", "t"]);
        let said = String::from_utf8_lossy(&applied.stderr).into_owned();
        assert_eq!(applied.status.code(), Some(0), "{what}: {said}");
        let after = tree(&root);
        let is_right = |name: &&String| after.contains_key(Path::new(name.as_str()));
        let good = right.iter().filter(is_right).count();
        assert!(
            100 * good >= 99 * right.len(),
            "{what}: {good} right; {said}"
        );
        // Everything is under its own name or under the right one.
        for (number, name) in right.iter().enumerate() {
            let contents = format!("contents of {number}").into_bytes();
            let now = after
                .iter()
                .find(|(_, held)| held.as_ref() == Some(&contents));
            let now = now.unwrap().0;
            let is_old = now == Path::new(OsStr::from_bytes(&raw[number]));
            assert!(
                is_old || now == Path::new(name),
                "{what}: {name} is {now:?}"
            );
        }
        let again = zhfix(folder.path(), &["names", "t"]);
        assert!(
            !String::from_utf8_lossy(&again.stdout).contains("would rename"),
            "{what}"
        );
        let undone = zhfix(folder.path(), &["undo", "j"]);
        assert_eq!(undone.status.code(), Some(0));
        assert_eq!(tree(&root), before, "{what}");
    }
}

#[test]
fn good_names_stay() {
    let folder = tempfile::tempdir().unwrap();
    let mut right: Vec<String> = names(SIMPLIFIED, 200);
    right.extend(
        names(TRADITIONAL, 200)
            .iter()
            .map(|name| format!("繁/{name}")),
    );
    right.extend(names(JAPANESE, 200).iter().map(|name| format!("日/{name}")));
    right.extend(["Ünïcode Größe.txt", "Привет.txt", "한국어.txt", "a b.txt"].map(String::from));
    let raw: Vec<_> = right.iter().map(|name| name.clone().into_bytes()).collect();
    make(folder.path(), &raw);
    let listed = zhfix(folder.path(), &["names", "."]);
    assert_eq!(String::from_utf8_lossy(&listed.stdout), "");
    assert_eq!(listed.status.code(), Some(0));
}

#[test]
fn nothing_is_renamed_onto_another() {
    let folder = tempfile::tempdir().unwrap();
    let name = "这个文件的名字.txt";
    make(folder.path(), &[name.into(), bytes(name, Encoding::Gbk)]);
    let before = tree(folder.path());
    let applied = zhfix(
        folder.path(),
        &["names", "--apply", "--journal", "../j.none/j", "."],
    );
    assert_eq!(
        applied.status.code(),
        Some(2),
        "a journal that cannot be made"
    );
    let journal = tempfile::NamedTempFile::new().unwrap();
    let journal = journal.path().to_str().unwrap();
    let applied = zhfix(
        folder.path(),
        &["names", "--apply", "--journal", journal, "."],
    );
    assert_eq!(applied.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&applied.stderr).contains("is the name of another"));
    assert_eq!(tree(folder.path()), before);
}

/// Archives that lead out, explode, hide what they hold or could not be written anew whole.
fn hostile() -> Vec<(&'static str, Vec<u8>, &'static str)> {
    let named = |name: &[u8]| archive(&[b"good.txt".to_vec(), name.to_vec()]);
    let raw = |name: &[u8]| Raw {
        name: name.to_vec(),
        body: b"x".to_vec(),
        ..Raw::default()
    };
    let zeros = |name: &str, bytes: usize| {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for number in 0..3 {
            let name = name.replace('N', &number.to_string());
            writer
                .start_file(name, SimpleFileOptions::default())
                .unwrap();
            writer.write_all(&vec![0; bytes]).unwrap();
        }
        writer.finish().unwrap().into_inner()
    };
    // A central directory that names one entry's bytes twice.
    let mut twice = zip_of(&[raw(b"a.html"), raw(b"b.html")]);
    let second = twice
        .windows(4)
        .rposition(|at| at == b"PK\x01\x02")
        .unwrap();
    twice[second + 42..second + 46].fill(0);
    let whole = archive(&["说明.txt".into(), "目录.txt".into()]);
    let out = "leads out of the archive";
    vec![
        ("up", named(b"../a.html"), out),
        ("up inside", named(b"a/../../b.html"), out),
        ("up and down", named(b"a/../b.html"), out),
        ("up with backslashes", named(b"..\\..\\a.html"), out),
        ("absolute", named(b"/etc/a.html"), out),
        ("absolute on Windows", named(b"\\Windows\\a.html"), out),
        ("a drive", named(b"C:\\a.html"), out),
        ("a drive with slashes", named(b"c:/a.html"), out),
        (
            "a bomb",
            zeros("N.html", 8 << 20),
            "unpacks to more than 500 times its size",
        ),
        (
            "encrypted",
            zip_of(&[Raw {
                flags: ENCRYPTED,
                ..raw(b"a.html")
            }]),
            "is encrypted",
        ),
        (
            "twice",
            zip_of(&[raw(b"a.html"), raw(b"a.html")]),
            "two entries of one name",
        ),
        ("overlapping", twice, "overlap"),
        (
            "a program in front",
            [b"PK\x03\x04MZ".to_vec(), whole.clone()].concat(),
            "begins with 6 bytes",
        ),
        ("cut off", whole[..whole.len() - 30].to_vec(), "archive: "),
        ("nothing", b"PK\x03\x04".to_vec(), "archive: "),
        (
            "many that are large",
            zip_of(
                &(0..4)
                    .map(|number| Raw {
                        body: vec![0; 600 << 10],
                        said_bytes: Some(290 << 20),
                        ..raw(format!("{number}.html").as_bytes())
                    })
                    .collect::<Vec<_>>(),
            ),
            "the archive unpacks to",
        ),
    ]
}

fn listing(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    names.sort();
    names
}

#[test]
fn archives_that_should_not_be_trusted_are_refused_and_nothing_is_written() {
    for (what, bytes, reason) in hostile() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["a.zip", "a.epub"] {
            fs::write(folder.path().join(name), &bytes).unwrap();
        }
        let journal = tempfile::tempdir().unwrap();
        let journal = journal.path().join("j");
        let journal = journal.to_str().unwrap();
        let before = listing(folder.path());
        for args in [
            &["names", "a.zip"][..],
            &["names", "--apply", "--journal", journal, "a.zip"],
            &["fix", "-i", "a.epub"],
            &["fix", "a.epub", "-o", "out.epub"],
            &["explain", "a.epub"],
        ] {
            let refused = zhfix(folder.path(), args);
            let said = String::from_utf8_lossy(&refused.stderr).into_owned();
            assert_eq!(refused.status.code(), Some(2), "{what}, {args:?}: {said}");
            assert!(said.contains(reason), "{what}, {args:?}: {said}");
            assert_eq!(listing(folder.path()), before, "{what}, {args:?}");
            for name in ["a.zip", "a.epub"] {
                assert_eq!(fs::read(folder.path().join(name)).unwrap(), bytes, "{what}");
            }
        }
    }
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("j"), "text").unwrap();
    let refused = zhfix(folder.path(), &["names", "j"]);
    assert!(String::from_utf8_lossy(&refused.stderr).contains("neither a folder nor a zip"));
}

/// What stands in both headers of each entry: name and flags.
fn headers(archive: &[u8]) -> Vec<(Vec<u8>, u16)> {
    let mut found = Vec::new();
    for (sign, flags_at, length_at, name_at) in
        [(b"PK\x03\x04", 6, 26, 30), (b"PK\x01\x02", 8, 28, 46)]
    {
        for at in 0..archive.len().saturating_sub(name_at) {
            if archive[at..].starts_with(sign) {
                let two = |offset: usize| {
                    u16::from_le_bytes([archive[at + offset], archive[at + offset + 1]])
                };
                let name = at + name_at;
                found.push((
                    archive[name..name + usize::from(two(length_at))].to_vec(),
                    two(flags_at),
                ));
            }
        }
    }
    found
}

/// Names that are UTF-8 and do not say so, that say so, and that stand in an extra field, in one
/// archive with names in GBK.
#[test]
fn every_name_of_an_archive_says_that_it_is_utf_8() {
    let gbk = |name: &str| bytes(name, Encoding::Gbk);
    let unicode_path = |raw: &[u8], name: &str| {
        let data = [&[1][..], &crc32(raw).to_le_bytes(), name.as_bytes()].concat();
        let length = u16::try_from(data.len()).unwrap().to_le_bytes();
        [&[0x75, 0x70][..], &length, &data].concat()
    };
    let entry = |name: Vec<u8>| Raw {
        name,
        body: b"x".to_vec(),
        ..Raw::default()
    };
    let entries = [
        entry(gbk("会议记录.txt")),
        entry("学习资料.txt".into()),
        Raw {
            flags: UTF_8,
            ..entry("谢谢.txt".into())
        },
        Raw {
            extra: unicode_path(b"_____.txt", "旅游照片.txt"),
            ..entry(b"_____.txt".to_vec())
        },
        entry(gbk("图/")),
        entry(gbk("图/说明书.txt")),
        entry(b"ascii.txt".to_vec()),
        entry(gbk("财务报告\\第一章.txt")),
    ];
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.zip");
    fs::write(&path, zip_of(&entries)).unwrap();
    let listed = zhfix(folder.path(), &["names", "a.zip"]);
    let shown = String::from_utf8_lossy(&listed.stdout).into_owned();
    assert!(
        shown.contains("would mark as UTF-8\ta.zip/学习资料.txt\n"),
        "{shown}"
    );
    assert!(
        // The two bytes of 图 in GBK are U+037C in UTF-8: what is around tells.
        shown.contains("would rename\ta.zip/\u{37C}/\t图/\n"),
        "{shown}"
    );
    assert_eq!(shown.lines().count(), 5, "{shown}");
    let applied = zhfix(
        folder.path(),
        &["names", "--apply", "--journal", "j", "a.zip"],
    );
    let said = String::from_utf8_lossy(&applied.stderr).into_owned();
    assert_eq!(applied.status.code(), Some(0), "{said}");
    assert!(
        said.contains("8 names, 4 renamed, 1 marked as UTF-8, 0 uncertain"),
        "{said}"
    );
    let after = fs::read(&path).unwrap();
    let right = [
        "会议记录.txt",
        "学习资料.txt",
        "谢谢.txt",
        "旅游照片.txt",
        "图/",
        "图/说明书.txt",
        "ascii.txt",
        "财务报告\\第一章.txt",
    ];
    let found = headers(&after);
    assert_eq!(found.len(), 2 * right.len());
    for ((name, flags), right) in found.iter().zip(right.iter().cycle()) {
        assert_eq!(String::from_utf8_lossy(name), *right);
        assert_eq!(flags & UTF_8 != 0, !right.is_ascii(), "{right}");
    }
    let again = zhfix(folder.path(), &["names", "a.zip"]);
    assert_eq!(String::from_utf8_lossy(&again.stdout), "");
}

/// A comment in an older encoding would be garbled by the mark of the new name.
#[test]
fn a_comment_that_would_be_lost_is_a_refusal() {
    let folder = tempfile::tempdir().unwrap();
    let entry = |comment: Vec<u8>| Raw {
        name: bytes("会议记录.txt", Encoding::Gbk),
        comment,
        ..Raw::default()
    };
    let path = folder.path().join("a.zip");
    fs::write(&path, zip_of(&[entry(bytes("备注", Encoding::Gbk))])).unwrap();
    let refused = zhfix(folder.path(), &["names", "a.zip"]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(
        String::from_utf8_lossy(&refused.stderr).contains("has a comment in an older encoding")
    );
    fs::write(&path, zip_of(&[entry(b"note".to_vec())])).unwrap();
    let applied = zhfix(
        folder.path(),
        &["names", "--apply", "--journal", "j", "a.zip"],
    );
    assert_eq!(applied.status.code(), Some(0));
    assert!(
        fs::read(&path)
            .unwrap()
            .windows(4)
            .any(|bytes| bytes == b"note")
    );
}

/// New names never hide anything, never lead elsewhere, and are never too long.
#[test]
fn names_that_would_be_worse_stay() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("t");
    let mojibake = |name: &str| -> Vec<u8> {
        let chars = name.bytes().map(char::from);
        chars.collect::<String>().into_bytes()
    };
    let long = "很长的名字".repeat(20);
    make(
        &root,
        &[
            // RIGHT-TO-LEFT OVERRIDE, four bytes in GB 18030.
            bytes("会议记录\u{202E}txt.exe", Encoding::Gb18030),
            bytes(&long, Encoding::Gbk),
            mojibake("第一章\u{202E}开始.txt"),
            mojibake("第一章:开始的地方.txt"),
            bytes("学习资料.txt", Encoding::Gbk),
        ],
    );
    let applied = zhfix(folder.path(), &["names", "--apply", "--journal", "j", "t"]);
    let said = String::from_utf8_lossy(&applied.stderr).into_owned();
    assert_eq!(applied.status.code(), Some(2), "{said}");
    assert!(said.contains("would be too long for a file name"), "{said}");
    let after = tree(&root);
    let has = |name: &str| after.contains_key(Path::new(name));
    assert!(
        has("学习资料.txt") && has("第一章:开始的地方.txt"),
        "{after:?}"
    );
    assert_eq!(after.len(), 5);
    let hides = |path: &PathBuf| path.to_string_lossy().contains('\u{202E}');
    assert!(!after.keys().any(hides), "{after:?}");
}

/// Names that file systems of others take for one: by case, or by how characters are composed.
#[test]
fn names_that_fold_into_one_stay() {
    for (there, garbled) in [
        ("É第一章开始的地方.TXT", "é第一章开始的地方.txt"),
        ("e\u{301}第一章开始的地方.txt", "é第一章开始的地方.txt"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("t");
        let garbled: String = garbled.bytes().map(char::from).collect();
        make(&root, &[there.into(), garbled.into()]);
        let before = tree(&root);
        let applied = zhfix(folder.path(), &["names", "--apply", "--journal", "j", "t"]);
        let said = String::from_utf8_lossy(&applied.stderr).into_owned();
        assert!(said.contains("is the name of another"), "{there}: {said}");
        assert_eq!(tree(&root), before, "{there}");
    }
}
