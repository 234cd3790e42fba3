//! The command line program as its users meet it: the real binary, in a temporary folder.
//!
//! Most cases are rows in `tests/cases/cli/*.toml`: files that are laid out, a command
//! line, and what must come out. A row that depends on a stage's judgement names it under
//! `needs`; it is passed over, and said so, where a probe shows that stage not doing its
//! work yet. What rows cannot say (links, modes, closed pipes, generated records) follows
//! as functions.
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "in a test, a panic is the report, and what is passed over has to be said"
)]

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ffi::OsStr;
use std::fs;
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;

use serde::Deserialize;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    case: Vec<Case>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    label: String,
    args: Vec<String>,
    #[serde(default)]
    needs: Vec<String>,
    #[serde(default)]
    files: BTreeMap<String, String>,
    /// Files by the hexadecimal digits of their bytes.
    #[serde(default)]
    files_hex: BTreeMap<String, String>,
    #[serde(default)]
    stdin: String,
    stdin_hex: Option<String>,
    #[serde(default)]
    status: i32,
    stdout: Option<String>,
    stdout_hex: Option<String>,
    #[serde(default)]
    stdout_contains: Vec<String>,
    #[serde(default)]
    stderr_contains: Vec<String>,
    stderr: Option<String>,
    /// Files as they are afterwards.
    #[serde(default)]
    after: BTreeMap<String, String>,
    #[serde(default)]
    after_hex: BTreeMap<String, String>,
    /// Paths that must not be there afterwards.
    #[serde(default)]
    absent: Vec<String>,
}

fn zhfix<S: AsRef<OsStr>>(
    folder: &Path,
    args: impl IntoIterator<Item = S>,
    stdin: &[u8],
) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_zhfix"))
        .args(args)
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut pipe = child.stdin.take().unwrap();
    let input = stdin.to_vec();
    // A program that refuses its arguments does not read.
    let feeder = std::thread::spawn(move || drop(pipe.write_all(&input)));
    let output = child.wait_with_output().unwrap();
    feeder.join().unwrap();
    output
}

fn unhex(digits: &str) -> Vec<u8> {
    let digits: Vec<u8> = digits.bytes().filter(u8::is_ascii_hexdigit).collect();
    digits
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect()
}

fn shown(bytes: &[u8]) -> String {
    bytes.escape_ascii().to_string()
}

/// Whether a stage does its work, by one example that it cannot get wrong.
fn does(stage: &str) -> bool {
    static PROBED: OnceLock<HashMap<&'static str, bool>> = OnceLock::new();
    let probed = PROBED.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let gives = |args: &[&str], input: &[u8], expect: &str| {
            zhfix(folder.path(), args, input).stdout == expect.as_bytes()
        };
        HashMap::from([
            ("convert", gives(&["convert"], "漢字".as_bytes(), "汉字")),
            (
                "decode",
                gives(
                    &["repair", "--from-encoding", "gbk"],
                    &unhex("D6D0 CEC4"),
                    "中文",
                ),
            ),
            (
                "detect",
                // 这是一个很长的中文句子 in GBK
                gives(
                    &["repair"],
                    &unhex("D5E2CAC7D2BBB8F6BADCB3A4B5C4D6D0CEC4BEE4D7D3"),
                    "这是一个很长的中文句子",
                ),
            ),
            (
                "repair",
                // U+E15F: PUA, where GBK has no character for the bytes.
                gives(&["repair"], "涓\u{E15F}枃".as_bytes(), "中文"),
            ),
        ])
    });
    *probed
        .get(stage)
        .expect("needs names a stage that is probed")
}

