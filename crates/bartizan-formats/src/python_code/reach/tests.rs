use proptest::prelude::*;

use super::*;

struct Letters;

impl Meaning for Letters {
    fn source(&self, function: &str, text: &dyn Fn() -> Option<String>) -> u32 {
        match function {
            "base64.b64decode" => 1,
            "os.getenv" => 2,
            "open" if text().is_some_and(|it| it.contains(".ssh")) => 4,
            _ => 0,
        }
    }

    fn value(&self, name: &str) -> u32 {
        if name == "os.environ" { 8 } else { 0 }
    }

    fn is_looked_at(&self, function: &str) -> bool {
        ["exec", "eval", "os.system", "requests.post"].contains(&function)
    }

    fn is_passed_over(&self, argument: &str) -> bool {
        argument == "headers"
    }
}

fn check(text: &str) -> String {
    let reach = read(text, &Letters).unwrap_or_default();
    let shown = reach.deeds.iter().map(|it| {
        let texts = it.texts.join("|");
        format!(
            "{}@{} {:?} {}/{} [{texts}]",
            it.function, it.line, it.way, it.direct, it.reaches
        )
    });
    shown.collect::<Vec<_>>().join("\n")
}

#[test]
fn functions_are_named_by_any_way() {
    insta::assert_snapshot!(check("import os, sys, importlib, builtins\ngetattr(os, 'sys' + 'tem')('a')\nos.__dict__['system']('b')\nsys.modules['os'].system('c')\n__import__('snitliub'[::-1]).eval('d')\nglobals()['__builtins__'].exec('e')\nvars(os)['system']('f')\n[os.system][0]('g')\nos.__getattribute__('system').__call__('h')\ns = eval\ns('i')\n(a, b) = (exec, str)\na('j')\nimportlib.import_module(''.join(['built', 'ins'])).exec('k')\n\u{212f}val('l')\neval('os.system')('m')\n"), @"
    os.system@2 Pieces 0/0 [a]
    os.system@3 Table 0/0 [b]
    os.system@4 Table 0/0 [c|os]
    eval@5 Pieces 0/0 [d|builtins]
    exec@6 Table 0/0 [e|__builtins__]
    os.system@7 Table 0/0 [f]
    os.system@8 Table 0/0 [g]
    os.system@9 Table 0/0 [h|system]
    eval@11 Plain 0/0 [i]
    exec@13 Plain 0/0 [j]
    exec@14 Pieces 0/0 [k|builtins]
    eval@15 Pieces 0/0 [l]
    os.system@16 Table 0/0 [m]
    eval@16 Plain 0/0 [os.system]
    ");
}

#[test]
fn values_are_followed() {
    insta::assert_snapshot!(check("import os, base64, requests\nx = base64.b64decode(y)\nexec(x)\ndef f(data):\n    requests.post('u', data=data)\ndef g(it):\n    f(it)\ng(os.getenv('A'))\ndef h():\n    with open('~/.ssh/id') as k:\n        for line in k:\n            requests.post('v', line)\nz = {}\nz['a'] = dict(os.environ)\nrequests.post('w', json=z)\ndef d(c):\n    return base64.b64decode(c)\nos.system(d('x'))\n"), @"
    exec@3 Plain 0/1 []
    requests.post@5 Plain 0/2 [u]
    requests.post@12 Plain 0/4 [v]
    requests.post@15 Plain 0/8 [w]
    os.system@18 Plain 0/1 [x]
    ");
}

#[test]
fn texts_are_put_together() {
    insta::assert_snapshot!(check("import os, codecs\nk = 'id_rsa'\nos.system(f'cat {k} {n}')\nos.system(os.path.join(os.path.expanduser('~/.ssh'), k))\nos.system(bytes([108, 115]).decode())\nos.system(''.join(chr(i ^ 1) for i in [109, 114]))\nos.system(codecs.decode('yf', 'rot13'))\nos.system(['a', k, 'b' + n])\n"), @"
    os.system@3 Plain 0/0 [cat id_rsa {}]
    os.system@4 Plain 0/0 [~/.ssh/id_rsa]
    os.system@5 Plain 0/0 [ls]
    os.system@6 Plain 0/0 [ls]
    os.system@7 Plain 0/0 [ls]
    os.system@8 Plain 0/0 [a|id_rsa|b{}]
    ");
    let reach = read(
        "'''a'''\nx = 'b' + 'c'\nclass D(E.F):\n    'g'\n    y = ['h']\n",
        &Letters,
    )
    .unwrap();
    let texts: Vec<&str> = reach.texts.iter().map(|it| it.text.as_str()).collect();
    assert_eq!(texts, ["bc", "h"]);
    assert_eq!(reach.classes.get("D"), Some(&vec!["E.F".to_owned()]));
}

#[test]
fn what_goes_round_ends() {
    check(
        "a = b\nb = a\na()\ndef f(x):\n    return f(x)\nf(f)\nexec(a, f(b))\nc = c + c\nexec(c)\n",
    );
}

#[test]
fn a_list_that_holds_its_own_name_ends() {
    let text = "def f(paths=None):\n    paths = [paths, 'b']\n    c = [d]\n    d = [c]\n    exec(a=paths, b=c)\n";
    insta::assert_snapshot!(check(text), @"exec@5 Plain 0/0 [b]");
}

#[test]
fn lists_of_lists_end() {
    let lines = (0..50_000).map(|at| format!("a{at} = [a{}]\n", at + 1));
    let text = format!("{}exec(a0)\n", lines.collect::<String>());
    insta::assert_snapshot!(check(&text), @"exec@50001 Plain 0/0 []");
}

/// Small programs of few names, each bound once to something made of the others.
fn programs() -> impl Strategy<Value = String> {
    let name = || prop::sample::select(vec!["a", "b", "c", "d", "f"]);
    let value = (name(), name(), 0_usize..9).prop_map(|(one, two, form)| match form {
        0 => one.to_owned(),
        1 => format!("[{one}, {two}]"),
        2 => format!("({one},)"),
        3 => format!("{one} + {two}"),
        4 => format!("f'{{{one}}}x'"),
        5 => format!("{{'x': {one}}}['x']"),
        6 => format!("getattr({one}, {two})"),
        7 => format!("f({one}, a={two})"),
        _ => format!("''.join({one} for {one} in {two})"),
    });
    let line =
        (name(), value, 0_usize..4, name()).prop_map(|(target, value, form, called)| match form {
            0 => format!("exec({value}, {called})\n"),
            1 => format!("exec({target}={value})\n"),
            2 => format!("def f(a, b={value}):\n    {target} = {value}\n    return {called}\n"),
            _ => format!("{target} = {value}\n"),
        });
    prop::collection::vec(line, 1..12).prop_map(|lines| lines.concat())
}

proptest! {
    #[test]
    fn names_that_go_in_circles_end(text in programs()) {
        check(&text);
    }

    #[test]
    fn never_panics(text in r"(def f\(a\):\n  return |exec|eval|getattr|__import__|a|b|=|\+|\(|\)|\[|\]|::-1|'a'|'exec'|,|\n|\.join|chr|bytes|for a in |\{|\}|f'\{a\}'| |lambda a: |\^|7){0,50}") {
        check(&text);
    }
}
