//! The instructions of ARM64 that constant functions are made of.
//!
//! Numbers and names are those of the Arm Architecture Reference Manual, part C4.

use super::{Run, Step, Value};

/// Follows one instruction.
pub(super) fn step(run: &mut Run<'_, '_>, code: &[u8], address: u64) -> Option<Step> {
    let word = u32::from_le_bytes(*code.first_chunk()?);
    if let Some(step) = branch(run, word, address)? {
        return Some(step);
    }
    immediate(run, word, address)
        .or_else(|| memory(run, word, address))
        .or_else(|| passive(run, word))?;
    Some(Step::Next(address.wrapping_add(4)))
}

/// Branches and returns. The outer `None` is one that cannot be followed.
#[expect(
    clippy::option_option,
    reason = "one layer ends the decoding, the other says that this is no branch"
)]
fn branch(run: &Run<'_, '_>, word: u32, address: u64) -> Option<Option<Step>> {
    let step = match word {
        // RET, RETAA, RETAB.
        0xd65f_03c0 | 0xd65f_0bff | 0xd65f_0fff => Step::Return(run.get(0)),
        // B.
        _ if word >> 26 == 0b000_101 => {
            Step::Jump(address.wrapping_add_signed(signed(word, 0, 26) * 4))
        }
        // BR.
        _ if word & 0xffff_fc1f == 0xd61f_0000 => match run.get(field(word, 5)) {
            Value::Address(target) => Step::Jump(target),
            _ => return None,
        },
        // CBZ of an argument: a test for a null pointer, which the caller does not pass.
        _ if word & 0x7f00_0000 == 0x3400_0000 => match run.get(field(word, 0)) {
            Value::Argument(_) => Step::Next(address.wrapping_add(4)),
            _ => return None,
        },
        _ => return Some(None),
    };
    Some(Some(step))
}

/// Instructions that make a value of an immediate operand.
fn immediate(run: &mut Run<'_, '_>, word: u32, address: u64) -> Option<()> {
    let register = field(word, 0);
    let is_64 = word >> 31 == 1;
    let value = match (word >> 23) & 0x3f {
        // ADR, ADRP: bits 28 to 24 are 10000.
        0b10_0000 | 0b10_0001 => {
            let distance = (signed(word, 5, 19) << 2) | i64::from((word >> 29) & 3);
            let page = if is_64 { address & !0xfff } else { address };
            let distance = if is_64 { distance << 12 } else { distance };
            Value::Address(page.wrapping_add_signed(distance))
        }
        // ADD.
        0b10_0010 if matches!((word >> 29) & 3, 0) => {
            let number = i64::from((word >> 10) & 0xfff);
            let number = if (word >> 22) & 1 == 1 {
                number << 12
            } else {
                number
            };
            let from = field(word, 5);
            // Register 31 is the stack pointer here; frames are followed only as far as nothing is kept in them.
            if register == 31 || from == 31 {
                Value::Unknown
            } else {
                run.get(from).plus(number)
            }
        }
        // ORR with the zero register: MOV of a bit pattern.
        0b10_0100 if (word >> 29) & 3 == 1 && field(word, 5) == 31 => {
            Value::Constant(bit_pattern(word, is_64)?)
        }
        // MOVN, MOVZ, MOVK.
        0b10_0101 => move_wide(run, word, is_64)?,
        _ => return None,
    };
    if register != 31 {
        run.set(register, value);
    }
    Some(())
}

/// MOVN, MOVZ, MOVK.
fn move_wide(run: &Run<'_, '_>, word: u32, is_64: bool) -> Option<Value> {
    let shift = ((word >> 21) & 3) * 16;
    if !is_64 && shift > 16 {
        return None;
    }
    let part = u64::from((word >> 5) & 0xffff) << shift;
    let value = match ((word >> 29) & 3, run.get(field(word, 0))) {
        (0, _) => !part,
        (2, _) => part,
        (3, Value::Constant(old)) => (old & !(0xffff << shift)) | part,
        _ => return None,
    };
    Some(Value::Constant(if is_64 {
        value
    } else {
        value & 0xffff_ffff
    }))
}

/// The value of a logical instruction's immediate operand (`DecodeBitMasks`).
fn bit_pattern(word: u32, is_64: bool) -> Option<u64> {
    let (n, rotate, length) = ((word >> 22) & 1, (word >> 16) & 0x3f, (word >> 10) & 0x3f);
    if n == 1 && !is_64 {
        return None;
    }
    let size = ((n << 6) | (!length & 0x3f))
        .checked_ilog2()
        .filter(|size| *size > 0)?;
    let width = 1_u32 << size;
    let (ones, rotate) = ((length & (width - 1)) + 1, rotate & (width - 1));
    if ones == width {
        return None;
    }
    let mask = if width == 64 {
        u64::MAX
    } else {
        (1 << width) - 1
    };
    let element = (1_u64 << ones) - 1;
    let turned = if rotate == 0 {
        element
    } else {
        ((element >> rotate) | (element << (width - rotate))) & mask
    };
    let mut value = turned;
    let mut filled = width;
    while filled < 64 {
        value |= value << filled;
        filled *= 2;
    }
    Some(if is_64 { value } else { value & 0xffff_ffff })
}

