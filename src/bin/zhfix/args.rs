//! What was typed: the grammar of the command line and its help, no meaning.
//!
//! Every verb is a struct of its own made of shared groups, so that an option which a
//! verb would ignore is a usage error there. Options that exclude each other say so
//! here; what depends on the kind of a path is judged in `settings.rs`.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

pub(crate) use crate::choices::{Bom, Format, Region, Unencodable, When, Wording};
use crate::help;

/// Detects, repairs and converts Chinese text.
#[derive(Debug, Parser)]
#[command(name = "zhfix", version, after_help = help::EXAMPLES, max_term_width = 100)]
#[command(disable_help_subcommand = true, infer_subcommands = false)]
#[command(subcommand_required = false, args_conflicts_with_subcommands = true)]
pub(crate) struct Cli {
    /// Print what SHELL needs to complete command lines
    #[arg(long, value_name = "SHELL", value_enum, exclusive = true)]
    pub(crate) completions: Option<clap_complete::Shell>,
    /// Print the manual page, for `man -l -`
    #[arg(long, exclusive = true)]
    pub(crate) man: bool,
    /// Without one, `fix` is meant
    #[command(subcommand)]
    pub(crate) verb: Option<Verb>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Detect, decode, repair, convert to consistent Simplified in UTF-8 (the default)
    #[command(after_help = help::FIX_EXAMPLES)]
    Fix(Fix),
    /// Detect, decode and repair; the script stays as it is
    #[command(after_help = help::REPAIR_EXAMPLES)]
    Repair(Repair),
    /// Detect, decode and convert; nothing is repaired
    #[command(after_help = help::CONVERT_EXAMPLES)]
    Convert(Convert),
    /// Show the encoding and the script variant of each input
    #[command(after_help = help::DETECT_EXAMPLES)]
    Detect(Detect),
    /// Show every finding of `fix`: place, rule, before, after, certainty, how to undo it
    #[command(after_help = help::EXPLAIN_EXAMPLES)]
    Explain(Explain),
    /// Show what the names of files in folders, or of entries in zip archives, should be
    #[command(after_help = help::NAMES_EXAMPLES)]
    Names(Names),
    /// Give every file that a journal names its old bytes, mode and times back
    #[command(after_help = help::UNDO_EXAMPLES)]
    Undo(Undo),
}

#[derive(Debug, Args)]
pub(crate) struct Fix {
    #[command(flatten)]
    pub(crate) inputs: Inputs,
    #[command(flatten)]
    pub(crate) reading: Reading,
    #[command(flatten)]
    pub(crate) repairing: Repairing,
    #[command(flatten)]
    pub(crate) converting: Converting,
    #[command(flatten)]
    pub(crate) writing: Writing,
    #[command(flatten)]
    pub(crate) records: Records,
    #[command(flatten)]
    pub(crate) running: Running,
}

#[derive(Debug, Args)]
pub(crate) struct Repair {
    /// List every rule with its level and what it does; * marks those that --repair turns on
    #[arg(long)]
    pub(crate) list_rules: bool,
    #[command(flatten)]
    pub(crate) inputs: Inputs,
    #[command(flatten)]
    pub(crate) reading: Reading,
    #[command(flatten)]
    pub(crate) repairing: Repairing,
    #[command(flatten)]
    pub(crate) writing: Writing,
    #[command(flatten)]
    pub(crate) records: Records,
    #[command(flatten)]
    pub(crate) running: Running,
}

#[derive(Debug, Args)]
pub(crate) struct Convert {
    /// Write no text; list each place where one of several forms of a character was taken by
    /// default, as JSON lines: path, start, end, line, column, before, chosen, alternatives,
    /// context. Offsets are bytes of the input as UTF-8
    #[arg(long, conflicts_with_all = [
        "output", "in_place", "backup", "break_links", "journal", "report", "check", "diff", "dry_run", "json", "to_encoding", "bom",
        "unencodable", "jsonl", "csv", "tsv",
    ])]
    pub(crate) ambiguities: bool,
    #[command(flatten)]
    pub(crate) inputs: Inputs,
    #[command(flatten)]
    pub(crate) reading: Reading,
    #[command(flatten)]
    pub(crate) converting: Converting,
    #[command(flatten)]
    pub(crate) writing: Writing,
    #[command(flatten)]
    pub(crate) records: Records,
    #[command(flatten)]
    pub(crate) running: Running,
}

