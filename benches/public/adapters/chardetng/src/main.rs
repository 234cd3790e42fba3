//! chardetng behind the protocol of the benchmark: no hint of a domain, UTF-8 allowed.

use std::io::{BufRead as _, Write as _};

use base64::Engine as _;
use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut out = std::io::stdout().lock();
    if std::env::args().any(|argument| argument == "--version") {
        writeln!(out, "1.0.0")?;
        return Ok(());
    }
    for line in std::io::stdin().lock().lines() {
        let case: serde_json::Value = serde_json::from_str(&line?)?;
        let bytes =
            base64::prelude::BASE64_STANDARD.decode(case["bytes"].as_str().unwrap_or(""))?;
        let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
        detector.feed(&bytes, true);
        let encoding = detector.guess(None, Utf8Detection::Allow);
        writeln!(out, "{}", encoding.name())?;
    }
    Ok(())
}
