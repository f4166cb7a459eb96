//! Seeds of the targets about changes: both sides of a file, patches, rules. All of it is made up here.

use super::Seed;

/// Target and text.
const TEXTS: &[(&str, &str)] = &[
    (
        "review",
        "a.py\nimport os\0import os, base64\nos.system(x)\nexec(base64.b64decode('eA=='))\n",
    ),
    (
        "review",
        "src/a.c\nint f(void) { return 0; }\0int f(char *c) {\n  p = realloc(p, n * m);\n  system(c); strcpy(a, b); }\n",
    ),
    (
        "review",
        "CMakeLists.txt\n\0check_c_source_compiles(\"\n.\nint main(void) { return 0; }\n\" X)\nset(C \"-fno-stack-protector\")\n",
    ),
    (
        "review",
        "subprojects/z.wrap\n[wrap-file]\nsource_url = https://z.example/1\nsource_hash = aa\n\0[wrap-file]\nsource_url = https://z.example/1\nsource_hash = bb\n",
    ),
    (
        "review",
        "m4/a.m4\n\0a=`xz -dc tests/files/x.xz | tr a-z b-za`\neval $b | $SHELL\n",
    ),
    (
        "review",
        "src/a.pyx\n\0cdef class A:\n    def f(self, size_t address, int n):\n        p = <double*> malloc(n)\n        q = <double*> address\n        with nogil:\n            self.x += q[0]\n        g(\n            n,\n        )\n",
    ),
    (
        "review",
        "src/a.f90\n\0subroutine f(a)\n!f2py threadsafe\nreal a(*)\ncall system('ls ' // &\n  & a)\nend subroutine\n",
    ),
    (
        "review_flow",
        "if (n < 0) { free(p); goto fail; } q = malloc(n); q[0] = 1; fail: free(p);",
    ),
    (
        "review_flow",
        "PyObject *l = PyList_New(0), *k; if ((k = PyList_GetItem(o, 0)) == NULL) return NULL; Py_DECREF(o); PyObject_Call(k, o, l); return k->x;",
    ),
    (
        "review_flow",
        "char b[64], w[n]; fread(&n, 4, 1, h); memcpy(b, p, (size_t)n); Py_BEGIN_ALLOW_THREADS PyErr_Clear(); Py_END_ALLOW_THREADS switch (n) { case 1: break; default: do { n--; } while (n); }\n#if 0\n}\n#else\nfor (i = 0; i <= n; i++) b[i] = 0;\n#endif\n#pragma omp parallel for\nfor (i = 0; i < n; i++) s += i;",
    ),
    (
        "review_patch",
        "diff --git a/x.c b/x.c\nindex 1..2 100644\n--- a/x.c\n+++ b/x.c\n@@ -3,2 +3,3 @@ f()\n a\n+strcpy(a, b);\n c\n",
    ),
    (
        "review_patch",
        "diff --git \"a/\\303\\266\" \"b/\\303\\266\"\nnew file mode 120000\n--- /dev/null\n+++ \"b/\\303\\266\"\n@@ -0,0 +1 @@\n+/etc/x\ndiff --git a/t b/t\nnew file mode 100644\nBinary files /dev/null and b/t differ\n",
    ),
    (
        "review_novelty",
        "diff --git a/setup.py b/setup.py\n--- a/setup.py\n+++ b/setup.py\n@@ -1,1 +1,3 @@\n import os\n+import subprocess as sp\n+sp.run(['x'])\n",
    ),
    (
        "review_novelty",
        "{\"features_version\": 1, \"is_enabled\": false, \"learnt_from\": \"x\", \"bias\": -1.0, \"weights\": [{\"feature\": \"files\", \"mean\": 1.0, \"spread\": 2.0, \"weight\": 0.5}], \"trees\": [{\"nodes\": [{\"value\": 0.1, \"split\": null}]}]}",
    ),
    (
        "review_rules",
        "[[rule]]\nid = 'lab'\ntitle = 't'\nseverity = 'high'\nconfidence = 'hint'\ncwe = [1]\nwhen = 'removed'\nwhat = 'w'\nwhy = 'y'\nremedy = 'r'\nlanguages = ['c']\n[rule.calls]\nfunctions = ['*.f']\nmessage = 'm'\ngiven-to = ['int']\nis-dropped = true\nwhere = [{ argument = [0, 'a'], is-not = ['text'], text-in = ['0'], mentions = ['b.*'], is-absent = false }]\n[rule.example]\nfile = 'a.c'\nfailing = 'x'\npassing = 'y'\n",
    ),
    (
        "review_cython",
        "from libc.stdlib cimport malloc\ncdef extern from \"x.h\" nogil:\n    ctypedef struct S:\n        int a[2]\n    int f(S *, ...) except +\ncdef class A(B) [object C, type D]:\n    cdef inline double g(self, double[:, ::1] x not None, int n=3) except? -1 nogil:\n        cdef char *p = <char *> <uintptr_t> malloc(n), *q = NULL\n        for i from 0 <= i < n by 2:\n            h(&x[0, 0], sizeof(unsigned int), c'x')\n",
    ),
    (
        "review_cython",
        "{{py:\nnames = [1]\n}}\n{{for name, T in names}}\nctypedef fused F:\n    double\ncdef enum: A, B = 2\ncdef f_{{name}}({{T}} x):\n    {{if T}}\n    with nogil, parallel():\n        pass\n    {{else}}\n    return\n    {{endif}}\n{{endfor}}\n",
    ),
    (
        "review_template",
        "/**begin repeat\n * #TYPE = A, B#\n * #type = a, b#\n */\nstatic void @TYPE@_add(npy_@type@ *x) { f(x, @z); }\n/**end repeat**/\n",
    ),
];

/// Every seed.
pub(super) fn all() -> Vec<Seed> {
    let seed = |(target, text): &(&'static str, &'static str)| Seed {
        target,
        bytes: text.as_bytes().to_vec(),
    };
    TEXTS.iter().map(seed).collect()
}