#[derive(Debug, Args)]
pub(crate) struct Detect {
    #[command(flatten)]
    pub(crate) inputs: Inputs,
    #[command(flatten)]
    pub(crate) reading: Reading,
    /// One JSON object a line instead of the table
    #[arg(long, conflicts_with = "jsonl")]
    pub(crate) json: bool,
    /// Show the parts of each input that are in different encodings, by raw byte offsets
    #[arg(long, conflicts_with = "jsonl")]
    pub(crate) segments: bool,
    /// Show what decided: what the text costs in each encoding that is possible, what does not
    /// fit, what the document or its name says
    #[arg(long, conflicts_with = "jsonl")]
    pub(crate) explain: bool,
    #[command(flatten)]
    pub(crate) fields: Fields,
    #[command(flatten)]
    pub(crate) running: Running,
}

#[derive(Debug, Args)]
pub(crate) struct Explain {
    #[command(flatten)]
    pub(crate) inputs: Inputs,
    #[command(flatten)]
    pub(crate) reading: Reading,
    #[command(flatten)]
    pub(crate) repairing: Repairing,
    #[command(flatten)]
    pub(crate) converting: Converting,
    /// One JSON object a line instead of the report
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) running: Running,
}

#[derive(Debug, Args)]
pub(crate) struct Names {
    /// Folders, whose names are judged together with all below them, and zip archives
    #[arg(value_name = "PATH", required = true)]
    pub(crate) paths: Vec<PathBuf>,
    /// Rename; an archive is replaced by one whose new names are marked as UTF-8
    #[arg(long, requires = "journal")]
    pub(crate) apply: bool,
    /// Enter every renaming, and every archive as it was, in FILE, for `zhfix undo`
    #[arg(long, value_name = "FILE", requires = "apply")]
    pub(crate) journal: Option<PathBuf>,
    /// One JSON object a line
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) reading: Reading,
    #[command(flatten)]
    pub(crate) repairing: Repairing,
    #[command(flatten)]
    pub(crate) converting: Converting,
    /// No counts, only errors
    #[arg(short, long)]
    pub(crate) quiet: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Undo {
    /// What `zhfix fix -i --journal` wrote; files that changed since are left and named
    #[arg(value_name = "JOURNAL")]
    pub(crate) journal: PathBuf,
    /// Write nothing; list what would be restored
    #[arg(short = 'n', long)]
    pub(crate) dry_run: bool,
    /// No counts, only errors
    #[arg(short, long, conflicts_with = "verbose")]
    pub(crate) quiet: bool,
    /// Say on standard error which files are restored
    #[arg(short, long)]
    pub(crate) verbose: bool,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Which files")]
pub(crate) struct Inputs {
    /// Files and folders; `-` or none is standard input. What is compressed (gzip, zstd, bzip2,
    /// xz) is unpacked; replaced in place it stays compressed
    #[arg(value_name = "PATH", help_heading = None)]
    pub(crate) paths: Vec<PathBuf>,
    /// Go down into folders; implied by naming one. Without PATH: into the current folder
    #[arg(short = 'r', long)]
    pub(crate) recursive: bool,
    /// In folders only files that match; `!GLOB` leaves those out (repeatable)
    #[arg(long, value_name = "GLOB")]
    pub(crate) glob: Vec<String>,
    /// In folders also files and folders whose name begins with a dot
    #[arg(long)]
    pub(crate) hidden: bool,
    /// In folders also what .gitignore and .ignore leave out
    #[arg(long)]
    pub(crate) no_ignore: bool,
    /// Read further paths from FILE, one a line; `-` is standard input
    #[arg(long, value_name = "FILE")]
    pub(crate) files_from: Option<PathBuf>,
    /// The paths of --files-from end in NUL, as `find -print0` writes them
    #[arg(short = '0', long, requires = "files_from")]
    pub(crate) null: bool,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Reading")]
pub(crate) struct Reading {
    /// Trust this encoding and detect nothing: utf-8, gbk, gb18030, big5, euc-tw, hz, …
    #[arg(long, value_name = "LABEL")]
    pub(crate) from_encoding: Option<String>,
    /// What a header or a file name says the encoding is; only evidence (repeatable)
    #[arg(long, value_name = "LABEL", conflicts_with = "from_encoding")]
    pub(crate) encoding_hint: Vec<String>,
    /// Where the text comes from; only evidence
    #[arg(
        long,
        value_name = "WHERE",
        value_enum,
        conflicts_with = "from_encoding"
    )]
    pub(crate) region: Option<Region>,
    /// Which bytes are text; timings, tags, styles and scripts are copied
    #[arg(long, value_name = "FORMAT", value_enum, default_value = "auto")]
    pub(crate) format: Format,
    /// Nothing but these encodings may be answered
    #[arg(long, value_name = "LABEL[,LABEL…]", value_delimiter = ',')]
    #[arg(conflicts_with = "from_encoding")]
    pub(crate) candidates: Vec<String>,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Repair")]
pub(crate) struct Repairing {
    /// Rules by name or level, separated by commas: safe, tidy, all, none, +rule, -rule
    #[arg(
        long,
        value_name = "LIST",
        default_value = "safe",
        allow_hyphen_values = true
    )]
    pub(crate) repair: String,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Conversion")]
