//! Text fields of record formats; every other byte is kept.
//!
//! A record format holds many small documents between bytes that mean something else. The
//! named fields go through the [`Pipeline`](crate::Pipeline), each as a document of its
//! own; what lies between them is copied and never written anew, so key order, the
//! spelling of numbers, white space and line ends come out as they went in. Today there
//! is one format, JSON lines.

pub use jsonl::{Contents, Finding, JsonLines, Summary, Tally};

mod jsonl;
mod scan;
