//! Which elements' text is left as it is.

/// Text that is code, or kept as it was typed.
const CODE: [&[u8]; 14] = [
    b"code",
    b"pre",
    b"script",
    b"style",
    b"kbd",
    b"samp",
    b"var",
    b"tt",
    b"textarea",
    b"xmp",
    // Text to the tokenizer, markup to nobody who reads pages.
    b"iframe",
    b"noembed",
    b"noframes",
    b"plaintext",
];

/// Classes that mean `translate="no"` to translators and to converters in browsers.
const CLASSES_LEFT: [&[u8]; 2] = [b"notranslate", b"ignore-opencc"];

/// How far an end tag looks for its start: beyond this it is taken for a stray one, so that
/// time stays linear on markup that closes what it never opened.
const DEPTH_MAX: usize = 256;

/// What an element says of the text inside it.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Marks<'m> {
    /// `lang` or `xml:lang`.
    pub(super) lang: Option<&'m [u8]>,
    /// `translate`.
    pub(super) translate: Option<&'m [u8]>,
    /// `class`.
    pub(super) class: Option<&'m [u8]>,
}

/// The elements that are open.
#[derive(Debug, Default)]
pub(super) struct Scope {
    open: Vec<Open>,
}

#[derive(Debug)]
struct Open {
    name: Vec<u8>,
    state: State,
}

#[derive(Debug, Clone, Copy, Default)]
struct State {
    code: bool,
    foreign: bool,
    fixed: bool,
}

impl Scope {
    /// A scope for what stands inside of the innermost element, which nothing in it closes.
    pub(super) fn child(&self) -> Scope {
        let state = self.state();
        let name = Vec::new();
        Scope {
            open: vec![Open { name, state }],
        }
    }

    /// Opens an element; names are in lower case. `names` is whether those of HTML mean
    /// what they mean there.
    pub(super) fn enter(&mut self, name: &[u8], marks: Marks<'_>, names: bool) {
        let state = self.state_in(name, marks, names);
        let name = name.to_vec();
        self.open.push(Open { name, state });
    }

    /// Closes the last element of this name and all inside it.
    pub(super) fn leave(&mut self, name: &[u8]) {
        let near = self.open.iter().rev().take(DEPTH_MAX);
        if let Some(above) = near.map(|open| &open.name).position(|open| open == name) {
            self.open.truncate(self.open.len() - 1 - above);
        }
    }

    /// Closes the innermost element if it is one of these.
    pub(super) fn leave_if(&mut self, is_ended: impl Fn(&[u8]) -> bool) {
        if self.open.last().is_some_and(|open| is_ended(&open.name)) {
            self.open.pop();
        }
    }

    /// Whether text that stands here is left as it is.
    pub(super) fn is_left(&self) -> bool {
        self.state().is_left()
    }

    /// Whether the innermost open element has this name.
    pub(super) fn is_in(&self, name: &[u8]) -> bool {
        self.open.last().is_some_and(|open| open.name == name)
    }

    /// Whether attributes of an element that opens here are left as they are.
    pub(super) fn leaves(&self, name: &[u8], marks: Marks<'_>, names: bool) -> bool {
        self.state_in(name, marks, names).is_left()
    }

    fn state(&self) -> State {
        self.open.last().map(|open| open.state).unwrap_or_default()
    }

    fn state_in(&self, name: &[u8], marks: Marks<'_>, names: bool) -> State {
        let mut state = self.state();
        state.code |= names && CODE.contains(&name);
        if let Some(lang) = marks.lang {
            let is_root = names && matches!(name, b"html" | b"body");
            state.foreign = is_foreign(lang, is_root);
        }
        if let Some(translate) = marks.translate.map(<[u8]>::trim_ascii) {
            // Any other value says nothing (HTML Living Standard, section 3.2.6.2).
            state.fixed |= translate.eq_ignore_ascii_case(b"no");
            state.fixed &= !(translate.is_empty() || translate.eq_ignore_ascii_case(b"yes"));
        }
        let mut classes = marks
            .class
            .unwrap_or_default()
            .split(u8::is_ascii_whitespace);
        state.fixed |= classes.any(|class| CLASSES_LEFT.contains(&class));
        state
    }
}

impl State {
    fn is_left(self) -> bool {
        self.code || self.foreign || self.fixed
    }
}

/// Whether a language tag (BCP 47) names a language other than Chinese.
pub(super) fn is_foreign(tag: &[u8], is_root: bool) -> bool {
    let primary = tag.split(|byte| matches!(byte, b'-' | b'_')).next();
    let primary = primary.unwrap_or_default().trim_ascii();
    let primary = primary.to_ascii_lowercase();
    match primary.as_slice() {
        b"" | b"und" | b"x" | b"zh" | b"cmn" | b"yue" | b"lzh" | b"nan" | b"hak" | b"wuu"
        | b"gan" | b"hsn" | b"cdo" | b"cjy" | b"mnp" | b"cpx" | b"czh" | b"czo" => false,
        b"ja" | b"ko" => true,
        _ => !is_root,
    }
}
