//! Files are replaced wholly or not at all, whatever happens: the real binary on full disks,
//! at limits, killed at random moments; and `undo` brings back what was replaced.
//!
//! What a machine cannot stage (a small file system, another user) is passed over and said so.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "in a test, a panic is the report, and what is passed over has to be said"
)]

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs::{self, FileTimes};
use std::io::Write;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant, UNIX_EPOCH};

use zhfix::Encoding;
use zhfix::codec::{Unencodable, encode};

const ZHFIX: &str = env!("CARGO_BIN_EXE_zhfix");

fn zhfix<S: AsRef<OsStr>>(folder: &Path, args: impl IntoIterator<Item = S>) -> Output {
    Command::new(ZHFIX)
        .args(args)
        .current_dir(folder)
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// What a test can see of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
struct State {
    bytes: Vec<u8>,
    mode: u32,
    owner: (u32, u32),
    modified: (i64, i64),
    accessed: (i64, i64),
}

/// Every regular file below a folder; links by where they lead.
fn states(folder: &Path) -> BTreeMap<PathBuf, State> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let meta = fs::symlink_metadata(&path).unwrap();
            if meta.is_dir() {
                folders.push(path);
                continue;
            }
            let bytes = if meta.is_symlink() {
                fs::read_link(&path)
                    .unwrap()
                    .as_os_str()
                    .as_bytes()
                    .to_vec()
            } else {
                fs::read(&path).unwrap()
            };
            let state = State {
                bytes,
                mode: meta.mode(),
                owner: (meta.uid(), meta.gid()),
                modified: (meta.mtime(), meta.mtime_nsec()),
                accessed: (meta.atime(), meta.atime_nsec()),
            };
            found.insert(path, state);
        }
    }
    found
}

/// Any fixed sequence will do: Knuth's MMIX constants.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % bound
    }
}

/// Prose of some length in Traditional Chinese, the same for the same dice.
fn prose(dice: &mut Dice, sentences: usize) -> String {
    const PARTS: [&str; 8] = [
        "這是一個關於舊書的故事，",
        "圖書館裡的燈還亮著，",
        "他把電腦關上，走到窗邊。",
        "「你聽見了嗎？」她問，",
        "雨從昨天晚上一直下到現在，\r\n",
        "沒有人知道這條路通向哪裡。\n",
        "廚房裡傳來麵條的香味，",
        "我們在車站等了很長時間。\n",
    ];
    (0..sentences).map(|_| PARTS[dice.below(8)]).collect()
}

fn tree(folder: &Path, count: usize) -> Vec<PathBuf> {
    let mut dice = Dice(7);
    let paths = (0..count).map(|number| {
        let path = folder.join(format!("{number:03}.txt"));
        let sentences = 1 + dice.below(400);
        fs::write(&path, prose(&mut dice, sentences)).unwrap();
        path
    });
    paths.collect()
}

fn temporary_files(folder: &Path) -> Vec<PathBuf> {
    let names = fs::read_dir(folder).unwrap();
    let paths = names.map(|name| name.unwrap().path());
    let is_temporary = |path: &PathBuf| {
        let name = path.file_name().unwrap();
        name.as_bytes().starts_with(b".zhfix-tmp-")
    };
    paths.filter(is_temporary).collect()
}

