//! Other systems of continuous integration: what their files run, what they take from elsewhere, and which secrets they name.
//!
//! Not a model of each system: the keys under which they put scripts, images, variables and the code of others are enough
//! to say where a release is published, with what, and what is not pinned. A shape that is not known says nothing.

mod taken;
mod variables;

use super::{Node, NodeError, step::Placed};
use crate::yaml_node::{self, NodeValue};
pub use taken::Taken;

/// A system whose files are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum System {
    /// `AppVeyor`.
    AppVeyor,
    /// Azure Pipelines.
    Azure,
    /// `CircleCI`.
    CircleCi,
    /// Cirrus CI.
    Cirrus,
    /// GitLab CI/CD.
    GitLab,
    /// Travis CI.
    Travis,
}

/// What a file of one of them says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pipeline {
    /// The system.
    pub system: System,
    /// The scripts that it runs, in the order of the text.
    pub scripts: Vec<Placed<String>>,
    /// The container images that it runs in or beside.
    pub images: Vec<Placed<String>>,
    /// What it takes from elsewhere to run: orbs, included files, templates.
    pub taken: Vec<Taken>,
    /// Secrets that it names: contexts and groups of them, variables, encrypted values. Sorted.
    pub secrets: Vec<Placed<String>>,
    /// Variables that speak of a secret and whose value stands in the file. Sorted.
    pub exposed: Vec<Placed<String>>,
    /// Where it publishes on a package index by a deployment of the system itself.
    pub deployments: Vec<u32>,
    /// Whether a job asks for an identity that others can verify.
    pub has_identity: bool,
}

impl System {
    /// Its name.
    pub fn title(self) -> &'static str {
        match self {
            Self::AppVeyor => "AppVeyor",
            Self::Azure => "Azure Pipelines",
            Self::CircleCi => "CircleCI",
            Self::Cirrus => "Cirrus CI",
            Self::GitLab => "GitLab CI",
            Self::Travis => "Travis CI",
        }
    }

    /// The system that a file belongs to, by its path from the top of a repository.
    pub fn of_path(path: &str) -> Option<Self> {
        let is_yaml = path
            .rsplit_once('.')
            .is_some_and(|(_, ending)| ending == "yml" || ending == "yaml");
        let name = path.rsplit('/').next().unwrap_or(path);
        let is_top = !path.contains('/');
        if !is_yaml {
            return None;
        }
        match path {
            ".cirrus.yml" => Some(Self::Cirrus),
            ".travis.yml" => Some(Self::Travis),
            "appveyor.yml" | ".appveyor.yml" => Some(Self::AppVeyor),
            ".gitlab-ci.yml" => Some(Self::GitLab),
            _ if path.starts_with(".circleci/") => Some(Self::CircleCi),
            _ if path.starts_with(".gitlab/") => Some(Self::GitLab),
            _ if path.starts_with(".azure-pipelines/") || path.starts_with("azure-pipelines/") => {
                Some(Self::Azure)
            }
            _ if is_top && name.trim_start_matches('.').starts_with("azure-pipelines") => {
                Some(Self::Azure)
            }
            _ => None,
        }
    }

    /// Whether a text under a key, which stands under another one, names a container image. A machine of the host is none.
    fn names_image(self, above: &str, key: &str) -> bool {
        match self {
            Self::AppVeyor | Self::Travis => false,
            Self::Azure => key == "container" || (key == "image" && above.starts_with("container")),
            Self::CircleCi => key == "image" && above == "docker",
            Self::Cirrus => key == "image" && above.ends_with("container"),
            Self::GitLab => {
                matches!(key, "image" | "services")
                    || (key == "name" && matches!(above, "image" | "services"))
            }
        }
    }

    /// Whether what stands under a key is run.
    fn runs(self, key: &str) -> bool {
        match self {
            Self::AppVeyor => {
                matches!(key, "install" | "init" | "ps" | "pwsh" | "cmd" | "sh")
                    || key.ends_with("_script")
            }
            Self::Azure => {
                matches!(
                    key,
                    "script" | "bash" | "pwsh" | "powershell" | "inlineScript"
                )
            }
            Self::CircleCi => matches!(key, "run" | "command"),
            Self::Cirrus => key == "script" || key.ends_with("_script"),
            Self::GitLab => matches!(key, "script" | "before_script" | "after_script"),
            Self::Travis => {
                matches!(key, "script" | "install" | "deploy")
                    || key.starts_with("before_")
                    || key.starts_with("after_")
            }
        }
    }
}

