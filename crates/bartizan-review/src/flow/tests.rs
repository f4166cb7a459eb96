use proptest::prelude::*;

use super::*;

/// What is seen in the body of a function: `line rule place`.
fn check(body: &str) -> String {
    let text = format!("int f(PyObject *o, char *p, int n) {{\n{body}\n}}");
    let shown = see(&text).into_iter().map(|it| {
        let place = it.snippet.split(':').next().unwrap_or_default();
        format!("{} {} {place}", it.line, it.rule)
    });
    shown.collect::<Vec<_>>().join("\n")
}

#[test]
fn what_nobody_writes_is_not_followed() {
    let calls = |depth: usize| {
        let (open, close) = ("(".repeat(depth), ")".repeat(depth));
        check(&format!("free(p);\ng{open}1{close};\nfree(p);"))
    };
    assert!(calls(90).contains("double-free"), "{}", calls(90));
    assert_eq!(calls(110), "");
    let long = "g(1,2);\n".repeat(40_000);
    assert_eq!(check(&format!("free(p);\n{long}free(p);")), "");
}

#[test]
fn memory_is_followed_through_choices_and_jumps() {
    insta::assert_snapshot!(check("free(p);\np->x = 1;\nfree(q);\nfree(q);"), @"
    3 use-after-free p
    5 double-free q
    ");
    // On one way only, or with another value: nothing.
    insta::assert_snapshot!(check("if (n) { free(p); return 0; }\np[0] = 1; free(q); q = g(); q[0] = 1; if (n) { free(r); } r->x = 1;"), @"");
    insta::assert_snapshot!(check("if (n) { free(p); goto fail; }\nreturn 0;\nfail:\nfree(p);"), @"5 double-free p");
    insta::assert_snapshot!(check("switch (n) { case 1: free(p); break; case 2: free(p); break; default: p[0] = 1; }"), @"");
    insta::assert_snapshot!(check("for (i = 0; i < n; i++) { free(p);\n p[0] = 1; }"), @"3 use-after-free p");
    insta::assert_snapshot!(check("struct s *q = (struct s *)malloc(sizeof(*q));\nq->x = 1;"), @"3 unchecked-allocation q");
    insta::assert_snapshot!(check("if ((q = malloc(n)) == NULL) { return -1; }\nq[0] = 1; r = malloc(2); if (!r) goto fail; r[0] = 1; s = malloc(3); assert(s); s[0] = 1; fail: ;"), @"");
    insta::assert_snapshot!(check("char *q = PyMem_Malloc(n); if (!q) { return -1; }\nfree(q);"), @"3 mismatched-allocator q");
}

#[test]
fn one_branch_of_the_preprocessor_is_walked_within_functions_and_all_outside() {
    insta::assert_snapshot!(check("#ifdef A\nfree(p);\n#else\nPyMem_Free(p);\n#endif"), @"");
    let outside = "#if A\nint f(char *p) {\nfree(p); free(p); }\n#else\nint f(char *p) {\nfree(p); free(p); }\n#endif\n#if 0\nint h(char *p) { free(p); free(p); }\n#endif";
    let lines: Vec<u32> = see(outside).iter().map(|it| it.line).collect();
    assert_eq!(lines, [3, 6]);
}

#[test]
fn references_views_and_the_lock_are_followed() {
    insta::assert_snapshot!(check("PyObject *l = PyList_New(0);\nif (l == NULL) { return -1; }\nif (n) { return -1; }\nreturn g(l);"), @"4 leaked-reference l");
    insta::assert_snapshot!(check("PyObject *l = PyList_New(0); if (!l) { return -1; }\nself->l = l; if (n) { return -1; } return 0;"), @"");
    insta::assert_snapshot!(check("PyObject *l = PyList_GetItem(o, 0);\nPyObject_CallNoArgs(o);\nreturn g(l);"), @"4 borrowed-reference-kept l");
    insta::assert_snapshot!(check("Py_DECREF(o);\nreturn o->x;"), @"3 reference-after-release o");
    insta::assert_snapshot!(check("Py_buffer v;\nif (PyObject_GetBuffer(o, &v, 0) < 0) return -1;\nif (n) return -1;\nPyBuffer_Release(&v); return 0;"), @"4 kept-buffer v");
    insta::assert_snapshot!(check("Py_BEGIN_ALLOW_THREADS\ng();\nPyErr_Clear();\nPy_END_ALLOW_THREADS\nPyErr_Clear();"), @"4 call-without-lock PyErr_Clear");
}

#[test]
fn sizes_are_looked_at_before_they_are_used() {
    insta::assert_snapshot!(check("char b[8];\nmemcpy(b, p, n);"), @"3 copy-beyond-room b");
    insta::assert_snapshot!(check("char b[8]; if (n > 8) { return -1; }\nmemcpy(b, p, n); memcpy(b, p, sizeof(b)); memcpy(b, p, LENGTH); k = MIN(n, 8); memcpy(b, p, k); memcpy(p, b, n);"), @"");
    insta::assert_snapshot!(check("size_t k; fread(&k, 8, 1, h);\nq = malloc(k);"), @"3 size-from-outside k");
    insta::assert_snapshot!(check("double w[n];\nmemset(p, 0, (size_t)n);"), @"
    2 computed-array w[n]
    3 signed-length n
    ");
    insta::assert_snapshot!(check("npy_intp k; double d; char *s; Py_ssize_t m;\nPyArg_ParseTuple(o, \"ids#O!|n:f\", &k, &d, &s, &m, &T, &p, &m);"), @"3 mismatched-argument-format k");
}

#[test]
fn threads_share_what_stands_outside_of_their_region() {
    insta::assert_snapshot!(check("double s = 0; int i, j;\n#pragma omp parallel for private(j)\nfor (i = 0; i < n; i++) {\ndouble t = 1; t += 1; j = i;\n#pragma omp atomic\ns += 1;\ns += t; }"), @"8 shared-write s+=t");
}

/// Texts of words that mean something to the reader.
const WORDS: &str = "([a-z(){}\\[\\],;=*&<>!?:.\n 0]|if |for|while |goto a;|a: |return |do |switch|case |free|malloc|PyList_New|Py_DECREF|sizeof|->|==|NULL|\n#if 0\n|\n#else\n|\n#endif\n|\n#pragma omp parallel\n){0,160}";

proptest! {
    #[test]
    fn never_panics(text in WORDS) {
        see(&text);
        see(&format!("int f(int n) {{ {text} }}"));
    }

    #[test]
    fn layout_changes_nothing_but_lines(text in WORDS) {
        let of = |text: &str| -> BTreeSet<(String, String)> { see(text).into_iter().map(|it| (it.rule.to_owned(), it.snippet)).collect() };
        let text = format!("int f(int n) {{ {} }}", text.replace(['#', '/'], ""));
        prop_assert_eq!(of(&text), of(&text.replace(',', ",\n    ").replace(';', ";\n\n\t")));
    }
}
