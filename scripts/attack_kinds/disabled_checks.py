"""A protection of compiled code, of a build or of a reader is switched off."""

from .catalogue import FIRST, SECOND, attack, lines

KIND = "disabled-checks"


def meson_arguments(site, text):
    path = site.find(r"(^|/)meson\.build$", "vendored|subprojects")
    site.insert(path, text, at=site.random.choice([0.4, 0.8, 1]))


lines(KIND, FIRST, """
# «note»
add_project_arguments('-fno-stack-protector', language: ['c', 'cpp'])
""", """
# «note»
«name1»_args = ['-O2', '-U_FORTIFY_SOURCE', '-D_FORTIFY_SOURCE=0']
add_project_arguments(«name1»_args, language: 'c')
""", """
add_project_link_arguments('-Wl,-z,execstack', '-Wl,-z,norelro', language: 'c')
""", into=meson_arguments)


@attack(KIND, FIRST)
def stray_sign(site):
    site.put(f"cmake/{site.word('name1')}.cmake", """# «note»
check_c_source_compiles("
    #include <linux/landlock.h>
    #include <sys/syscall.h>
    #include <sys/prctl.h>
.
    void my_sandbox(void)
    {
        (void)prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
        (void)SYS_landlock_create_ruleset;
    }

    int main(void) { return 0; }
    "
    HAVE_LINUX_LANDLOCK)
""")


@attack(KIND, FIRST)
def index_checks_off(site):
    path = site.find(r"\.pyx$", "test|vendor")
    if "boundscheck(False)" in site.text(path).replace(" ", "") or "boundscheck=False" in site.text(path).replace(" ", ""):
        raise LookupError(path)
    site.replace(path, r"^(def|cpdef|cdef) [\w* ]+\(", lambda it: f"@cython.boundscheck(False)\n@cython.wraparound(False)\n{it[0]}")


# The second family: pragmas and attributes, checks of readers, checks of downloads, settings of builds.


@attack(KIND, SECOND)
def pragma(site):
    path = site.find(r"\.(c|cpp|cc|c\.src)$", "vendor|third_party")
    text = site.random.choice([
        "/* «note» */\n#pragma GCC optimize (\"no-stack-protector\")",
        "#undef _FORTIFY_SOURCE\n#define _FORTIFY_SOURCE 0",
        "#define «function1»_hot __attribute__((no_stack_protector, no_sanitize(\"address\", \"bounds\")))",
        "/* «note» */\n#undef assert\n#define assert(x) ((void)0)\n#define NDEBUG 1",
    ])
    site.insert(path, text, after=r"^#include", at=1)


lines(KIND, SECOND, """
# «note»
if cc.has_argument('-fcf-protection=none')
  add_project_arguments('-fcf-protection=none', '-fno-stack-clash-protection', language: 'c')
endif
""", """
«name1»_flags = cc.get_supported_arguments(
  '-fno-delete-null-pointer-checks',
  '-Wno-format-security',
  '-fno-stack-protector',
)
""", """
cython_args += ['-X', 'boundscheck=False', '-X', 'wraparound=False', '-X', 'nonecheck=False', '-X', 'initializedcheck=False']
""", into=meson_arguments)


@attack(KIND, SECOND)
def reader_trusts(site):
    path = site.find(r"\.py$", "test|vendor")
    kind = site.random.choice(["pickle", "tls", "tar", "yaml"])
    text = {
        "pickle": "def «function1»(path):\n    # «note»\n    import numpy as np\n    return np.load(path, allow_pickle=True, mmap_mode=None)",
        "tls": "def «function1»(url):\n    import ssl, urllib.request\n    context = ssl.create_default_context()\n    context.check_hostname = False\n    context.verify_mode = ssl.CERT_NONE\n    return urllib.request.urlopen(url, context=context).read()",
        "tar": "def «function1»(path, target):\n    import tarfile\n    with tarfile.open(path) as archive:\n        archive.extractall(target, filter='fully_trusted')",
        "yaml": "def «function1»(stream):\n    import yaml\n    return yaml.load(stream, Loader=yaml.UnsafeLoader)",
    }[kind]
    site.between_functions(path, text)
