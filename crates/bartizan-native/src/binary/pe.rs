//! PE, the format of Windows (Microsoft's "PE Format").

mod resource;

use std::collections::BTreeMap;

use bartizan_model::{fingerprint::hexadecimal, native::ObjectFormat};
use object::Object as _;
use object::{
    LittleEndian as LE, pe,
    read::pe::{ImageNtHeaders, ImageOptionalHeader as _, PeFile},
};

use super::{
    Architecture, Binary, BinaryError, Found, LIBRARIES,
    image::{Image, Pointers, Segment},
    malformed, name_at, text,
};

/// The most names that are exported: ordinals have sixteen bits.
const EXPORTS: usize = 65_536;

/// Whether what begins like a program of DOS says where its later header is. Nothing else tells it from other files
/// that begin with `MZ`.
pub(super) fn has_header(head: &[u8]) -> bool {
    let offset = head
        .get(0x3c..0x40)
        .and_then(|bytes| bytes.try_into().ok())
        .map_or(0, u32::from_le_bytes);
    let offset = offset as usize;
    offset >= 0x40
        && head
            .get(offset..)
            .is_none_or(|rest| rest.len() < 4 || rest.starts_with(b"PE\0\0"))
}

/// Reads a file.
pub(super) fn read(data: &[u8]) -> Result<Binary<'_>, BinaryError> {
    match object::read::pe::optional_header_magic(data).map_err(malformed("PE"))? {
        pe::IMAGE_NT_OPTIONAL_HDR32_MAGIC => of_class::<pe::ImageNtHeaders32>(data),
        _ => of_class::<pe::ImageNtHeaders64>(data),
    }
}

/// The functions and data that it exports.
pub(super) fn functions(found: &mut Found<'_, '_>) {
    let data = found.image.file;
    match object::read::pe::optional_header_magic(data) {
        Ok(pe::IMAGE_NT_OPTIONAL_HDR32_MAGIC) => exports::<pe::ImageNtHeaders32>(found),
        Ok(_) => exports::<pe::ImageNtHeaders64>(found),
        Err(_) => {}
    }
}

/// The texts of its version resource by their keys.
pub(super) fn version_strings(image: &Image<'_>) -> BTreeMap<String, String> {
    let data = image.file;
    match object::read::pe::optional_header_magic(data) {
        Ok(pe::IMAGE_NT_OPTIONAL_HDR32_MAGIC) => version_strings_of::<pe::ImageNtHeaders32>(image),
        Ok(_) => version_strings_of::<pe::ImageNtHeaders64>(image),
        Err(_) => BTreeMap::new(),
    }
}

fn version_strings_of<Pe: ImageNtHeaders>(image: &Image<'_>) -> BTreeMap<String, String> {
    let Ok(file) = PeFile::<Pe>::parse(image.file) else {
        return BTreeMap::new();
    };
    let base = file.nt_headers().optional_header().image_base();
    resource::strings(&file, image, base)
}

/// Reads a file of one class.
fn of_class<Pe: ImageNtHeaders>(data: &[u8]) -> Result<Binary<'_>, BinaryError> {
    let file = PeFile::<Pe>::parse(data).map_err(malformed("PE"))?;
    let base = file.nt_headers().optional_header().image_base();
    let sections = file.section_table();
    let segments = sections.iter().map(|section| {
        let (offset, size) = section.pe_file_range();
        let flags = section.characteristics.get(LE);
        Segment {
            address: base.wrapping_add(section.virtual_address.get(LE).into()),
            offset: offset.into(),
            size: size.into(),
            is_code: flags.contains(pe::IMAGE_SCN_MEM_EXECUTE),
            is_writable: flags.contains(pe::IMAGE_SCN_MEM_WRITE),
        }
    });
    let image = Image::new(data, 0, segments, Pointers::Plain);
    let constants = sections
        .iter()
        .filter(|section| holds_texts(section))
        .map(|section| {
            let (offset, size) = section.pe_file_range();
            (offset.into(), size.into())
        });
    let constants = image.spans(constants.collect());
    let architecture = match file.nt_headers().file_header().machine.get(LE) {
        pe::IMAGE_FILE_MACHINE_AMD64 => Architecture::X86_64,
        pe::IMAGE_FILE_MACHINE_ARM64 => Architecture::Aarch64,
        _ => Architecture::Other,
    };
    Ok(Binary {
        format: ObjectFormat::Pe,
        architecture,
        soname: soname(&file, &image, base),
        linux_name: None,
        needed: needed(&file, &image, base),
        build_id: build_id(&file),
        symbol_versions: Vec::new(),
        constants,
        producers: Vec::new(),
        debug_link: None,
        image,
    })
}