/// Reads the text of a file.
pub fn read(system: System, text: &str) -> Result<Pipeline, NodeError> {
    let root = yaml_node::parse(text)?;
    let mut reader = Reader {
        pipeline: Pipeline {
            system,
            scripts: Vec::new(),
            images: Vec::new(),
            taken: taken::of(system, &root),
            secrets: Vec::new(),
            exposed: Vec::new(),
            deployments: Vec::new(),
            has_identity: false,
        },
    };
    reader.look("", "", &root);
    let mut pipeline = reader.pipeline;
    let named = pipeline.scripts.iter().flat_map(variables::secrets_in);
    pipeline.secrets.extend(named.collect::<Vec<_>>());
    // What an alias stands for is told once.
    for placed in [&mut pipeline.scripts, &mut pipeline.images] {
        placed.sort_by(|a, b| (a.line, &a.value).cmp(&(b.line, &b.value)));
        placed.dedup();
    }
    for named in [&mut pipeline.secrets, &mut pipeline.exposed] {
        named.sort_by(|a, b| (&a.value, a.line).cmp(&(&b.value, b.line)));
        named.dedup_by(|a, b| a.value == b.value);
    }
    Ok(pipeline)
}

struct Reader {
    pipeline: Pipeline,
}

impl Reader {
    /// Looks at what stands under a key, which stands under another one. The depth is that of the YAML, which is bounded.
    fn look(&mut self, above: &str, key: &str, node: &Node) {
        let system = self.pipeline.system;
        match &node.value {
            NodeValue::Text(text) if system.runs(key) => self.pipeline.scripts.push(Placed {
                value: text.clone(),
                line: node.line,
            }),
            NodeValue::Text(text) => self.text(above, key, text, node.line),
            NodeValue::List(items) => items.iter().for_each(|item| self.look(above, key, item)),
            NodeValue::Map(entries) => {
                if variables::holds(key) {
                    self.variables(node);
                }
                self.named_variable(node);
                for entry in entries {
                    match entry.key.as_str() {
                        // What is merged in counts as if it stood here.
                        "<<" => self.look(above, key, &entry.value),
                        name => self.entry(key, name, entry.line, &entry.value),
                    }
                }
            }
            NodeValue::Nothing => {}
        }
    }

    fn entry(&mut self, above: &str, key: &str, line: u32, value: &Node) {
        self.pipeline.has_identity |= key == "id_tokens";
        let is_index = || {
            value
                .text()
                .is_some_and(|it| it.eq_ignore_ascii_case("pypi"))
        };
        if key == "provider" && is_index() {
            self.pipeline.deployments.push(line);
        }
        self.look(above_of(above, key), key, value);
    }

    /// A text that is no script: an image, the name of something that holds secrets, an encrypted value.
    fn text(&mut self, above: &str, key: &str, text: &str, line: u32) {
        let is_image = self.pipeline.system.names_image(above, key);
        let placed = |value: &str| Placed {
            value: value.to_owned(),
            line,
        };
        if is_image {
            self.pipeline.images.push(placed(text));
        } else if matches!(
            (self.pipeline.system, key),
            (System::CircleCi, "context") | (System::Azure, "group")
        ) {
            self.pipeline.secrets.push(placed(text));
        } else if key == "secure" || text.starts_with("ENCRYPTED[") {
            let name = if key == "secure" { above } else { key };
            self.pipeline.secrets.push(placed(name));
        }
    }

    fn variables(&mut self, node: &Node) {
        for entry in node.entries() {
            let Some(text) = entry.value.text() else {
                continue;
            };
            self.variable(&entry.key, text, entry.line);
        }
    }

    /// `{name: X, value: Y}`, as Azure writes variables.
    fn named_variable(&mut self, node: &Node) {
        if let (Some(name), Some(value)) = (node.text_of("name"), node.text_of("value")) {
            self.variable(name, value, node.line);
        }
    }

    fn variable(&mut self, name: &str, text: &str, line: u32) {
        if !variables::speaks_of_secret(name) {
            return;
        }
        let placed = Placed {
            value: name.to_owned(),
            line,
        };
        match variables::is_plain(text) {
            true => self.pipeline.exposed.push(placed),
            false if text.contains('$') => self.pipeline.secrets.push(placed),
            false => {}
        }
    }
}

/// What counts as the key above: that of the mapping around the entry, which for `image: {name: …}` is `image`.
fn above_of<'a>(above: &'a str, key: &'a str) -> &'a str {
    if key == "name" || key == "image" || key == "secure" {
        above
    } else {
        key
    }
}

#[cfg(test)]
mod tests;