#[test]
fn times_and_attributes_are_kept_by_files_and_their_backups() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.txt");
    fs::write(&path, "漢字").unwrap();
    // Version 2 of the list: tag, permissions, id; one user more may read.
    let mut list = 2_u32.to_le_bytes().to_vec();
    let any = u32::MAX;
    for (tag, permissions, id) in [
        (1, 6, any),
        (2, 4, 4321),
        (4, 0, any),
        (16, 4, any),
        (32, 0, any),
    ] {
        list.extend(u16::to_le_bytes(tag));
        list.extend(u16::to_le_bytes(permissions));
        list.extend(u32::to_le_bytes(id));
    }
    let mut wanted = vec![("user.origin", b"\xFFarchive\0".to_vec())];
    if xattr::set(&path, "system.posix_acl_access", &list).is_ok() {
        wanted.push(("system.posix_acl_access", list));
    } else {
        eprintln!("passed over: no access control lists here");
    }
    if xattr::set(&path, "user.origin", &wanted[0].1).is_err() {
        eprintln!("passed over: no extended attributes here");
        wanted.clear();
    }
    let time = UNIX_EPOCH + Duration::new(981_173_106, 123_456_789);
    let times = FileTimes::new().set_modified(time).set_accessed(time);
    fs::File::open(&path).unwrap().set_times(times).unwrap();
    let before = fs::metadata(&path).unwrap();
    let output = zhfix(folder.path(), ["-i", "--backup", "a.txt"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    for (name, text) in [("a.txt", "汉字"), ("a.txt.bak", "漢字")] {
        let path = folder.path().join(name);
        let after = fs::metadata(&path).unwrap();
        assert_eq!(after.modified().unwrap(), time, "{name}");
        assert_eq!(after.accessed().unwrap(), time, "{name}");
        assert_eq!(after.mode(), before.mode(), "{name}");
        assert_eq!(fs::read_to_string(&path).unwrap(), text);
        for (attribute, value) in &wanted {
            let kept = xattr::get(&path, attribute).unwrap();
            assert_eq!(kept.as_ref(), Some(value), "{name}: {attribute}");
        }
    }
}

#[test]
fn links_are_parted_only_when_asked() {
    let folder = tempfile::tempdir().unwrap();
    let (one, two) = (folder.path().join("1.txt"), folder.path().join("2.txt"));
    fs::write(&one, "漢字").unwrap();
    fs::hard_link(&one, &two).unwrap();
    let output = zhfix(folder.path(), ["-i", "1.txt"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("--break-links"));
    let output = zhfix(folder.path(), ["-i", "--break-links", "1.txt"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert_eq!(fs::read_to_string(&one).unwrap(), "汉字");
    assert_eq!(fs::read_to_string(&two).unwrap(), "漢字");
    assert_eq!(fs::metadata(&two).unwrap().nlink(), 1);
}

#[test]
fn a_limit_after_every_byte_leaves_the_original() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.txt");
    let text = prose(&mut Dice(3), 6);
    fs::write(&path, &text).unwrap();
    let whole = zhfix(folder.path(), ["a.txt"]).stdout;
    for limit in 0..=whole.len() {
        fs::write(&path, &text).unwrap();
        let limited = Command::new("prlimit")
            .args([&format!("--fsize={limit}"), ZHFIX, "-i", "a.txt"])
            .current_dir(folder.path())
            .output();
        let Ok(output) = limited else {
            eprintln!("passed over: there is no prlimit");
            return;
        };
        let enough = limit == whole.len();
        let status = if enough { 0 } else { 2 };
        assert_eq!(
            output.status.code(),
            Some(status),
            "{limit}: {}",
            stderr(&output)
        );
        let expect = if enough { &whole } else { text.as_bytes() };
        assert!(fs::read(&path).unwrap() == expect, "{limit}");
        assert!(
            enough || stderr(&output).contains("a.txt: File too large"),
            "{limit}"
        );
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "{limit}");
    }
}

#[test]
fn a_limit_in_the_journal_leaves_the_original() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.txt");
    fs::write(&path, "漢字").unwrap();
    let args = ["-i", "a.txt", "--journal", "j"];
    assert_eq!(zhfix(folder.path(), args).status.code(), Some(0));
    let whole = fs::metadata(folder.path().join("j")).unwrap().len();
    for limit in 6..=whole {
        let _ = fs::remove_file(folder.path().join("j"));
        fs::write(&path, "漢字").unwrap();
        let limited = Command::new("prlimit")
            .args([&format!("--fsize={limit}"), ZHFIX])
            .args(args)
            .current_dir(folder.path())
            .output();
        let Ok(output) = limited else {
            eprintln!("passed over: there is no prlimit");
            return;
        };
        // The times in an entry are not always of one length.
        let text = fs::read_to_string(&path).unwrap();
        let expect = match output.status.code() {
            Some(0) => "汉字",
            Some(2) => "漢字",
            other => panic!("{limit}: {other:?}"),
        };
        assert_eq!(text, expect, "{limit}");
        assert!(limit > whole / 2 || expect == "漢字", "{limit}");
    }
}

#[test]
fn a_full_disk_leaves_the_originals() {
    let folder = tempfile::tempdir().unwrap();
    let disk = folder.path().join("disk");
    fs::create_dir(&disk).unwrap();
    let mounted = Command::new("mount")
        .args(["-t", "tmpfs", "-o", "size=1m", "tmpfs"])
        .arg(&disk)
        .output();
    if !mounted.is_ok_and(|mounted| mounted.status.success()) {
        eprintln!("passed over: a small file system cannot be mounted here");
        return;
    }
    // The second fills what is left, so that its copy finds no room.
    let mut dice = Dice(11);
    let texts = [prose(&mut dice, 1000), prose(&mut dice, 18_000)];
    for (name, text) in ["1.txt", "2.txt"].into_iter().zip(&texts) {
        fs::write(disk.join(name), text).unwrap();
    }
    let rest = disk.join("3.bin");
    let mut filler = fs::File::create(&rest).unwrap();
    while filler.write_all(&[0; 4096]).is_ok() {}
    filler
        .set_len(filler.metadata().unwrap().len() - 200_000)
        .unwrap();
    drop(filler);
    let runs = [
        vec!["-i", "1.txt", "2.txt"],
        vec!["-i", "--backup", "2.txt"],
    ];
    let outputs = runs.map(|args| zhfix(&disk, args));
    let first = fs::read_to_string(disk.join("1.txt")).unwrap();
    let second = fs::read_to_string(disk.join("2.txt")).unwrap();
    let files = fs::read_dir(&disk).unwrap().count();
    let unmounted = Command::new("umount").arg(&disk).status();
    assert!(unmounted.unwrap().success());
    for output in outputs {
        assert_eq!(output.status.code(), Some(2));
        let said = stderr(&output);
        assert!(said.contains("2.txt: No space left on device"), "{said}");
    }
    assert_eq!(files, 3);
    assert!(second == texts[1]);
    assert!(first != texts[0] && !first.contains('這'));
}

#[test]
fn a_folder_that_nobody_may_write_to_keeps_its_files() {
    let folder = tempfile::tempdir().unwrap();
    let closed = folder.path().join("closed");
    fs::create_dir(&closed).unwrap();
    fs::write(closed.join("a.txt"), "漢字").unwrap();
    fs::set_permissions(closed.join("a.txt"), fs::Permissions::from_mode(0o666)).unwrap();
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o555)).unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    // Root may write everywhere, so the program runs as somebody who is not.
    let is_root = fs::metadata(&closed).unwrap().uid() == 0;
    let mut command = if is_root {
        let mut command = Command::new("setpriv");
        command.args(["--reuid=65534", "--regid=65534", "--clear-groups", ZHFIX]);
        command
    } else {
        Command::new(ZHFIX)
    };
    let output = command
        .args(["-i", "closed/a.txt"])
        .current_dir(folder.path());
    let output = output.output();
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o755)).unwrap();
    match output {
        // 126 and 127: there is no such user, or no way to the program for it.
        Ok(output) if ![Some(126), Some(127), Some(1)].contains(&output.status.code()) => {
            assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
            assert!(stderr(&output).contains("closed/a.txt: Permission denied"));
        }
        _ => eprintln!("passed over: cannot run as somebody else"),
    }
    assert_eq!(fs::read_to_string(closed.join("a.txt")).unwrap(), "漢字");
    assert_eq!(fs::read_dir(&closed).unwrap().count(), 1);
}

