use super::*;
use crate::detect::laboratory::{compared, told};

fn check(path: &str, before: &str, after: &str) -> String {
    told(&compared(path, (before, after), compare))
}

const C: &str = "int f(double *a, long i, long n)\n{\n    if (i >= n || i < 0) {\n        set_error();\n        goto fail;\n    }\n    p = get(i);\n    if (p == NULL) return -1;\n    memcpy(b, a, n * sizeof(*a));\n    for (j = 0; j < n; j++) a[j] = 0;\n    return 0;\n}\n";

#[test]
fn a_check_goes_and_nothing_comes() {
    let gone = C.replace(
        "    if (i >= n || i < 0) {\n        set_error();\n        goto fail;\n    }\n",
        "",
    );
    insta::assert_snapshot!(check("a.c", C, &gone), @"removed-guard@3: `i>=n||i<0` was checked here, and is no longer");
    let null = C.replace("    if (p == NULL) return -1;\n", "");
    insta::assert_snapshot!(check("a.c", C, &null), @"removed-guard@8: `p==NULL` was checked here, and is no longer");
    // It stands elsewhere, or something else comes, or the function goes.
    let moved = format!("{gone}int g(void) {{ if (i >= n || i < 0) {{ return 1; }} }}\n");
    assert_eq!(check("a.c", C, &moved), "");
    // Or in another form.
    let long = |text: &str| text.replace("(i >= n || i < 0)", "(index >= count)");
    let form = format!(
        "{}bool is_in(void) {{\n    return index < count;\n}}\n",
        long(&gone)
    );
    assert_eq!(check("a.c", &long(C), &form), "");
    let other = C.replace("if (i >= n || i < 0)", "if (!inside(i, n))");
    assert_eq!(check("a.c", C, &other), "");
    assert_eq!(check("a.c", C, "int x;\n"), "");
    assert_eq!(check("tests/a.c", C, &gone), "");
}

#[test]
fn bounds_and_lengths() {
    insta::assert_snapshot!(check("a.c", C, &C.replace("j < n", "j <= n")), @"loosened-bound@10: `<` has become `<=`: the bound itself comes through");
    insta::assert_snapshot!(check("a.c", C, &C.replace("i >= n", "i > n")), @"loosened-bound@3: `>=` has become `>`: the bound itself comes through");
    assert_eq!(check("a.c", &C.replace("j < n", "j <= n"), C), "");
    insta::assert_snapshot!(check("a.c", C, &C.replace("n * sizeof(*a)", "(n + 1) * sizeof(*a)")), @"widened-copy@9: the length of `memcpy` was `n*sizeof(*a)`, and is `(n+1)*sizeof(*a)`");
    assert_eq!(
        check("a.c", C, &C.replace("n * sizeof(*a)", "n * sizeof(float)")),
        ""
    );
}

#[test]
fn cython_has_checks_too() {
    let before = "def f(double[:] a, int i):\n    if i < 0:\n        raise IndexError('i')\n    return a[i]\n";
    let gone = before.replace("    if i < 0:\n        raise IndexError('i')\n", "");
    insta::assert_snapshot!(check("a.pyx", before, &gone), @"removed-guard@2: `i < 0` was checked here, and is no longer");
    let bare = format!("@cython.boundscheck(False)\n{before}");
    insta::assert_snapshot!(check("a.pyx", before, &bare), @"no-longer-checked-index@1: indices in `f`, which was there before, are no longer looked at");
    let file = format!("# cython: boundscheck=False\n{before}");
    insta::assert_snapshot!(check("a.pyx", before, &file), @"no-longer-checked-index@1: indices in this file are no longer looked at");
    let new = format!("{before}\n@cython.boundscheck(False)\ndef g(a):\n    pass\n");
    assert_eq!(check("a.pyx", before, &new), "");
}

mod property {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn never_panics(before in "([a-z(){};<>=!\n ]|if|return){0,60}", after in "([a-z(){};<>=!\n ]|if|return){0,60}") {
            check("a.c", &before, &after);
            check("a.pyx", &before, &after);
        }

        #[test]
        fn layout_weakens_nothing(indent in 0_usize..9) {
            let after = C.replace("    ", &" ".repeat(indent));
            prop_assert_eq!(check("a.c", C, &after), "");
        }
    }
}
