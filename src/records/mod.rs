//! Text fields of record formats; every other byte is kept.
//!
//! A record format holds many small documents between bytes that mean something else. The
//! named fields go through the [`Pipeline`](crate::Pipeline), each as a document of its
//! own; what lies between them is copied and never written anew, so key order, the
//! spelling of numbers, quoting, white space and line ends come out as they went in. There
//! are JSON lines and the columns of CSV and TSV. In subtitles and markup all text together
//! is one document ([`Format`]); an e-book is an archive of such documents ([`epub()`]).

pub use columns::{Column, Columns, Separator};
pub use entry_names::{EntryName, entry_names, rename_entries};
pub use epub::{Entry, epub};
pub use format::Format;
pub use jsonl::{Contents, Finding, JsonLines};
pub use names::{CERTAIN_NAME, Name, names};
pub use settled::Settled;
pub use summary::{Summary, Tally};

mod archive;
mod cells;
mod columns;
mod entry_names;
mod epub;
mod format;
mod jsonl;
mod names;
mod scan;
mod settled;
mod summary;
mod unseen;