#[test]
fn a_signal_says_how_far_the_run_came() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("old.txt"), "old").unwrap();
    let mut child = Command::new(ZHFIX)
        .args(["--jsonl", "--field", "a", "-o", "old.txt"])
        .current_dir(folder.path())
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let input = child.stdin.take();
    let began = Instant::now();
    while temporary_files(folder.path()).is_empty() && began.elapsed().as_secs() < 20 {
        std::thread::sleep(Duration::from_millis(5));
    }
    let (name, number) = interrupt();
    signal(&child, name);
    let output = child.wait_with_output().unwrap();
    drop(input);
    assert_eq!(output.status.signal(), Some(number));
    let said = stderr(&output);
    assert!(
        said.contains("stopped by a signal; 0 files written"),
        "{said}"
    );
    assert!(temporary_files(folder.path()).is_empty());
    assert_eq!(fs::read(folder.path().join("old.txt")).unwrap(), b"old");
}

/// The signal of Ctrl-C; where whoever started the tests ignores it (a shell's background
/// job), so does the program, and the other one that asks for an end is sent.
fn interrupt() -> (&'static str, i32) {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    match mask.unwrap_or(0) & 2 {
        0 => ("INT", 2),
        _ => ("TERM", 15),
    }
}

fn signal(child: &std::process::Child, name: &str) {
    let id = child.id().to_string();
    // It may have ended by itself.
    let _ = Command::new("kill")
        .args([&format!("-{name}"), &id])
        .stderr(Stdio::null())
        .status();
}

/// Random moments for either signal, 60 or as many as `ZHFIX_KILLS` says; each time every
/// file must be old or new, and the journal must lead back.
#[test]
fn killed_at_any_moment_every_file_is_old_or_new_and_undo_leads_back() {
    let folder = tempfile::tempdir().unwrap();
    let work = folder.path().join("tree");
    fs::create_dir(&work).unwrap();
    let paths = tree(&work, 40);
    let old: Vec<Vec<u8>> = paths.iter().map(|path| fs::read(path).unwrap()).collect();
    let new: Vec<Vec<u8>> = paths
        .iter()
        .map(|path| zhfix(folder.path(), [path]).stdout)
        .collect();
    let args = ["-i", "tree", "--journal", "journal", "-q"];
    let began = Instant::now();
    assert_eq!(zhfix(folder.path(), args).status.code(), Some(0));
    let usual = began.elapsed();
    assert_eq!(
        zhfix(folder.path(), ["undo", "-q", "journal"])
            .status
            .code(),
        Some(0)
    );
    let mut dice = Dice(2024);
    let (mut partly, mut left_by_kill) = (0, 0);
    let kills = std::env::var("ZHFIX_KILLS").map_or(60, |kills| kills.parse().unwrap());
    for round in 0..kills {
        let _ = fs::remove_file(folder.path().join("journal"));
        let mut child = Command::new(ZHFIX)
            .args(args)
            .current_dir(folder.path())
            .spawn()
            .unwrap();
        std::thread::sleep(usual.mul_f64(dice.below(1000) as f64 / 1000.0));
        let name = [interrupt().0, "KILL"][round % 2];
        signal(&child, name);
        child.wait().unwrap();
        let mut changed = 0;
        for (index, path) in paths.iter().enumerate() {
            let found = fs::read(path).unwrap();
            changed += usize::from(found == new[index]);
            assert!(
                found == old[index] || found == new[index],
                "round {round}: {index}"
            );
        }
        partly += usize::from(0 < changed && changed < paths.len());
        let left = temporary_files(&work);
        assert!(left.is_empty() || name == "KILL", "round {round}: {left:?}");
        left_by_kill += left.len();
        for path in left {
            fs::remove_file(path).unwrap();
        }
        let output = zhfix(folder.path(), ["undo", "-q", "journal"]);
        let began_journal = fs::metadata(folder.path().join("journal")).is_ok_and(|j| j.len() > 0);
        assert!(
            output.status.code() == Some(0) || !began_journal,
            "round {round}: {}",
            stderr(&output)
        );
        for (index, path) in paths.iter().enumerate() {
            assert!(
                fs::read(path).unwrap() == old[index],
                "round {round}: {index}"
            );
        }
    }
    eprintln!(
        "{partly} of {kills} runs were stopped midway; kill -9 left {left_by_kill} temporary files"
    );
    assert!(
        partly >= kills / 10,
        "only {partly} runs were stopped midway"
    );
}

