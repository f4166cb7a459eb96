//! How JSON for people is laid out: as `serde_json` does it, two spaces a level, with one write for each line's beginning
//! where that makes one for each level.

use std::io::{self, Write};

use serde_json::ser::Formatter;

/// A line break and as many spaces as most answers are deep.
const MARGIN: &[u8] = b"\n                                        ";
const STEP: usize = 2;

/// The layout of one answer while it is written.
#[derive(Debug, Default)]
pub(super) struct Layout {
    depth: usize,
    has_value: bool,
}

impl Layout {
    fn open<W: ?Sized + Write>(&mut self, out: &mut W, bracket: &[u8]) -> io::Result<()> {
        self.depth += 1;
        self.has_value = false;
        out.write_all(bracket)
    }

    fn close<W: ?Sized + Write>(&mut self, out: &mut W, bracket: &[u8]) -> io::Result<()> {
        self.depth = self.depth.saturating_sub(1);
        if self.has_value {
            self.begin_line(out)?;
        }
        out.write_all(bracket)
    }

    fn begin_item<W: ?Sized + Write>(&mut self, out: &mut W, is_first: bool) -> io::Result<()> {
        if !is_first {
            out.write_all(b",")?;
        }
        self.begin_line(out)
    }

    fn begin_line<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        let mut left = 1 + self.depth * STEP;
        let mut margin = MARGIN;
        while left > 0 {
            let part = margin.get(..left).unwrap_or(margin);
            out.write_all(part)?;
            left -= part.len();
            margin = MARGIN.get(1..).unwrap_or_default();
        }
        Ok(())
    }
}

impl Formatter for Layout {
    fn begin_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.open(out, b"[")
    }

    fn end_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.close(out, b"]")
    }

    fn begin_array_value<W: ?Sized + Write>(
        &mut self,
        out: &mut W,
        is_first: bool,
    ) -> io::Result<()> {
        self.begin_item(out, is_first)
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.has_value = true;
        Ok(())
    }

    fn begin_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.open(out, b"{")
    }

    fn end_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.close(out, b"}")
    }

    fn begin_object_key<W: ?Sized + Write>(
        &mut self,
        out: &mut W,
        is_first: bool,
    ) -> io::Result<()> {
        self.begin_item(out, is_first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        out.write_all(b": ")
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.has_value = true;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde::Serialize as _;
    use serde_json::{Serializer, Value, json};

    use super::*;

    fn check(value: &Value) -> String {
        let mut out = Vec::new();
        let mut serializer = Serializer::with_formatter(&mut out, Layout::default());
        value.serialize(&mut serializer).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn it_is_that_of_serde_json() {
        let mut deep = json!([[], {}, [{}], {"a": [], "b": {"c": [1, "x", null]}}, 1.5]);
        for _ in 0..40 {
            deep = json!({"a": [deep, {}], "b": []});
        }
        assert_eq!(check(&deep), serde_json::to_string_pretty(&deep).unwrap());
    }

    proptest! {
        #[test]
        fn for_any_shape(shape in "[\\[\\{1,]{0,60}") {
            let mut open = vec![json!([])];
            for sign in shape.chars() {
                let last = open.len() - 1;
                match sign {
                    '[' => open.push(json!([])),
                    '{' => open.push(json!({})),
                    ',' if last > 0 => {
                        let value = open.pop().unwrap();
                        add(&mut open[last - 1], value);
                    }
                    _ => add(&mut open[last], json!(1)),
                }
            }
            for value in open {
                prop_assert_eq!(check(&value), serde_json::to_string_pretty(&value).unwrap());
            }
        }
    }

    fn add(to: &mut Value, value: Value) {
        match to {
            Value::Array(list) => list.push(value),
            Value::Object(map) => drop(map.insert(format!("k{}", map.len()), value)),
            _ => {}
        }
    }
}
