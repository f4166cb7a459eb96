//! What a distribution says of itself for people: licence, makers, where it lives.

use super::fields;

/// The most entries of a field that may be repeated.
const MOST_ENTRIES: usize = 200;

/// The longest value that is kept; a licence's whole text is no name of it.
const LONGEST: usize = 2_000;

/// What metadata say for people. A field that says `UNKNOWN`, as old tools write, says nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Description {
    /// `License-Expression`.
    pub licence_expression: Option<String>,
    /// `License`.
    pub licence: Option<String>,
    /// Every `Classifier`.
    pub classifiers: Vec<String>,
    /// `Author`, or the name in `Author-email`.
    pub author: Option<String>,
    /// The address in `Author-email`.
    pub author_email: Option<String>,
    /// `Summary`.
    pub summary: Option<String>,
    /// `Home-page`.
    pub home_page: Option<String>,
    /// Every `Project-URL`: its label in lower case, and the URL.
    pub urls: Vec<(String, String)>,
}

/// What metadata say for people.
pub fn describe(bytes: &[u8]) -> Description {
    let mut description = Description::default();
    for (key, value) in fields(bytes) {
        let value = String::from_utf8_lossy(&value);
        let value: String = value.trim().chars().take(LONGEST).collect();
        if value.is_empty() || value == "UNKNOWN" {
            continue;
        }
        description.take(&key, value);
    }
    description
}

impl Description {
    fn take(&mut self, key: &str, value: String) {
        let first = |slot: &mut Option<String>, value: String| {
            slot.get_or_insert(value);
        };
        match key {
            "license-expression" => first(&mut self.licence_expression, value),
            "license" => first(&mut self.licence, value),
            "author" => first(&mut self.author, value),
            "summary" => first(&mut self.summary, value),
            "home-page" => first(&mut self.home_page, value),
            "author-email" => {
                // Several are separated by commas; the first stands for all.
                let one = value.split(',').next().unwrap_or_default();
                let (name, mail) = one.split_once('<').unwrap_or(("", one));
                let mail = mail.trim_end_matches('>').trim();
                if mail.contains('@') {
                    first(&mut self.author_email, mail.to_owned());
                }
                let name = name.trim().trim_matches('"');
                if !name.is_empty() {
                    first(&mut self.author, name.to_owned());
                }
            }
            "classifier" if self.classifiers.len() < MOST_ENTRIES => self.classifiers.push(value),
            "project-url" if self.urls.len() < MOST_ENTRIES => {
                if let Some((label, url)) = value.split_once(',') {
                    let entry = (label.trim().to_lowercase(), url.trim().to_owned());
                    self.urls.push(entry);
                }
            }
            _ => {}
        }
    }

    /// The first URL under one of these labels.
    pub fn url(&self, labels: &[&str]) -> Option<&str> {
        let is_it = |(label, _): &&(String, String)| labels.contains(&label.as_str());
        self.urls.iter().find(is_it).map(|(_, url)| url.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_for_people_are_read_and_unknown_is_nothing() {
        let text = "Metadata-Version: 2.4\nName: lab\nSummary: A lab\nLicense: UNKNOWN\nLicense-Expression: MIT\n\
            Author-email: \"The Lab\" <a@lab.example>, b@lab.example\nClassifier: A :: B\nProject-URL: Source, https://lab.example/git\n\nAuthor: no\n";
        let found = describe(text.as_bytes());
        assert_eq!(found.licence_expression.as_deref(), Some("MIT"));
        assert_eq!(found.licence, None);
        assert_eq!(found.author.as_deref(), Some("The Lab"));
        assert_eq!(found.author_email.as_deref(), Some("a@lab.example"));
        assert_eq!(found.url(&["source"]), Some("https://lab.example/git"));
        assert_eq!((found.classifiers.len(), found.url(&["home"])), (1, None));
    }
}
