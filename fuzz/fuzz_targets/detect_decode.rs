//! Detection is deterministic, in order and the same for any split, and its parts are all of the
//! bytes; decoding names places that exist, gives the same for
//! any split, and reads back what encoding wrote.
#![no_main]

use libfuzzer_sys::fuzz_target;
use zhfix::codec::{DecodeStream, Unencodable, encode};
use zhfix::{Detector, Encoding, decode};

fuzz_target!(|data: &[u8]| {
    let detector = Detector::new();
    let detection = detector.detect(data);
    let again = detector.detect(data);
    assert_eq!(detection.verdict(), again.verdict());
    assert_eq!(detection.encoding(), again.encoding());
    assert_eq!(detection.candidates(), again.candidates());
    let mut highest = 1.0;
    for candidate in detection.candidates() {
        assert!(
            (0.0..=highest).contains(&candidate.probability),
            "{detection:?}"
        );
        highest = candidate.probability;
    }
    // The last byte says how long the parts are.
    let part_bytes = 1 + usize::from(data.last().copied().unwrap_or(0) % 7);
    let mut stream = detector.stream();
    data.chunks(part_bytes).for_each(|part| stream.push(part));
    let parts = stream.finish();
    assert_eq!(parts.verdict(), detection.verdict());
    assert_eq!(parts.encoding(), detection.encoding());
    assert_eq!(parts.candidates(), detection.candidates());
    assert_eq!(parts.evidence(), detection.evidence());
    let mut end = 0;
    for segment in detector.segments(data) {
        assert!(segment.span.start == end && end < segment.span.end);
        end = segment.span.end;
    }
    assert_eq!(end, data.len());
    for &encoding in Encoding::ALL {
        let decoded = decode(data, encoding);
        let mut behind = 0;
        for span in &decoded.malformed {
            assert!(
                behind <= span.start && span.start < span.end,
                "{encoding:?} {span:?}"
            );
            assert!(span.end <= data.len(), "{encoding:?} {span:?}");
            behind = span.end;
        }
        if !decoded.malformed.is_empty() {
            assert!(decoded.text.contains('\u{FFFD}'), "{encoding:?}");
        }
        let mut stream = DecodeStream::new(encoding);
        let mut text = String::new();
        for part in data.chunks(part_bytes) {
            stream.push(part, &mut text);
        }
        let account = stream.finish(&mut text);
        assert_eq!(text, decoded.text, "{encoding:?} by {part_bytes}");
        assert_eq!(
            account.malformed, decoded.malformed,
            "{encoding:?} by {part_bytes}"
        );
        assert_eq!(
            account.replaced_at, decoded.replaced_at,
            "{encoding:?} by {part_bytes}"
        );
        assert_eq!(account.bom, decoded.bom, "{encoding:?} by {part_bytes}");
        // Some characters are written as another; that one comes back as it is. Writing is slow
        // in some encodings: the first byte says in which it is tried.
        let tried = usize::from(data.first().copied().unwrap_or(0)) % Encoding::ALL.len();
        if Encoding::ALL[tried] != encoding {
            continue;
        }
        if let Ok(written) = encode(&text, encoding, Unencodable::Error) {
            let back = decode(&written, encoding);
            assert!(back.malformed.is_empty(), "{encoding:?} {text:?}");
            // A mark in front would be dropped once more.
            if back.text.starts_with('\u{FEFF}') {
                continue;
            }
            let again = encode(&back.text, encoding, Unencodable::Error).expect("was read");
            assert_eq!(
                decode(&again, encoding).text,
                back.text,
                "{encoding:?} {text:?}"
            );
        }
    }
    if let Ok(text) = std::str::from_utf8(data) {
        let decoded = decode(data, Encoding::Utf8);
        assert_eq!(decoded.text, text.strip_prefix('\u{FEFF}').unwrap_or(text));
        assert!(decoded.malformed.is_empty());
    }
});
