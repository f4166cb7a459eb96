//! Pages and people that a record names.

use serde_json::Value;

use super::{Judge, Object, at, below, names};

impl Judge<'_> {
    /// Judges the pages that a record names.
    pub(super) fn references(&mut self, record: &Object) {
        if record.get("references") == Some(&Value::Null) {
            return;
        }
        for (pointer, reference) in self.objects(record, "", "references") {
            self.only(reference, &pointer, &["type", "url"]);
            self.one_of(reference, &pointer, ("type", names::REFERENCES));
            let place = below(&pointer, "url");
            match reference.get("url").map(Value::as_str) {
                None => self.error(&pointer, "there is no `url`", "name the page"),
                Some(Some(url)) if names::is_uri(url) => {}
                Some(_) => self.error(&place, "not a URI", "write it whole, with `https://`"),
            }
        }
    }

    /// Judges whom a record thanks.
    pub(super) fn credits(&mut self, record: &Object) {
        for (pointer, credit) in self.objects(record, "", "credits") {
            self.only(credit, &pointer, &["name", "contact", "type"]);
            if !credit.contains_key("name") {
                self.error(
                    &pointer,
                    "there is no `name`",
                    "name the person or the tool",
                );
            }
            self.text(credit, &pointer, "name");
            if credit.contains_key("type") {
                self.one_of(credit, &pointer, ("type", names::CREDITS));
            }
            let place = below(&pointer, "contact");
            for (index, contact) in self.list(credit, &pointer, "contact").iter().enumerate() {
                match contact.as_str() {
                    None => self.error(&at(&place, index), "not a text", "write it in quotes"),
                    Some(text) if !names::is_uri(text) => {
                        self.warn(
                            &at(&place, index),
                            "not a URI",
                            "write `mailto:` or `https://` before it",
                        );
                    }
                    Some(_) => {}
                }
            }
        }
    }
}