#[test]
fn rows() {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/cli");
    let mut tables: Vec<_> = fs::read_dir(cases)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension() == Some(OsStr::new("toml")))
        .collect();
    tables.sort();
    assert!(!tables.is_empty());
    let (mut failures, mut passed_over) = (Vec::new(), 0);
    for path in tables {
        let table: Table = toml::from_str(&fs::read_to_string(&path).unwrap())
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        for case in table.case {
            if let Some(stage) = case.needs.iter().find(|stage| !does(stage)) {
                eprintln!("passed over, {stage} does not work yet: {}", case.label);
                passed_over += 1;
                continue;
            }
            let wrong = run_row(&case);
            if !wrong.is_empty() {
                let name = path.file_name().unwrap().to_string_lossy().into_owned();
                failures.push(format!("{name}: {}\n  {}", case.label, wrong.join("\n  ")));
            }
        }
    }
    eprintln!("{passed_over} rows passed over");
    assert!(failures.is_empty(), "\n{}\n", failures.join("\n"));
}

fn run_row(case: &Case) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let texts = case
        .files
        .iter()
        .map(|(name, text)| (name, text.clone().into_bytes()));
    let bytes = case.files_hex.iter().map(|(name, hex)| (name, unhex(hex)));
    for (name, contents) in texts.chain(bytes) {
        fs::create_dir_all(at(name).parent().unwrap()).unwrap();
        fs::write(at(name), contents).unwrap();
    }
    let stdin = match &case.stdin_hex {
        Some(hex) => unhex(hex),
        None => case.stdin.clone().into_bytes(),
    };
    let output = zhfix(folder.path(), &case.args, &stdin);
    let mut wrong = Vec::new();
    let mut check = |what: &str, found: &[u8], expect: &[u8]| {
        if found != expect {
            wrong.push(format!(
                "{what}: {}\n    not: {}",
                shown(found),
                shown(expect)
            ));
        }
    };
    let status = output.status.code().unwrap_or(-1);
    check(
        "status",
        status.to_string().as_bytes(),
        case.status.to_string().as_bytes(),
    );
    if let Some(expect) = &case.stdout {
        check("stdout", &output.stdout, expect.as_bytes());
    }
    if let Some(expect) = &case.stdout_hex {
        check("stdout", &output.stdout, &unhex(expect));
    }
    if let Some(expect) = &case.stderr {
        check("stderr", &output.stderr, expect.as_bytes());
    }
    let after = case
        .after
        .iter()
        .map(|(name, text)| (name, text.clone().into_bytes()));
    let after_hex = case.after_hex.iter().map(|(name, hex)| (name, unhex(hex)));
    for (name, expect) in after.chain(after_hex) {
        check(name, &fs::read(at(name)).unwrap_or_default(), &expect);
    }
    for (stream, found, parts) in [
        ("stdout", &output.stdout, &case.stdout_contains),
        ("stderr", &output.stderr, &case.stderr_contains),
    ] {
        let found = String::from_utf8_lossy(found);
        for part in parts.iter().filter(|part| !found.contains(part.as_str())) {
            wrong.push(format!("{stream} lacks {part:?}: {found}"));
        }
    }
    for name in case.absent.iter().filter(|name| at(name).exists()) {
        wrong.push(format!("{name} is there"));
    }
    if !wrong.is_empty() && case.stderr.is_none() {
        wrong.push(format!(
            "stderr was: {}",
            String::from_utf8_lossy(&output.stderr)
        ));
    }
    wrong
}

/// An option that no case types may do anything: every one in the help of any verb is typed by
/// a case of `cases/cli` or by one of these programs.
#[test]
fn every_option_has_a_case() {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let mut typed = String::new();
    for folder in [tests.clone(), tests.join("cases/cli")] {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() {
                typed.push_str(&fs::read_to_string(path).unwrap());
            }
        }
    }
    let verbs = [
        "fix", "repair", "convert", "detect", "explain", "names", "undo",
    ];
    let mut options = BTreeSet::new();
    for verb in verbs {
        let help = zhfix(&tests, [verb, "--help"], b"");
        assert_eq!(help.status.code(), Some(0), "{verb} --help");
        assert!(help.stderr.is_empty(), "{verb} --help");
        let help = String::from_utf8(help.stdout).unwrap();
        let names = help.lines().filter_map(|line| {
            let line = line.trim_start();
            let long = match line.as_bytes() {
                [b'-', b'-', ..] => line,
                [b'-', _, b',', b' ', b'-', b'-', ..] => &line[4..],
                _ => return None,
            };
            let ends = |c: char| !c.is_ascii_alphanumeric() && c != '-';
            Some(long.split(ends).next().unwrap().to_owned())
        });
        options.extend(names);
    }
    assert!(options.len() > 40, "{options:?}");
    let untyped: Vec<&String> = options
        .iter()
        .filter(|name| {
            !["\"", "="]
                .iter()
                .any(|end| typed.contains(&format!("\"{name}{end}")))
        })
        .collect();
    assert!(untyped.is_empty(), "no case types {untyped:?}");
}

