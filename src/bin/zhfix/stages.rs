//! The stages that a command line asks for: labels, rules, variants and dictionaries by
//! their names.

use std::fs;
use std::path::{Path, PathBuf};

use zhfix::codec::Unencodable;
use zhfix::convert::{ConverterBuilder, Wording};
use zhfix::detect::Region;
use zhfix::repair::{Rule, RuleSet, all_rules};
use zhfix::{Config, Converter, Detector, Encoding, Repairer, Variant};

use crate::args::{self, Converting, Reading, Repairing};
use crate::walk;

/// The byte-order mark of an encoding that can have one.
pub(crate) fn bom_of(encoding: Encoding) -> Option<Vec<u8>> {
    let unicode = encoding.name().starts_with("UTF-") || encoding.name() == "gb18030";
    let mark = unicode.then(|| {
        zhfix::codec::encode("\u{FEFF}", encoding, Unencodable::Error) // BYTE ORDER MARK
    });
    mark?.ok().map(std::borrow::Cow::into_owned)
}

/// The encoding that an option names.
pub(crate) fn encoding(option: &str, label: &str) -> Result<Encoding, String> {
    Encoding::from_label(label).ok_or_else(|| format!("{option}: no encoding is called {label:?}"))
}

/// How encodings are recognised.
pub(crate) fn detector(typed: &Reading) -> Result<Detector, String> {
    let mut builder = Detector::builder();
    for label in &typed.encoding_hint {
        builder = builder.hint(encoding("--encoding-hint", label)?);
    }
    if let Some(region) = typed.region {
        builder = builder.region(match region {
            args::Region::Cn => Region::Cn,
            args::Region::Tw => Region::Tw,
            args::Region::Hk => Region::Hk,
        });
    }
    if !typed.candidates.is_empty() {
        let labels = typed.candidates.iter();
        let named: Result<Vec<_>, _> = labels
            .map(|label| encoding("--candidates", label))
            .collect();
        builder = builder.candidates(&named?);
    }
    Ok(builder.build())
}

/// How text is repaired.
pub(crate) fn repairer(typed: &Repairing) -> Result<Repairer, String> {
    rule_set(typed).map(Repairer::with_rules)
}

fn rule_set(typed: &Repairing) -> Result<RuleSet, String> {
    RuleSet::parse(&typed.repair).map_err(|error| format!("--repair: {error}"))
}

/// Every rule, and whether `--repair` turns it on.
pub(crate) fn rules(typed: &Repairing) -> Result<Vec<(&'static Rule, bool)>, String> {
    let on = rule_set(typed)?;
    let all = all_rules().iter();
    Ok(all.map(|rule| (rule, on.contains(rule))).collect())
}

/// How text is converted.
pub(crate) fn converter(typed: &Converting) -> Result<Converter, String> {
    let mut builder = Converter::builder().tofu(typed.tofu);
    builder = match (&typed.config, &typed.to) {
        (Some(path), _) if path.ends_with(".json") => config_file(builder, Path::new(path))?,
        (Some(name), _) => {
            builder.config(Config::from_name(name).map_err(|e| format!("--config: {e}"))?)
        }
        (None, Some(tag)) => builder.to(Variant::from_tag(tag).map_err(|e| format!("--to: {e}"))?),
        (None, None) => builder.to(Variant::Hans),
    };
    if let Some(wording) = typed.wording {
        builder = builder.wording(match wording {
            args::Wording::Keep => Wording::Keep,
            args::Wording::Regional => Wording::Regional,
        });
    }
    for path in &typed.dict {
        let bad = |what| format!("{}: {what}", path.display());
        let text = read_text(path).map_err(bad)?;
        let text = text.strip_prefix('\u{FEFF}').unwrap_or(&text); // BYTE ORDER MARK
        builder = builder
            .dictionary(text)
            .map_err(|error| format!("{}: {error}", path.display()))?;
    }
    Ok(builder.build())
}

/// A file that has to be UTF-8.
fn read_text(path: &Path) -> Result<String, String> {
    let bytes = fs::read(path).map_err(|error| walk::plain(&error))?;
    String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let before = error.as_bytes().get(..valid).unwrap_or_default();
        let line = before.iter().filter(|&&byte| byte == b'\n').count() + 1;
        format!("line {line}: is not UTF-8")
    })
}

/// Reads a configuration file. Its dictionaries are looked for beside it and in the folder
/// above, where OpenCC's own data has them.
fn config_file(builder: ConverterBuilder, path: &Path) -> Result<ConverterBuilder, String> {
    let bad = |what: String| format!("--config {}: {what}", path.display());
    let json = read_text(path).map_err(bad)?;
    let beside = path.parent().unwrap_or(Path::new("")).to_owned();
    let above = beside.join("..");
    let find = |name: &str| -> PathBuf {
        let mut places = [&beside, &above]
            .map(|folder| folder.join(name))
            .into_iter();
        let first = beside.join(name);
        places.find(|path| path.exists()).unwrap_or(first)
    };
    builder
        .opencc_config(&json, |name| read_text(&find(name)))
        .map_err(|error| bad(error.to_string()))
}
