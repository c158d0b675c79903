"""scripts/tidy finds what it is for, and lets pass what is only alike."""

import importlib.machinery
import importlib.util
import unittest

from lab import ROOT


def loaded(path):
    loader = importlib.machinery.SourceFileLoader("tidy", str(path))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("tidy", loader))
    loader.exec_module(module)
    return module


tidy = loaded(ROOT / "scripts" / "tidy")


class Floors(unittest.TestCase):
    def found(self, path, text):
        return [what for _, what in tidy.floor_problems(path, text)]

    def test_an_include_does_not_climb(self):
        self.assertEqual(self.found("emulator/net/x.cpp", '#include "tls/tls_stream.h"\n'),
                         ["net/ (floor 2) must not include tls/ (floor 3)"])
        self.assertEqual(self.found("emulator/net/x.cpp", '#include "pki/pem.h"\n'),
                         ["net/ (floor 2) must not include pki/ (floor 2)"])
        self.assertEqual(self.found("emulator/tls/x.cpp", '#include "net/tcp.h"\n#include "tls/x.h"\n'), [])

    def test_components_do_not_include_one_another(self):
        self.assertEqual(self.found("emulator/aws/alb/x.cpp", '#include "aws/nlb/flow_table.h"\n'),
                         ["aws/alb/ must not include aws/nlb/"])
        self.assertEqual(self.found("emulator/aws/iam/x.cpp", '#include "aws/alb/trace_id.h"\n'),
                         ["aws/iam/ must not include aws/alb/"])
        self.assertEqual(self.found("emulator/aws/alb/x.cpp", '#include "aws/target_group/target.h"\n'), [])

    def test_every_folder_is_a_floor(self):
        self.assertEqual(self.found("emulator/attic/x.cpp", ""), ["emulator/attic/ is no floor"])


class Bans(unittest.TestCase):
    def found(self, line, path="emulator/net/x.cpp"):
        return [what.split(":")[0] for _, what in tidy.ban_problems(path, line)]

    def test_each_is_found(self):
        for line in ["auto h = std::hash<std::string>{}(x);", "std::this_thread::sleep_for(5ms);", "sleep(1);",
                     "std::chrono::steady_clock::now();", "setsockopt(fd, SOL_SOCKET, SO_LINGER, &a, n);",
                     "c = static_cast<char>(c + 32);", "c = static_cast<char>(c | 0x20);", "std::tolower(c);",
                     "value * 0x100000001b3ULL;", "std::regex r;", "co_await f(a, Part{1});",
                     "co_await (a ? b : c);", "// TO" "DO: later"]:
            with self.subTest(line):
                self.assertEqual(len(self.found(line)), 1)

    def test_a_comment_may_name_them(self):
        self.assertEqual(self.found("// because std::regex would cost more, and sleep(1) as well"), [])

    def test_what_is_only_alike(self):
        for line in ["co_await asleep(1);", "net::Deadline sleep;", "if (static_cast<unsigned char>(c) < 0x20) {",
                     "size + 320;", "tls.lower();"]:
            with self.subTest(line):
                self.assertEqual(self.found(line), [])

    def test_each_exception_is_still_needed(self):
        for ban in tidy.BANS:
            for path, reason in ban.but.items():
                if reason == "it" or reason == "its test":
                    continue
                with self.subTest(path):
                    self.assertRegex((ROOT / path).read_text(), ban.pattern)


class Lengths(unittest.TestCase):
    def found(self, path, line):
        return [what for _, what in tidy.length_problems(path, line)]

    def test_long_lines(self):
        self.assertEqual(self.found("x.cpp", "a" * 101), ["101 columns; at most 100"])
        self.assertEqual(self.found("x.py", "a" * 121), ["121 columns; at most 120"])
        self.assertEqual(self.found("x.cpp", "a" * 100) + self.found("x.md", "a" * 200), [])
        self.assertEqual(self.found("x.h", "// https://docs.aws.amazon.com/" + "a" * 100), [])


if __name__ == "__main__":
    unittest.main()
