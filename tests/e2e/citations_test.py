"""What comments and pages cite is there: sections of docs/aws, and files of the repository.

A citation is a page of docs/aws and its sections: `alb.md 6.4`, `alb.md 3 and 8`,
`apigateway.md 5.3, 7, 9`. It may go on after a line's end. "alb.md section 6.4" is refused: one form
is easier to search for.
"""

import bisect
import json
import re
import subprocess
import unittest

from lab import ROOT, without_comments

PAGES = ROOT / "docs" / "aws"
SECTION = r"\d+(?:\.\d+)*(?![\w%])(?!\.\d)"
CITATION = re.compile(rf"\b([a-z][a-z0-9-]*\.md)`?(?: +(sections?|§+))? *({SECTION}(?:(?:, | and | to ){SECTION})*)")
MENTION = re.compile(r"(?<![\w./:$}-])(?:docs|tests|scripts|fixtures|scenarios|examples|emulator|bench|fuzz|cmake|\.ci)"
                     r"/[\w./*-]*[\w*/]")
PAGE_NAME = re.compile(r"(?<![\w./:-])[\w./-]+\.md\b")
# A placeholder, as in emulator/FOLDER.
PLACEHOLDER = re.compile(r"/[A-Z]+$")
CODE = {".cpp": "//", ".h": "//", ".inc": "//", ".py": "#", ".txt": "#", ".cmake": "#", "": "#"}


def files():
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True)
    if listed.returncode:  # an unpacked archive
        paths = [path for path in ROOT.rglob("*") if path.is_file() and ".git" not in path.parts and
                 ROOT / "build" not in path.parents]
    else:
        paths = [ROOT / name for name in listed.stdout.splitlines()]
    return [path for path in sorted(paths)
            if path.is_file() and path.suffix in {*CODE, ".md", ".json", ".sh"}]


def text_of(path):
    """The text, or nothing for what is not text."""
    try:
        return path.read_text()
    except UnicodeDecodeError:
        return ""


def sections_of(page):
    return set(re.findall(r"^#+ (\d+(?:\.\d+)*)\b", page.read_text(), re.M))


def known_sections():
    return {page.name: sections_of(page) for page in PAGES.glob("*.md")}


def without_marks(text):
    """The text with each comment on one line, so that a citation may go on after a line's end. Positions
    stay as they were."""
    return re.sub(r"\n *(?:///?|#|\*)? ?", lambda end: " " * len(end.group()), text)


def numbered(text, positions):
    """The line of each position."""
    ends = [found.start() for found in re.finditer("\n", text)]
    return [bisect.bisect_left(ends, position) + 1 for position in positions]


def dead_citations(text, sections):
    """(line, what is wrong) of each citation in `text` that leads nowhere."""
    problems = []
    for found in CITATION.finditer(without_marks(text)):
        page, word, numbers = found.group(1), found.group(2), re.findall(SECTION, found.group(3))
        if page not in sections:
            problems.append((found.start(), f"{page} is no page of docs/aws"))
        elif word:
            problems.append((found.start(), f"say {page} {numbers[0]}, without \"{word}\""))
        else:
            problems += [(found.start(), f"{page} has no section {number}")
                         for number in numbers if number not in sections[page]]
    return list(zip(numbered(text, [at for at, _ in problems]), [what for _, what in problems]))


def comments_of(path, text):
    """The text with everything but its comments (a page's whole text) blanked out; line by line."""
    if path.suffix == ".md":
        return text
    if path.suffix == ".json":
        return ""
    python = path.suffix == ".py" or text.startswith("#!/usr/bin/env python3")
    kept, in_docstring = [], False
    for line in text.split("\n"):
        quotes = line.count('"""') if python else 0
        if in_docstring or quotes:
            kept.append(line)
            in_docstring ^= quotes == 1
            continue
        found = re.search(rf"(?:^|\s){CODE.get(path.suffix, '#')}.*", line)
        kept.append(found.group() if found else "")
    return "\n".join(kept)


def is_there(mention):
    path = mention.rstrip("/.")
    return any(True for _ in ROOT.glob(path)) if "*" in path else (ROOT / path).exists()


def dead_mentions(path, text):
    """(line, what is not there) of each file of the repository that `text` mentions."""
    problems = []
    places = [ROOT, path.parent, ROOT / "docs", PAGES]
    for number, line in enumerate(comments_of(path, text).split("\n"), 1):
        dead = [mention for mention in MENTION.findall(line)
                if not PLACEHOLDER.search(mention) and not is_there(mention)]
        dead += [name for name in PAGE_NAME.findall(line)
                 if name not in dead and not any((place / name).exists() for place in places)]
        problems += [(number, f"{name} is not there") for name in dead]
    return problems


