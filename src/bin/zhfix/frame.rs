//! The result of a document as bytes: in which encoding, with which mark, and where to.

use std::borrow::Cow;
use std::io::Write;

use zhfix::report::Report;
use zhfix::{Encoding, codec};

use crate::args::Bom;
use crate::document::{Done, Work};
use crate::encode::{self, Replaced};
use crate::open::{Opened, open_output, output_path};
use crate::packed::Packer;
use crate::settings::{Destination, Settings, Target};
use crate::stages::bom_of;
use crate::walk::plain;
use crate::words;
use crate::write::Output;

/// Which encoding becomes which, and with what in front.
pub(crate) struct Frame {
    from: Encoding,
    pub(crate) to: Encoding,
    had_bom: bool,
    /// The mark to write; none where there is to be none.
    pub(crate) bom: Vec<u8>,
}

impl Frame {
    /// What the settings say of a document in an encoding.
    pub(crate) fn of(settings: &Settings, from: Encoding, had_bom: bool) -> Frame {
        // What is only ASCII is also UTF-8, and has to be as soon as it is more.
        let from = match from {
            Encoding::UsAscii => Encoding::Utf8,
            other => other,
        };
        let to = match settings.target {
            Target::Keep => from,
            Target::Named(named) => named,
        };
        let wants_bom = match settings.bom {
            Bom::Auto => had_bom && from == to,
            Bom::Keep => had_bom,
            Bom::Add => true,
            Bom::Remove => false,
        };
        let bom = bom_of(to).filter(|_| wants_bom).unwrap_or_default();
        Frame {
            from,
            to,
            had_bom,
            bom,
        }
    }

    /// Whether text that did not change needs no other bytes.
    pub(crate) fn is_same(&self) -> bool {
        self.keeps_encoding() && self.had_bom != self.bom.is_empty()
    }

    /// Whether what is written is in the encoding that was read.
    pub(crate) fn keeps_encoding(&self) -> bool {
        self.from == self.to
    }
}

/// The result as bytes, and how it relates to the input.
pub(crate) struct Written {
    /// `None`: the input's own.
    pub(crate) bytes: Option<Vec<u8>>,
    pub(crate) changed: bool,
    pub(crate) replaced: Replaced,
    pub(crate) from: Option<Encoding>,
    pub(crate) to: Option<Encoding>,
}

impl Work<'_, '_> {
    /// The encoding that is written for one that is read.
    pub(crate) fn to(&self, from: Option<Encoding>) -> Option<Encoding> {
        from.map(|from| Frame::of(self.settings, from, false).to)
    }

    /// Whether what is written has to be read back as it was.
    pub(crate) fn reads_back(&self) -> bool {
        self.settings.destination == Destination::InPlace
    }

    /// The text in the encoding that is to be written.
    pub(crate) fn encoded(
        &self,
        bytes: &[u8],
        text: Cow<'_, str>,
        from: Encoding,
        report: &Report,
    ) -> Result<Written, String> {
        let had_bom = bom_of(from).is_some_and(|bom| bytes.starts_with(&bom));
        let frame = Frame::of(self.settings, from, had_bom);
        let same_frame = frame.is_same();
        let Frame { from, to, bom, .. } = frame;
        let mut replaced = Replaced::default();
        let clean_utf8 = to == Encoding::Utf8 && report.malformed.is_empty();
        let unchanged = same_frame
            && !clean_utf8
            && report.segments.is_empty()
            && codec::decode(bytes, from).text == text;
        let written = if unchanged && to != Encoding::Utf8 {
            None
        } else if to == Encoding::Utf8 && bom.is_empty() {
            match text {
                // No copy of a text that is the input or can be given away.
                Cow::Borrowed(same) if same.len() == bytes.len() => None,
                text => Some(text.into_owned().into_bytes()),
            }
        } else {
            let encoded = encode::encode(&text, to, self.settings.unencodable);
            let (encoded, others) = encoded.map_err(|error| words::unencodable(&error, &text))?;
            replaced = others;
            let exact = replaced.is_empty();
            if self.reads_back() && exact && codec::decode(&encoded, to).text != text {
                return Err(words::not_read_back(to));
            }
            let mut written = bom;
            written.extend_from_slice(&encoded);
            Some(written)
        };
        let differs = written.as_ref().is_some_and(|written| written != bytes);
        Ok(Written {
            bytes: written,
            changed: !unchanged && differs,
            replaced,
            from: Some(from),
            to: Some(to),
        })
    }

    pub(crate) fn write(
        &self,
        done: &mut Done,
        opened: Opened,
        input: Vec<u8>,
        written: Written,
        report: &Report,
    ) -> Result<(), String> {
        let terms = &self.settings.terms;
        let changed = written.changed;
        let bytes = written.bytes.unwrap_or(input);
        if let Some(original) = opened.original {
            if !changed {
                return Ok(());
            }
            original.check_replaceable(terms)?;
            if !terms.keep_a_copy() && !report.malformed.is_empty() {
                return Err(words::would_be_lost(report));
            }
            let replacement = Output::replacing(original, terms)?;
            let packed = Packer::new(opened.packing, replacement).and_then(|mut packer| {
                packer.write_all(&bytes)?;
                packer.finish()
            });
            return packed.map_err(|error| plain(&error))?.commit(terms);
        }
        match output_path(self.settings, self.source) {
            None => done.data = bytes,
            Some(target) => {
                let mut output = open_output(self.settings, &target, opened.metadata.as_ref())?;
                let packed = output.write_all(&bytes).and_then(|()| output.finish());
                packed.map_err(|error| plain(&error))?.commit(terms)?;
            }
        }
        Ok(())
    }
}