/// Files of every kind in which people keep text, with names, modes and times to match.
fn messy_tree(folder: &Path, count: usize) {
    let mut dice = Dice(99);
    let encodings = [
        Encoding::Utf8,
        Encoding::Gbk,
        Encoding::Big5,
        Encoding::Gb18030,
        Encoding::Utf16Le,
    ];
    for number in 0..count {
        let below = [".", "甲/乙", "c d", "深/更深/最深"][dice.below(4)];
        fs::create_dir_all(folder.join(below)).unwrap();
        let name: Vec<u8> = match dice.below(6) {
            0 => format!("{number}\n行.txt").into_bytes(),
            1 => [b"\xD6\xD0\xCE\xC4-", number.to_string().as_bytes()].concat(), // 中文 in GBK
            2 => format!("-{number} \"a' $(b).txt").into_bytes(),
            _ => format!("第{number}章.txt").into_bytes(),
        };
        let path = folder.join(below).join(OsStr::from_bytes(&name));
        let sentences = 3 + dice.below(40);
        let text = prose(&mut dice, sentences);
        let encoding = encodings[dice.below(5)];
        let bytes = match dice.below(12) {
            0 => Vec::new(),
            1 => text.replace(|c: char| !c.is_ascii(), "x").into_bytes(),
            2 => vec![0, 1, 2, 0, 255, 0, 9],
            3 => [text.as_bytes(), b"\xFF\xFE\xFF"].concat(),
            _ => encode(&text, encoding, Unencodable::Question)
                .unwrap()
                .into_owned(),
        };
        fs::write(&path, bytes).unwrap();
        match dice.below(40) {
            0 => fs::hard_link(&path, path.with_extension("link")).unwrap(),
            1 => symlink(&path, path.with_extension("symlink")).unwrap(),
            _ => {}
        }
        let time = |dice: &mut Dice| {
            let seconds = Duration::new(dice.below(1 << 30) as u64, 987_654_321);
            match dice.below(8) {
                0 => UNIX_EPOCH - seconds,
                _ => UNIX_EPOCH + seconds,
            }
        };
        let times = FileTimes::new()
            .set_modified(time(&mut dice))
            .set_accessed(time(&mut dice));
        fs::File::open(&path).unwrap().set_times(times).unwrap();
        let mode = [0o644, 0o600, 0o755, 0o640, 0o664, 0o444][dice.below(6)];
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
    }
}

#[test]
fn fix_and_undo_of_a_messy_tree_is_nothing_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let work = folder.path().join("tree");
    fs::create_dir(&work).unwrap();
    messy_tree(&work, 2200);
    let before = states(&work);
    // Reading the bytes for the comparison is not to count as reading.
    let reset = || {
        for (path, state) in &before {
            if fs::symlink_metadata(path).unwrap().is_file() {
                let stamp = |(seconds, nanos): (i64, i64)| {
                    let whole = Duration::from_secs(seconds.unsigned_abs());
                    let nanos = Duration::from_nanos(u64::try_from(nanos).unwrap());
                    if seconds < 0 {
                        UNIX_EPOCH - whole + nanos
                    } else {
                        UNIX_EPOCH + whole + nanos
                    }
                };
                let times = FileTimes::new()
                    .set_modified(stamp(state.modified))
                    .set_accessed(stamp(state.accessed));
                fs::File::open(path).unwrap().set_times(times).unwrap();
            }
        }
    };
    reset();
    let before = states(&work);
    assert!(before.len() >= 2000);
    reset();
    // Read-only files, hard links and malformed bytes in other encodings: left, status 2.
    let journal = "tree/undo.journal";
    let output = zhfix(
        folder.path(),
        ["-i", "tree", "--journal", journal, "--hidden"],
    );
    assert_eq!(output.status.code(), Some(2));
    let mut fixed = states(&work);
    let journal_path = folder.path().join(journal);
    assert!(fixed.remove(&journal_path).is_some());
    assert_eq!(fixed.len(), before.len());
    let changed = fixed
        .iter()
        .filter(|(path, state)| before[*path].bytes != state.bytes)
        .count();
    assert!(changed > 1000, "{changed}");
    for (path, state) in &fixed {
        let old = &before[path];
        assert_eq!(
            (state.mode, state.modified),
            (old.mode, old.modified),
            "{path:?}"
        );
    }
    // Nothing is left to be done, and the second run enters nothing.
    let entered = fs::read(&journal_path).unwrap();
    zhfix(folder.path(), ["-i", "tree", "--journal", journal, "-q"]);
    assert!(fs::read(&journal_path).unwrap() == entered);

    let output = zhfix(folder.path(), ["undo", "-n", journal]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(stderr(&output).contains(&format!("{changed} files would be restored")));
    let output = zhfix(folder.path(), ["undo", journal]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(stderr(&output).contains(&format!("{changed} files restored, 0 as before")));
    let mut undone = states(&work);
    undone.remove(&journal_path);
    for (path, state) in &undone {
        let (state, old) = (state, &before[path]);
        assert!(state.bytes == old.bytes, "{path:?}");
        assert_eq!(
            (state.mode, state.owner, state.modified),
            (old.mode, old.owner, old.modified)
        );
        let replaced = fixed[path].bytes != old.bytes;
        assert!(!replaced || state.accessed == old.accessed, "{path:?}");
    }
    assert_eq!(undone.len(), before.len());
    let output = zhfix(folder.path(), ["undo", journal]);
    assert!(stderr(&output).contains(&format!("0 files restored, {changed} as before")));
}

#[test]
fn undo_refuses_what_changed_since_and_does_the_rest() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    for name in ["1.txt", "2.txt", "3.txt", "4.txt"] {
        fs::write(at(name), "漢字").unwrap();
    }
    let args = ["-i", ".", "--journal", "j"];
    assert_eq!(zhfix(folder.path(), args).status.code(), Some(0));
    fs::write(at("2.txt"), "later work").unwrap();
    fs::remove_file(at("3.txt")).unwrap();
    fs::remove_file(at("4.txt")).unwrap();
    symlink("2.txt", at("4.txt")).unwrap();
    let output = zhfix(folder.path(), ["undo", "j"]);
    assert_eq!(output.status.code(), Some(2));
    let said = stderr(&output);
    assert!(said.contains("1 file restored"), "{said}");
    assert!(
        said.contains("2.txt: was changed since; left as it is"),
        "{said}"
    );
    assert!(said.contains("3.txt: No such file"), "{said}");
    assert!(said.contains("4.txt: was changed since"), "{said}");
    assert_eq!(fs::read_to_string(at("1.txt")).unwrap(), "漢字");
    assert_eq!(fs::read_to_string(at("2.txt")).unwrap(), "later work");
    assert!(!at("3.txt").exists());
}

