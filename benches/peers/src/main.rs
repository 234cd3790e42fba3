//! zhfix beside the other converters, in one run: `peers [--repetitions N] [CORPORA]`.
//!
//! Everything is measured on one thread, in CPU time of that thread. The repetitions of all
//! contenders of a case are interleaved, and each starts one place later, so that a busy moment
//! of the machine hits all alike; a figure is the median of its repetitions. Before it is timed,
//! zhfix's answer must be OpenCC's, byte by byte. Tables go to stdout as Markdown.

use std::env;
use std::error::Error;
use std::path::{Path, PathBuf};

use contenders::{Contender, Helper, Role, Task};
use corpora::Texts;
use report::{Case, Report};

mod construction;
mod contenders;
#[path = "../../text/corpora.rs"]
mod corpora;
mod memory;
mod report;
mod texts;
mod timing;
#[path = "../../text/worst.rs"]
mod worst;
mod yardsticks;

#[global_allocator]
static ALLOCATOR: memory::Counting = memory::Counting;

/// Block sizes: 64 B, 1 KB, 100 KB, 10 MB.
pub const SIZES: [usize; 4] = [64, 1_000, 100_000, corpora::HUGE_BYTES];

/// Of small blocks so many bytes make one pass; the huge one is measured whole.
const PASS_BYTES: usize = 1_000_000;

/// Repetitions where the caller names no number; odd, so that the median is one of them.
const REPETITIONS: usize = 5;

fn main() -> Result<(), Box<dyn Error>> {
    let mut repetitions = REPETITIONS;
    let mut corpora = env::var_os("ZHFIX_CORPORA").map(PathBuf::from);
    let mut arguments = env::args_os().skip(1);
    while let Some(argument) = arguments.next() {
        if argument == "--repetitions" {
            let number = arguments
                .next()
                .and_then(|number| number.into_string().ok());
            repetitions = number
                .ok_or("--repetitions needs a number")?
                .parse::<usize>()?
                .max(1);
        } else {
            corpora = Some(argument.into());
        }
    }
    // Before anything else touches a table.
    let construction = construction::measure();
    let texts = match &corpora {
        Some(folder) => Texts::read(folder)?,
        None => texts::generate(),
    };
    let folder = env::current_exe()?;
    let folder = folder.parent().unwrap_or(Path::new("."));
    let mut helpers = Vec::new();
    for (name, program) in [
        ("zhconv 0.4.2 mediawiki", "zhconv-mediawiki"),
        ("zhconv 0.4.2 opencc", "zhconv-opencc"),
    ] {
        match Helper::start(name, folder, program)? {
            Some(helper) => helpers.push(helper),
            None => eprintln!("{name}: not built, left out"),
        }
    }

    let mut report = Report::new(texts.origin.clone(), repetitions, construction);
    for task in Task::ALL {
        let mut bench = Bench::new(task, repetitions, &mut helpers, &mut report)?;
        let source = if task.starts_simplified() {
            &texts.simplified
        } else {
            &texts.traditional
        };
        if task != Task::ToHans {
            for size in SIZES {
                bench.case("running", source, size)?;
            }
            bench.memory("running", source);
        }
        for (name, text) in special(task, &texts) {
            bench.case(name, &text, corpora::HUGE_BYTES)?;
            bench.memory(name, &text);
        }
        if task != Task::ToHans {
            let dictionaries = task.dictionaries().iter();
            let phrases = dictionaries.flat_map(|dictionary| texts::entries(dictionary));
            let keys = phrases.map(|(key, _)| key);
            let (text, reads) = worst::text(keys, corpora::HUGE_BYTES);
            bench.report.worst_reads.push((task, reads));
            for size in [100_000, corpora::HUGE_BYTES] {
                bench.case("worst case", &text, size)?;
            }
            bench.memory("worst case", &text);
        }
    }
    print(&report.to_string());
    Ok(())
}

#[allow(
    clippy::print_stdout,
    reason = "the report is what this program is for"
)]
fn print(text: &str) {
    print!("{text}");
}

/// Texts of 10 MB that are not running text in the script to convert from.
fn special(task: Task, texts: &Texts) -> Vec<(&'static str, String)> {
    let (source, converted) = if task.starts_simplified() {
        (&texts.simplified, &texts.traditional)
    } else {
        (&texts.traditional, &texts.simplified)
    };
    let mut special = vec![("ASCII", corpora::ascii())];
    if task != Task::ToHans {
        special.push(("Han-dense", corpora::dense(source)));
        special.push(("mixed", corpora::mixed(source)));
    }
    if matches!(task, Task::T2s | Task::ToHans | Task::S2t) {
        special.push(("already converted", converted.clone()));
        special.push((
            "nothing to change",
            corpora::unchanged(converted, &task.zhfix()),
        ));
    }
    special
}

/// All contenders of one task.
struct Bench<'a> {
    task: Task,
    repetitions: usize,
    contenders: Vec<Contender>,
    helpers: &'a mut [Helper],
    report: &'a mut Report,
}