#[test]
fn every_configuration_of_the_contract_is_known() {
    let folder = tempfile::tempdir().unwrap();
    let text = "鼠标里软件面条头发、滑鼠裡軟體麵條頭髮、滑鼠裏軟件麪條頭髮";
    let names = "s2t t2s s2tw tw2s s2twp tw2sp s2hk hk2s s2hkp hk2sp t2tw tw2t t2hk hk2t t2jp jp2t";
    assert_eq!(names.split(' ').count(), zhfix::Config::ALL.len());
    for name in names.split(' ') {
        let converter = zhfix::Converter::new(zhfix::Config::from_name(name).unwrap());
        for verb in ["convert", "fix"] {
            let output = zhfix(folder.path(), [verb, "-c", name], text.as_bytes());
            assert_eq!(
                shown(&output.stdout),
                shown(converter.convert(text).as_bytes()),
                "{name}"
            );
            assert_eq!(output.status.code(), Some(0), "{name}");
        }
    }
}

#[test]
fn a_closed_pipe_ends_quietly() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("big.txt"), "中文\n".repeat(40_000)).unwrap();
    let record = "{\"a\":\"x\"}\n".repeat(40_000);
    fs::write(folder.path().join("big.jsonl"), record).unwrap();
    for args in [
        &["big.txt", "big.txt"][..],
        &["--jsonl", "--field", "a", "big.jsonl"],
    ] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_zhfix"))
            .args(args)
            .current_dir(folder.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut few = [0; 10];
        child.stdout.take().unwrap().read_exact(&mut few).unwrap();
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{args:?}");
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{args:?}");
    }
}

#[test]
fn order_does_not_depend_on_threads() {
    let folder = tempfile::tempdir().unwrap();
    let mut expect = Vec::new();
    for number in 0..60 {
        let text = format!("这是第 {number} 行。\n").repeat(1 + (number * 7919) % 3000);
        fs::write(folder.path().join(format!("{number:02}.txt")), &text).unwrap();
        expect.extend_from_slice(text.as_bytes());
    }
    for jobs in ["1", "2", "9"] {
        let output = zhfix(folder.path(), ["-j", jobs, "-r", "."], b"");
        assert!(output.stdout == expect, "-j {jobs}");
    }
}

#[test]
fn many_rows_of_a_table_are_all_there() {
    let folder = tempfile::tempdir().unwrap();
    for number in 0..600 {
        fs::write(folder.path().join(format!("{number:03}.txt")), "a").unwrap();
    }
    let output = zhfix(folder.path(), ["detect", "-r"], b"");
    let text = String::from_utf8(output.stdout).unwrap();
    let names: Vec<&str> = text
        .lines()
        .map(|line| line.split(' ').next().unwrap())
        .collect();
    assert!(names.is_sorted());
    assert_eq!(names.len(), 600);
}

/// A record and what it must become.
struct Odd {
    record: String,
    expect: String,
}

