//! A bill as [SPDX 3.0.1](https://spdx.github.io/spdx-spec/v3.0.1/), in its JSON-LD.

use bartizan_model::native::Linkage;
use serde_json::{Value, json};

use super::{Agent, Bill, Context, Hash, Licence, Part, PartKind, identity};

/// The blank node that tells of the creation; every element refers to it.
const CREATION: &str = "_:creation";

/// The document. The ids of its elements follow from all that it says.
pub(super) fn document(bill: &Bill) -> Value {
    let base = format!("urn:uuid:{}", identity::uuid(&format!("{bill:?}")));
    let mut graph = Graph {
        base,
        elements: Vec::new(),
        relationships: 0,
    };
    graph.creation(bill);
    let subject = graph.id("part-0");
    for (place, part) in bill.all().enumerate() {
        graph.part(place, part);
    }
    for from in 0..=bill.parts.len() {
        graph.links(bill, from);
    }
    graph.frame(bill, &subject);
    json!({"@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld", "@graph": graph.elements})
}

struct Graph {
    base: String,
    elements: Vec<Value>,
    relationships: usize,
}

impl Graph {
    fn id(&self, name: &str) -> String {
        format!("{}#{name}", self.base)
    }

    /// Adds an element and gives its id.
    fn add(&mut self, kind: &str, name: &str, mut fields: Value) -> String {
        let id = self.id(name);
        put(&mut fields, "type", Some(json!(kind)));
        put(&mut fields, "spdxId", Some(json!(id)));
        put(&mut fields, "creationInfo", Some(json!(CREATION)));
        self.elements.push(fields);
        id
    }

    fn creation(&mut self, bill: &Bill) {
        let tool = json!({"name": format!("bartizan {}", env!("CARGO_PKG_VERSION"))});
        let tool = self.add("Tool", "tool", tool);
        let author = match &bill.author {
            Some(author) => self.add("Organization", "author", agent(author)),
            None => self.add("SoftwareAgent", "author", json!({"name": "bartizan"})),
        };
        let creation = json!({
            "type": "CreationInfo", "@id": CREATION, "specVersion": "3.0.1", "created": bill.timestamp,
            "createdBy": [author], "createdUsing": [tool],
        });
        self.elements.insert(0, creation);
    }

    /// The document and the bill in it.
    fn frame(&mut self, bill: &Bill, subject: &str) {
        let kind = match bill.context {
            Context::PreBuild => "source",
            Context::PostBuild => "analyzed",
            Context::Installed => "deployed",
        };
        let elements: Vec<Value> = self
            .elements
            .iter()
            .filter_map(|it| it.get("spdxId").cloned())
            .collect();
        let sbom = self.add(
            "software_Sbom",
            "sbom",
            json!({"software_sbomType": [kind], "rootElement": [subject], "element": elements}),
        );
        let document = json!({
            "name": bill.subject.name, "rootElement": [sbom],
            "profileConformance": ["core", "software", "simpleLicensing"],
        });
        self.add("SpdxDocument", "document", document);
    }

    fn part(&mut self, place: usize, part: &Part) {
        let purpose = match part.kind {
            PartKind::Library => "library",
            PartKind::Application => "application",
        };
        let mut fields = json!({"name": part.name, "software_primaryPurpose": purpose});
        put(
            &mut fields,
            "software_packageVersion",
            part.version.as_ref().map(|it| json!(it)),
        );
        put(
            &mut fields,
            "software_packageUrl",
            part.purl.as_ref().map(|it| json!(it.to_string())),
        );
        put(
            &mut fields,
            "summary",
            part.summary.as_ref().map(|it| json!(it)),
        );
        put(
            &mut fields,
            "software_homePage",
            part.homepage.as_ref().map(|it| json!(it)),
        );
        put(
            &mut fields,
            "software_sourceInfo",
            told(part).map(|it| json!(it)),
        );
        put(
            &mut fields,
            "comment",
            part.note.as_ref().map(|it| json!(it)),
        );
        put(&mut fields, "verifiedUsing", hashes(&part.hashes));
        put(&mut fields, "externalIdentifier", part.cpe.as_ref().map(|it| {
            json!([{"type": "ExternalIdentifier", "externalIdentifierType": "cpe23", "identifier": it}])
        }));
        if let Some(maker) = &part.maker {
            let maker = self.add("Person", &format!("maker-{place}"), agent(maker));
            put(&mut fields, "originatedBy", Some(json!([maker])));
        }
        if let Some(supplier) = &part.supplier {
            let name = format!("supplier-{place}");
            let supplier = self.add("Organization", &name, json!({"name": supplier}));
            put(&mut fields, "suppliedBy", Some(json!(supplier)));
        }
        let id = self.add("software_Package", &format!("part-{place}"), fields);
        if let Some(licence) = &part.licence {
            self.licence(place, &id, licence);
        }
        self.files(place, &id, part);
    }

