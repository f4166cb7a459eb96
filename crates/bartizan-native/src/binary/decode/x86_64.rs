//! The instructions of AMD64 that constant functions are made of.
//!
//! Numbers and names are those of the Intel Software Developer's Manual, volume 2.

use super::{Run, Step, Value};

/// Follows one instruction.
pub(super) fn step(run: &mut Run<'_, '_>, code: &[u8], address: u64) -> Option<Step> {
    if let Some(length) = passive(code) {
        return Some(Step::Next(address.wrapping_add(length)));
    }
    let (rex, code) = match code.first()? {
        rex @ 0x40..=0x4f => (*rex, code.get(1..)?),
        _ => (0, code),
    };
    let at = Instruction {
        rex,
        start: address.wrapping_add(u64::from(rex != 0)),
    };
    let (opcode, operands) = code.split_first()?;
    match opcode {
        0xc3 | 0xc2 => Some(Step::Return(run.get(0))),
        0xeb => Some(Step::Jump(at.after(2).wrapping_add_signed(byte(operands)?))),
        0xe9 => Some(Step::Jump(at.after(5).wrapping_add_signed(long(operands)?))),
        // JE after TEST: a test of an argument for a null pointer, which the caller does not pass.
        0x74 if run.get(TESTED) == Value::Constant(1) => Some(Step::Next(at.after(2))),
        0x0f if operands.first() == Some(&0x84) && run.get(TESTED) == Value::Constant(1) => {
            Some(Step::Next(at.after(6)))
        }
        0xff => jump_through(run, at, operands),
        0xb8..=0xbf => {
            let register = usize::from(opcode - 0xb8) + at.extension(0);
            let (value, length) = if at.is_wide() {
                (u64::from_le_bytes(*operands.first_chunk()?), 9)
            } else {
                (u32::from_le_bytes(*operands.first_chunk()?).into(), 5)
            };
            run.set(register, Value::Constant(value));
            Some(Step::Next(at.after(length)))
        }
        _ => general(run, at, *opcode, operands),
    }
}

/// The place of [`Run`] that says whether the last test was one of an argument. No register has this number.
const TESTED: usize = 31;

/// What every form of an instruction needs.
#[derive(Clone, Copy)]
struct Instruction {
    rex: u8,
    /// Where the opcode is.
    start: u64,
}

impl Instruction {
    /// The address after so many bytes.
    fn after(self, length: u64) -> u64 {
        self.start.wrapping_add(length)
    }

    /// Whether it works on eight bytes.
    fn is_wide(self) -> bool {
        self.rex & 8 != 0
    }

    /// What a bit of the prefix adds to the number of a register.
    fn extension(self, bit: u8) -> usize {
        usize::from((self.rex >> bit) & 1) * 8
    }
}

/// The length of an instruction that changes nothing that matters.
fn passive(code: &[u8]) -> Option<u64> {
    const PASSIVE: [&[u8]; 14] = [
        &[0xf3, 0x0f, 0x1e, 0xfa],             // ENDBR64
        &[0x55],                               // PUSH RBP
        &[0x48, 0x89, 0xe5],                   // MOV RBP, RSP
        &[0x48, 0x8b, 0xec],                   // MOV RBP, RSP
        &[0x5d],                               // POP RBP
        &[0xc9],                               // LEAVE
        &[0x90],                               // NOP
        &[0x66, 0x90],                         // NOP
        &[0x0f, 0x1f, 0x00],                   // NOP
        &[0x0f, 0x1f, 0x40, 0x00],             // NOP
        &[0x0f, 0x1f, 0x44, 0x00, 0x00],       // NOP
        &[0x66, 0x0f, 0x1f, 0x44, 0x00, 0x00], // NOP
        &[0xc5, 0xf8, 0x77],                   // VZEROUPPER
        &[0xf3],                               // REP before RET
    ];
    PASSIVE
        .iter()
        .find(|form| code.starts_with(form))
        .map(|form| form.len() as u64)
}

