"""Asks a tool every case and counts how often it is right."""

import base64
import collections
import json
import subprocess

import cases

Score = collections.namedtuple("Score", "share second cases")

CHINESE = {
    "gb2312": "GBK", "gbk": "GBK", "gb18030": "GBK", "cp936": "GBK", "euc_cn": "GBK",
    "big5": "Big5", "big5hkscs": "Big5", "cp950": "Big5", "euc_tw": "EUC-TW", "hz": "HZ", "hz_gb_2312": "HZ",
    "iso_2022_cn": "ISO-2022-CN", "x_euc_tw": "EUC-TW", "johab": "",
}


def family(label):
    """Which of the Chinese encodings a name stands for; empty for all others."""
    label = label.lower().replace("-", "_")
    return CHINESE.get(label) or CHINESE.get(label.replace("_", ""), "")


def reads(data, label, text):
    """Whether reading the bytes under the answered name gives the text: the judge of names."""
    if family(label) == "EUC-TW":
        return cases.write(text, "EUC-TW") == data
    try:
        if cases.single_byte(label):
            return cases.misread(data, label) == text
        return data.decode({"HZ": "hz"}.get(family(label), cases.codec(label))) == text
    except (LookupError, UnicodeDecodeError):
        return False


def ask(command, task, questions):
    """The tool's answers, in order."""
    if task == "detect":
        records = [{"bytes": base64.b64encode(question).decode()} for question in questions]
    else:
        records = [{"text": question} for question in questions]
    sent = "".join(json.dumps(record) + "\n" for record in records)
    done = subprocess.run(command, input=sent.encode(), stdout=subprocess.PIPE, shell=True, check=True)
    answers = done.stdout.decode().split("\n")[:-1]
    if len(answers) != len(questions):
        raise SystemExit(f"{command}: {len(answers)} answers to {len(questions)} cases")
    return answers if task == "detect" else [json.loads(answer) for answer in answers]


def common(a, b):
    """Length of the longest common subsequence (a bit for each character of `a`)."""
    places = collections.defaultdict(int)
    for at, c in enumerate(a):
        places[c] |= 1 << at
    everything = (1 << len(a)) - 1
    row = everything
    for c in b:
        met = row & places[c]
        row = ((row + met) | (row - met)) & everything
    return bin(row ^ everything).count("1")


def judge(cell, answers):
    """Right answers in percent, and a second figure: see the head of each table."""
    right = second = 0
    everything = 0
    for case, answer in zip(cell.cases, answers):
        if cell.right in ("exact", "unchanged"):
            right += answer == case.answer
            everything += len(case.answer)
            second += len(case.answer) if answer == case.answer else common(case.answer, answer)
            continue
        text, label = case.answer
        everything += 1
        if cell.right == "reads":
            right += reads(case.question, answer, text)
            second += family(answer) == family(label)
        elif cell.right == "named":
            right += (family(answer) or answer.upper()) == (family(label) or label.upper())
        else:
            right += not family(answer)
            second += bool(label) and reads(case.question, answer, text)
    percent = lambda part, whole: 100.0 * part / max(1, whole)
    return Score(percent(right, len(cell.cases)), percent(second, everything), len(cell.cases))


def scores(command, task, cells):
    """A score for each cell, from one run of the tool."""
    answers = ask(command, task, [case.question for cell in cells for case in cell.cases])
    found, at = [], 0
    for cell in cells:
        found.append(judge(cell, answers[at : at + len(cell.cases)]))
        at += len(cell.cases)
    return found


def show(command, task, cells, name):
    """Prints what the tool answered wrongly in the cells of a name."""
    chosen = [cell for cell in cells if cell.name == name]
    for cell in chosen:
        for case, answer in zip(cell.cases, ask(command, task, [case.question for case in cell.cases])):
            alone = cell._replace(cases=[case])
            if judge(alone, [answer]).share < 100.0:
                print(f"{cell.name} {cell.length}: {case.question!r} is {case.answer!r}, not {answer!r}")