/// Records in every spelling that JSON allows, always the same ones. `field` gives the
/// field's bytes and what must stand there afterwards.
fn odd_records(count: u64, mut field: impl FnMut(u64) -> (String, String)) -> Vec<Odd> {
    const VALUES: [&str; 24] = [
        "0",
        "-0",
        "1.0",
        "1.00",
        "1e5",
        "1E+5",
        "1e-05",
        "-1.5E-300",
        "1e999",
        "0.1000",
        "12345678901234567890123",
        "true",
        "false",
        "null",
        "\"\"",
        "\"漢字\"",
        "\"\\u6f22\\u5b57 \\/ \\b\\f\\n\\r\\t\\\\ \\\" \\u0000\"",
        "\"\\ud83d\\ude00\"",
        "\"\\ud800\"",
        "[]",
        "[ 1 ,\t\"text\" , {\"text\" : \"漢\"} ]",
        "{ }",
        "{\"text\":{\"text\":\"漢\"}}",
        "\"\u{7F}\u{2028}\"", // DELETE, LINE SEPARATOR
    ];
    const SPACES: [&str; 6] = ["", " ", "  ", "\t", " \t ", ""];
    const KEYS: [&str; 6] = ["id", "漢", "a\\\"b", "te\\u0078t2", "text.x", "Text"];
    const ENDS: [&str; 4] = ["\n", "\r\n", " \n", "\t\r\n"];
    // A linear congruential generator (Knuth's MMIX constants): any fixed sequence will do.
    let mut state = 20_240_613_u64;
    let mut next = move |bound: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % bound
    };
    (0..count)
        .map(|number| {
            let (source, result) = field(number);
            let mut record = SPACES[next(6)].to_owned() + "{" + SPACES[next(6)];
            let mut expect = record.clone();
            let members = next(6);
            let place = next(members + 1);
            for index in 0..=members {
                let space = [SPACES[next(6)], SPACES[next(6)], SPACES[next(6)]];
                let comma = if index == members { "" } else { "," };
                let plain = (KEYS[next(6)], VALUES[next(24)]);
                let key = ["text", "t\\u0065xt"][next(2)];
                let add = |out: &mut String, field: &str| {
                    let (key, value) = if index == place { (key, field) } else { plain };
                    *out += &format!(
                        "\"{key}\"{}:{}{value}{}{comma}",
                        space[0], space[1], space[2]
                    );
                };
                add(&mut record, &source);
                add(&mut expect, &result);
            }
            let end = "}".to_owned() + SPACES[next(6)] + ENDS[next(4)];
            Odd {
                record: record + &end,
                expect: expect + &end,
            }
        })
        .collect()
}

fn assert_records(args: &[&str], odd: &[Odd], status: i32) {
    let join = |part: fn(&Odd) -> &str| odd.iter().map(part).collect::<String>();
    let (input, expect) = (join(|odd| &odd.record), join(|odd| &odd.expect));
    let folder = tempfile::tempdir().unwrap();
    let trimmed = input.trim_end_matches(['\r', '\n']);
    for (input, end) in [(input.as_str(), ""), (trimmed, &input[trimmed.len()..])] {
        let output = zhfix(folder.path(), args, input.as_bytes());
        let mut found = output.stdout;
        found.extend_from_slice(end.as_bytes());
        for (index, (line, odd)) in found.split_inclusive(|&b| b == b'\n').zip(odd).enumerate() {
            assert_eq!(shown(line), shown(odd.expect.as_bytes()), "record {index}");
        }
        assert!(found == expect.as_bytes());
        assert_eq!(output.status.code(), Some(status));
    }
}

#[test]
fn records_keep_every_byte_outside_and_unchanged_strings() {
    let spelled = [
        "\"\"",
        "\"abc \\u0041\\/\"",
        "\"\\ud800 x\"",
        "12",
        "\"\u{7F}\"",
        "[\"漢\"]",
    ];
    let odd = odd_records(10_000, |number| {
        let same = spelled[usize::try_from(number).unwrap() % spelled.len()].to_owned();
        (same.clone(), same)
    });
    assert_records(&["--jsonl", "--field", "text", "-q"], &odd, 0);
}