#[test]
fn undo_goes_back_through_several_runs_and_many_parts() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.txt");
    // Larger than what is packed ahead of its turn, in parts that end inside of characters.
    let text = prose(&mut Dice(5), 400_000);
    assert!(text.len() > 9 << 20);
    fs::write(&path, &text).unwrap();
    for args in [
        ["convert", "--to", "zh-Hans"],
        ["convert", "--to", "zh-Hant-TW"],
    ] {
        let rest = ["-i", "a.txt", "--journal", "j"];
        let output = zhfix(folder.path(), args.iter().chain(&rest));
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    }
    let output = zhfix(folder.path(), ["undo", "j"]);
    assert!(
        stderr(&output).contains("2 files restored"),
        "{}",
        stderr(&output)
    );
    assert!(fs::read_to_string(&path).unwrap() == text);
}

#[test]
fn a_journal_is_not_an_input_and_nothing_else_is_a_journal() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::write(at("a.txt"), "漢字").unwrap();
    let output = zhfix(folder.path(), ["-i", "a.txt", "--journal", "a.txt"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("a.txt: is not a journal of zhfix"));
    assert_eq!(fs::read_to_string(at("a.txt")).unwrap(), "漢字");
    let output = zhfix(folder.path(), ["undo", "a.txt"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("is not a journal of zhfix"));
    let output = zhfix(folder.path(), ["-i", "j", "a.txt", "--journal", "j"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("j: is the journal of this run"));
    assert_eq!(fs::read_to_string(at("a.txt")).unwrap(), "汉字");
    let mode = fs::metadata(at("j")).unwrap().mode();
    assert_eq!(mode & 0o777, 0o600);
    let output = zhfix(folder.path(), ["--journal", "j", "a.txt"]);
    assert_eq!(
        output.status.code(),
        Some(2),
        "without -i there is nothing to enter"
    );
}

const TOOLS: [(&str, &str); 4] = [
    ("gz", "gzip"),
    ("zst", "zstd"),
    ("bz2", "bzip2"),
    ("xz", "xz"),
];

#[test]
fn packed_files_are_read_and_written_and_replaced_packed() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let text = prose(&mut Dice(17), 5000);
    fs::write(at("a.txt"), &text).unwrap();
    let simplified = zhfix(folder.path(), ["a.txt"]).stdout;
    for (end, tool) in TOOLS {
        let name = format!("a.txt.{end}");
        // Written by the name's end, as the format's own tool reads it.
        let output = zhfix(folder.path(), ["repair", "a.txt", "-o", &name]);
        assert_eq!(output.status.code(), Some(0), "{end}: {}", stderr(&output));
        assert!(
            fs::metadata(at(&name)).unwrap().len() < text.len() as u64 / 4,
            "{end}"
        );
        let packed = fs::read(at(&name)).unwrap();
        match Command::new(tool)
            .args(["-dc", &name])
            .current_dir(folder.path())
            .output()
        {
            Ok(output) => assert!(output.stdout == text.as_bytes(), "{end}"),
            Err(_) => eprintln!("passed over: there is no {tool}"),
        }
        // Read as a file and from a pipe.
        assert!(zhfix(folder.path(), [&name]).stdout == simplified, "{end}");
        let piped = Command::new(ZHFIX)
            .stdin(fs::File::open(at(&name)).unwrap())
            .output();
        assert!(piped.unwrap().stdout == simplified, "{end}");
        let detected = zhfix(folder.path(), ["detect", "--json", &name]).stdout;
        assert!(
            String::from_utf8(detected)
                .unwrap()
                .contains("\"encoding\":\"UTF-8\"")
        );
        // Replaced, back again, and left where nothing changes or it is cut short.
        let journal = format!("journal.{end}");
        let args = ["-i", &name, "--journal", &journal];
        assert_eq!(zhfix(folder.path(), args).status.code(), Some(0), "{end}");
        let replaced = fs::read(at(&name)).unwrap();
        assert!(
            replaced != packed && replaced.len() < text.len() / 4,
            "{end}"
        );
        assert!(
            zhfix(folder.path(), ["repair", &name]).stdout == simplified,
            "{end}"
        );
        let before = fs::metadata(at(&name)).unwrap();
        assert_eq!(zhfix(folder.path(), ["-i", &name]).status.code(), Some(0));
        assert_eq!(
            fs::metadata(at(&name)).unwrap().ino(),
            before.ino(),
            "{end}"
        );
        assert_eq!(
            zhfix(folder.path(), ["undo", "-q", &journal]).status.code(),
            Some(0)
        );
        let cut = &packed[..packed.len() - 5];
        assert!(fs::read(at(&name)).unwrap() == packed, "{end}");
        fs::write(at(&name), cut).unwrap();
        let output = zhfix(folder.path(), ["-i", &name]);
        assert_eq!(output.status.code(), Some(2), "{end}");
        assert!(
            stderr(&output).contains("cannot be unpacked"),
            "{}",
            stderr(&output)
        );
        assert!(fs::read(at(&name)).unwrap() == cut, "{end}");
    }
}

#[test]
fn packed_records_stay_packed() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    for (end, _) in TOOLS {
        let name = format!("a.jsonl.{end}");
        fs::write(at("a.jsonl"), "{\"a\":\"漢\",\"b\":\"漢\"}\n".repeat(9000)).unwrap();
        let args = ["repair", "a.jsonl", "--jsonl", "--field", "a", "-o", &name];
        assert_eq!(zhfix(folder.path(), args).status.code(), Some(0), "{end}");
        let args = ["-i", &name, "--jsonl", "--field", "a"];
        assert_eq!(zhfix(folder.path(), args).status.code(), Some(0), "{end}");
        assert!(fs::metadata(at(&name)).unwrap().len() < 9000, "{end}");
        let output = zhfix(folder.path(), ["repair", &name]);
        let expect = "{\"a\":\"汉\",\"b\":\"漢\"}\n".repeat(9000);
        assert!(output.stdout == expect.as_bytes(), "{end}");
    }
}

