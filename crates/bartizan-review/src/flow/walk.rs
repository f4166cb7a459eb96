//! The walk over the statements of a function: ways part at choices and meet again, jumps forward arrive at their labels, a loop
//! is gone through once.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Flaw, Span, Words,
    expression::{self, Part},
    function::Function,
    is_relation, lock, memory, references, sizes,
    state::{Event, State},
    statement::Statement,
    test::{self, Tests},
};

/// How many statements are walked over, and how many labels are waited for.
const MOST_STEPS: usize = 200_000;
const MOST_LABELS: usize = 100;

/// A walk.
pub(super) struct Walk<'w, 'a> {
    pub(super) words: Words<'a>,
    pub(super) function: &'w Function<'a>,
    flaws: &'w mut BTreeSet<Flaw>,
    /// What is known where jumps to a label come from.
    awaited: BTreeMap<&'a str, State<'a>>,
    /// The statement at hand.
    current: Span,
    steps: usize,
}

/// Walks over a function.
pub(super) fn see<'a>(words: Words<'a>, function: &Function<'a>, flaws: &mut BTreeSet<Flaw>) {
    let mut walk = Walk {
        words,
        function,
        flaws,
        awaited: BTreeMap::new(),
        current: Span::default(),
        steps: 0,
    };
    let end = walk.block(&function.statements, State::default());
    if !end.is_over {
        references::at_end(&mut walk, &end);
    }
}

impl<'a> Walk<'_, 'a> {
    /// Tells of a flaw in the statement at hand; what is compared is the place, what came before, and the statement.
    pub(super) fn tell(&mut self, rule: &'static str, place: &str, (at, before): (usize, &str), message: String) {
        let statement = self.words.joined(self.current);
        self.flaws.insert(Flaw {
            line: self.words.line(at),
            rule,
            within: self.function.name.to_owned(),
            snippet: format!("{place}: {before}; {statement}"),
            message,
        });
    }

    pub(super) fn event(&self, function: &'a str, at: usize) -> Event<'a> {
        Event { function, line: self.words.line(at) }
    }

    fn block(&mut self, block: &[Statement<'a>], state: State<'a>) -> State<'a> {
        let mut state = state;
        for statement in block {
            self.steps += 1;
            if self.steps > MOST_STEPS {
                return State::over();
            }
            state = self.statement(statement, state);
        }
        state
    }

    fn statement(&mut self, statement: &Statement<'a>, mut state: State<'a>) -> State<'a> {
        match statement {
            Statement::Label(name) => return self.arrive(name, state),
            Statement::Block(body) => return self.block(body, state),
            _ if state.is_over && !holds_label(statement) => return state,
            _ => {}
        }
        match statement {
            Statement::Plain(span) => {
                self.plain(*span, &mut state);
                if self.is_last(*span) { State::over() } else { state }
            }
            Statement::Return(span) => {
                self.plain(*span, &mut state);
                references::at_return(self, *span, &state);
                State::over()
            }
            Statement::Goto(name) => {
                if self.awaited.len() < MOST_LABELS || self.awaited.contains_key(name) {
                    let waiting = self.awaited.remove(name).unwrap_or_else(State::over);
                    self.awaited.insert(name, waiting.arrive(state));
                }
                State::over()
            }
            Statement::Leave => State::over(),
            Statement::If { condition, then, otherwise } => self.choice(*condition, (then, otherwise), state),
            Statement::Loop { head, body, .. } => {
                self.plain(*head, &mut state);
                let tests = test::read(self.words, *head);
                let inside = self.block(body, branch(&state, &tests, true));
                state.meet(inside)
            }
            Statement::Switch { value, body } => {
                self.plain(*value, &mut state);
                self.switch(body, state)
            }
            Statement::Label(_) | Statement::Block(_) | Statement::Case | Statement::Pragma(_) => state,
        }
    }

    /// A label: what comes from above, and what jumped to it.
    fn arrive(&mut self, name: &'a str, state: State<'a>) -> State<'a> {
        match self.awaited.remove(name) {
            Some(jumped) => state.arrive(jumped),
            // Who jumps back to it is not known.
            None if state.is_over => State::default(),
            None => state,
        }
    }

    fn choice(&mut self, condition: Span, (then, otherwise): (&[Statement<'a>], &[Statement<'a>]), mut state: State<'a>) -> State<'a> {
        self.plain(condition, &mut state);
        let tests = test::read(self.words, condition);
        let mut first = branch(&state, &tests, true);
        let second = branch(&state, &tests, false);
        references::without_failed_views(self.words, condition, &mut first);
        let first = self.block(then, first);
        let second = self.block(otherwise, second);
        first.meet(second)
    }

    fn switch(&mut self, body: &[Statement<'a>], entry: State<'a>) -> State<'a> {
        let mut state = State::over();
        for statement in body {
            state = match statement {
                Statement::Case => state.meet(entry.clone()),
                other => self.statement(other, state),
            };
        }
        state.meet(entry)
    }

    fn plain(&mut self, span: Span, state: &mut State<'a>) {
        if span.is_empty() {
            return;
        }
        self.current = span;
        lock::see(self, span, state);
        for test in test::read(self.words, span).tests {
            if let Some(facts) = state.places.get_mut(&test.place) {
                facts.unchecked = None;
            }
        }
        if span.places().any(|at| is_relation(self.words.text(at))) {
            for name in expression::names(self.words, span) {
                sizes::compare(name, state);
            }
        }
        for part in expression::read(self.words, span) {
            match part {
                Part::Use(it) => {
                    memory::on_use(self, &it, state);
                    references::on_use(self, &it, state);
                }
                Part::Call(it) => {
                    sizes::on_call(self, &it, state);
                    memory::on_call(self, &it, state);
                    references::on_call(self, &it, state);
                }
                Part::Assign(it) => {
                    references::before_assign(self, &it, state);
                    state.forget(&it.place);
                    sizes::on_assign(self, &it, state);
                    memory::on_assign(self, &it, state);
                    references::on_assign(self, &it, state);
                }
            }
        }
    }

    /// Whether a statement ends the program or jumps out.
    fn is_last(&self, span: Span) -> bool {
        let word = self.words.text(span.start);
        matches!(word, "abort" | "exit" | "_exit" | "longjmp" | "throw" | "Py_FatalError" | "Py_RETURN_NONE" | "Py_RETURN_TRUE" | "Py_RETURN_FALSE" | "Py_RETURN_NOTIMPLEMENTED" | "Py_UNREACHABLE")
    }
}

/// What is known on one side of a choice: of what is NULL there nothing is.
fn branch<'a>(state: &State<'a>, tests: &Tests, is_then: bool) -> State<'a> {
    let mut state = state.clone();
    for it in &tests.tests {
        if it.is_of_nothing == is_then || (tests.has_or && !is_then && !it.is_of_nothing) {
            state.forget(&it.place);
        }
    }
    state
}

/// Whether jumps may lead into a statement.
fn holds_label(statement: &Statement<'_>) -> bool {
    let any = |block: &[Statement<'_>]| block.iter().any(holds_label);
    match statement {
        Statement::Label(_) => true,
        Statement::If { then, otherwise, .. } => any(then) || any(otherwise),
        Statement::Loop { body, .. } | Statement::Switch { body, .. } | Statement::Block(body) => any(body),
        _ => false,
    }
}