#[test]
fn records_change_only_the_field_from_base64() {
    use base64::Engine as _;
    let odd = odd_records(10_000, |number| {
        let text = format!("{number}\t\"中\\文/\"\r\n");
        let encoded = base64::engine::general_purpose::STANDARD.encode(&text);
        // Minimal: a slash needs no escape.
        (
            format!("\"{}\"", encoded.replace('/', "\\/")),
            format!("\"{number}\\t\\\"中\\\\文/\\\"\\r\\n\""),
        )
    });
    let args = [
        "convert", "-c", "s2t", "--jsonl", "--field", "text", "--base64", "-q",
    ];
    assert_records(&args, &odd, 0);
}

#[test]
fn records_change_only_the_field_in_conversion() {
    if !does("convert") {
        eprintln!("passed over, convert does not work yet");
        return;
    }
    let odd = odd_records(10_000, |number| {
        let source = format!("\"{number} \\u6f22字\\/\\u000a\"");
        (source, format!("\"{number} 汉字/\\n\""))
    });
    assert_records(&["convert", "--jsonl", "--field", "text", "-q"], &odd, 0);
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};

    use super::*;

    /// A change that needs no stage: a byte-order mark is put in front.
    const CHANGE: [&str; 3] = ["-i", "--bom", "add"];
    const CHANGED: &[u8] = b"\xEF\xBB\xBFabc";

    #[test]
    fn a_named_link_is_followed_and_stays_a_link() {
        let folder = tempfile::tempdir().unwrap();
        let (target, link) = (folder.path().join("d/a.txt"), folder.path().join("l.txt"));
        fs::create_dir(folder.path().join("d")).unwrap();
        fs::write(&target, "abc").unwrap();
        symlink("d/a.txt", &link).unwrap();
        let output = zhfix(folder.path(), CHANGE.iter().chain(&["l.txt"]), b"");
        assert_eq!(output.status.code(), Some(0), "{}", shown(&output.stderr));
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read(&target).unwrap(), CHANGED);
        // Also as the target of -o.
        let output = zhfix(folder.path(), ["-o", "l.txt"], b"new");
        assert_eq!(output.status.code(), Some(0), "{}", shown(&output.stderr));
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read(&target).unwrap(), b"new");
    }

    #[test]
    fn a_walk_passes_links_over() {
        let folder = tempfile::tempdir().unwrap();
        let outside = folder.path().join("outside.txt");
        fs::write(&outside, "abc").unwrap();
        fs::create_dir(folder.path().join("d")).unwrap();
        symlink("../outside.txt", folder.path().join("d/l.txt")).unwrap();
        symlink("..", folder.path().join("d/up")).unwrap();
        let output = zhfix(folder.path(), CHANGE.iter().chain(&["d"]), b"");
        assert_eq!(output.status.code(), Some(0));
        assert_eq!(fs::read(&outside).unwrap(), b"abc");
    }

    #[test]
    fn hard_links_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let (one, two) = (folder.path().join("1.txt"), folder.path().join("2.txt"));
        fs::write(&one, "abc").unwrap();
        fs::hard_link(&one, &two).unwrap();
        for args in [&["-i", "--bom", "add", "1.txt"][..], &["-o", "1.txt", "-"]] {
            let output = zhfix(folder.path(), args, b"x");
            assert_eq!(output.status.code(), Some(2));
            assert!(shown(&output.stderr).contains("2 hard links"));
            assert_eq!(fs::read(&one).unwrap(), b"abc");
            assert_eq!(fs::metadata(&one).unwrap().nlink(), 2);
        }
        let listed = |args: &[&str]| {
            let output = zhfix(folder.path(), args, b"");
            assert_eq!(output.status.code(), Some(0));
            String::from_utf8(output.stdout).unwrap()
        };
        let told = listed(&["-n", "-i", "--bom", "add", "1.txt"]);
        assert!(
            told.starts_with("would leave  1.txt: has 2 hard links"),
            "{told}"
        );
        let told = listed(&["-n", "-i", "--break-links", "--bom", "add", "1.txt"]);
        assert!(told.starts_with("would change 1.txt"), "{told}");
        // What would not change is no failure.
        let output = zhfix(folder.path(), ["-i", "1.txt"], b"");
        assert_eq!(output.status.code(), Some(0));
    }

    #[test]
    fn mode_and_owner_are_kept_and_new_files_have_the_usual_mode() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.txt");
        fs::write(&path, "abc").unwrap();
        let usual = fs::metadata(&path).unwrap().mode();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o751)).unwrap();
        // Only root may; otherwise the owner is one's own before and after.
        let _ = std::os::unix::fs::chown(&path, Some(12), Some(34));
        let before = fs::metadata(&path).unwrap();
        zhfix(
            folder.path(),
            CHANGE.iter().chain(&["--backup", "a.txt"]),
            b"",
        );
        let after = fs::metadata(&path).unwrap();
        assert_eq!(fs::read(&path).unwrap(), CHANGED);
        assert_ne!(before.ino(), after.ino());
        assert_eq!(before.mode(), after.mode());
        assert_eq!((before.uid(), before.gid()), (after.uid(), after.gid()));
        assert_eq!(fs::read(folder.path().join("a.txt.bak")).unwrap(), b"abc");
        zhfix(folder.path(), ["-o", "new.txt", "a.txt"], b"");
        let new = fs::metadata(folder.path().join("new.txt")).unwrap();
        assert_eq!(new.mode(), usual);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 3);
    }

    #[test]
    fn an_unchanged_file_is_not_touched() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.txt");
        fs::write(&path, "abc").unwrap();
        let before = fs::metadata(&path).unwrap();
        zhfix(folder.path(), ["-i", "--backup", "a.txt"], b"");
        let after = fs::metadata(&path).unwrap();
        let state = |m: &fs::Metadata| (m.ino(), m.mtime_nsec(), m.ctime_nsec());
        assert_eq!(state(&before), state(&after));
        assert!(!folder.path().join("a.txt.bak").exists());
    }

    #[test]
    fn a_read_only_file_is_left() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.txt");
        fs::write(&path, "abc").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o444)).unwrap();
        let output = zhfix(folder.path(), CHANGE.iter().chain(&["a.txt"]), b"");
        assert_eq!(output.status.code(), Some(2));
        assert!(shown(&output.stderr).contains("a.txt: is read-only"));
        assert_eq!(fs::read(&path).unwrap(), b"abc");
    }

    #[test]
    fn a_folder_without_permission_is_named_and_the_others_are_done() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["d/closed", "d/open"] {
            fs::create_dir_all(folder.path().join(name)).unwrap();
            fs::write(folder.path().join(name).join("a.txt"), name).unwrap();
        }
        let closed = folder.path().join("d/closed");
        fs::set_permissions(&closed, fs::Permissions::from_mode(0o000)).unwrap();
        let for_root_too = fs::read_dir(&closed).is_err();
        let output = zhfix(folder.path(), ["d"], b"");
        fs::set_permissions(&closed, fs::Permissions::from_mode(0o755)).unwrap();
        if !for_root_too {
            eprintln!("passed over: root may read every folder");
            return;
        }
        assert_eq!(output.status.code(), Some(2));
        assert_eq!(output.stdout, b"d/open");
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(stderr, "zhfix: d/closed: Permission denied\n");
    }

    #[test]
    fn a_device_and_a_fifo_are_written_and_not_replaced() {
        let folder = tempfile::tempdir().unwrap();
        for target in ["/dev/null", "/dev/stdout"] {
            let output = zhfix(folder.path(), ["-o", target], b"abc");
            assert_eq!(output.status.code(), Some(0), "{}", shown(&output.stderr));
            assert_eq!(output.stdout == b"abc", target == "/dev/stdout");
        }
        assert!(!fs::metadata("/dev/null").unwrap().is_file());
        let fifo = folder.path().join("fifo");
        let made = Command::new("mkfifo").arg(&fifo).status();
        if !made.is_ok_and(|status| status.success()) {
            eprintln!("passed over: there is no mkfifo");
            return;
        }
        let reader = {
            let fifo = fifo.clone();
            std::thread::spawn(move || fs::read(fifo).unwrap())
        };
        let output = zhfix(folder.path(), ["-o", "fifo"], b"abc");
        assert_eq!(output.status.code(), Some(0), "{}", shown(&output.stderr));
        assert_eq!(reader.join().unwrap(), b"abc");
        assert!(!fs::metadata(&fifo).unwrap().is_file());
    }

    #[test]
    fn what_is_no_file_is_not_replaced_and_not_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let fifo = folder.path().join("fifo");
        let made = Command::new("mkfifo").arg(&fifo).status();
        if !made.is_ok_and(|status| status.success()) {
            eprintln!("passed over: there is no mkfifo");
            return;
        }
        fs::write(folder.path().join("a.txt"), "abc").unwrap();
        for name in ["fifo", "/dev/null"] {
            for dry in [&[][..], &["-n"]] {
                // Nobody writes into the FIFO: whoever opens it waits for ever.
                let paths = [name, "a.txt"];
                let args = dry.iter().chain(&CHANGE).chain(&paths);
                let output = zhfix(folder.path(), args, b"");
                assert_eq!(output.status.code(), Some(2), "{name} {dry:?}");
                let stderr = String::from_utf8_lossy(&output.stderr);
                let told = format!("zhfix: {name}: is not a regular file and cannot be replaced\n");
                assert!(stderr.contains(&told), "{stderr}");
            }
        }
        assert_eq!(
            fs::read(folder.path().join("a.txt")).unwrap(),
            b"\xEF\xBB\xBFabc"
        );
        // A walk passes it over.
        let output = zhfix(folder.path(), ["-i", "."], b"");
        assert_eq!(output.status.code(), Some(0), "{}", shown(&output.stderr));
    }

    #[test]
    fn the_input_is_recognised_as_the_output() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.txt");
        fs::write(&path, "abc").unwrap();
        symlink("a.txt", folder.path().join("l.txt")).unwrap();
        let output = zhfix(folder.path(), ["a.txt", "-o", "l.txt"], b"");
        assert_eq!(output.status.code(), Some(2));
        assert!(shown(&output.stderr).contains("is the input itself"));
        let output = Command::new(env!("CARGO_BIN_EXE_zhfix"))
            .arg(&path)
            .stdout(fs::OpenOptions::new().append(true).open(&path).unwrap())
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(2));
        assert!(shown(&output.stderr).contains("where standard output goes"));
        assert_eq!(fs::read(&path).unwrap(), b"abc");
    }

    #[test]
    fn a_full_disk_leaves_the_original() {
        // A limit on the size of files is a full disk that needs no privilege.
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.txt");
        let text = "a".repeat(200_000);
        fs::write(&path, &text).unwrap();
        let script = format!(
            "trap '' XFSZ; ulimit -f 16; exec '{}' -i --bom add a.txt",
            env!("CARGO_BIN_EXE_zhfix")
        );
        let output = Command::new("sh")
            .args(["-c", &script])
            .current_dir(folder.path())
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(2), "{}", shown(&output.stderr));
        assert!(shown(&output.stderr).contains("a.txt: File too large"));
        assert_eq!(fs::read_to_string(&path).unwrap(), text);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_signal_leaves_no_temporary_file() {
        use std::os::unix::process::ExitStatusExt;

        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("old.txt");
        fs::write(&path, "old").unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_zhfix"))
            .args(["--jsonl", "--field", "a", "-o", "old.txt"])
            .current_dir(folder.path())
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        // Waiting would close its input, and with that end its work.
        let input = child.stdin.take();
        let files = || fs::read_dir(folder.path()).unwrap().count();
        let began = std::time::Instant::now();
        while files() < 2 && began.elapsed().as_secs() < 20 {
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        assert_eq!(files(), 2, "the temporary file is missing");
        let id = child.id().to_string();
        let killed = Command::new("kill").args(["-TERM", &id]).status();
        assert!(killed.unwrap().success());
        assert_eq!(child.wait().unwrap().signal(), Some(15));
        drop(input);
        assert_eq!(files(), 1);
        assert_eq!(fs::read(&path).unwrap(), b"old");
    }

    #[test]
    fn a_full_standard_output_is_an_error() {
        let Ok(full) = fs::OpenOptions::new().write(true).open("/dev/full") else {
            eprintln!("passed over: there is no /dev/full");
            return;
        };
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a.txt"), "abc").unwrap();
        let output = Command::new(env!("CARGO_BIN_EXE_zhfix"))
            .arg("a.txt")
            .current_dir(folder.path())
            .stdout(full)
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(2));
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(stderr, "zhfix: standard output: No space left on device\n");
    }

    /// What a terminal is sent: a session of its own is made by `script`, where that is.
    fn on_a_terminal(folder: &Path, args: &str) -> Option<String> {
        let command = format!("'{}' {args}", env!("CARGO_BIN_EXE_zhfix"));
        let output = Command::new("script")
            .args(["-q", "-e", "-c", &command, "/dev/null"])
            .current_dir(folder)
            .stdin(Stdio::null())
            .output();
        let shown = output.ok()?.stdout;
        Some(String::from_utf8_lossy(&shown).into_owned())
    }

    #[test]
    fn a_terminal_is_sent_no_name_as_it_is() {
        if on_a_terminal(Path::new("."), "--version").is_none_or(|told| !told.contains("zhfix ")) {
            eprintln!("passed over: there is no terminal to be had");
            return;
        }
        // ESC and a sequence that clears the screen, RIGHT-TO-LEFT OVERRIDE, C1's CSI, a line feed.
        let name = "a\u{1B}[2J\u{202E}\u{9B}\nb.txt";
        let escaped = "a\\u{1B}[2J\\u{202E}\\u{9B}\\nb.txt";
        let commands = [
            ("detect -r .", escaped),
            ("detect --explain -r .", escaped),
            ("explain a*", escaped),
            ("--check -r .", escaped),
            ("-n -i .", escaped),
            ("--diff a*", escaped),
            ("names .", escaped),
            ("-o none/x a*", escaped),
            (
                "--from-encoding \"$(printf 'x\\033[2Jy')\" a*",
                "x\\u{1b}[2Jy",
            ),
            ("\"--no$(printf '\\033[2J')\"", "unexpected argument '--no"),
            ("\"no$(printf '\\033[2J')\"", "no\\u{1B}[2J"),
            ("-o a* a*", escaped),
            ("undo a*", escaped),
            ("--dict a* x", escaped),
            ("--files-from a*", "漢字: No such file"),
            ("-v -i --journal j --backup .", escaped),
            ("-i --bom add --backup a*txt", escaped),
            ("undo -n j", "would be restored"),
            ("undo -v j", escaped),
        ];
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(name), "漢字\n").unwrap();
        for (args, expect) in commands {
            let told = on_a_terminal(folder.path(), args).unwrap();
            assert!(told.contains(expect), "{args}: {}", shown(told.as_bytes()));
            let raw = ["\u{1B}[2J", "\u{202E}", "\u{9B}"];
            assert!(
                !raw.iter().any(|raw| told.contains(raw)),
                "{args}: {}",
                shown(told.as_bytes())
            );
        }
    }

    #[test]
    fn names_that_are_not_unicode_are_names() {
        use std::os::unix::ffi::OsStrExt;
        let folder = tempfile::tempdir().unwrap();
        let name = OsStr::from_bytes(b"\xD6\xD0.txt"); // 中 in GBK
        fs::write(folder.path().join(name), "abc").unwrap();
        let output = zhfix(folder.path(), ["detect", "-r"], b"");
        assert!(
            output.stdout.starts_with(b"./\xD6\xD0.txt "),
            "{}",
            shown(&output.stdout)
        );
        let output = zhfix(
            folder.path(),
            ["--files-from", "-", "-0"],
            b"\xD6\xD0.txt\0",
        );
        assert_eq!(output.stdout, b"abc");
    }
}