#[test]
fn a_bomb_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let mut bomb = zstd::Encoder::new(Vec::new(), 1).unwrap();
    let part = vec![b'a'; 1 << 20];
    for _ in 0..300 {
        bomb.write_all(&part).unwrap();
    }
    fs::write(folder.path().join("a.zst"), bomb.finish().unwrap()).unwrap();
    let before = fs::read(folder.path().join("a.zst")).unwrap();
    for args in [&["a.zst", "-o", "b.txt"][..], &["-i", "a.zst"]] {
        let output = zhfix(folder.path(), args);
        assert_eq!(output.status.code(), Some(2));
        assert_eq!(output.stdout.len(), 0);
        assert!(stderr(&output).contains("unpacks to more than 400 times its size"));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
    assert!(fs::read(folder.path().join("a.zst")).unwrap() == before);
}

/// Prose that is too long to be held: the first lines are Simplified already, so that a
/// replacement is begun late.
fn large(folder: &Path) -> PathBuf {
    let path = folder.join("large.txt");
    let mut text = "这是一个关于旧书的故事。\n".repeat(20_000);
    while text.len() < 7 << 20 {
        text.push_str(&prose(&mut Dice(text.len() as u64), 20_000));
    }
    fs::write(&path, text).unwrap();
    path
}

