"""The cases: what each tool is asked, and what is right.

A cell is a kind of text at a length. Detection: text written in an encoding; repair: text that
went through a chain of wrong decodings, or none. Everything is drawn by numbers that depend on
the seed and the name of the cell alone, so that one cell can change without moving another.
"""

import collections
import hashlib
import re
import subprocess

Case = collections.namedtuple("Case", "question answer")
Cell = collections.namedtuple("Cell", "group name length right cases")

HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff]")


class Dice:
    """Numbers from a hash: the same under every version of Python."""

    def __init__(self, *salt):
        self.salt = "/".join(map(str, salt))
        self.thrown = 0

    def below(self, limit):
        self.thrown += 1
        digest = hashlib.sha256(f"{self.salt}/{self.thrown}".encode()).digest()
        return int.from_bytes(digest[:8], "big") % limit

    def pick(self, items):
        return items[self.below(len(items))]

    def line(self, sources):
        """Each source as often, however large it is."""
        return self.pick(self.pick(sources))


def window(line, han, dice):
    """A part of a line with so many Han characters, from its first one or any; None if too short."""
    places = [match.start() for match in HAN.finditer(line)]
    if len(places) < han:
        return None
    first = 0 if dice.below(2) == 0 else dice.below(len(places) - han + 1)
    return line[places[first] : places[first + han - 1] + 1]


def passage(sources, chars, dice):
    """Lines from a place of one source on, cut to so many characters."""
    lines = dice.pick(sources)
    at = dice.below(len(lines))
    text = ""
    while len(text) < chars:
        text += ("\n" if text else "") + lines[at]
        at = (at + 1) % len(lines)
    return text[:chars].strip()


# Reading and writing. Labels stand for what the Encoding Standard reads under them.

READ_AS = {
    "gbk": "gb18030", "gb2312": "gb18030", "big5": "big5hkscs", "shift_jis": "cp932", "euc-kr": "cp949",
    "macintosh": "mac_roman", "iso-8859-1": "latin-1", "iso-8859-8-i": "iso-8859-8", "x-mac-cyrillic": "mac_cyrillic",
    "windows-874": "cp874", "tis-620": "cp874", "tis_620": "cp874", "iso-8859-11": "cp874",
}


def codec(label):
    return READ_AS.get(label.lower(), label)


def single_byte(label):
    return re.fullmatch(r"windows-\d+|iso-8859-\d+|ibm\d+|koi8-r|macintosh", label.lower()) is not None


def write(text, label):
    """The bytes of a text, or None where the encoding lacks a character."""
    if label == "EUC-TW":
        # Python lacks it; iconv has it.
        done = subprocess.run(["iconv", "-f", "utf-8", "-t", "euc-tw"], input=text.encode(), capture_output=True)
        return done.stdout if done.returncode == 0 else None
    try:
        # Python writes codes of its own for characters that GBK lacks.
        return text.encode("gbk" if label == "GBK" else codec(label))
    except UnicodeEncodeError:
        return None


def misread(data, label):
    """What a browser shows: bytes of single-byte encodings that mean nothing are C1 controls."""
    if not single_byte(label):
        return data.decode(codec(label), "replace")
    one = lambda byte: bytes([byte]).decode(codec(label), "replace")
    return "".join(chr(byte) if one(byte) == "\ufffd" else one(byte) for byte in data)


# Detection.

HANS_LENGTHS = (2, 4, 8, 16, 64, 400)
CHINESE = [
    ("Simplified in GBK", "hans", "GBK"),
    ("Traditional in Big5", "hant", "Big5"),
    ("Traditional in GBK", "hant", "GBK"),
    ("Traditional in EUC-TW", "hant", "EUC-TW"),
    ("Simplified in UTF-8", "hans", "UTF-8"),
    ("Traditional in UTF-8", "hant", "UTF-8"),
    ("Simplified in UTF-16LE, no mark", "hans", "UTF-16LE"),
    ("Traditional in UTF-16BE, no mark", "hant", "UTF-16BE"),
    ("Simplified in HZ", "hans", "HZ"),
]
SPOILED = [
    ("GBK, first byte cut off", "hans", "GBK", lambda data, dice: data[1:]),
    ("GBK, last byte cut off", "hans", "GBK", lambda data, dice: data[:-1]),
    ("GBK, a byte FF inside", "hans", "GBK", lambda data, dice: spoil(data, dice)),
    ("Big5, a byte FF inside", "hant", "Big5", lambda data, dice: spoil(data, dice)),
    ("UTF-8, a byte FF inside", "hans", "UTF-8", lambda data, dice: spoil(data, dice)),
]
OTHERS = [
    ("Japanese in Shift_JIS", "ja", "Shift_JIS"), ("Japanese in EUC-JP", "ja", "EUC-JP"),
    ("Korean in EUC-KR", "ko", "EUC-KR"),
    ("Russian in windows-1251", "ru", "windows-1251"), ("Russian in KOI8-R", "ru", "KOI8-R"),
    ("Greek in windows-1253", "el", "windows-1253"), ("Thai in windows-874", "th", "windows-874"),
    ("Vietnamese in windows-1258", "vi", "windows-1258"),
    ("German in windows-1252", "de", "windows-1252"), ("Czech in windows-1250", "cs", "windows-1250"),
]
OTHER_LENGTHS = (8, 32, 200)
NO_LENGTHS = (16, 64, 512)


