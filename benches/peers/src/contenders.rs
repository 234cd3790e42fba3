//! Who is measured. Every contender turns the text of one [`Task`] into its own answer.

use std::hint::black_box;
use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use cpu_time::ThreadTime;
use ferrous_opencc::config::BuiltinConfig;
use zhfix::{Config, Converter, Variant};

use crate::timing;
use crate::yardsticks::Table;

/// What is asked of all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Task {
    T2s,
    S2t,
    S2twp,
    Tw2sp,
    /// `Converter::to(Variant::Hans)`, which only zhfix knows.
    ToHans,
}

impl Task {
    pub const ALL: [Task; 5] = [Task::T2s, Task::S2t, Task::S2twp, Task::Tw2sp, Task::ToHans];
    /// OpenCC's.
    pub const CONFIGS: [Task; 4] = [Task::T2s, Task::S2t, Task::S2twp, Task::Tw2sp];

    pub fn name(self) -> &'static str {
        match self {
            Task::T2s => "t2s",
            Task::S2t => "s2t",
            Task::S2twp => "s2twp",
            Task::Tw2sp => "tw2sp",
            Task::ToHans => "to zh-Hans",
        }
    }

    pub fn starts_simplified(self) -> bool {
        matches!(self, Task::S2t | Task::S2twp)
    }

    pub fn zhfix(self) -> Converter {
        match self {
            Task::T2s => Converter::new(Config::T2s),
            Task::S2t => Converter::new(Config::S2t),
            Task::S2twp => Converter::new(Config::S2twp),
            Task::Tw2sp => Converter::new(Config::Tw2sp),
            Task::ToHans => Converter::to(Variant::Hans),
        }
    }

    /// The dictionaries whose keys worst-case text begins and does not end.
    pub fn dictionaries(self) -> &'static [&'static str] {
        match self {
            Task::S2t | Task::S2twp => &["STPhrases", "STPhrases_GeneratedFromRegionalPhrases"],
            Task::T2s | Task::ToHans => &["TSPhrases"],
            Task::Tw2sp => &["TSPhrases", "TWPhrasesRev", "TWVariantsRevPhrases"],
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    Zhfix,
    Peer,
    Yardstick,
}

type Convert = Box<dyn Fn(&str) -> String>;

enum Work {
    /// In this process: converts and drops.
    Here(Box<dyn FnMut(&str)>),
    /// In the helper of that index.
    There(usize),
}

pub struct Contender {
    pub name: &'static str,
    pub role: Role,
    /// Its answer, where it has one to check.
    pub convert: Option<Convert>,
    pub construction_seconds: Option<f64>,
    work: Work,
}

impl Contender {
    /// Megabytes per second on the text in blocks; a helper must have loaded it.
    pub fn sample(
        &mut self,
        task: Task,
        text: &str,
        block_bytes: usize,
        helpers: &mut [Helper],
    ) -> io::Result<f64> {
        match &mut self.work {
            Work::Here(work) => Ok(timing::sample(&timing::blocks(text, block_bytes), work)),
            Work::There(index) => helpers[*index].sample(task, text.len(), block_bytes),
        }
    }

    fn yardstick(name: &'static str, work: impl FnMut(&str) + 'static) -> Contender {
        Contender {
            name,
            role: Role::Yardstick,
            convert: None,
            construction_seconds: None,
            work: Work::Here(Box::new(work)),
        }
    }

    /// A peer of this process; `build` is timed.
    fn peer<C: Fn(&str) -> String + Clone + 'static>(
        name: &'static str,
        build: impl FnOnce() -> C,
    ) -> Contender {
        let start = ThreadTime::now();
        let convert = build();
        let seconds = start.elapsed().as_secs_f64();
        let same = convert.clone();
        Contender {
            name,
            role: Role::Peer,
            convert: Some(Box::new(convert)),
            construction_seconds: Some(seconds),
            work: Work::Here(Box::new(move |text| drop(black_box(same(text))))),
        }
    }
}

