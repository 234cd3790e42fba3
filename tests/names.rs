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

/// An archive whose entries have these names as bytes, not marked as UTF-8. The writer takes
/// text alone, so names of as many ASCII letters are written first.
fn archive(names: &[Vec<u8>]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let stand_in =
        |number: usize, length: usize| format!("{number:\u{5f}>length$}").replace(' ', "_");
    for (number, name) in names.iter().enumerate() {
        let name = stand_in(number, name.len());
        writer
            .start_file(name, SimpleFileOptions::default())
            .unwrap();
        write!(writer, "contents of {number}").unwrap();
    }
    let mut archive = writer.finish().unwrap().into_inner();
    // Both headers have the length of a name and the name in the same order.
    let mut at = 0;
    for (sign, length_at, name_at) in [(b"PK\x03\x04", 26, 30), (b"PK\x01\x02", 28, 46)] {
        for (number, name) in names.iter().enumerate() {
            let found = archive[at..]
                .windows(4)
                .position(|bytes| bytes == sign)
                .unwrap();
            at += found + name_at;
            let length = usize::from(archive[at - name_at + length_at]);
            assert_eq!(length, name.len());
            assert_eq!(
                &archive[at..at + length],
                stand_in(number, length).as_bytes()
            );
            archive[at..at + length].copy_from_slice(name);
        }
    }
    archive
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
    let as_latin_1 = garbled(&|bytes| bytes.iter().copied().map(char::from).collect());
    for (what, raw) in [("GBK", gbk), ("UTF-8 as Latin-1", as_latin_1)] {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("t");
        make(&root, &raw);
        let before = tree(&root);
        let applied = zhfix(folder.path(), &["names", "--apply", "--journal", "j", "t"]);
        let said = String::from_utf8_lossy(&applied.stderr).into_owned();
        assert_eq!(applied.status.code(), Some(0), "{what}: {said}");
        let after = tree(&root);
        let good = right
            .iter()
            .filter(|name| after.contains_key(Path::new(name)))
            .count();
        assert!(good >= 594, "{what}: {good} right; {said}");
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

#[test]
fn archives_that_should_not_be_trusted_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["../a.txt", "/etc/a.txt"] {
        fs::write(folder.path().join("a.zip"), archive(&[name.into()])).unwrap();
        let refused = zhfix(
            folder.path(),
            &["names", "--apply", "--journal", "j", "a.zip"],
        );
        assert_eq!(refused.status.code(), Some(2));
        let said = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(said.contains("leads out of the archive"), "{said}");
    }
    let refused = zhfix(folder.path(), &["names", "j"]);
    assert!(String::from_utf8_lossy(&refused.stderr).contains("neither a folder nor a zip"));
}
