//! Machine code of functions that return constants.

use super::{Answer, Bytes, Target};

/// How many bytes each function has.
pub(super) const SIZE: usize = 64;

/// The code of a function at an address whose text is at another.
pub(super) fn function(target: Target, answer: &Answer, address: usize, text: usize) -> Vec<u8> {
    if let Answer::Code(code) = answer {
        let mut code = code.clone();
        code.resize(SIZE, 0);
        return code;
    }
    let mut code = match target {
        Target::ElfAarch64 | Target::MachOAarch64 => aarch64(answer, address, text),
        Target::ElfX86_64 | Target::MachOX86_64 => {
            x86_64(answer, address, text, [0x07, 0x06, 0x02])
        }
        Target::PeX86_64 => x86_64(answer, address, text, [0x01, 0x02, 0x00]),
    };
    code.up_to(SIZE);
    code.0
}

/// AMD64. `places` are the operands that mean the memory behind the three arguments; the third of Windows is R8.
fn x86_64(answer: &Answer, address: usize, text: usize, places: [u8; 3]) -> Bytes {
    let mut code = Bytes::default();
    code.bytes(&[0xf3, 0x0f, 0x1e, 0xfa]);
    match answer {
        Answer::Integer(number) => code.u8(0xb8).u32(*number as usize),
        Answer::Text(_) => code
            .bytes(&[0x48, 0x8d, 0x05])
            .u32(text.wrapping_sub(address + 11)),
        Answer::Integers(numbers) => {
            for (place, number) in places.into_iter().zip(numbers) {
                if place == 0 {
                    code.u8(0x41);
                }
                code.u8(0xc7).u8(place).u32(*number as usize);
            }
            &mut code
        }
        Answer::Opaque | Answer::Code(_) => code.bytes(&[0x0f, 0xa2]),
    }
    .u8(0xc3);
    code
}

/// ARM64.
fn aarch64(answer: &Answer, address: usize, text: usize) -> Bytes {
    let mut code = Bytes::default();
    code.u32(0xd503_245f);
    match answer {
        Answer::Integer(number) => number_into(&mut code, 0, *number),
        Answer::Text(_) => {
            let pages = (text >> 12).wrapping_sub((address + 4) >> 12);
            code.u32(0x9000_0000 | ((pages & 3) << 29) | (((pages >> 2) & 0x7_ffff) << 5));
            code.u32(0x9100_0000 | ((text & 0xfff) << 10));
        }
        Answer::Integers(numbers) => {
            for (argument, number) in numbers.iter().enumerate() {
                number_into(&mut code, 3, *number);
                code.u32(0xb900_0003 | (argument << 5));
            }
        }
        Answer::Opaque | Answer::Code(_) => {
            code.u32(0x9b00_7c00);
        }
    }
    code.u32(0xd65f_03c0);
    code
}

/// MOVZ and MOVK.
fn number_into(code: &mut Bytes, register: usize, number: u32) {
    let number = number as usize;
    code.u32(0x5280_0000 | ((number & 0xffff) << 5) | register);
    code.u32(0x72a0_0000 | ((number >> 16) << 5) | register);
}
