//! Detection is deterministic and in order; decoding names places that exist.
#![no_main]

use libfuzzer_sys::fuzz_target;
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
    }
    if let Ok(text) = std::str::from_utf8(data) {
        let decoded = decode(data, Encoding::Utf8);
        assert_eq!(decoded.text, text.strip_prefix('\u{FEFF}').unwrap_or(text));
        assert!(decoded.malformed.is_empty());
    }
});