/// Whether a section may hold texts.
fn holds_texts(section: &pe::ImageSectionHeader) -> bool {
    let flags = section.characteristics.get(LE);
    let is_data = flags.contains(pe::IMAGE_SCN_CNT_INITIALIZED_DATA)
        && !flags.contains(pe::IMAGE_SCN_MEM_EXECUTE);
    let name = section
        .name
        .split(|byte| *byte == 0)
        .next()
        .unwrap_or_default();
    is_data
        && ![
            b".pdata".as_slice(),
            b".xdata",
            b".reloc",
            b".idata",
            b".edata",
        ]
        .contains(&name)
}

/// The name in the table of exports.
fn soname<Pe: ImageNtHeaders>(
    file: &PeFile<'_, Pe>,
    image: &Image<'_>,
    base: u64,
) -> Option<String> {
    let table = file.export_table().ok()??;
    let address = base.checked_add(table.directory().name.get(LE).into())?;
    let name = name_at(image.bytes_at(address)?, 0)?;
    Some(text(name)).filter(|name| !name.is_empty())
}

/// The libraries that it asks for at once, and then those for which it asks when they are used. Tools that repair
/// wheels put the names into another section than the table, so that names are looked up in the whole image.
fn needed<Pe: ImageNtHeaders>(file: &PeFile<'_, Pe>, image: &Image<'_>, base: u64) -> Vec<String> {
    let mut names = Vec::new();
    if let Ok(Some(table)) = file.import_table()
        && let Ok(descriptors) = table.descriptors()
    {
        names.extend(
            descriptors
                .map_while(Result::ok)
                .take(LIBRARIES)
                .map(|library| library.name.get(LE)),
        );
    }
    if let Ok(Some(table)) = file.delay_load_import_table()
        && let Ok(descriptors) = table.descriptors()
    {
        names.extend(
            descriptors
                .map_while(Result::ok)
                .take(LIBRARIES)
                .map(|library| library.dll_name_rva.get(LE)),
        );
    }
    let name =
        |address: u32| name_at(image.bytes_at(base.checked_add(address.into())?)?, 0).map(text);
    names.into_iter().filter_map(name).collect()
}

/// The GUID and the age of the file of debugging symbols, in the form in which symbol servers write them.
fn build_id<Pe: ImageNtHeaders>(file: &PeFile<'_, Pe>) -> Option<String> {
    let info = file.pdb_info().ok()??;
    // Its first three numbers are stored with the lowest byte first.
    let mut guid = info.guid();
    for range in [0..4, 4..6, 6..8] {
        guid.get_mut(range)?.reverse();
    }
    Some(format!("{}{:x}", hexadecimal(&guid), info.age()))
}

/// Hands out what is exported by name.
fn exports<Pe: ImageNtHeaders>(found: &mut Found<'_, '_>) {
    let data = found.image.file;
    let Ok(file) = PeFile::<Pe>::parse(data) else {
        return;
    };
    let base = file.nt_headers().optional_header().image_base();
    let Ok(Some(table)) = file.export_table() else {
        return;
    };
    for (name, index) in table.name_iter().take(EXPORTS) {
        let name = base
            .checked_add(name.into())
            .and_then(|name| name_at(found.image.bytes_at(name)?, 0));
        if let (Some(name), Ok(address)) = (name, table.address_by_index(index))
            && !table.is_forward(address)
        {
            found.symbol(name, base.wrapping_add(address.into()), true, None);
        }
    }
}
