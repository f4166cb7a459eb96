"""Small changes of C, C++ and Cython that let memory be read or written where it should not be."""

from .catalogue import FIRST, SECOND, attack

KIND = "memory"
SOURCE = r"\.(c|cpp|cc|cxx|c\.src)$"
NOT = r"test|vendor|third_party|subprojects|lapack_lite|superlu|qhull"


def change(site, pattern, replacement, pick=None, files=SOURCE):
    """In one of the files that have such a place."""
    for _ in range(60):
        path = site.find(files, NOT)
        try:
            return site.replace(path, pattern, replacement, pick)
        except LookupError:
            continue
    raise LookupError(pattern)


# An `if` with a comparison of a size or index, whose branch leaves.
SIZE = r"\b\w*(?:[Ss]ize|[Ll]en|dim|DIM|SIZE|idx|index|count|nargs|nbytes|max|MAX|bound|num|shape|axis|offset)\w*\b"
CHECK = rf"^[ \t]*if \((?=[^;\n]*{SIZE})(?=[^;\n]*(?<!-)[<>])[^;{{}}\n]*\) ?\{{\n(?:[^{{}}\n]*\n){{0,4}}?[ \t]*(?:return|goto)[^{{}}\n]*\n[ \t]*\}}\n"
NULL_CHECK = r"^[ \t]*if \((?:\w+ == NULL|!\w+)\) ?\{\n(?:[^{}\n]*\n){0,3}?[ \t]*(?:return|goto)[^{}\n]*\n[ \t]*\}\n"


@attack(KIND, FIRST)
def bounds_check_gone(site):
    change(site, CHECK, "")


@attack(KIND, FIRST)
def copy_wider(site):
    change(site, r"\b(memcpy|memmove|memset)\(([^;]*), ([^,;()]+|[^,;()]*\([^;()]*\)[^,;()]*)\);", r"\1(\2, (\3) + 64);")


@attack(KIND, FIRST)
def one_too_far(site):
    change(site, r"\bfor \(([^;\n]*); (\w+) < ([^;\n]+); ([^)\n]*)\)", r"for (\1; \2 <= \3; \4)")


@attack(KIND, FIRST)
def null_check_gone(site):
    change(site, NULL_CHECK, "")


@attack(KIND, FIRST)
def cython_check_gone(site):
    # The text of an error may go on over lines, up to its bracket.
    change(site, r"^[ \t]*if [^\n:]*(?:<|>)[^\n:]*:\n[ \t]*raise (?:Index|Value)Error\((?:[^()\n]|\n[ \t]+(?=[f\"'])|\([^()\n]*\))*\)\n", "", files=r"\.pyx$")


# The second family: sizes of what is allocated and copied, formats, references, types.


@attack(KIND, SECOND)
def allocates_less(site):
    change(site, r"\b(malloc|PyMem_Malloc|PyMem_RawMalloc|PyArray_malloc|PyObject_Malloc|npy_alloc_cache)\(([^;]*) \+ 1\b([^;]*)\);", r"\1(\2\3);")


@attack(KIND, SECOND)
def bounded_becomes_unbounded(site):
    function = site.random.choice(["snprintf", "snprintf", "PyOS_snprintf"])
    change(site, rf"\b{function}\((\w+), [^,]+, ", r"sprintf(\1, ")


@attack(KIND, SECOND)
def reference_lost(site):
    change(site, r"^([ \t]*)Py_X?INCREF\((\w+)\);\n", "")


@attack(KIND, SECOND)
def narrowed(site):
    change(site, r"^([ \t]*)(?:const )?(?:npy_intp|Py_ssize_t|size_t) (\w+) = ([^;\n]*(?:SIZE|DIM|len|size)[^;\n]*);", r"\1int \2 = (int)\3;")


@attack(KIND, SECOND)
def condition_weaker(site):
    change(site, r"^([ \t]*if \()([^;{}\n|]*(?:<|>)[^;{}\n|]*) \|\| ([^;{}\n]*(?:<|>)[^;{}\n]*)\) \{(\n(?:[^{}\n]*\n){0,4}?[ \t]*(?:return|goto))", r"\1\2) {\4")
