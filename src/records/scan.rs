//! Where the members of a JSON object stand in its text.
//!
//! A JSON parser gives values and forgets their bytes. Here it is the other way round:
//! the text is first checked by `serde_json`, then this scanner walks over it and gives
//! places only. It therefore relies on the text being valid JSON and decides nothing
//! about validity itself; on other text its places mean nothing, but it still ends.

use crate::Span;

/// A string value that was asked for.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Site {
    /// Which of the wanted paths leads here.
    pub(super) field: usize,
    /// The string with its quotes.
    pub(super) span: Span,
    /// Whether the path leads through an array, so that there may be more of the field.
    pub(super) in_array: bool,
}

/// What one object holds.
#[derive(Debug, Default)]
pub(super) struct Layout {
    /// The wanted strings, in order of place.
    pub(super) sites: Vec<Site>,
    /// The value of the last top-level member with the name to be written, if there is one.
    pub(super) written: Option<Span>,
    /// Where another top-level member can be put, and whether one stands before it.
    pub(super) insert: Option<(usize, bool)>,
}

/// Finds the strings under the wanted paths in a valid JSON text; a text that is no
/// object has none. A path is member names joined by dots, and a name may itself hold
/// dots: `a.b` finds `{"a":{"b":""}}` and `{"a.b":""}`. In an array `[]` is each element
/// and `[0]` or `.0` one of them; a path that leads on to a name goes through the objects
/// in it by itself, as in most query languages: `a.b` finds `{"a":[{"b":""}]}` too.
pub(super) fn layout(text: &str, wanted: &[String], written: Option<&str>) -> Layout {
    let mut layout = Layout::default();
    let start = skip_space(text.as_bytes(), 0);
    if text.as_bytes().get(start) != Some(&b'{') {
        return layout;
    }
    let paths: Vec<(usize, &str)> = wanted.iter().map(String::as_str).enumerate().collect();
    let mut insert = (start + 1, false);
    members(text, start, |key, value| {
        insert = (value.end, true);
        if let Some(key) = unescaped(key) {
            if written == Some(key.as_str()) {
                layout.written = Some(value.clone());
            }
            collect(text, &key, value, &paths, &mut layout.sites);
        }
    });
    layout.insert = Some(insert);
    layout
}

/// Takes a string that one path names, or goes down where the paths lead on. Goes no
/// deeper than the paths have dots.
fn collect(text: &str, key: &str, value: Span, paths: &[(usize, &str)], sites: &mut Vec<Site>) {
    let mut deeper = Vec::new();
    for &(field, path) in paths {
        if let Some(rest) = path.strip_prefix(key)
            && (rest.is_empty() || rest.starts_with(['.', '[']))
        {
            deeper.push((field, rest));
        }
    }
    if !deeper.is_empty() {
        follow(text, value, &deeper, sites);
    }
}

/// Takes a value at the end of a path, or follows the paths into it; what is left of each
/// is empty or begins with `.` or `[`.
fn follow(text: &str, value: Span, paths: &[(usize, &str)], sites: &mut Vec<Site>) {
    match text.as_bytes().get(value.start) {
        Some(b'"') => {
            let ended = paths.iter().filter(|(_, rest)| rest.is_empty());
            sites.extend(ended.map(|&(field, _)| Site {
                field,
                span: value.clone(),
                in_array: false,
            }));
        }
        Some(b'{') => {
            let named = paths
                .iter()
                .filter_map(|&(field, rest)| Some((field, rest.strip_prefix('.')?)));
            let named: Vec<_> = named.collect();
            if named.is_empty() {
                return;
            }
            members(text, value.start, |key, value| {
                if let Some(key) = unescaped(key) {
                    collect(text, &key, value, &named, sites);
                }
            });
        }
        Some(b'[') if paths.iter().any(|(_, rest)| !rest.is_empty()) => {
            let mut index = 0;
            let before = sites.len();
            elements(text, value.start, |element| {
                let is_object = text.as_bytes().get(element.start) == Some(&b'{');
                let deeper: Vec<_> = paths
                    .iter()
                    .filter_map(|&(field, rest)| Some((field, into(rest, index, is_object)?)))
                    .collect();
                if !deeper.is_empty() {
                    follow(text, element, &deeper, sites);
                }
                index += 1;
            });
            for site in sites.iter_mut().skip(before) {
                site.in_array = true;
            }
        }
        _ => {}
    }
}

