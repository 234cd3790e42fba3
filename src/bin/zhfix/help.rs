//! The prose of `--help` that does not belong to one option: examples and statuses.

pub(crate) const EXAMPLES: &str = "\
Examples:
  zhfix novel.txt > clean.txt            whatever it is, to clean Simplified Chinese in UTF-8
  zhfix fix -i --backup -r books/        a whole folder in place; a.txt is kept as a.txt.bak
  zhfix repair -o out.txt damaged.txt    undo mojibake and glosses; leave the script alone
  zhfix convert -c s2twp a.txt           exactly OpenCC's s2twp
  zhfix detect -r corpus/                encoding and script of every file
  zhfix explain damaged.txt              what was changed where, why, and how to undo it
  zhfix fix -i -r books/ --journal J     the same, and `zhfix undo J` takes all of it back
  zhfix --check -r src/                  status 1 if anything would change
  zhfix --jsonl --field text < in.jsonl > out.jsonl

Without a verb, `fix` is meant; a file that is called like a verb is written ./detect.

Exit status:
  0  done
  1  --check found something that would change
  2  something could not be done; each is named on standard error, the others are done
  3  only with --strict: done, but an encoding is uncertain or something is beyond repair
A reader that closes the pipe ends the run quietly.";

pub(crate) const FIX_EXAMPLES: &str = "\
Examples:
  zhfix fix novel.txt > clean.txt
  zhfix fix --to zh-Hant-TW --wording regional a.txt
  zhfix fix -i --backup -r books/
  zhfix fix --diff a.txt | less -R
  zhfix fix --from-encoding gbk --to-encoding keep -o b.txt a.txt
  zhfix fix --jsonl --field title,body.text --report-field zhfix < in.jsonl";

pub(crate) const REPAIR_EXAMPLES: &str = "\
Examples:
  zhfix repair damaged.txt > repaired.txt
  zhfix repair --repair tidy a.txt
  zhfix repair --list-rules
  zhfix repair --diff -r notes/";

pub(crate) const CONVERT_EXAMPLES: &str = "\
Examples:
  zhfix convert -c s2twp a.txt
  zhfix convert -c ./mine/s2t-mine.json a.txt
  zhfix convert --ambiguities -c s2t a.txt | grep 乾
  zhfix convert --to zh-Hans --dict words.txt a.txt
  printf '漢字' | zhfix convert";

pub(crate) const DETECT_EXAMPLES: &str = "\
Examples:
  zhfix detect *.txt
  zhfix detect --explain --segments odd.log
  zhfix detect --json -r corpus/ | grep -v '\"encoding\":\"UTF-8\"'
  zhfix detect --jsonl --field raw --base64 < crawl.jsonl";

pub(crate) const NAMES_EXAMPLES: &str = "\
Examples:
  zhfix names downloads/ old.zip
  zhfix names --apply --journal names.journal downloads/ old.zip
  zhfix undo names.journal
  zhfix names --to zh-Hans books/";

pub(crate) const UNDO_EXAMPLES: &str = "\
Examples:
  zhfix fix -i -r books/ --journal books.journal
  zhfix undo -n books.journal
  zhfix undo books.journal";

pub(crate) const EXPLAIN_EXAMPLES: &str = "\
Examples:
  zhfix explain damaged.txt
  zhfix explain --json damaged.txt";