/// Loads and stores.
fn memory(run: &mut Run<'_, '_>, word: u32, address: u64) -> Option<()> {
    let register = field(word, 0);
    let displacement = i64::from((word >> 10) & 0xfff);
    let base = || {
        if field(word, 5) == 31 {
            Value::Unknown
        } else {
            run.get(field(word, 5))
        }
    };
    let value = match word >> 22 {
        // LDR of eight and of four bytes, unsigned offset.
        0b11_1110_0101 => run.load_pointer(base().plus(displacement * 8)),
        0b10_1110_0101 => run.load_number(base().plus(displacement * 4)),
        // STR of four bytes, unsigned offset.
        0b10_1110_0100 => {
            let value = if register == 31 {
                Value::Constant(0)
            } else {
                run.get(register)
            };
            let place = base().plus(displacement * 4);
            return run.store(place, value);
        }
        // LDR of a literal: bits 31 to 24 are 01011000 or 00011000.
        _ if word >> 24 == 0b0101_1000 => run.load_pointer(literal(word, address)),
        _ if word >> 24 == 0b0001_1000 => run.load_number(literal(word, address)),
        _ => return None,
    };
    if value == Value::Unknown {
        return None;
    }
    run.set(register, value);
    Some(())
}

/// The address of a literal.
fn literal(word: u32, address: u64) -> Value {
    Value::Address(address.wrapping_add_signed(signed(word, 5, 19) * 4))
}

/// Instructions that change nothing that matters, and moves between registers.
fn passive(run: &mut Run<'_, '_>, word: u32) -> Option<()> {
    // Hints: NOP, BTI, PACIASP, AUTIASP.
    if word & 0xffff_f01f == 0xd503_201f {
        return Some(());
    }
    // STP and LDP of the frame pointer and the link register.
    if matches!(word & 0xffc0_7fff, 0xa980_7bfd | 0xa8c0_7bfd) {
        return Some(());
    }
    // ORR with the zero register and without shift: MOV.
    if word & 0x7fe0_ffe0 == 0x2a00_03e0 {
        let from = field(word, 16);
        let value = if from == 31 {
            Value::Constant(0)
        } else {
            run.get(from)
        };
        run.set(field(word, 0), value);
        return Some(());
    }
    None
}

/// The number of a register that stands at a bit.
fn field(word: u32, at: u32) -> usize {
    ((word >> at) & 31) as usize
}

/// A signed field of some bits.
fn signed(word: u32, at: u32, bits: u32) -> i64 {
    let value = i64::from((word >> at) & ((1 << bits) - 1));
    if value >> (bits - 1) == 1 {
        value - (1 << bits)
    } else {
        value
    }
}

#[cfg(test)]
mod tests {
    use crate::binary::{
        self,
        forge::{Answer, Description, Target},
    };

    /// Decodes code that stands before a function that returns 7.
    fn check(words: &[u32], expect: &str) {
        let code = words.iter().flat_map(|word| word.to_le_bytes()).collect();
        let functions = [("a", Answer::Code(code)), ("b", Answer::Integer(7))];
        let description = Description {
            functions: functions
                .map(|(name, answer)| (name.to_owned(), answer))
                .into(),
            ..Description::default()
        };
        let file = description.build(Target::ElfAarch64);
        let binaries = binary::read(&file).unwrap();
        let function = binaries[0].functions(&mut |name| name == "a").remove(0);
        assert_eq!(
            format!("{:?}", binaries[0].returned(&function)),
            expect,
            "{words:08x?}"
        );
    }

    #[test]
    fn constants_are_returned() {
        check(&[0x5280_0020, 0xd65f_03c0], "Some(Integer(1))");
        check(
            &[0xd503_245f, 0x5280_6020, 0x72a0_0020, 0xd65f_03c0],
            "Some(Integer(66305))",
        );
        // ORR W0, WZR, #0x10001; ORR X0, XZR, #0xff00ff00ff00ff00; MOVN W0, #0.
        check(&[0x3200_83e0, 0xd65f_03c0], "Some(Integer(65537))");
        check(
            &[0xb208_9fe0, 0xd65f_03c0],
            "Some(Integer(18374966859414961920))",
        );
        check(&[0x1280_0000, 0xd65f_03c0], "Some(Integer(4294967295))");
        check(&[0x2a1f_03e0, 0xd65f_03c0], "Some(Integer(0))");
    }

    #[test]
    fn jumps_are_followed_but_not_in_circles() {
        check(&[0x1400_0010], "Some(Integer(7))");
        check(&[0x1400_0000], "None");
    }

    #[test]
    fn frames_and_tests_for_null_do_not_matter() {
        check(
            &[
                0xa9bf_7bfd,
                0x9100_03fd,
                0x5280_0020,
                0xa8c1_7bfd,
                0xd65f_03c0,
            ],
            "Some(Integer(1))",
        );
        let stores = [
            0xb400_0060,
            0x5280_0023,
            0xb900_0003,
            0x5280_0043,
            0xb900_0023,
            0xb900_005f,
            0xd65f_03c0,
        ];
        check(&stores, "Some(Integers([1, 2, 0]))");
    }

    #[test]
    fn anything_else_is_not_known() {
        check(&[0x9b00_7c00, 0x5280_0020, 0xd65f_03c0], "None");
        check(&[0xd65f_03c0], "None");
        check(&[0xd61f_0200], "None");
    }
}