/// What is left of a path in an element of an array; `None`: it leads elsewhere. A path
/// that says nothing of the array goes on in objects only, so no nesting is too deep.
fn into(rest: &str, index: usize, is_object: bool) -> Option<&str> {
    if let Some(inside) = rest.strip_prefix('[') {
        let (number, behind) = inside.split_once(']')?;
        let is_this = number.is_empty() || number.parse() == Ok(index);
        return is_this.then_some(behind);
    }
    let named = rest.strip_prefix('.')?;
    let number_bytes = named.find(['.', '[']).unwrap_or(named.len());
    let (number, behind) = named.split_at(number_bytes);
    match number.parse::<usize>() {
        Ok(number) => (number == index).then_some(behind),
        Err(_) => is_object.then_some(rest),
    }
}

/// Calls `each` with the place of every element of the array that begins at `open`.
fn elements(text: &str, open: usize, mut each: impl FnMut(Span)) {
    let bytes = text.as_bytes();
    let mut at = skip_space(bytes, open + 1);
    while !matches!(bytes.get(at), None | Some(b']')) {
        let end = value_end(bytes, at);
        each(at..end);
        at = skip_space(bytes, end);
        if bytes.get(at) != Some(&b',') {
            return;
        }
        at = skip_space(bytes, at + 1);
    }
}

/// Calls `each` with the key's text, quotes included, and the place of the value, for
/// every member of the object that begins at `open`.
fn members<'t>(text: &'t str, open: usize, mut each: impl FnMut(&'t str, Span)) {
    let bytes = text.as_bytes();
    let mut at = open + 1;
    loop {
        at = skip_space(bytes, at);
        if bytes.get(at) != Some(&b'"') {
            return;
        }
        let key = at..string_end(bytes, at);
        // Past the colon.
        let start = skip_space(bytes, skip_space(bytes, key.end) + 1);
        let end = value_end(bytes, start);
        each(text.get(key).unwrap_or_default(), start..end);
        at = skip_space(bytes, end);
        if bytes.get(at) != Some(&b',') {
            return;
        }
        at += 1;
    }
}

/// The text of a JSON string given with its quotes; `None` where it holds a lone surrogate.
pub(super) fn unescaped(quoted: &str) -> Option<String> {
    match quoted.get(1..quoted.len().saturating_sub(1)) {
        Some(inside) if !inside.contains('\\') => Some(inside.to_owned()),
        _ => serde_json::from_str(quoted).ok(),
    }
}

fn skip_space(bytes: &[u8], mut at: usize) -> usize {
    while matches!(bytes.get(at), Some(b' ' | b'\t' | b'\n' | b'\r')) {
        at += 1;
    }
    at
}

/// One past the closing quote of the string that begins at `at`.
fn string_end(bytes: &[u8], at: usize) -> usize {
    let mut at = at + 1;
    while let Some(rest) = bytes.get(at..) {
        match memchr::memchr2(b'"', b'\\', rest) {
            Some(found) if rest.get(found) == Some(&b'"') => return at + found + 1,
            Some(found) => at += found + 2,
            None => break,
        }
    }
    bytes.len()
}

/// One past the value that begins at `at`.
fn value_end(bytes: &[u8], at: usize) -> usize {
    match bytes.get(at) {
        Some(b'"') => string_end(bytes, at),
        Some(b'{' | b'[') => nested_end(bytes, at),
        _ => {
            let rest = bytes.get(at..).unwrap_or_default();
            let ends =
                |byte: &u8| matches!(byte, b',' | b'}' | b']' | b' ' | b'\t' | b'\r' | b'\n');
            at + rest.iter().position(ends).unwrap_or(rest.len())
        }
    }
}

