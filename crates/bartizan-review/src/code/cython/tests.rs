use proptest::prelude::*;

use super::*;

/// The text as Python, and which of its lines are none.
fn check(text: &str) -> String {
    let python = to_python(text).unwrap();
    let lines = |text: &str| text.matches('\n').count();
    assert!(lines(&python) >= lines(text), "{python}");
    let broken = broken_lines(&python).unwrap();
    let told = if broken.is_empty() {
        String::new()
    } else {
        format!("broken: {broken:?}")
    };
    format!("{python}{told}")
}

#[test]
fn declarations_become_what_they_do() {
    insta::assert_snapshot!(check("cdef int n = f(x), *p, q[3]\ncdef unsigned long long a, b = 2UL\ncdef double[:, ::1] view = <double[:n, :m]> ptr\ncdef np.ndarray[np.float64_t, ndim=2] c = np.zeros((2, 2))\ncdef (int, double) t = (1, 2.)\ncdef vector[pair[int, int]].iterator it = v.begin()\ncdef int (*g)(int, void *) nogil = NULL\ncdef object o\ncdef x\n"), @r#"
    n = f ( x )
    b = 2
    view = __cast__ ( "double[:n,:m]" , ptr )
    c = np . zeros ( ( 2 , 2 ) )
    t = ( 1 , 2. )
    it = v . begin ( )
    g = NULL
    pass
    pass
    "#);
}

#[test]
fn functions_and_classes_are_those_of_python() {
    insta::assert_snapshot!(check("cdef inline double f(double[::1] x not None, int *p, n=3) except? -1 nogil:\n    return x[0]\ncpdef g(self, *, np.ndarray[double, ndim=1] a=None): pass\ncdef _h(parser_t *parser,\n        # why\n        const char *s):\n    pass\ncdef int (*pick(int n))(int):\n    return NULL\ncdef api public void k() noexcept with gil: pass\ncdef class A(B) [object C, type D]:\n    cdef readonly int x\n    property y:\n        def __get__(self, int z): return z\n@cython.final\ncdef class E\nasync def w(int u): pass\n"), @"
    def f ( x , p , n = 3 ) :
        return x [ 0 ]
    def g ( self , * , a = None ) : pass
    def _h ( parser

     , s ) :
        pass
    def pick ( n ) :
        return NULL
    def k ( ) : pass
    class A ( B ) :
        pass
        class y :
            def __get__ ( self , z ) : return z
    @ cython . final
    class E : ...
    async def w ( u ) : pass
    ");
}

#[test]
fn blocks_of_declarations_are_read_as_such() {
    insta::assert_snapshot!(check("cdef extern from \"x.h\" namespace \"n\" nogil:\n    \"\"\"\n    int verbatim;\n    \"\"\"\n    ctypedef struct S \"s_t\":\n        int a, b[2]\n        void (*call)(int)\n    enum: A, B = 2\n    cdef enum C \"c\":\n        D \"d\" = 1\n        E,\n    int free_it(S *, const char *, ...) except +\n    cdef cppclass V[T](W[T]):\n        V() except +\n        T& operator[](size_t)\n        bint operator==(V)\n        T at(size_t n) const\nctypedef fused F:\n    double\n    unsigned char\nctypedef int (*fn \"fn_t\")(int)\ncdef:\n    np.intp_t i = 0\n    int j\n"), @r#"
    if True :
        """
        int verbatim;
        """
        class S :
            pass
            pass
        class _ : A ; B = 2
        class C :
            D = 1
            E
        def free_it ( _0 , _1 , *_ ) : ...
        class V ( W [ T ] ) :
            def V ( ) : ...
            def operator ( _0 ) : ...
            def operator ( _0 ) : ...
            def at ( n ) : ...
    class F :
        pass
        pass
    pass
    if True :
        i = 0
        pass
    "#);
}

#[test]
fn casts_and_addresses_are_calls() {
    insta::assert_snapshot!(check("p = <double *> <uintptr_t> x.y[0](z) + 1\nf(&a[0], <int>-b, c < d > e, sizeof(unsigned int))\nv = new vector[int*](3)\nw = <object?> q if a <> b else c'x'\nwith nogil, parallel():\n    pass\nwith gil: pass\n"), @r#"
    p = __pointer__ ( "double*" , __number__ ( "uintptr_t" , x . y [ 0 ] ( z ) ) ) + 1
    f ( __address__ ( a [ 0 ] ) , __number__ ( "int" , - b ) , c < d > e , sizeof ( unsigned ) )
    v = vector [ int ] ( 3 )
    w = __cast__ ( "object" , q ) if a != b else 'x'
    with nogil ( ) , parallel ( ) :
        pass
    with gil ( ) : pass
    "#);
}

#[test]
fn what_only_cython_says_is_said_in_python() {
    insta::assert_snapshot!(check("from libc.stdlib cimport free, malloc as m\ncimport numpy as np\ninclude \"a.pxi\"\nDEF N = 3\nIF N == 3:\n    x = 0777\nELSE:\n    pass\nfor i from 0 <= i < n by 2:\n    print i, ur'x'\nraise E, \"x\"\ntry:\n    pass\nexcept E, e:\n    pass\n"), @r#"
    from libc . stdlib import free , malloc as m
    import numpy as np
    include ( "a.pxi" )
    N = 3
    if N == 3 :
        x = 0o0777
    else :
        pass
    for i in 0 <= i < n , 2 :
        print ( i , 'x' )
    raise ( E , "x" )
    try :
        pass
    except ( E , e ) :
        pass
    "#);
}

#[test]
fn what_is_not_understood_stays_and_is_told() {
    insta::assert_snapshot!(check("cdef int 3x\nx = 1\ncdef f(int a b):\n    pass\n"), @"
    cdef int 3x
    x = 1
    def f ( int a b ) :
        pass
    broken: {1, 3}
    ");
    assert!(to_python(&" ".repeat(LARGEST + 1)).is_none());
}

#[test]
fn templates_are_read_line_by_line() {
    insta::assert_snapshot!(check("{{py:\nnames = [1]\n}}\n{{for name, T in names}}\ncdef f_{{name}}({{T}} x, int n{{2}}):\n    {{if T}}\n    x = y{{more}}\n    {{endif}}\n    {{cond}} x == 1:\n        return a[0]{{rest}}\n    if a {{cmp}} b:\n        pass\n{{endfor}}\nDEF K = @there@\n"), @"




    def f_name ( x , n2 ) :

        x = ymore

        if x == 1 :
            return a [ 0 ]
        if a == b :
            pass

    K = there
    ");
}

#[test]
fn calls_have_their_functions() {
    let shown: Vec<String> = calls("from libc.stdlib cimport malloc\ncdef class A:\n    cdef int f(self) except -1:\n        cdef char *p = <char *>malloc(n * 8)\n        with nogil:\n            g(&p[0])\n")
        .into_iter()
        .map(|it| format!("{}@{} in {}", it.function, it.line, it.within))
        .collect();
    insta::assert_snapshot!(shown.join("\n"), @"
    __pointer__@4 in A.f
    malloc@4 in A.f
    nogil@5 in A.f
    g@6 in A.f
    __address__@6 in A.f
    ");
}

/// Hostile texts cost what their length says, and nothing more.
#[test]
fn depth_and_length_are_bounded() {
    for part in [
        "(", "[", "<int>", "<a[", "&", "cdef ", "cdef class A: ", "{{if x}}", "\"", "'''", "\\\n",
        "f(<x>", "cdef int (*", "x.", "cdef a[", ";", "@a@", "\t", "if a: ", "cdef f(x(*", "a,",
    ] {
        let text = part.repeat(20_000);
        if let Some(python) = to_python(&text) {
            drop(broken_lines(&python));
        }
        calls(&text);
    }
    let lines = "x\n".repeat(400_000);
    assert!(to_python(&lines).is_some_and(|it| it.len() >= lines.len()));
}

proptest! {
    #[test]
    fn never_panics_and_loses_no_line(text in r##"(cdef |cpdef |ctypedef |def |class |struct |enum |extern from |fused |int |double |operator|except |nogil|noexcept|with |for |from |import |cimport |in |if |else|new |sizeof|not None|[(),:;\n '"#\[\]{}=+.*&<>?é@\\ax3]|f'|    |\{\{|\}\}){0,60}"##) {
        let python = to_python(&text).unwrap();
        prop_assert!(python.matches('\n').count() >= text.matches('\n').count());
        calls(&text);
    }
}
