//! The figures as Markdown: the ratios that are asked for first, then everything measured.

use std::fmt::{self, Display, Formatter};
use std::process::Command;

use crate::SIZES;
use crate::construction::Construction;
use crate::contenders::{LIMIT, LIMIT_FRESH, Role, Task, UTF16, VALIDATION};
use crate::corpora::HUGE_BYTES;

/// Medians of one text in blocks of one size, megabytes per second.
pub struct Case {
    pub name: &'static str,
    pub task: Task,
    pub block_bytes: usize,
    pub rates: Vec<(&'static str, Role, f64)>,
}

/// Of one conversion of 10 MB.
pub struct Memory {
    pub calls: usize,
    pub beyond_bytes: usize,
    pub borrowed: bool,
}

pub struct Report {
    origin: String,
    repetitions: usize,
    construction: Vec<Construction>,
    pub peer_construction: Vec<(&'static str, Task, f64)>,
    pub cases: Vec<Case>,
    pub memory: Vec<(Task, &'static str, Memory)>,
    /// How often a search for phrases reads each character of the worst case.
    pub worst_reads: Vec<(Task, f64)>,
}

const ZHFIX: &str = "**zhfix**";
const ZHFIX_REUSED: &str = "**zhfix**, buffer reused";
const OPENCC: &str = "OpenCC 1.4.2";

/// What the project promises for 10 MB of real text, in the order of [`Task::CONFIGS`].
const OVER_OPENCC: [f64; 4] = [16.0, 12.0, 25.0, 15.0];
const OVER_PEERS: [f64; 4] = [3.0, 1.15, 1.3, 1.7];
const OF_LIMIT: [f64; 4] = [0.55, 0.18, 0.15, 0.33];
/// … and what it hopes for.
const OF_LIMIT_HOPED: [f64; 4] = [0.7, 0.3, 0.28, 0.5];
/// t2s in blocks of 64 bytes.
const OVER_PEERS_TINY: f64 = 2.0;
/// ASCII and text that is already converted.
const OF_VALIDATION: f64 = 0.4;
const OF_UTF16: f64 = 0.8;
/// Worst case against running text.
const OF_USUAL: f64 = 0.2;
const CONSTRUCTION_SECONDS: f64 = 50e-6;
const BEYOND_BYTES: usize = 1 << 20;

impl Case {
    fn rate(&self, name: &str) -> Option<f64> {
        self.rates
            .iter()
            .find(|(other, _, _)| *other == name)
            .map(|(_, _, rate)| *rate)
    }

    fn ratio(&self, name: &str, other: &str) -> Option<f64> {
        Some(self.rate(name)? / self.rate(other)?)
    }

    /// The fastest peer and how much faster `name` is.
    fn over_peers(&self, name: &str) -> Option<(f64, &'static str)> {
        let peers = self.rates.iter().filter(|(_, role, _)| *role == Role::Peer);
        let (peer, _, rate) = peers.max_by(|one, other| one.2.total_cmp(&other.2))?;
        Some((self.rate(name)? / rate, peer))
    }
}

impl Report {
    pub fn new(origin: String, repetitions: usize, construction: Vec<Construction>) -> Report {
        Report {
            origin,
            repetitions,
            construction,
            peer_construction: Vec::new(),
            cases: Vec::new(),
            memory: Vec::new(),
            worst_reads: Vec::new(),
        }
    }

    fn case(&self, name: &str, task: Task, block_bytes: usize) -> Option<&Case> {
        self.cases
            .iter()
            .find(|case| case.name == name && case.task == task && case.block_bytes == block_bytes)
    }

    fn row(
        &self,
        f: &mut Formatter<'_>,
        (text, what): (&str, &str),
        floors: Option<[f64; 4]>,
        ratio: impl Fn(&Case) -> Option<(f64, &'static str)>,
    ) -> fmt::Result {
        write!(f, "| {what} |")?;
        for (task, index) in Task::CONFIGS.into_iter().zip(0..) {
            let ratio = self.case(text, task, HUGE_BYTES).and_then(&ratio);
            write!(
                f,
                " {} |",
                verdict(ratio, floors.map(|floors| floors[index]))
            )?;
        }
        writeln!(f)
    }

    fn ratios(&self, f: &mut Formatter<'_>) -> fmt::Result {
        writeln!(f, "### Ratios of medians, 10 MB\n")?;
        let plain = |ratio: Option<f64>| ratio.map(|ratio| (ratio, ""));
        for text in ["running", "Han-dense"] {
            writeln!(
                f,
                "| zhfix, {text} text | t2s | s2t | s2twp | tw2sp |\n|---|---|---|---|---|"
            )?;
            self.row(f, (text, "over OpenCC 1.4.2"), Some(OVER_OPENCC), |case| {
                plain(case.ratio(ZHFIX, OPENCC))
            })?;
            self.row(
                f,
                (text, "over the fastest peer"),
                Some(OVER_PEERS),
                |case| case.over_peers(ZHFIX),
            )?;
            self.row(
                f,
                (text, "share of the limit, both into new buffers"),
                Some(OF_LIMIT),
                |case| plain(case.ratio(ZHFIX, LIMIT_FRESH)),
            )?;
            self.row(
                f,
                (text, "share of the limit, both into a buffer reused"),
                Some(OF_LIMIT),
                |case| plain(case.ratio(ZHFIX_REUSED, LIMIT)),
            )?;
            self.row(f, (text, "the limit itself over OpenCC"), None, |case| {
                plain(case.ratio(LIMIT, OPENCC))
            })?;
            write!(f, "| share of the limit hoped for |")?;
            OF_LIMIT_HOPED
                .iter()
                .try_for_each(|hoped| write!(f, " {hoped} |"))?;
            writeln!(f, "\n")?;
        }

        writeln!(f, "| other texts, 10 MB unless said | figure |\n|---|---|")?;
        let tiny = self
            .case("running", Task::T2s, 64)
            .and_then(|case| case.over_peers(ZHFIX));
        let tiny = verdict(tiny, Some(OVER_PEERS_TINY));
        writeln!(
            f,
            "| t2s in blocks of 64 bytes, over the fastest peer | {tiny} |"
        )?;
        for case in &self.cases {
            if matches!(
                case.name,
                "ASCII" | "already converted" | "nothing to change"
            ) {
                let validation = verdict(plain(case.ratio(ZHFIX, VALIDATION)), Some(OF_VALIDATION));
                let utf16 = verdict(plain(case.ratio(ZHFIX, UTF16)), Some(OF_UTF16));
                let (task, name) = (case.task.name(), case.name);
                writeln!(
                    f,
                    "| {task}, {name}: of simdutf8's validation | {validation} |"
                )?;
                writeln!(
                    f,
                    "| {task}, {name}: of encoding_rs's UTF-8 → UTF-16 | {utf16} |"
                )?;
            }
        }
        for (task, reads) in &self.worst_reads {
            let rate = |name, bytes| self.case(name, *task, bytes)?.rate(ZHFIX);
            let against = |one: Option<f64>, other: Option<f64>| plain(Some(one? / other?));
            let worst = rate("worst case", HUGE_BYTES);
            let usual = verdict(against(worst, rate("running", HUGE_BYTES)), Some(OF_USUAL));
            let linear = verdict(against(worst, rate("worst case", 100_000)), None);
            writeln!(
                f,
                "| {}, worst case (each character read {reads:.1} times): of running text; of the worst case in 100 KB | {usual}; {linear} |",
                task.name()
            )?;
        }
        writeln!(f)
    }

    fn running(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for task in Task::CONFIGS {
            let cases: Vec<_> = SIZES
                .iter()
                .filter_map(|size| self.case("running", task, *size))
                .collect();
            let Some(first) = cases.first() else { continue };
            writeln!(f, "### {}, running text, MB/s\n", task.name())?;
            writeln!(
                f,
                "| | 64 B | 1 KB | 100 KB | 10 MB |\n|---|---|---|---|---|"
            )?;
            for (name, _, _) in &first.rates {
                write!(f, "| {name} |")?;
                for case in &cases {
                    write!(f, " {} |", case.rate(name).map(figure).unwrap_or_default())?;
                }
                writeln!(f)?;
            }
            writeln!(f)?;
        }
        Ok(())
    }

    fn special(&self, f: &mut Formatter<'_>) -> fmt::Result {
        writeln!(f, "### Other texts, MB/s\n")?;
        let widest = self.cases.iter().max_by_key(|case| case.rates.len());
        let Some(widest) = widest else { return Ok(()) };
        write!(f, "| text |")?;
        widest
            .rates
            .iter()
            .try_for_each(|(name, _, _)| write!(f, " {name} |"))?;
        writeln!(f, "\n|---|{}", "---|".repeat(widest.rates.len()))?;
        for case in self.cases.iter().filter(|case| case.name != "running") {
            let size = if case.block_bytes == HUGE_BYTES {
                "10 MB"
            } else {
                "100 KB"
            };
            write!(f, "| {}, {}, {size} |", case.task.name(), case.name)?;
            for (name, _, _) in &widest.rates {
                write!(
                    f,
                    " {} |",
                    case.rate(name).map(figure).unwrap_or("–".to_owned())
                )?;
            }
            writeln!(f)?;
        }
        writeln!(f)
    }

    fn construction(&self, f: &mut Formatter<'_>) -> fmt::Result {
        writeln!(f, "### Construction, µs\n")?;
        writeln!(
            f,
            "| zhfix | first in the process | its first character | median of later ones |"
        )?;
        writeln!(f, "|---|---|---|---|")?;
        for Construction {
            name,
            first,
            first_conversion,
            median,
        } in &self.construction
        {
            let [first, conversion, later] = [first, first_conversion, median].map(|s| s * 1e6);
            let mark = if *median < CONSTRUCTION_SECONDS {
                ""
            } else {
                " **over 50**"
            };
            writeln!(
                f,
                "| {name} | {first:.1} | {conversion:.1} | {later:.2}{mark} |"
            )?;
        }
        writeln!(
            f,
            "\n| peers, first in the process | t2s | s2t | s2twp | tw2sp |\n|---|---|---|---|---|"
        )?;
        let mut names: Vec<_> = self
            .peer_construction
            .iter()
            .map(|(name, _, _)| *name)
            .collect();
        names.sort_unstable();
        names.dedup();
        for name in names {
            write!(f, "| {name} |")?;
            for (_, _, seconds) in self.peer_construction.iter().filter(|row| row.0 == name) {
                write!(f, " {:.0} |", seconds * 1e6)?;
            }
            writeln!(f)?;
        }
        writeln!(f)
    }

    fn memory(&self, f: &mut Formatter<'_>) -> fmt::Result {
        writeln!(f, "### Memory of one conversion of 10 MB by zhfix\n")?;
        writeln!(
            f,
            "| text | allocations | peak beyond input and output, bytes | result |"
        )?;
        writeln!(f, "|---|---|---|---|")?;
        for (task, name, memory) in &self.memory {
            let Memory {
                calls,
                beyond_bytes,
                borrowed,
            } = *memory;
            let beyond_mark = if beyond_bytes < BEYOND_BYTES {
                ""
            } else {
                " **over 1 MiB**"
            };
            let calls_mark = if borrowed && calls > 0 {
                " **not 0**"
            } else {
                ""
            };
            let result = if borrowed { "borrowed" } else { "new" };
            let task = task.name();
            writeln!(
                f,
                "| {task}, {name} | {calls}{calls_mark} | {beyond_bytes}{beyond_mark} | {result} |"
            )?;
        }
        Ok(())
    }
}

impl Display for Report {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        writeln!(f, "On {}, {}.", machine(), said("rustc", &["--version"]))?;
        writeln!(
            f,
            "Text: {}. Medians of {} interleaved repetitions, CPU time of one thread, 10^6 bytes of input per second.\n",
            self.origin, self.repetitions
        )?;
        self.ratios(f)?;
        self.running(f)?;
        self.special(f)?;
        self.construction(f)?;
        self.memory(f)
    }
}

/// A ratio, whose it is, and whether it reaches its floor.
fn verdict(ratio: Option<(f64, &str)>, floor: Option<f64>) -> String {
    let Some((ratio, whose)) = ratio else {
        return "–".to_owned();
    };
    let digits = if ratio < 10.0 { 2 } else { 1 };
    let whose = if whose.is_empty() {
        String::new()
    } else {
        format!(" ({whose})")
    };
    match floor {
        Some(floor) if ratio < floor => format!("{ratio:.digits$}{whose}, **floor {floor}**"),
        Some(floor) => format!("{ratio:.digits$}{whose}, floor {floor}"),
        None => format!("{ratio:.digits$}{whose}"),
    }
}

/// Three digits are as many as a repeated run confirms.
fn figure(rate: f64) -> String {
    let digits = if rate < 10.0 {
        2
    } else {
        usize::from(rate < 100.0)
    };
    format!("{rate:.digits$}")
}

fn machine() -> String {
    let file = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = file.lines().find(|line| line.starts_with("model name"));
    let model = model.and_then(|line| line.split_once(": "));
    model
        .map_or("an unnamed processor", |(_, model)| model)
        .to_owned()
}

fn said(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output();
    output.map_or("?".to_owned(), |output| {
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    })
}