/// One past the bracket that closes the one at `at`; counts instead of recursing, so that
/// no depth is too deep.
fn nested_end(bytes: &[u8], mut at: usize) -> usize {
    let mut depth = 0_usize;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => {
                at = string_end(bytes, at);
                continue;
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        at += 1;
        if depth == 0 {
            break;
        }
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str, wanted: &[&str]) -> Vec<(usize, String)> {
        let wanted: Vec<String> = wanted.iter().map(|&w| w.to_owned()).collect();
        layout(text, &wanted, None)
            .sites
            .into_iter()
            .map(|site| (site.field, text[site.span].to_owned()))
            .collect()
    }

    /// Text, wanted paths, and which of them leads to which string.
    type Row = (
        &'static str,
        &'static [&'static str],
        &'static [(usize, &'static str)],
    );

    #[test]
    fn finds_strings_by_path() {
        let rows: &[Row] = &[
            (r#"{"a":"甲"}"#, &["a"], &[(0, r#""甲""#)]),
            (r#" { "a" : "x\"]}" , "b":1}"#, &["a"], &[(0, r#""x\"]}""#)]),
            (
                r#"{"a":{"b":"c"},"b":"d"}"#,
                &["a.b", "b"],
                &[(0, r#""c""#), (1, r#""d""#)],
            ),
            (
                r#"{"a.b":"c","a":{"b":"d"}}"#,
                &["a.b"],
                &[(0, r#""c""#), (0, r#""d""#)],
            ),
            (
                r#"{"\u0061":"c","a":"d"}"#,
                &["a"],
                &[(0, r#""c""#), (0, r#""d""#)],
            ),
            (r#"{"a":[{"a":"x"}],"b":{"a":"y"}}"#, &["a"], &[]),
            (
                r#"{"a":-1.0E+5,"b":null,"c":"x"}"#,
                &["b", "c", "a"],
                &[(1, r#""x""#)],
            ),
            (r#"{"ab":"x","a":"y"}"#, &["a"], &[(0, r#""y""#)]),
            (r#"{"\ud800":"x"}"#, &["a"], &[]),
            (
                r#"{"a":[{"b":"c"}, [{"b":"d"}], {"b":["e"]}, "f"]}"#,
                &["a.b", "a.b[]", "a[]", "a[1].b", "a.3"],
                &[
                    (0, r#""c""#),
                    (3, r#""d""#),
                    (1, r#""e""#),
                    (2, r#""f""#),
                    (4, r#""f""#),
                ],
            ),
            (
                r#"{"a":[["b","c"],[ ]],"a[]":"d","a.0":"e"}"#,
                &["a[][1]", "a[]", "a.0"],
                &[(0, r#""c""#), (1, r#""d""#), (2, r#""e""#)],
            ),
            (
                r#"{"a":["b"],"c":[],"d":["x]"]}"#,
                &["a", "c[]", "d[x]", "d[", "d.", "a[]x"],
                &[],
            ),
            (r#"["a","b"]"#, &["a"], &[]),
            ("{}", &["a"], &[]),
            ("", &["a"], &[]),
            (r#"{"a":"#, &["a"], &[]),
            (r#"{"a":"\"#, &["a"], &[(0, r#""\"#)]),
        ];
        for (text, wanted, expect) in rows {
            let expect: Vec<(usize, String)> =
                expect.iter().map(|&(f, s)| (f, s.to_owned())).collect();
            assert_eq!(found(text, wanted), expect, "{text}");
        }
    }

    #[test]
    fn finds_where_a_member_can_be_written() {
        let rows = [
            ("{}", None, Some((1, false))),
            ("{ }", None, Some((1, false))),
            (r#"{"a":1 }"#, None, Some((6, true))),
            (
                r#"{"z":{"a":[1,"]"]},"a":2}"#,
                Some(5..18),
                Some((24, true)),
            ),
            ("[1]", None, None),
        ];
        for (text, written, insert) in rows {
            let layout = layout(text, &[], Some("z"));
            assert_eq!(layout.written, written, "{text}");
            assert_eq!(layout.insert, insert, "{text}");
        }
    }
}