/// Everyone who knows the task, zhfix first.
pub fn all(task: Task, helpers: &[Helper], most_bytes: usize) -> Vec<Contender> {
    let mut all = vec![zhfix(task), zhfix_reused(task)];
    if task != Task::ToHans {
        #[cfg(feature = "opencc")]
        all.push(opencc(task));
        all.extend(helpers.iter().enumerate().map(|(index, helper)| Contender {
            name: helper.name,
            role: Role::Peer,
            convert: None,
            construction_seconds: None,
            work: Work::There(index),
        }));
        all.extend([fmmseg(task), ferrous(task), zhhz(task)]);
    }
    all.extend(yardsticks(task, most_bytes));
    all
}

fn zhfix(task: Task) -> Contender {
    let converter = task.zhfix();
    let same = converter.clone();
    Contender {
        name: "**zhfix**",
        role: Role::Zhfix,
        convert: Some(Box::new(move |text| converter.convert(text).into_owned())),
        construction_seconds: None,
        work: Work::Here(Box::new(move |text| drop(black_box(same.convert(text))))),
    }
}

fn zhfix_reused(task: Task) -> Contender {
    let converter = task.zhfix();
    let same = converter.clone();
    let mut out = String::new();
    Contender {
        name: "**zhfix**, buffer reused",
        role: Role::Zhfix,
        convert: Some(Box::new(move |text| {
            let mut out = String::new();
            converter.convert_into(text, &mut out);
            out
        })),
        construction_seconds: None,
        work: Work::Here(Box::new(move |text| {
            out.clear();
            same.convert_into(text, &mut out);
            black_box(&out);
        })),
    }
}

/// OpenCC's command and zhfix leave the tofu-risk dictionary out unless told; its C interface has
/// no such option. So the configuration is copied without that dictionary.
#[cfg(feature = "opencc")]
fn opencc(task: Task) -> Contender {
    let folder = std::env::var_os("OPENCC_DATA_DIR").expect("OPENCC_DATA_DIR: see ./run");
    let folder = Path::new(&folder);
    let official = folder.join(format!("{}.json", task.name()));
    let mut json = std::fs::read_to_string(&official).expect("OpenCC's configuration");
    if let Some(risk) = json.find("\"may_output_tofu\"") {
        let start = json[..risk].rfind('{').expect("an object");
        let end = risk + json[risk..].find('}').expect("its end") + 1;
        let comma = json[end..].find(',').expect("another dictionary after it") + 1;
        json.replace_range(start..end + comma, "");
    }
    let path = folder.join(format!("peers-{}.json", task.name()));
    std::fs::write(&path, json).expect("a configuration beside OpenCC's");
    Contender::peer("OpenCC 1.4.2", || {
        let converter = opencc_rust::OpenCC::new(&path).expect("OpenCC starts");
        let converter = std::rc::Rc::new(converter);
        move |text: &str| converter.convert(text).expect("OpenCC converts")
    })
}

fn fmmseg(task: Task) -> Contender {
    Contender::peer("opencc-fmmseg 0.13", || {
        let mut converter = opencc_fmmseg::OpenCC::new();
        // One thread, like all others.
        converter.set_parallel(false);
        let converter = std::rc::Rc::new(converter);
        move |text: &str| match task {
            Task::S2t => converter.s2t(text, false),
            Task::S2twp => converter.s2twp(text, false),
            Task::Tw2sp => converter.tw2sp(text, false),
            Task::T2s | Task::ToHans => converter.t2s(text, false),
        }
    })
}

fn ferrous(task: Task) -> Contender {
    let config = match task {
        Task::S2t => BuiltinConfig::S2t,
        Task::S2twp => BuiltinConfig::S2twp,
        Task::Tw2sp => BuiltinConfig::Tw2sp,
        Task::T2s | Task::ToHans => BuiltinConfig::T2s,
    };
    Contender::peer("ferrous-opencc 0.4", || {
        let converter = ferrous_opencc::OpenCC::from_config(config).expect("ferrous-opencc starts");
        let converter = std::rc::Rc::new(converter);
        move |text: &str| converter.convert(text)
    })
}

