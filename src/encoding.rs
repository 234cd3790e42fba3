//! The closed list of encodings, under the names that the field uses.
//!
//! What this file decides: which encodings zhfix can decode, what each is called, and
//! which labels mean it. Names and labels are those of the Encoding Standard (WHATWG,
//! section 4.2), and for what it lacks those of the IANA: US-ASCII, UTF-32, EUC-TW,
//! HZ-GB-2312, ISO-2022-CN, the editions of GB18030, ISO-8859-1 proper, IBM437, IBM850.
//! The decoders behind the names are private; this type is the only public name for an
//! encoding.
//!
//! What it gets wrong: the Standard gives one label to encodings that once differed
//! (`gb2312` is GBK, `iso-8859-1` is windows-1252, `shift_jis` is Microsoft's), so a
//! document whose author meant the smaller one is read as the larger one.

use std::fmt;

/// Writes the enum and its tables from one row per encoding: variant, name, the decoder
/// of the Encoding Standard if there is one, and the doc sentence.
macro_rules! encodings {
    ($($(#[doc = $doc:literal])+ $variant:ident = $name:literal, $standard:expr;)+) => {
        /// An encoding that zhfix can decode. The labels `gb2312` and `gbk` mean
        /// [`Encoding::Gbk`]; `big5` means the Encoding Standard's Big5, HKSCS included.
        ///
        /// # Examples
        /// ```
        /// use zhfix::Encoding;
        /// assert_eq!(Encoding::from_label("gb2312"), Some(Encoding::Gbk));
        /// ```
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum Encoding {
            $($(#[doc = $doc])+ $variant,)+
        }

        impl Encoding {
            /// Every encoding of the list, in the order of the enum.
            ///
            /// # Examples
            /// ```
            /// use zhfix::Encoding;
            /// assert!(Encoding::ALL.contains(&Encoding::EucTw));
            /// ```
            pub const ALL: &'static [Encoding] = &[$(Encoding::$variant),+];

            /// The standard name, as the command line prints it.
            ///
            /// # Examples
            /// ```
            /// assert_eq!(zhfix::Encoding::Gb18030.name(), "gb18030");
            /// ```
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Encoding::$variant => $name),+ }
            }

            /// The decoder and encoder of the Encoding Standard; `None` where this crate
            /// has its own. UTF-16 has a decoder there, but no encoder.
            pub(crate) fn standard(self) -> Option<&'static encoding_rs::Encoding> {
                match self { $(Encoding::$variant => $standard),+ }
            }
        }
    };
}