/// JMP through a pointer in memory.
fn jump_through(run: &Run<'_, '_>, at: Instruction, operands: &[u8]) -> Option<Step> {
    let (0x25, rest) = operands.split_first().map(|(first, rest)| (*first, rest))? else {
        return None;
    };
    let place = Value::Address(at.after(6).wrapping_add_signed(long(rest)?));
    match run.load_pointer(place) {
        Value::Address(target) => Some(Step::Jump(target)),
        _ => None,
    }
}

/// Instructions with a register and a register or place in memory.
fn general(run: &mut Run<'_, '_>, at: Instruction, opcode: u8, operands: &[u8]) -> Option<Step> {
    let form = *operands.first()?;
    let register = usize::from((form >> 3) & 7) + at.extension(2);
    if form >> 6 == 3 {
        return between_registers(run, at, opcode, operands, register);
    }
    let immediate = if opcode == 0xc7 { 4 } else { 0 };
    let (place, length) = memory(run, at, operands, immediate)?;
    let next = Step::Next(at.after(1 + length + immediate));
    match opcode {
        // LEA.
        0x8d if at.is_wide() => run.set(register, place),
        // MOV from memory.
        0x8b => {
            let value = if at.is_wide() {
                run.load_pointer(place)
            } else {
                run.load_number(place)
            };
            if value == Value::Unknown {
                return None;
            }
            run.set(register, value);
        }
        // MOV to memory.
        0x89 if !at.is_wide() => {
            let value = run.get(register);
            run.store(place, value)?;
        }
        0xc7 if !at.is_wide() && matches!(register & 7, 0) => {
            let number = operands
                .get(usize::try_from(length).ok()?..)?
                .first_chunk()?;
            run.store(place, Value::Constant(u32::from_le_bytes(*number).into()))?;
        }
        _ => return None,
    }
    Some(next)
}

/// Instructions between two registers.
fn between_registers(
    run: &mut Run<'_, '_>,
    at: Instruction,
    opcode: u8,
    operands: &[u8],
    register: usize,
) -> Option<Step> {
    let other = usize::from(operands.first()? & 7) + at.extension(0);
    match opcode {
        // XOR and SUB of a register with itself.
        0x31 | 0x33 | 0x29 | 0x2b if register == other => run.set(register, Value::Constant(0)),
        0x89 => run.set(other, run.get(register)),
        0x8b => run.set(register, run.get(other)),
        0x85 if register == other => {
            let is_argument = matches!(run.get(register), Value::Argument(_));
            run.set(TESTED, Value::Constant(is_argument.into()));
        }
        // MOV of a number that is widened.
        0xc7 if matches!(register & 7, 0) => {
            let number = long(operands.get(1..)?)?;
            let number = if at.is_wide() {
                number.cast_unsigned()
            } else {
                number.cast_unsigned() & 0xffff_ffff
            };
            run.set(other, Value::Constant(number));
            return Some(Step::Next(at.after(6)));
        }
        // ADD and SUB of the stack pointer.
        0x83 if other == 4 && matches!(register & 7, 0 | 5) => {
            return Some(Step::Next(at.after(3)));
        }
        // OR with -1.
        0x83 if register & 7 == 1 && operands.get(1) == Some(&0xff) => {
            let number = if at.is_wide() { u64::MAX } else { 0xffff_ffff };
            run.set(other, Value::Constant(number));
            return Some(Step::Next(at.after(3)));
        }
        _ => return None,
    }
    Some(Step::Next(at.after(2)))
}

/// A place in memory, and how many bytes say it. `immediate` bytes come after these.
fn memory(
    run: &Run<'_, '_>,
    at: Instruction,
    operands: &[u8],
    immediate: u64,
) -> Option<(Value, u64)> {
    let form = *operands.first()?;
    let base = usize::from(form & 7) + at.extension(0);
    match (form >> 6, form & 7) {
        // Relative to the next instruction.
        (0, 5) => {
            let distance = long(operands.get(1..)?)?;
            Some((
                Value::Address(at.after(6 + immediate).wrapping_add_signed(distance)),
                5,
            ))
        }
        // With an index; nothing that matters here has one.
        (_, 4) => None,
        (0, _) => Some((run.get(base), 1)),
        (1, _) => Some((run.get(base).plus(byte(operands.get(1..)?)?), 2)),
        (2, _) => Some((run.get(base).plus(long(operands.get(1..)?)?), 5)),
        _ => None,
    }
}