pub(crate) struct Converting {
    /// Exactly as OpenCC: s2t t2s s2tw tw2s s2twp tw2sp s2hk hk2s s2hkp hk2sp t2tw tw2t
    /// t2hk hk2t t2jp jp2t; or a configuration file of its format, a path ending in .json, with
    /// its text dictionaries in the same folder or the one above
    #[arg(short, long, value_name = "NAME|FILE.json", conflicts_with_all = ["to", "wording"])]
    pub(crate) config: Option<String>,
    /// The variant to convert to, from whatever is there: zh-Hans, zh-Hant, zh-Hant-TW,
    /// zh-Hant-HK [default: zh-Hans]
    #[arg(long, value_name = "VARIANT")]
    pub(crate) to: Option<String>,
    /// Words that differ between regions [default: keep]
    #[arg(long, value_name = "HOW", value_enum)]
    pub(crate) wording: Option<Wording>,
    /// Also produce Simplified characters that most fonts lack
    #[arg(long)]
    pub(crate) tofu: bool,
    /// A dictionary in OpenCC's text format; its entries win (repeatable)
    #[arg(long, value_name = "FILE")]
    pub(crate) dict: Vec<PathBuf>,
}

impl Converting {
    /// Whether any of it was typed.
    pub(crate) fn asks(&self) -> bool {
        self.config.is_some()
            || self.to.is_some()
            || self.wording.is_some()
            || self.tofu
            || !self.dict.is_empty()
    }
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Writing")]
pub(crate) struct Writing {
    /// Write to FILE, or to the same names under DIR (give `DIR/` to have it made); compressed
    /// where the name ends in .gz, .zst, .bz2 or .xz
    #[arg(short, long, value_name = "FILE|DIR")]
    pub(crate) output: Option<PathBuf>,
    /// Replace each file by its result, or leave it wholly untouched
    #[arg(short, long, conflicts_with = "output")]
    pub(crate) in_place: bool,
    /// Keep what is replaced as FILE plus this suffix; an older backup is never overwritten
    #[arg(long, value_name = "SUFFIX", num_args = 0..=1, require_equals = true)]
    #[arg(default_missing_value = ".bak")]
    pub(crate) backup: Option<OsString>,
    /// Also replace files that have several hard links; the other names keep the old contents
    #[arg(long, conflicts_with_all = ["check", "diff"])]
    pub(crate) break_links: bool,
    /// With -i: enter each replaced file here, with a packed copy; `zhfix undo FILE` restores
    /// them all. An older journal is added to
    #[arg(long, value_name = "FILE", requires = "in_place")]
    #[arg(conflicts_with_all = ["check", "diff", "dry_run"])]
    pub(crate) journal: Option<PathBuf>,
    /// Also write the findings of each input: one JSON object a line where FILE ends in
    /// .ndjson, a page to look at where it ends in .html
    #[arg(long, value_name = "FILE", conflicts_with_all = ["jsonl", "csv", "tsv"])]
    pub(crate) report: Option<PathBuf>,
    /// Write nothing; list what would change and exit with status 1 if anything would
    #[arg(long, conflicts_with_all = ["output", "in_place", "dry_run"])]
    pub(crate) check: bool,
    /// Write nothing; show a unified diff
    #[arg(long, conflicts_with_all = ["output", "in_place", "jsonl", "csv", "tsv", "json"])]
    pub(crate) diff: bool,
    /// Write nothing; list what would happen to each input
    #[arg(short = 'n', long, conflicts_with = "diff")]
    pub(crate) dry_run: bool,
    /// With --check: one JSON object a line for each input
    #[arg(long, requires = "check", conflicts_with_all = ["jsonl", "csv", "tsv"])]
    pub(crate) json: bool,
    /// The encoding to write; `keep`: that of the input
    #[arg(long, value_name = "LABEL|keep", default_value = "utf-8")]
    #[arg(conflicts_with_all = ["jsonl", "csv", "tsv"])]
    pub(crate) to_encoding: String,
    /// The byte-order mark; auto: kept where input and output encoding are the same
    #[arg(long, value_enum, value_name = "HOW", default_value = "auto")]
    #[arg(conflicts_with_all = ["jsonl", "csv", "tsv"])]
    pub(crate) bom: Bom,
    /// What to write for a character that the encoding lacks; ncr: &#20013;, question: ?
    #[arg(long, value_enum, value_name = "HOW", default_value = "error")]
    #[arg(conflicts_with_all = ["jsonl", "csv", "tsv"])]
    pub(crate) unencodable: Unencodable,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Records")]
pub(crate) struct Records {
    #[command(flatten)]
    pub(crate) fields: Fields,
    #[command(flatten)]
    pub(crate) tables: Tables,
    /// Add everything found and changed to each record, as a member of this name; one
    /// that is there already is replaced
    #[arg(long, value_name = "NAME", requires = "jsonl")]
    pub(crate) report_field: Option<String>,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Records")]
pub(crate) struct Fields {
    /// The input is JSON lines: process the fields of --field, keep every other byte
    #[arg(long, requires = "field")]
    pub(crate) jsonl: bool,
    /// The string fields to process; dots lead into objects, and into
    /// arrays of them; a[] is each string of an array, a[0] or a.0 one of it (repeatable)
    #[arg(
        long,
        value_name = "NAME[,NAME…]",
        value_delimiter = ',',
        requires = "jsonl"
    )]
    pub(crate) field: Vec<String>,
    /// The fields hold base64 of raw bytes; the text takes its place
    #[arg(long, requires = "jsonl")]
    pub(crate) base64: bool,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Records")]
#[command(group = clap::ArgGroup::new("table").args(["csv", "tsv"]))]
pub(crate) struct Tables {
    /// The input is CSV: process the columns of --column, keep every other byte
    #[arg(long, requires = "column", conflicts_with_all = ["jsonl", "tsv"])]
    pub(crate) csv: bool,
    /// The input is separated by tabs; as --csv
    #[arg(long, requires = "column", conflicts_with = "jsonl")]
    pub(crate) tsv: bool,
    /// The columns to process: numbers from 1, or names that stand in the first record, which
    /// then is no text itself (repeatable). Each column's encoding is detected as a whole
    #[arg(
        long,
        value_name = "N|NAME[,…]",
        value_delimiter = ',',
        requires = "table"
    )]
    pub(crate) column: Vec<String>,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Running")]
pub(crate) struct Running {
    /// Status 3 for an uncertain encoding or damage beyond repair
    #[arg(long)]
    pub(crate) strict: bool,
    /// How many threads; the order of the output does not depend on it [default: all cores]
    #[arg(short, long, value_name = "N")]
    pub(crate) jobs: Option<std::num::NonZeroUsize>,
    /// How far the run is, on standard error; auto: on a terminal that shows nothing else
    #[arg(long, value_enum, value_name = "WHEN", default_value = "auto")]
    pub(crate) progress: When,
    /// Colours
    #[arg(long, value_enum, value_name = "WHEN", default_value = "auto")]
    pub(crate) color: When,
    /// No warnings and no counts, only errors
    #[arg(short, long, conflicts_with = "verbose")]
    pub(crate) quiet: bool,
    /// Say on standard error what was done with each input
    #[arg(short, long)]
    pub(crate) verbose: bool,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_grammar_is_sound() {
        Cli::command().debug_assert();
    }
}
