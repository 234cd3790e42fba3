//! zhfix takes Chinese text in whatever state it is found and gives back clean,
//! consistent text, Simplified by default.
#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod codec;
pub mod convert;
mod data;
pub mod detect;
mod encoding;
mod error;
mod model;
pub mod pipeline;
#[cfg(feature = "records")]
pub mod records;
pub mod repair;
pub mod report;
pub mod script;

/// The generator behind `datagen`; not part of the public interface.
#[cfg(feature = "datagen")]
#[doc(hidden)]
pub use data::generate;

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
pub type Span = std::ops::Range<usize>;
