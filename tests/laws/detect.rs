//! Laws of detection.

use zhfix::codec::{Unencodable, encode};
use zhfix::{Detector, Encoding, decode};

/// The same bytes give the same result, in parts too; probabilities are in order; the parts of a
/// file in different encodings are all of it.
pub fn detection_is_the_same_however_it_is_cut(bytes: &[u8], part_bytes: usize) {
    let detector = Detector::new();
    let detection = detector.detect(bytes);
    let again = detector.detect(bytes);
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
    if let Some(encoding) = detection.encoding() {
        let candidates = detection.candidates();
        assert!(
            candidates.iter().any(|c| c.encoding == encoding),
            "{detection:?}"
        );
    }
    let mut stream = detector.stream();
    for part in bytes.chunks(part_bytes.max(1)) {
        stream.push(part);
    }
    let parts = stream.finish();
    assert_eq!(parts.verdict(), detection.verdict());
    assert_eq!(parts.encoding(), detection.encoding());
    assert_eq!(parts.candidates(), detection.candidates());
    assert_eq!(parts.evidence(), detection.evidence());
    let mut end = 0;
    for segment in detector.segments(bytes) {
        assert!(
            segment.span.start == end && end < segment.span.end,
            "{segment:?}"
        );
        end = segment.span.end;
    }
    assert_eq!(end, bytes.len());
}

/// Of Chinese text that was written in an encoding one candidate at least gives it back: that
/// encoding, or one that reads these bytes alike. 散步散步散步 in UTF-16BE is `eckeeckeecke`, which
/// need not be doubted.
pub fn a_candidate_reads_the_text(text: &str, encoding: Encoding) {
    let Ok(bytes) = encode(text, encoding, Unencodable::Error) else {
        return;
    };
    let is_utf_16 = matches!(encoding, Encoding::Utf16Le | Encoding::Utf16Be);
    let is_a_word = is_utf_16 && bytes.iter().all(u8::is_ascii_graphic);
    if bytes.is_empty() || is_a_word || decode(&bytes, encoding).text != text {
        return;
    }
    let detection = Detector::new().detect(&bytes);
    let reads = |candidate: &zhfix::detect::Candidate| {
        candidate.encoding == encoding || decode(&bytes, candidate.encoding).text == text
    };
    assert!(
        detection.candidates().iter().any(reads),
        "{} of {text:?}: {detection:?}",
        encoding.name()
    );
}