/// A signed number of one byte.
fn byte(bytes: &[u8]) -> Option<i64> {
    bytes.first().map(|byte| i64::from(byte.cast_signed()))
}

/// A signed number of four bytes.
fn long(bytes: &[u8]) -> Option<i64> {
    Some(i32::from_le_bytes(*bytes.first_chunk()?).into())
}

#[cfg(test)]
mod tests {
    use crate::binary::{
        self,
        forge::{Answer, Description, Target},
    };

    /// Decodes code that stands before a function that returns 7.
    fn check(code: &[u8], expect: &str) {
        let functions = [
            ("a", Answer::Code(code.to_vec())),
            ("b", Answer::Integer(7)),
        ];
        let description = Description {
            functions: functions
                .map(|(name, answer)| (name.to_owned(), answer))
                .into(),
            ..Description::default()
        };
        let file = description.build(Target::ElfX86_64);
        let binaries = binary::read(&file).unwrap();
        let function = binaries[0].functions(&mut |name| name == "a").remove(0);
        assert_eq!(
            format!("{:?}", binaries[0].returned(&function)),
            expect,
            "{code:02x?}"
        );
    }

    #[test]
    fn constants_are_returned() {
        check(&[0xb8, 1, 3, 1, 0, 0xc3], "Some(Integer(66305))");
        check(&[0x31, 0xc0, 0xc3], "Some(Integer(0))");
        check(
            &[0x48, 0xc7, 0xc0, 0xff, 0xff, 0xff, 0xff, 0xc3],
            "Some(Integer(18446744073709551615))",
        );
        check(&[0x83, 0xc8, 0xff, 0xc3], "Some(Integer(4294967295))");
        check(&[0xba, 5, 0, 0, 0, 0x89, 0xd0, 0xc3], "Some(Integer(5))");
    }

    #[test]
    fn frames_do_not_matter() {
        check(
            &[
                0xf3, 0x0f, 0x1e, 0xfa, 0x55, 0x48, 0x89, 0xe5, 0xb8, 9, 0, 0, 0, 0x5d, 0xc3,
            ],
            "Some(Integer(9))",
        );
        check(
            &[
                0x48, 0x83, 0xec, 8, 0xb8, 9, 0, 0, 0, 0x48, 0x83, 0xc4, 8, 0xc3,
            ],
            "Some(Integer(9))",
        );
    }

    #[test]
    fn jumps_are_followed_but_not_in_circles() {
        check(&[0xe9, 59, 0, 0, 0], "Some(Integer(7))");
        check(&[0xeb, 62], "Some(Integer(7))");
        check(&[0xeb, 0xfe], "None");
        check(&[0xe9, 0, 0, 0, 0x70], "None");
    }

    #[test]
    fn three_numbers_are_stored_also_behind_tests_for_null() {
        let stores = [
            0xc7, 0x07, 1, 0, 0, 0, 0xc7, 0x06, 2, 0, 0, 0, 0xc7, 0x02, 3, 0, 0, 0, 0xc3,
        ];
        check(&stores, "Some(Integers([1, 2, 3]))");
        let tested = [&[0x48, 0x85, 0xff, 0x74, 0x06][..], &stores].concat();
        check(&tested, "Some(Integers([1, 2, 3]))");
    }

    #[test]
    fn anything_else_is_not_known() {
        check(&[0x0f, 0xa2, 0xb8, 1, 0, 0, 0, 0xc3], "None");
        check(&[0x89, 0xf8, 0xc3], "None");
        check(&[0xe8, 0, 0, 0, 0, 0xb8, 1, 0, 0, 0, 0xc3], "None");
        check(&[0xc3], "None");
        check(&[0x85, 0xc0, 0x74, 0x01, 0xc3], "None");
    }
}
