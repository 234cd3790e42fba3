//! zhfix takes Chinese text in whatever state it is found and gives back clean,
//! consistent text, Simplified by default.
//!
//! Text flows one way through five stages, each a type that can be used alone:
//!
//! | stage | type | gives |
//! |---|---|---|
//! | detect | [`Detector`] | the encoding, ranked candidates, the evidence |
//! | decode | [`decode`] | text, and spans that could not be decoded |
//! | repair | [`Repairer`] | text, a [`Plan`] that undoes itself, what is lost |
//! | script | [`ScriptCounts`] | Simplified, Traditional, mixed, something else |
//! | convert | [`Converter`] | text in one variant, and the edits that lead there |
//!
//! Rules that are switched on by name also make quotation marks, punctuation and word forms
//! those of the variant ([`consistency`]).
//!
//! [`Pipeline`] runs them in order and says in a [`Report`] what was seen, changed and left.
//!
//! The [`guide`] has a page for each stage: what it decides, from what, and what it gets wrong.
//!
//! # Everything at once
//! ```
//! use zhfix::{Encoding, Pipeline};
//!
//! // 這個頭髮, in Big5.
//! let bytes = b"\xB3\x6F\xAD\xD3\xC0\x59\xBE\x76";
//! let pipeline = Pipeline::builder().encoding(Some(Encoding::Big5)).build();
//! let outcome = pipeline.run(bytes);
//! assert_eq!(outcome.text.as_deref(), Some("这个头发"));
//! assert_eq!(outcome.report.converted_chars, 4);
//! ```
//!
//! # One stage
//! ```
//! use std::borrow::Cow;
//! use zhfix::{Converter, Detector, Encoding, Repairer, Variant};
//!
//! let detection = Detector::new().detect("今天天气很好，我们去公园。".as_bytes());
//! assert_eq!(detection.encoding(), Some(Encoding::Utf8));
//!
//! // Mojibake that proves itself, and the way back.
//! let repair = Repairer::new().repair("鎵撳紑鏂囦欢澶辫触");
//! assert_eq!(repair.text(), "打开文件失败");
//! assert_eq!(repair.plan().inverse().apply(repair.text())?, "鎵撳紑鏂囦欢澶辫触");
//!
//! // What needs no change is borrowed.
//! let converter = Converter::to(Variant::Hans);
//! assert!(matches!(converter.convert("乾隆年间的头发"), Cow::Borrowed(_)));
//! assert_eq!(converter.convert("乾隆年間的頭髮"), "乾隆年间的头发");
//! # Ok::<(), zhfix::Error>(())
//! ```
//!
//! # Places
//! Every [`Span`] is a range of bytes of the input of the stage that reports it; a report of
//! the pipeline maps all of them back to the decoded text. Bad text is a result, with such
//! spans; an [`Error`] is a request that cannot be carried out. Nothing here panics on any input.
//!
//! # Features
//! `wording`: the configurations that know regional words, and `Wording::Regional`. `japan`:
//! those of Japanese, and with these [`fallback`]. Without them they are not there, and 0.4 and 0.2 MB of tables less.
//! `records`: text fields of JSON lines. `cli`: the program, with all of these; the default.
//! `datagen`: the generator of the tables. `opencc`: OpenCC's own C++ library as a second
//! converter. None changes a result.
#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod codec;
pub mod consistency;
pub mod convert;
mod data;
pub mod detect;
mod encoding;
mod error;
#[cfg(feature = "japan")]
pub mod fallback;
#[cfg(any(doc, doctest))]
pub mod guide;
mod model;
mod order;
pub mod pipeline;
#[cfg(feature = "records")]
pub mod records;
pub mod repair;
pub mod report;
mod rows;
pub mod script;

/// The generator behind `datagen`; not part of the public interface.
#[cfg(feature = "datagen")]
#[doc(hidden)]
pub use data::{generate, sizes};

/// What `datagen train` makes the language model with; not part of the public interface.
#[cfg(feature = "datagen")]
#[doc(hidden)]
pub use model::{train, use_table};

pub use codec::{Decoded, decode};
#[cfg(feature = "opencc")]
pub use convert::OpenCcConverter;
pub use convert::{Config, Converter, Variant};
pub use detect::{Detection, Detector};
pub use encoding::Encoding;
pub use error::{Error, ErrorKind};
pub use pipeline::{Outcome, Pipeline};
pub use repair::{Plan, Repair, Repairer};
pub use report::Report;
pub use script::{Script, ScriptCounts};

/// A range of byte offsets into the input of the stage that reports it: raw bytes for
/// detection and decoding, UTF-8 bytes for everything that works on text.
///
/// # Examples
/// ```
/// let found: zhfix::Span = zhfix::decode(b"A\xFF", zhfix::Encoding::Gbk).malformed[0].clone();
/// assert_eq!(found, 1..2);
/// ```
pub type Span = std::ops::Range<usize>;

/// The examples of the README, compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
