use proptest::prelude::*;

use super::*;

fn check(text: &str) -> String {
    let shown = see(text).into_iter().map(|it| format!("{}:{} {}: {}", it.within, it.line, it.rule, it.message));
    shown.collect::<Vec<_>>().join("\n")
}

#[test]
fn x() {
    insta::assert_snapshot!(check("void f(void) {\n free(p);\n p->x = 1; free(q); free(q); }"), @"");
}

proptest! {
    #[test]
    fn never_panics(text in "([a-z(){}\\[\\],;=*&<>!?:.\n 0]|if |for|while |goto a;|a: |return |do |switch|case |free|malloc|->|==|NULL|#if 0\n|#else\n|#endif\n|#pragma omp parallel\n){0,160}") {
        see(&text);
        see(&format!("int f(int n) {{ {text} }}"));
    }
}