def spoil(data, dice):
    at = dice.below(len(data) + 1)
    return data[:at] + b"\xff" + data[at:]


def code_around(texts, dice):
    """Lines of a program with one comment in them."""
    names = ("count", "index", "name", "value", "result", "path", "line", "text")
    line = lambda: f"    {dice.pick(names)} = {dice.pick(names)}[{dice.below(90)}] + {dice.pick(names)}.size();"
    lines = [line() for _ in range(12)]
    lines[dice.below(12)] += f"  // {texts}"
    return "\n".join(lines)


def fill(samples, draw):
    """Cases until there are enough; a kind of text that hardly fits its encoding gives fewer."""
    cases, tries = [], 0
    while len(cases) < samples and tries < 60 * samples:
        tries += 1
        case = draw()
        if case is not None:
            cases.append(case)
    return cases


def in_encoding(text, label):
    data = None if text is None else write(text, label)
    # What is all ASCII asks nothing.
    return None if data is None or (data.isascii() and label not in ("HZ", "UTF-16LE", "UTF-16BE")) else Case(data, (text, label))


def toneless(text):
    """Vietnamese as windows-1258 wants it: the tone as a mark of its own."""
    import unicodedata

    out = ""
    for c in text:
        parts = unicodedata.normalize("NFD", c)
        tones = "".join(mark for mark in parts if mark in "\u0300\u0301\u0303\u0309\u0323")
        out += unicodedata.normalize("NFC", "".join(p for p in parts if p not in tones)) + tones
    return out


def detection(texts, seed, samples):
    """Cells of detection. `right` says how an answer is judged: see score.py."""
    for name, language, label in CHINESE:
        # iconv runs once for each case: fewer of them.
        for length in HANS_LENGTHS:
            dice = Dice(seed, name, length)

            def draw():
                if length > 64:
                    return in_encoding(passage(texts[language], length, dice), label)
                return in_encoding(window(dice.line(texts[language]), length, dice), label)

            yield Cell("Chinese by length (Han characters)", name, length, "reads", fill(samples, draw))
    for name, language, label, damage in SPOILED:
        for length in (16, 64, 400):
            dice = Dice(seed, name, length)

            def draw():
                text = passage(texts[language], 400, dice) if length > 64 else window(dice.line(texts[language]), length, dice)
                case = in_encoding(text, label)
                return case and Case(damage(case.question, dice), case.answer)

            yield Cell("damaged Chinese (Han characters)", name, length, "named", fill(samples, draw))
    for name, language, label in (("program with a comment in GBK", "hans", "GBK"), ("program with a comment in Big5", "hant", "Big5")):
        for length in (4, 8, 16):
            dice = Dice(seed, name, length)

            def draw():
                text = window(dice.line(texts[language]), length, dice)
                return text and in_encoding(code_around(text, dice), label)

            yield Cell("a little Chinese in ASCII (Han characters)", name, length, "reads", fill(samples, draw))
    for name, language, label in OTHERS:
        for length in OTHER_LENGTHS:
            dice = Dice(seed, name, length)

            def draw():
                text = dice.line(texts[language])[:length].strip()
                return in_encoding(toneless(text) if language == "vi" else text, label)

            yield Cell("other languages (characters)", name, length, "other", fill(samples, draw))
    for length in NO_LENGTHS:
        dice = Dice(seed, "random bytes", length)
        draw = lambda: Case(bytes(dice.below(256) for _ in range(length)), ("", ""))
        yield Cell("no text (bytes)", "random bytes", length, "other", fill(samples, draw))


# Repair. A step writes in the right encoding and reads in the wrong one; a chain may take several.