encodings! {
    /// Only bytes below 0x80.
    UsAscii = "US-ASCII", None;
    /// UTF-8.
    Utf8 = "UTF-8", Some(encoding_rs::UTF_8);
    /// UTF-16, little-endian; also what the bare label `utf-16` means.
    Utf16Le = "UTF-16LE", Some(encoding_rs::UTF_16LE);
    /// UTF-16, big-endian.
    Utf16Be = "UTF-16BE", Some(encoding_rs::UTF_16BE);
    /// UTF-32, little-endian; also what the bare label `utf-32` means.
    Utf32Le = "UTF-32LE", None;
    /// UTF-32, big-endian.
    Utf32Be = "UTF-32BE", None;
    /// GBK; also what `gb2312` means. Decoded as gb18030, of which it is a part.
    Gbk = "GBK", Some(encoding_rs::GBK);
    /// GB18030, edition of 2022; detection names it only where four-byte sequences occur.
    Gb18030 = "gb18030", Some(encoding_rs::GB18030);
    /// GB18030 in the edition of 2005, which had eighteen codes in the private use area.
    Gb18030Of2005 = "gb18030-2005", None;
    /// HZ-GB-2312 (RFC 1843): GB 2312 in seven bits, between `~{` and `~}`.
    Hz = "HZ-GB-2312", None;
    /// ISO-2022-CN (RFC 1922): GB 2312 and CNS 11643, switched by escape sequences.
    Iso2022Cn = "ISO-2022-CN", None;
    /// ISO-2022-CN-EXT: planes 3 to 7 of CNS 11643 in addition.
    Iso2022CnExt = "ISO-2022-CN-EXT", None;
    /// Big5 of the Encoding Standard, HKSCS included.
    Big5 = "Big5", Some(encoding_rs::BIG5);
    /// EUC-TW: CNS 11643, planes 1 to 7 and 15. Taiwan's Unix systems wrote it.
    EucTw = "EUC-TW", None;
    /// Shift_JIS with Microsoft's extensions.
    ShiftJis = "Shift_JIS", Some(encoding_rs::SHIFT_JIS);
    /// EUC-JP.
    EucJp = "EUC-JP", Some(encoding_rs::EUC_JP);
    /// ISO-2022-JP, which switches character sets by escape sequences.
    Iso2022Jp = "ISO-2022-JP", Some(encoding_rs::ISO_2022_JP);
    /// EUC-KR with Microsoft's extension, code page 949.
    EucKr = "EUC-KR", Some(encoding_rs::EUC_KR);
    /// Thai; TIS-620 and ISO-8859-11 are read as this.
    Windows874 = "windows-874", Some(encoding_rs::WINDOWS_874);
    /// Central European, Microsoft's.
    Windows1250 = "windows-1250", Some(encoding_rs::WINDOWS_1250);
    /// Cyrillic, Microsoft's.
    Windows1251 = "windows-1251", Some(encoding_rs::WINDOWS_1251);
    /// Western European, Microsoft's; what `iso-8859-1` and `latin1` mean.
    Windows1252 = "windows-1252", Some(encoding_rs::WINDOWS_1252);
    /// Greek, Microsoft's.
    Windows1253 = "windows-1253", Some(encoding_rs::WINDOWS_1253);
    /// Turkish; ISO-8859-9 is read as this.
    Windows1254 = "windows-1254", Some(encoding_rs::WINDOWS_1254);
    /// Hebrew, Microsoft's.
    Windows1255 = "windows-1255", Some(encoding_rs::WINDOWS_1255);
    /// Arabic, Microsoft's.
    Windows1256 = "windows-1256", Some(encoding_rs::WINDOWS_1256);
    /// Baltic, Microsoft's.
    Windows1257 = "windows-1257", Some(encoding_rs::WINDOWS_1257);
    /// Vietnamese, Microsoft's.
    Windows1258 = "windows-1258", Some(encoding_rs::WINDOWS_1258);
    /// ISO-8859-1 as ISO has it, controls from 0x80 to 0x9F; never meant by its short labels.
    Iso8859_1 = "ISO_8859-1:1987", None;
    /// Central European.
    Iso8859_2 = "ISO-8859-2", Some(encoding_rs::ISO_8859_2);
    /// Maltese and Esperanto.
    Iso8859_3 = "ISO-8859-3", Some(encoding_rs::ISO_8859_3);
    /// Baltic, older.
    Iso8859_4 = "ISO-8859-4", Some(encoding_rs::ISO_8859_4);
    /// Cyrillic.
    Iso8859_5 = "ISO-8859-5", Some(encoding_rs::ISO_8859_5);
    /// Arabic.
    Iso8859_6 = "ISO-8859-6", Some(encoding_rs::ISO_8859_6);
    /// Greek.
    Iso8859_7 = "ISO-8859-7", Some(encoding_rs::ISO_8859_7);
    /// Hebrew in visual order.
    Iso8859_8 = "ISO-8859-8", Some(encoding_rs::ISO_8859_8);
    /// Hebrew in logical order.
    Iso8859_8I = "ISO-8859-8-I", Some(encoding_rs::ISO_8859_8_I);
    /// Nordic.
    Iso8859_10 = "ISO-8859-10", Some(encoding_rs::ISO_8859_10);
    /// Baltic.
    Iso8859_13 = "ISO-8859-13", Some(encoding_rs::ISO_8859_13);
    /// Celtic.
    Iso8859_14 = "ISO-8859-14", Some(encoding_rs::ISO_8859_14);
    /// Western European with the euro sign.
    Iso8859_15 = "ISO-8859-15", Some(encoding_rs::ISO_8859_15);
    /// South-eastern European.
    Iso8859_16 = "ISO-8859-16", Some(encoding_rs::ISO_8859_16);
    /// Russian, from Unix.
    Koi8R = "KOI8-R", Some(encoding_rs::KOI8_R);
    /// Ukrainian, from Unix.
    Koi8U = "KOI8-U", Some(encoding_rs::KOI8_U);
    /// American and western European with line drawing, from DOS.
    Ibm437 = "IBM437", None;
    /// Western European, from DOS.
    Ibm850 = "IBM850", None;
    /// Cyrillic, from DOS.
    Ibm866 = "IBM866", Some(encoding_rs::IBM866);
    /// Western European of old Macintosh systems, also called Mac Roman.
    Macintosh = "macintosh", Some(encoding_rs::MACINTOSH);
    /// Cyrillic of old Macintosh systems.
    MacCyrillic = "x-mac-cyrillic", Some(encoding_rs::X_MAC_CYRILLIC);
}

