//! What a function returns that does nothing but return a constant, from its machine code.
//!
//! A few instructions in a straight line are followed; the first that is not known ends it without an answer.

mod aarch64;
mod x86_64;

use bartizan_model::native::ObjectFormat;

use super::{Architecture, Returned, image::Image};

/// The most instructions that are looked at.
const INSTRUCTIONS: usize = 64;
/// The most jumps that are followed.
const JUMPS: usize = 4;

/// What a register is known to hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Value {
    /// Not known.
    Unknown,
    /// A number.
    Constant(u64),
    /// An address of the image.
    Address(u64),
    /// What the caller passed as its first, second or third argument, from 0.
    Argument(usize),
}

/// What was seen on the way to the end of a function.
#[derive(Debug)]
struct Run<'r, 'd> {
    image: &'r Image<'d>,
    registers: [Value; 32],
    stored: [Option<u64>; 3],
}

/// What comes after an instruction.
enum Step {
    /// The next instruction, at this address.
    Next(u64),
    /// Another place.
    Jump(u64),
    /// The end of the function; the value is what it returns.
    Return(Value),
}

/// What the function at an address returns, if that is a constant.
pub(super) fn returned<'d>(
    image: &Image<'d>,
    architecture: Architecture,
    format: ObjectFormat,
    address: u64,
) -> Option<Returned<'d>> {
    match architecture {
        Architecture::X86_64 if format == ObjectFormat::Pe => {
            run(image, [1, 2, 8], address, x86_64::step)
        }
        Architecture::X86_64 => run(image, [7, 6, 2], address, x86_64::step),
        Architecture::Aarch64 => run(image, [0, 1, 2], address, aarch64::step),
        Architecture::Other => None,
    }
}

/// Follows instructions from an address. `arguments` are the registers that hold the first three arguments.
fn run<'d>(
    image: &Image<'d>,
    arguments: [usize; 3],
    mut address: u64,
    step: fn(&mut Run<'_, 'd>, &[u8], u64) -> Option<Step>,
) -> Option<Returned<'d>> {
    let mut run = Run {
        image,
        registers: [Value::Unknown; 32],
        stored: [None; 3],
    };
    for (number, register) in arguments.into_iter().enumerate() {
        run.set(register, Value::Argument(number));
    }
    let mut jumps = 0;
    for _ in 0..INSTRUCTIONS {
        match step(&mut run, image.code_at(address)?, address)? {
            Step::Next(next) => address = next,
            Step::Jump(target) if jumps < JUMPS => {
                jumps += 1;
                address = target;
            }
            Step::Jump(_) => return None,
            Step::Return(value) => return run.outcome(value),
        }
    }
    None
}

impl<'d> Run<'_, 'd> {
    /// What a register holds.
    fn get(&self, register: usize) -> Value {
        self.registers
            .get(register)
            .copied()
            .unwrap_or(Value::Unknown)
    }

    /// Puts a value into a register.
    fn set(&mut self, register: usize, value: Value) {
        if let Some(place) = self.registers.get_mut(register) {
            *place = value;
        }
    }

    /// What a load of eight bytes gives.
    fn load_pointer(&self, address: Value) -> Value {
        let Value::Address(address) = address else {
            return Value::Unknown;
        };
        self.image
            .pointer_at(address)
            .map_or(Value::Unknown, Value::Address)
    }

    /// What a load of four bytes gives.
    fn load_number(&self, address: Value) -> Value {
        let Value::Address(address) = address else {
            return Value::Unknown;
        };
        self.image
            .constant_at(address)
            .map_or(Value::Unknown, |number| Value::Constant(number.into()))
    }

    /// Notes what is stored through an argument. A store elsewhere is more than a constant.
    fn store(&mut self, place: Value, value: Value) -> Option<()> {
        let (Value::Argument(argument), Value::Constant(value)) = (place, value) else {
            return None;
        };
        *self.stored.get_mut(argument)? = Some(value);
        Some(())
    }

    /// What the function gives when it ends with this value.
    fn outcome(&self, value: Value) -> Option<Returned<'d>> {
        if let [Some(first), Some(second), Some(third)] = self.stored {
            return Some(Returned::Integers([first, second, third]));
        }
        match value {
            Value::Constant(number) => Some(Returned::Integer(number)),
            Value::Address(address) => self.image.text_at(address),
            Value::Unknown | Value::Argument(_) => None,
        }
    }
}

impl Value {
    /// The value with a number added to it.
    fn plus(self, addend: i64) -> Self {
        match self {
            Self::Constant(number) => Self::Constant(number.wrapping_add_signed(addend)),
            Self::Address(address) => Self::Address(address.wrapping_add_signed(addend)),
            Self::Argument(_) if addend == 0 => self,
            Self::Argument(_) | Self::Unknown => Self::Unknown,
        }
    }
}