CHAINS = [
    ("UTF-8 as windows-1252", [("UTF-8", "windows-1252")]),
    ("UTF-8 as ISO-8859-1", [("UTF-8", "ISO-8859-1")]),
    ("UTF-8 as windows-1251", [("UTF-8", "windows-1251")]),
    ("UTF-8 as IBM437", [("UTF-8", "IBM437")]),
    ("UTF-8 as IBM850", [("UTF-8", "IBM850")]),
    ("UTF-8 as macintosh", [("UTF-8", "macintosh")]),
    ("UTF-8 as KOI8-R", [("UTF-8", "KOI8-R")]),
    ("UTF-8 as windows-1252, twice", [("UTF-8", "windows-1252")] * 2),
    ("UTF-8 as GBK", [("UTF-8", "GBK")]),
    ("UTF-8 as GBK, ? for what is lost", [("UTF-8", "GBK"), "?"]),
    ("UTF-8 as GBK, twice", [("UTF-8", "GBK")] * 2),
    ("UTF-8 as GBK, UTF-8 as windows-1252", [("UTF-8", "GBK"), ("UTF-8", "windows-1252")]),
    ("UTF-8 as Big5", [("UTF-8", "Big5")]),
    ("UTF-8 as Shift_JIS", [("UTF-8", "Shift_JIS")]),
    ("UTF-8 as EUC-KR", [("UTF-8", "EUC-KR")]),
    ("GBK as windows-1252", [("GBK", "windows-1252")]),
    ("GBK as windows-1251", [("GBK", "windows-1251")]),
    ("GBK as IBM437", [("GBK", "IBM437")]),
    ("GBK as macintosh", [("GBK", "macintosh")]),
    ("GBK as Big5", [("GBK", "Big5")]),
    ("GBK as Shift_JIS", [("GBK", "Shift_JIS")]),
    ("GBK as EUC-KR", [("GBK", "EUC-KR")]),
    ("Big5 as windows-1252", [("Big5", "windows-1252")]),
    ("Big5 as GBK", [("Big5", "GBK")]),
    ("Big5 as Shift_JIS", [("Big5", "Shift_JIS")]),
    ("Big5 as EUC-KR", [("Big5", "EUC-KR")]),
]
CHAIN_LENGTHS = (4, 8, 16, 64, 256)
CLEAN = [
    ("Simplified", "hans"), ("Traditional", "hant"), ("Japanese", "ja"), ("Korean", "ko"), ("Russian", "ru"),
    ("Greek", "el"), ("Thai", "th"), ("Vietnamese", "vi"), ("German", "de"), ("Czech", "cs"),
]


def damaged(text, chain):
    """The text after its chain; None where a character has no code in it, or nothing changes."""
    now = text
    for step in chain:
        if step == "?":
            now = now.replace("\ufffd", "?")
            continue
        data = write(now, step[0])
        if data is None:
            return None
        now = misread(data, step[1])
    return None if now == text else now


def repair(texts, seed, samples):
    """Cells of repair: damaged texts, damage in one line of a good text, clean lines."""
    for name, chain in CHAINS:
        # Big5 has Traditional characters only.
        languages = ("hant",) if chain[0][0] == "Big5" else ("hans", "hant")
        for length in CHAIN_LENGTHS:
            dice = Dice(seed, name, length)

            def draw():
                sources = texts[dice.pick(languages)]
                text = passage(sources, length, dice) if length > 64 else dice.line(sources)
                start = 0 if dice.below(2) == 0 or len(text) <= length else dice.below(len(text) - length + 1)
                text = text[start : start + length]
                wrong = damaged(text, chain) if len(HAN.findall(text)) >= 0.6 * length else None
                return wrong and Case(wrong, text)

            yield Cell("chains (characters)", name, length, "exact", fill(samples, draw))
    for name, chain in CHAINS:
        if len(chain) == 1 and name in ("UTF-8 as GBK", "UTF-8 as windows-1252", "GBK as windows-1252", "Big5 as GBK"):
            dice = Dice(seed, "one line", name)

            def draw():
                sources = texts["hant" if chain[0][0] == "Big5" else dice.pick(("hans", "hant"))]
                lines = [dice.line(sources) for _ in range(5)]
                if not 8 <= len(HAN.findall(lines[2])) <= 60:
                    return None
                wrong = damaged(lines[2], chain)
                return wrong and Case("\n".join([*lines[:2], wrong, *lines[3:]]), "\n".join(lines))

            yield Cell("one line of five (8 to 60 Han characters)", name, 5, "exact", fill(samples, draw))
    for name, language in CLEAN:
        dice = Dice(seed, "clean", name)

        def draw():
            line = dice.line(texts[language])
            return Case(line, line)

        yield Cell("clean lines", name, 1, "unchanged", fill(10 * samples, draw))
