#![doc = include_str!("guide.md")]
//
// Pages of documentation and nothing else: they are there for rustdoc and its tests alone, so that
// every example on them is compiled and run, and no build of the library carries them.

#[doc = include_str!("detect.md")]
pub mod detect {}

#[doc = include_str!("decode.md")]
pub mod decode {}

#[doc = include_str!("repair.md")]
pub mod repair {}

#[doc = include_str!("script.md")]
pub mod script {}

#[doc = include_str!("convert.md")]
pub mod convert {}

#[doc = include_str!("report.md")]
pub mod report {}