fn zhhz(task: Task) -> Contender {
    let config = match task {
        Task::S2t => zhhz::Config::S2t,
        Task::S2twp => zhhz::Config::S2twp,
        Task::Tw2sp => zhhz::Config::Tw2sp,
        Task::T2s | Task::ToHans => zhhz::Config::T2s,
    };
    Contender::peer("zhhz 0.8.2", || {
        let converter = std::rc::Rc::new(zhhz::Converter::new(config));
        move |text: &str| converter.convert(text)
    })
}

/// The names that the ratios need.
pub const LIMIT: &str = "table copy, bytes";
pub const LIMIT_FRESH: &str = "table copy, bytes, new buffer";
pub const UTF16: &str = "encoding_rs UTF-8 → UTF-16";
pub const VALIDATION: &str = "simdutf8 validation";

fn yardsticks(task: Task, most_bytes: usize) -> Vec<Contender> {
    // The limit of s2twp is that of s2t, and so on: single characters, no region's words.
    let one_stage = if task.starts_simplified() {
        Task::S2t
    } else {
        Task::T2s
    };
    let table = std::rc::Rc::new(Table::new(&one_stage.zhfix()));
    let [fresh, chars] = [table.clone(), table.clone()];
    // Not zeros: those pages would be mapped only when first written, which is timed.
    let mut bytes_out = vec![1; most_bytes + Table::SLACK_BYTES];
    let mut chars_out = String::new();
    let mut utf16_out = vec![1_u16; most_bytes + 1];
    vec![
        Contender::yardstick(LIMIT, move |text| {
            black_box(table.copy_bytes(text, &mut bytes_out));
        }),
        Contender::yardstick(LIMIT_FRESH, move |text| {
            let mut out = vec![0; text.len() + Table::SLACK_BYTES];
            let written = fresh.copy_bytes(text, &mut out);
            out.truncate(written);
            black_box(out);
        }),
        Contender::yardstick("table copy, characters", move |text| {
            chars_out.clear();
            chars.copy_chars(text, &mut chars_out);
            black_box(&chars_out);
        }),
        Contender::yardstick(UTF16, move |text| {
            black_box(encoding_rs::mem::convert_str_to_utf16(text, &mut utf16_out));
        }),
        Contender::yardstick(VALIDATION, |text| {
            black_box(simdutf8::basic::from_utf8(text.as_bytes()).is_ok());
        }),
    ]
}

/// A program of `zhconv/`, which stands beside this one and measures when told.
pub struct Helper {
    pub name: &'static str,
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Helper {
    /// `None` if it has not been built.
    pub fn start(name: &'static str, folder: &Path, program: &str) -> io::Result<Option<Helper>> {
        let path = folder.join(program);
        if !path.exists() {
            return Ok(None);
        }
        let mut child = Command::new(path)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let (Some(input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(io::Error::other("a helper without pipes"));
        };
        let output = BufReader::new(output);
        Ok(Some(Helper {
            name,
            child,
            input,
            output,
        }))
    }

    fn ask(&mut self, question: &str, text: &str) -> io::Result<String> {
        self.input.write_all(question.as_bytes())?;
        self.input.write_all(text.as_bytes())?;
        self.input.flush()?;
        let mut answer = String::new();
        self.output.read_line(&mut answer)?;
        Ok(answer.trim_end().to_owned())
    }

    /// What becomes of a few characters: that it converts at all.
    pub fn check(&mut self, task: Task) -> io::Result<String> {
        self.ask(&format!("check {}\n", task.name()), "")
    }

    /// Hands it the text of all samples from now on.
    pub fn load(&mut self, text: &str) -> io::Result<()> {
        self.ask(&format!("text {}\n", text.len()), text).map(drop)
    }

    fn sample(&mut self, task: Task, text_bytes: usize, block_bytes: usize) -> io::Result<f64> {
        let question = format!("time {} {block_bytes} {text_bytes}\n", task.name());
        self.ask(&question, "")?
            .parse()
            .map_err(|_| io::Error::other("a helper failed"))
    }
}

impl Drop for Helper {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing to do.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