#[test]
fn a_limit_leaves_a_large_original() {
    let folder = tempfile::tempdir().unwrap();
    let path = large(folder.path());
    let text = fs::read(&path).unwrap();
    let whole = zhfix(folder.path(), ["large.txt"]).stdout;
    assert!(whole != text);
    let mut dice = Dice(11);
    let random = (0..6).map(|_| dice.below(whole.len()));
    for limit in [0, 1, 4095, whole.len() - 1].into_iter().chain(random) {
        let limited = Command::new("prlimit")
            .args([&format!("--fsize={limit}"), ZHFIX, "-i", "large.txt"])
            .current_dir(folder.path())
            .output();
        let Ok(output) = limited else {
            eprintln!("passed over: there is no prlimit");
            return;
        };
        assert_eq!(output.status.code(), Some(2), "{limit}");
        assert!(stderr(&output).contains("File too large"), "{limit}");
        assert!(fs::read(&path).unwrap() == text, "{limit}");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "{limit}");
    }
    let output = zhfix(folder.path(), ["-i", "large.txt"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(fs::read(&path).unwrap() == whole);
    // Nothing is written where nothing changes, not even a copy.
    let nothing = Command::new("prlimit")
        .args(["--fsize=0", ZHFIX, "-i", "large.txt"])
        .current_dir(folder.path())
        .output();
    assert_eq!(nothing.unwrap().status.code(), Some(0));
}

/// Random moments, 20 or a third of `ZHFIX_KILLS`.
#[test]
fn killed_at_any_moment_a_large_file_is_old_or_new() {
    let folder = tempfile::tempdir().unwrap();
    let path = large(folder.path());
    let old = fs::read(&path).unwrap();
    let new = zhfix(folder.path(), ["large.txt"]).stdout;
    let began = Instant::now();
    assert_eq!(
        zhfix(folder.path(), ["-i", "large.txt"]).status.code(),
        Some(0)
    );
    let usual = began.elapsed();
    let mut dice = Dice(5);
    let kills =
        std::env::var("ZHFIX_KILLS").map_or(20, |kills| kills.parse::<usize>().unwrap() / 3);
    let mut stopped = 0;
    for round in 0..kills {
        fs::write(&path, &old).unwrap();
        let mut child = Command::new(ZHFIX)
            .args(["-i", "-q", "large.txt"])
            .current_dir(folder.path())
            .spawn()
            .unwrap();
        std::thread::sleep(usual.mul_f64(dice.below(1000) as f64 / 1000.0));
        let name = [interrupt().0, "KILL"][round % 2];
        signal(&child, name);
        child.wait().unwrap();
        let found = fs::read(&path).unwrap();
        assert!(found == old || found == new, "round {round}");
        stopped += usize::from(found == old);
        let left = temporary_files(folder.path());
        assert!(left.is_empty() || name == "KILL", "round {round}: {left:?}");
        for path in left {
            fs::remove_file(path).unwrap();
        }
    }
    assert!(stopped > 0, "no run of {kills} was stopped");
}

#[test]
fn a_large_file_is_what_a_small_one_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = large(folder.path());
    let text = fs::read(&path).unwrap();
    let piped = Command::new(ZHFIX)
        .args(["fix", "-j", "3"])
        .stdin(fs::File::open(&path).unwrap())
        .output()
        .unwrap();
    let one = zhfix(folder.path(), ["fix", "-j", "1", "large.txt"]);
    assert!(piped.stdout == one.stdout && !one.stdout.is_empty());
    let whole = zhfix::Pipeline::default().run(&text);
    assert!(one.stdout == whole.text.unwrap().as_bytes());
    // There, in another encoding with a mark, and back; then packed.
    let steps: [&[&str]; 4] = [
        &[
            "repair",
            "-i",
            "--to-encoding",
            "utf-16le",
            "--bom",
            "add",
            "large.txt",
        ],
        &["repair", "-i", "--to-encoding", "gb18030", "large.txt"],
        &["repair", "-i", "--from-encoding", "gb18030", "large.txt"],
        &["repair", "large.txt", "-o", "large.txt.zst"],
    ];
    for step in steps {
        let output = zhfix(folder.path(), step);
        assert_eq!(
            output.status.code(),
            Some(0),
            "{step:?} {}",
            stderr(&output)
        );
    }
    assert!(fs::read(&path).unwrap() == text);
    let output = zhfix(folder.path(), ["-i", "large.txt.zst"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let unpacked = zhfix(folder.path(), ["repair", "large.txt.zst"]);
    assert!(unpacked.stdout == one.stdout);
    for (args, expect) in [
        (&["--check", "large.txt"][..], "large.txt\n"),
        (&["-n", "large.txt"], "would change large.txt: UTF-8, "),
        (&["detect", "--json", "large.txt"], "\"encoding\":\"UTF-8\""),
    ] {
        let output = zhfix(folder.path(), args);
        let shown = String::from_utf8(output.stdout).unwrap();
        assert!(shown.contains(expect), "{args:?}: {shown}");
    }
}

#[test]
fn an_explanation_of_a_large_file_is_not_held() {
    let folder = tempfile::tempdir().unwrap();
    let path = large(folder.path());
    let text = fs::read_to_string(&path).unwrap().repeat(3);
    fs::write(&path, &text).unwrap();
    // Held as a whole, its findings took a gigabyte and a half.
    let limited = Command::new("prlimit")
        .args(["--as=800000000", ZHFIX, "explain", "-j", "2", "large.txt"])
        .current_dir(folder.path())
        .output();
    let Ok(output) = limited else {
        eprintln!("passed over: there is no prlimit");
        return;
    };
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let shown = String::from_utf8(output.stdout).unwrap();
    assert!(shown.contains("\n  not listed: "), "{}", &shown[..2000]);
    // Every place is one of the document: what is said to stand there does.
    let mut lines = shown.lines();
    let mut rows = 0;
    while let Some(line) = lines.next() {
        let Some((place, rest)) = line.split_once("  bytes ") else {
            continue;
        };
        let span = rest.split_whitespace().next().unwrap();
        let (start, end) = span.split_once("..").unwrap();
        let (start, end): (usize, usize) = (start.parse().unwrap(), end.parse().unwrap());
        let before = lines
            .next()
            .unwrap()
            .trim_start()
            .strip_prefix("- ")
            .unwrap();
        let found = text[start..end].replace("\r", "");
        assert!(before.contains(&found), "{line}: {before}");
        if rows % 500 == 0 {
            let number = 1 + text[..start].matches('\n').count();
            assert!(place.trim().starts_with(&format!("{number}:")), "{line}");
        }
        rows += 1;
    }
    assert!(rows > 500, "{rows}");
}

#[test]
fn a_large_file_that_contradicts_itself_stops_under_strict() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.txt");
    let line = "我們在車站等了很長時間，老師說這是對的。\n";
    let big5 = zhfix::codec::encode(
        line,
        zhfix::Encoding::Big5,
        zhfix::codec::Unencodable::Error,
    );
    let text = [
        line.as_bytes().repeat(100_000),
        big5.unwrap().repeat(10_000),
    ]
    .concat();
    fs::write(&path, &text).unwrap();
    let piped = |args: &[&str]| {
        Command::new(ZHFIX)
            .args(args)
            .stdin(fs::File::open(&path).unwrap())
            .output()
            .unwrap()
    };
    let lax = piped(&["fix"]);
    assert_eq!(lax.status.code(), Some(0));
    assert!(
        stderr(&lax).contains("looks like Big5, not UTF-8"),
        "{}",
        stderr(&lax)
    );
    let strict = piped(&["fix", "--strict"]);
    assert_eq!(strict.status.code(), Some(3));
    assert!(stderr(&strict).contains("--strict"), "{}", stderr(&strict));
    assert!(strict.stdout.len() < lax.stdout.len());
    let in_place = zhfix(folder.path(), ["-i", "--strict", "a.txt"]);
    assert_ne!(in_place.status.code(), Some(0));
    assert!(fs::read(&path).unwrap() == text);
}

#[test]
fn a_limit_in_the_backup_leaves_the_original_and_no_half_backup() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.txt");
    // Its copy is longer than its result, so a limit can be met by the copy alone.
    let text: String = (0..40).map(|n| format!("line {n}\n")).collect();
    let old: Vec<u8> = [0xFEFF]
        .into_iter()
        .chain(text.encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    let mut refused = 0;
    // At its very length the system refuses to copy the end, which is no byte at all.
    for limit in (text.len() - 3..old.len()).chain([old.len() + 1]) {
        let _ = fs::remove_file(folder.path().join("a.txt.bak"));
        fs::write(&path, &old).unwrap();
        let limited = Command::new("prlimit")
            .args([
                &format!("--fsize={limit}"),
                ZHFIX,
                "-i",
                "--backup",
                "a.txt",
            ])
            .current_dir(folder.path())
            .output();
        let Ok(output) = limited else {
            eprintln!("passed over: there is no prlimit");
            return;
        };
        let files = fs::read_dir(folder.path()).unwrap().count();
        if limit < old.len() {
            assert_eq!(
                output.status.code(),
                Some(2),
                "{limit}: {}",
                stderr(&output)
            );
            assert!(fs::read(&path).unwrap() == old, "{limit}");
            assert_eq!(files, 1, "{limit}");
            refused += usize::from(stderr(&output).contains("backup "));
        } else {
            assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
            assert!(fs::read(&path).unwrap() == text.as_bytes());
            assert!(fs::read(folder.path().join("a.txt.bak")).unwrap() == old);
            assert_eq!(files, 2);
        }
    }
    assert!(refused > text.len() / 2, "{refused}");
}

#[test]
fn what_cannot_be_read_is_named_and_the_others_are_done() {
    // Reading a process's memory from its start is a read error wherever /proc is.
    let broken = "/proc/self/mem";
    if fs::read(broken).is_ok() || !Path::new(broken).exists() {
        eprintln!("passed over: there is no file with a read error");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.txt"), "漢字").unwrap();
    for args in [&[broken, "a.txt"][..], &["-i", broken, "a.txt"]] {
        let output = zhfix(folder.path(), args);
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        let said = stderr(&output);
        assert!(
            said.contains("/mem: Input/output error"),
            "{args:?}: {said}"
        );
    }
    assert_eq!(
        fs::read_to_string(folder.path().join("a.txt")).unwrap(),
        "汉字"
    );
}

/// What a disk or a system may refuse, at each of its first times, as `strace` has it refused.
#[test]
fn whatever_call_fails_the_file_is_old_or_new_and_the_status_says_which() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let path = large(folder.path());
    fs::rename(&path, at("large")).unwrap();
    fs::write(at("small"), prose(&mut Dice(23), 300)).unwrap();
    let work = at("work");
    // Where the call is of the file that is replaced, or of any.
    let faults = [
        ("read:error=EIO", true, 8),
        ("lseek:error=EIO", true, 4),
        ("rename,renameat,renameat2:error=EACCES", true, 2),
        ("write:error=ENOSPC", false, 12),
        ("fsync,fdatasync:error=EIO", false, 3),
        ("fchmod,fchown,utimensat:error=EPERM", false, 3),
    ];
    let runs = [
        ("small", &[][..]),
        ("small", &["--backup"]),
        ("small", &["--journal", "j"]),
        ("large", &[]),
    ];
    for (input, more) in runs {
        let old = fs::read(at(input)).unwrap();
        let new = zhfix(folder.path(), [input]).stdout;
        let mut refused = 0;
        for (fault, of_the_file, times) in faults {
            for time in 1..=times {
                let _ = fs::remove_dir_all(&work);
                fs::create_dir(&work).unwrap();
                fs::write(work.join("a.txt"), &old).unwrap();
                let mut command = Command::new("strace");
                command.args(["-f", "-qq", "-o", "/dev/null", "-e"]);
                command.arg(format!("inject={fault}:when={time}"));
                if of_the_file {
                    command
                        .arg("-P")
                        .arg(work.canonicalize().unwrap().join("a.txt"));
                }
                let run = command.args([ZHFIX, "-i", "-q", "a.txt"]).args(more);
                let output = run.current_dir(&work).stdin(Stdio::null()).output();
                let Ok(output) = output else {
                    eprintln!("passed over: there is no strace");
                    return;
                };
                if stderr(&output).starts_with("strace: ") {
                    eprintln!("passed over: {}", stderr(&output));
                    return;
                }
                let case = format!("{input} {more:?} {fault} {time}: {}", stderr(&output));
                let found = fs::read(work.join("a.txt")).unwrap();
                match output.status.code() {
                    Some(0) => assert!(found == new, "{case}"),
                    // Where only the folder could not be synced, the file is new.
                    Some(2) => assert!(found == old || found == new, "{case}"),
                    other => panic!("{other:?} {case}"),
                }
                refused += usize::from(found == old);
                assert!(temporary_files(&work).is_empty(), "{case}");
                if found == new && more == ["--backup"] {
                    assert!(fs::read(work.join("a.txt.bak")).unwrap() == old, "{case}");
                }
            }
        }
        assert!(refused > 4, "{input} {more:?}: {refused}");
    }
}

#[test]
fn a_report_is_a_page_without_anything_raw() {
    let folder = tempfile::tempdir().unwrap();
    // U+E15F: PUA, from 中 read as GBK.
    fs::write(folder.path().join("a<b>\u{202E}.txt"), "涓\u{E15F}枃").unwrap();
    let output = zhfix(
        folder.path(),
        ["--report", "r.html", "a<b>\u{202E}.txt", "no&.txt"],
    );
    assert_eq!(output.status.code(), Some(2));
    let page = fs::read_to_string(folder.path().join("r.html")).unwrap();
    assert!(page.starts_with("<!DOCTYPE html>"));
    // One element for both: a line of counts each, and packed what is shown of them.
    let (_, data) = page
        .split_once("<script type=\"application/x-ndjson\">")
        .unwrap();
    let data = data.split_once("</script>").unwrap().0;
    assert!(!data.contains('<'), "{data}");
    let (counts, packed) = data.rsplit_once('\n').unwrap();
    let packed =
        base64::Engine::decode(&base64::engine::general_purpose::STANDARD, packed).unwrap();
    let mut details = String::new();
    let mut unpacked = flate2::read::ZlibDecoder::new(&*packed);
    std::io::Read::read_to_string(&mut unpacked, &mut details).unwrap();
    let pairs = counts.lines().zip(details.lines());
    let inputs: Vec<[serde_json::Value; 2]> = pairs
        .map(|(counts, details)| [counts, details].map(|json| serde_json::from_str(json).unwrap()))
        .collect();
    assert_eq!(inputs.len(), 2);
    assert_eq!(inputs[0][0]["path"], "a<b>\u{202E}.txt");
    assert_eq!(inputs[0][0]["repairs"], 1);
    let pieces = &inputs[0][1]["items"][0]["pieces"];
    assert_eq!(*pieces, serde_json::json!([["涓\\u{E15F}枃", "中文"]]));
    assert_eq!(inputs[1][0]["path"], "no&.txt");
    assert!(
        inputs[1][0]["error"]
            .as_str()
            .unwrap()
            .starts_with("No such file")
    );
}