    fn licence(&mut self, place: usize, of: &str, licence: &Licence) {
        let name = format!("licence-{place}");
        let element = match licence {
            Licence::Expression(text) => {
                let fields = json!({"simplelicensing_licenseExpression": text});
                self.add("simplelicensing_LicenseExpression", &name, fields)
            }
            Licence::Name(text) => {
                let fields = json!({"name": text, "simplelicensing_licenseText": text});
                self.add("simplelicensing_SimpleLicensingText", &name, fields)
            }
        };
        self.link(of, "hasDeclaredLicense", &[element], None);
    }

    fn files(&mut self, place: usize, of: &str, part: &Part) {
        let files: Vec<String> = part
            .files
            .iter()
            .enumerate()
            .filter(|(_, file)| !file.hashes.is_empty())
            .map(|(number, file)| {
                let mut fields = json!({"name": file.path, "software_additionalPurpose": ["executable", "firmware"]});
                put(&mut fields, "verifiedUsing", hashes(&file.hashes));
                self.add("software_File", &format!("file-{place}-{number}"), fields)
            })
            .collect();
        if !files.is_empty() {
            self.link(of, "hasDistributionArtifact", &files, None);
        }
    }

    /// What a part contains, links and depends on. Whether that is all nobody can say.
    fn links(&mut self, bill: &Bill, from: usize) {
        let mut by_kind: [(&str, Vec<String>); 3] = [
            ("contains", Vec::new()),
            ("dependsOn", Vec::new()),
            ("hasStaticLink", Vec::new()),
        ];
        for (to, part) in bill.linked_from(from) {
            let wanted = match part.linkage {
                None => "dependsOn",
                Some(Linkage::Static) => "hasStaticLink",
                Some(_) => "contains",
            };
            let to = self.id(&format!("part-{to}"));
            for (kind, all) in &mut by_kind {
                if *kind == wanted {
                    all.push(to.clone());
                }
            }
        }
        let from = self.id(&format!("part-{from}"));
        for (kind, to) in by_kind {
            if !to.is_empty() {
                self.link(&from, kind, &to, Some("noAssertion"));
            }
        }
    }

    fn link(&mut self, from: &str, kind: &str, to: &[String], completeness: Option<&str>) {
        let mut fields = json!({"from": from, "relationshipType": kind, "to": to});
        put(
            &mut fields,
            "completeness",
            completeness.map(|it| json!(it)),
        );
        let name = format!("link-{}", self.relationships);
        self.relationships += 1;
        self.add("Relationship", &name, fields);
    }
}

fn put(json: &mut Value, key: &str, value: Option<Value>) {
    if let (Some(fields), Some(value)) = (json.as_object_mut(), value) {
        fields.insert(key.to_owned(), value);
    }
}

fn agent(agent: &Agent) -> Value {
    let mut json = json!({"name": agent.name});
    put(&mut json, "externalIdentifier", agent.email.as_ref().map(|it| {
        json!([{"type": "ExternalIdentifier", "externalIdentifierType": "email", "identifier": it}])
    }));
    json
}

fn hashes(hashes: &[Hash]) -> Option<Value> {
    let one = |it: &Hash| {
        let algorithm = it.algorithm.replace('-', "").to_lowercase();
        json!({"type": "Hash", "algorithm": algorithm, "hashValue": it.digits})
    };
    (!hashes.is_empty()).then(|| hashes.iter().map(one).collect())
}

fn told(part: &Part) -> Option<String> {
    let lines: Vec<String> = part
        .proofs
        .iter()
        .map(|it| format!("{}: {}", it.kind.id(), it.detail))
        .collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}