impl Encoding {
    /// The encoding that a label names; `None` where it names none of the list.
    ///
    /// Case and surrounding white space do not matter. Every [`Encoding::name`] is a
    /// label of its encoding. `us-ascii` and `ascii` mean [`Encoding::UsAscii`], where
    /// the Encoding Standard reads windows-1252. Time O(1).
    ///
    /// # Examples
    /// ```
    /// use zhfix::Encoding;
    /// assert_eq!(Encoding::from_label(" GB2312 "), Some(Encoding::Gbk));
    /// assert_eq!(Encoding::from_label("latin1"), Some(Encoding::Windows1252));
    /// assert_eq!(Encoding::from_label("utf-7"), None);
    /// ```
    #[must_use]
    pub fn from_label(label: &str) -> Option<Encoding> {
        let label = label.trim_matches(|c: char| c.is_ascii_whitespace());
        let own: &[(&str, Encoding)] = &[
            ("us-ascii", Encoding::UsAscii),
            ("ascii", Encoding::UsAscii),
            ("utf-32", Encoding::Utf32Le),
            ("utf32", Encoding::Utf32Le),
            ("utf-32le", Encoding::Utf32Le),
            ("utf32le", Encoding::Utf32Le),
            ("utf-32be", Encoding::Utf32Be),
            ("utf32be", Encoding::Utf32Be),
            // Labels that other software writes and the Encoding Standard lacks.
            ("utf16", Encoding::Utf16Le),
            ("utf16le", Encoding::Utf16Le),
            ("utf16be", Encoding::Utf16Be),
            ("cp936", Encoding::Gbk),
            ("ms936", Encoding::Gbk),
            ("gb-18030", Encoding::Gb18030),
            ("euc-tw", Encoding::EucTw),
            ("euctw", Encoding::EucTw),
            ("x-euc-tw", Encoding::EucTw),
            ("gb18030-2022", Encoding::Gb18030),
            ("gb18030-2005", Encoding::Gb18030Of2005),
            ("hz-gb-2312", Encoding::Hz),
            ("hz", Encoding::Hz),
            ("hzgb", Encoding::Hz),
            ("hz-gb", Encoding::Hz),
            ("iso-2022-cn", Encoding::Iso2022Cn),
            ("iso2022cn", Encoding::Iso2022Cn),
            ("iso2022-cn", Encoding::Iso2022Cn),
            ("iso-2022-cn-ext", Encoding::Iso2022CnExt),
            ("iso2022cnext", Encoding::Iso2022CnExt),
            ("iso_8859-1:1987", Encoding::Iso8859_1),
            ("cp819", Encoding::Iso8859_1),
            ("ibm819", Encoding::Iso8859_1),
            ("ibm437", Encoding::Ibm437),
            ("cp437", Encoding::Ibm437),
            ("437", Encoding::Ibm437),
            ("ibm850", Encoding::Ibm850),
            ("cp850", Encoding::Ibm850),
            ("850", Encoding::Ibm850),
            ("mac-roman", Encoding::Macintosh),
            ("macroman", Encoding::Macintosh),
            ("cp950", Encoding::Big5),
            ("cp932", Encoding::ShiftJis),
            ("cp949", Encoding::EucKr),
        ];
        own.iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(label))
            .map(|&(_, encoding)| encoding)
            .or_else(|| {
                encoding_rs::Encoding::for_label(label.as_bytes()).and_then(Encoding::of_standard)
            })
    }

    /// The byte-order mark of the encoding: U+FEFF written in it, where that is a custom.
    ///
    /// GBK has gb18030's, because it is decoded as gb18030. Time O(1).
    ///
    /// # Examples
    /// ```
    /// use zhfix::Encoding;
    /// assert_eq!(Encoding::Utf8.byte_order_mark(), Some(&b"\xEF\xBB\xBF"[..]));
    /// assert_eq!(Encoding::Big5.byte_order_mark(), None);
    /// ```
    #[must_use]
    pub fn byte_order_mark(self) -> Option<&'static [u8]> {
        match self {
            Encoding::Utf8 => Some(b"\xEF\xBB\xBF"),
            Encoding::Utf16Le => Some(b"\xFF\xFE"),
            Encoding::Utf16Be => Some(b"\xFE\xFF"),
            Encoding::Utf32Le => Some(b"\xFF\xFE\0\0"),
            Encoding::Utf32Be => Some(b"\0\0\xFE\xFF"),
            Encoding::Gbk | Encoding::Gb18030 | Encoding::Gb18030Of2005 => {
                Some(b"\x84\x31\x95\x33")
            }
            _ => None,
        }
    }

    /// The encoding of the list that a decoder of the Encoding Standard stands for.
    pub(crate) fn of_standard(standard: &'static encoding_rs::Encoding) -> Option<Encoding> {
        Encoding::ALL
            .iter()
            .copied()
            .find(|encoding| encoding.standard() == Some(standard))
    }

    /// Whether text of this encoding that uses only bytes below 0x80 is ASCII.
    pub(crate) fn extends_ascii(self) -> bool {
        !matches!(
            self,
            Encoding::Utf16Le
                | Encoding::Utf16Be
                | Encoding::Utf32Le
                | Encoding::Utf32Be
                | Encoding::Iso2022Jp
                | Encoding::Hz
                | Encoding::Iso2022Cn
                | Encoding::Iso2022CnExt
        )
    }
}

impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_a_label_of_its_encoding() {
        for &encoding in Encoding::ALL {
            assert_eq!(Encoding::from_label(encoding.name()), Some(encoding));
            let shouted = format!("\t{} \n", encoding.name().to_ascii_uppercase());
            assert_eq!(Encoding::from_label(&shouted), Some(encoding));
        }
    }

    #[test]
    fn labels() {
        for (label, expect) in [
            ("gb2312", Some(Encoding::Gbk)),
            ("x-gbk", Some(Encoding::Gbk)),
            ("GB_2312-80", Some(Encoding::Gbk)),
            ("CP936", Some(Encoding::Gbk)),
            ("big5-hkscs", Some(Encoding::Big5)),
            ("cp950", Some(Encoding::Big5)),
            ("utf-16", Some(Encoding::Utf16Le)),
            ("unicode", Some(Encoding::Utf16Le)),
            ("iso-8859-1", Some(Encoding::Windows1252)),
            ("tis-620", Some(Encoding::Windows874)),
            ("ASCII", Some(Encoding::UsAscii)),
            ("HZ", Some(Encoding::Hz)),
            ("EUC-TW", Some(Encoding::EucTw)),
            ("gb18030-2022", Some(Encoding::Gb18030)),
            ("cp437", Some(Encoding::Ibm437)),
            ("MacRoman", Some(Encoding::Macintosh)),
            ("ibm819", Some(Encoding::Iso8859_1)),
            ("", None),
            ("replacement", None),
            ("x-user-defined", None),
            ("gbk\u{3000}", None),
            ("国标", None),
        ] {
            assert_eq!(Encoding::from_label(label), expect, "{label:?}");
        }
    }

    #[test]
    fn every_standard_decoder_has_a_name() {
        for &encoding in Encoding::ALL {
            if let Some(standard) = encoding.standard() {
                assert_eq!(standard.name(), encoding.name());
                assert_eq!(Encoding::of_standard(standard), Some(encoding));
            }
        }
    }
}
