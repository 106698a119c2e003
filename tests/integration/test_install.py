"""`make install` into an empty DESTDIR: what a packager gets."""

import os
import pathlib
import re
import stat
import subprocess
import tempfile
import unittest

import scratch


def make(*arguments):
    # SANITIZE chooses the build that is tested.
    environment = {name: os.environ[name] for name in ("SANITIZE", "CXX") if name in os.environ}
    done = subprocess.run(
        ["make", "-C", str(scratch.REPOSITORY), *arguments], capture_output=True, text=True, timeout=600, check=False,
        env={"PATH": scratch.PATH, **environment})
    if done.returncode:
        raise AssertionError("make %s: status %d\n%s%s" % (
            " ".join(arguments), done.returncode, done.stdout, done.stderr))


class Install(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        directory = tempfile.TemporaryDirectory(prefix="castor-install-")
        cls.addClassCleanup(directory.cleanup)
        cls.root = pathlib.Path(directory.name)
        cls.make("install")

    @classmethod
    def make(cls, target):
        make(target, "DESTDIR=%s" % cls.root, "prefix=/usr")

    def run_program(self, *arguments):
        done = subprocess.run([self.root / "usr/bin/castor", *arguments], capture_output=True, text=True, timeout=30,
                              check=True, env={"PATH": scratch.PATH})
        return done.stdout

    def test_the_program_runs_and_knows_its_version(self):
        self.assertRegex(self.run_program("--version"), r"^castor \d+\.\d+\.\d+\n$")

    def test_web_servers_find_it_under_the_names_they_expect(self):
        program = (self.root / "usr/bin/castor").resolve()
        for name in ("castor.fcgi", "castor.cgi"):
            self.assertEqual((self.root / "usr/lib/castor" / name).resolve(), program)

    def test_the_settings_are_correct(self):
        settings = self.root / "etc/castor/castor.ini"
        self.assertEqual(self.run_program("--config", str(settings), "check-config"), "%s: correct\n" % settings)

    def test_settings_that_are_there_stay_as_they_are(self):
        settings = self.root / "etc/castor/castor.ini"
        before = settings.read_text(encoding="utf-8")
        settings.write_text("[log]\nlevel = debug\n", encoding="utf-8")
        self.addCleanup(settings.write_text, before, encoding="utf-8")
        self.make("install")
        self.assertEqual(settings.read_text(encoding="utf-8"), "[log]\nlevel = debug\n")

    def test_only_its_owner_may_look_into_the_folder_of_the_database(self):
        self.assertEqual(stat.S_IMODE((self.root / "var/lib/castor").stat().st_mode), 0o700)

    def test_all_others_may_read_everything_else(self):
        for path in self.root.rglob("*"):
            if path != self.root / "var/lib/castor":
                readable = 0o555 if path.is_dir() or os.access(path, os.X_OK) else 0o444
                self.assertEqual(path.stat().st_mode & readable, readable, path)

    def test_the_examples_name_files_that_were_installed(self):
        examples = [path for path in (self.root / "usr/share/doc/castor/examples").rglob("*") if path.is_file()]
        self.assertGreaterEqual(len(examples), 8)
        for example in examples:
            text = example.read_text(encoding="utf-8")
            for named in re.findall(r"/(?:usr|etc/castor)[\w/.]*[\w/]", text):
                self.assertTrue((self.root / named.lstrip("/")).exists(), "%s names %s" % (example, named))

    @unittest.skipUnless(scratch.find_program("mandoc") or os.environ.get("REQUIRE_SERVERS"), "mandoc is not installed")
    def test_the_manual_pages_are_correct(self):
        pages = [self.root / "usr/share/man" / page for page in ("man1/castor.1", "man5/castor.ini.5")]
        done = subprocess.run(["mandoc", "-T", "lint", "-W", "warning", *pages], capture_output=True, text=True,
                              timeout=30, check=False)
        self.assertEqual((done.returncode, done.stdout), (0, ""))

    def test_uninstall_leaves_settings_and_database_alone(self):
        self.addCleanup(self.make, "install")
        self.make("uninstall")
        left = [str(path.relative_to(self.root)) for path in self.root.rglob("*") if "castor" in path.name]
        self.assertEqual(sorted(left), ["etc/castor", "etc/castor/castor.ini", "var/lib/castor"])


@unittest.skipUnless(scratch.find_program("autoconf") or os.environ.get("REQUIRE_SERVERS"), "autoconf is not installed")
class Configure(unittest.TestCase):
    """`./configure`, which a checkout does not need."""

    def test_it_writes_where_things_go_and_leaves_settings_in_etc(self):
        with tempfile.TemporaryDirectory(prefix="castor-configure-") as directory:
            def run(*argv, **more):
                return subprocess.run(argv, cwd=directory, env={"PATH": scratch.PATH}, capture_output=True, text=True,
                                      timeout=300, check=True, **more).stdout
            source = str(scratch.REPOSITORY)
            run("autoconf", "-o", "configure", source + "/configure.ac")
            run("./configure", "--srcdir=" + source, "--prefix=/opt/castor")
            folders = run("make", "-f", "-",
                          input="include config.mk\nshow: ; @echo $(bindir) $(libdir) $(docdir) $(sysconfdir)\n")
        self.assertEqual(folders.split(), [
            "/opt/castor/bin", "/opt/castor/lib", "/opt/castor/share/doc/castor", "/etc"])


if __name__ == "__main__":
    unittest.main()