impl<'a> Bench<'a> {
    fn new(
        task: Task,
        repetitions: usize,
        helpers: &'a mut [Helper],
        report: &'a mut Report,
    ) -> Result<Self, Box<dyn Error>> {
        let helpers = if task == Task::ToHans {
            &mut []
        } else {
            helpers
        };
        for helper in &mut *helpers {
            // This also loads its converter, which zhconv does on first use.
            let answer = helper.check(task)?;
            let expected = if task.starts_simplified() {
                "頭髮"
            } else {
                "汉语"
            };
            assert!(answer.contains(expected), "{}: {answer:?}", helper.name);
        }
        let contenders = contenders::all(task, helpers, corpora::HUGE_BYTES);
        for contender in &contenders {
            if let Some(seconds) = contender.construction_seconds {
                report
                    .peer_construction
                    .push((contender.name, task, seconds));
            }
        }
        Ok(Bench {
            task,
            repetitions,
            contenders,
            helpers,
            report,
        })
    }

    fn case(
        &mut self,
        name: &'static str,
        text: &str,
        block_bytes: usize,
    ) -> Result<(), Box<dyn Error>> {
        let task = self.task;
        eprintln!("{} {name} {block_bytes} B", task.name());
        let first = |bytes: usize| &text[..text.floor_char_boundary(bytes)];
        let pass = if block_bytes > PASS_BYTES {
            text
        } else {
            first(PASS_BYTES)
        };
        // On texts that no promise over peers is about, they see the first megabyte only: some take seconds.
        let peer_pass = match name {
            "running" | "Han-dense" => pass,
            _ => first(PASS_BYTES.min(pass.len())),
        };
        for helper in &mut *self.helpers {
            helper.load(peer_pass)?;
        }
        let all = &mut self.contenders;
        check(task, all, pass, peer_pass, block_bytes);
        let mut samples = vec![Vec::with_capacity(self.repetitions); all.len()];
        for repetition in 0..self.repetitions {
            for place in 0..all.len() {
                let index = (place + repetition) % all.len();
                let contender = &mut all[index];
                let text = if contender.role == Role::Peer {
                    peer_pass
                } else {
                    pass
                };
                let rate = contender.sample(task, text, block_bytes, self.helpers)?;
                samples[index].push(rate);
            }
        }
        let rates = all.iter().zip(samples).map(|(contender, mut rates)| {
            rates.sort_by(f64::total_cmp);
            (contender.name, contender.role, rates[rates.len() / 2])
        });
        let rates = rates.collect();
        self.report.cases.push(Case {
            name,
            task,
            block_bytes,
            rates,
        });
        Ok(())
    }

    fn memory(&mut self, name: &'static str, text: &str) {
        self.report
            .memory
            .push((self.task, name, memory_of(self.task, text)));
    }
}

/// Answers first: zhfix's two ways agree and give what OpenCC gives, if it is here, block by
/// block; the other peers give something of a likely length.
fn check(task: Task, all: &[Contender], text: &str, peer_text: &str, block_bytes: usize) {
    let converts = |role: Role| {
        all.iter()
            .filter(move |contender| contender.role == role)
            .filter_map(|contender| {
                contender
                    .convert
                    .as_ref()
                    .map(|convert| (contender.name, convert))
            })
    };
    let zhfix = task.zhfix();
    for (name, convert) in converts(Role::Zhfix) {
        for block in timing::blocks(text, block_bytes) {
            assert!(
                convert(block) == zhfix.convert(block),
                "{name} {}",
                task.name()
            );
        }
    }
    for (name, convert) in converts(Role::Peer) {
        let exact = name.starts_with("OpenCC");
        for block in timing::blocks(peer_text, block_bytes) {
            let (ours, theirs) = (zhfix.convert(block), convert(block));
            if exact {
                if let Some(place) = difference(&ours, &theirs) {
                    panic!("{} differs from {name}: {place}", task.name());
                }
            } else {
                assert!(
                    theirs.len() / 2 <= ours.len() && ours.len() / 2 <= theirs.len(),
                    "{name}"
                );
            }
        }
    }
}

/// The first characters that differ, and some before and after.
fn difference(ours: &str, theirs: &str) -> Option<String> {
    let at = ours
        .chars()
        .zip(theirs.chars())
        .position(|(one, other)| one != other);
    let at = match at {
        Some(at) => at,
        None if ours.len() == theirs.len() => return None,
        None => ours.chars().count().min(theirs.chars().count()),
    };
    let around = |text: &str| {
        text.chars()
            .skip(at.saturating_sub(8))
            .take(16)
            .collect::<String>()
    };
    Some(format!("{:?} against {:?}", around(ours), around(theirs)))
}

/// What one conversion allocates, and its peak beyond input and output.
fn memory_of(task: Task, text: &str) -> report::Memory {
    let converter = task.zhfix();
    // Buffers that a thread keeps are made once, not by every conversion.
    drop(converter.convert(&text[..text.floor_char_boundary(1000)]));
    memory::start();
    let converted = converter.convert(text);
    let used = memory::stop();
    let output_bytes = match &converted {
        std::borrow::Cow::Borrowed(_) => 0,
        std::borrow::Cow::Owned(output) => output.len(),
    };
    report::Memory {
        calls: used.calls,
        beyond_bytes: used.peak_bytes.saturating_sub(output_bytes),
        borrowed: output_bytes == 0,
    }
}