def listed(path, problems):
    return [f"{path.relative_to(ROOT)}:{line}: {what}" for line, what in problems]


class Citations(unittest.TestCase):
    def test_every_citation_leads_to_a_section(self):
        sections = known_sections()
        self.assertGreater(len(sections), 5)
        dead, cited = [], set()
        for path in files():
            text = text_of(path)
            if path.name == "citations_test.py":
                continue
            cited |= {found.group(1) for found in CITATION.finditer(without_marks(text))}
            dead += listed(path, dead_citations(text, sections))
        self.assertEqual(dead, [])
        self.assertLessEqual({"alb.md", "apigateway.md", "nlb-privatelink.md"}, cited)

    def test_a_section_of_the_pages_names_one_thing(self):
        for page in PAGES.glob("*.md"):
            with self.subTest(page.name):
                numbers = re.findall(r"^#+ (\d+(?:\.\d+)*)\b", page.read_text(), re.M)
                self.assertEqual(len(numbers), len(set(numbers)))

    def test_rows_that_the_casebook_names_are_there(self):
        page = (PAGES / "nlb-privatelink.md").read_text()
        rows = set(re.findall(r"^\| (R\d+) \|", page, re.M))
        cases = page.split("### 6.1 ")[1].split("\n## ")[0]
        rows |= {f"S{number}" for number in re.findall(r"^\| (\d+) \|", cases, re.M)}
        named = set()
        for path in (ROOT / "scenarios" / "resets").glob("*.json"):
            facts = json.loads(without_comments(path.read_text()))["case"]["facts"]
            named |= {fact for fact in facts if re.fullmatch(r"[RS]\d+", fact)}
        self.assertGreater(len(named), 40)
        self.assertEqual(sorted(named - rows), [])


class Files(unittest.TestCase):
    def test_every_file_that_is_mentioned_is_there(self):
        dead = []
        for path in files():
            # Sources of docs/aws are in other people's repositories.
            if path.name != "citations_test.py" and PAGES not in path.parents:
                dead += listed(path, dead_mentions(path, text_of(path)))
        self.assertEqual(dead, [])


class TheTestItself(unittest.TestCase):
    SECTIONS = {"alb.md": {"3", "6", "6.4"}}

    def citations(self, text):
        return dead_citations(text, self.SECTIONS)

    def mentions(self, name, text):
        return dead_mentions(ROOT / "emulator" / name, text)

    def test_sections_that_exist(self):
        self.assertEqual(self.citations("// FIN (alb.md 6.4), RST (alb.md 3 and 6)"), [])
        self.assertEqual(self.citations("x\n/// see (alb.md\n/// 6.4). It ends.\n"), [])
        self.assertEqual(self.citations("[alb.md](aws/alb.md), alb.md without a number"), [])

    def test_a_dead_section(self):
        self.assertEqual(self.citations("one\n// so it is (alb.md 6.4, 6.9)"), [
            (2, "alb.md has no section 6.9")])
        self.assertEqual(self.citations("/// so it is (alb.md\n  /// 7)."), [
            (1, "alb.md has no section 7")])

    def test_a_dead_page(self):
        self.assertEqual(self.citations("# clb.md 6.4"), [(1, "clb.md is no page of docs/aws")])

    def test_the_other_form(self):
        self.assertEqual(self.citations("// alb.md section 6"), [(1, 'say alb.md 6, without "section"')])

    def test_a_dead_file(self):
        self.assertEqual(self.mentions("x.cpp", "int x;  // as scripts/dance does\n"), [
            (1, "scripts/dance is not there")])
        self.assertEqual(self.mentions("x.py", '"""See docs/dance.md.\n"""\n'), [
            (1, "docs/dance.md is not there")])
        self.assertEqual(self.mentions("x.md", "tests/dance/*.cpp"), [(1, "tests/dance/*.cpp is not there")])

    def test_files_that_exist(self):
        self.assertEqual(self.mentions("x.cpp", "// scripts/test, tests/e2e/, docs/*.md; emulator/FOLDER"), [])
        self.assertEqual(self.mentions("x.cpp", 'open("docs/dance.md");'), [])


if __name__ == "__main__":
    unittest.main()
