//! Serves an organisation on loopback as a code host does, for `scripts/access_large.py` and `scripts/access_real.py`: pages, tags of
//! entities, queries, changes. It is made up, or filled up from a snapshot that came of files of another tool.
//!
//! Beside what a host has there are `/asked` (how often it was asked what), `/state` (what it has now, as a snapshot), `/accept`
//! (everybody takes what they are offered), `/reset` (it is as it was at the beginning), and `/die/before/N`, `/die/after/N` and `/live`: a host that dies hangs at its N-th further change,
//! so that whoever waits for the answer can be killed.
//!
//!     cargo run -p bartizan-sources --example access_host -- PEOPLE TEAMS REPOSITORIES
//!     cargo run -p bartizan-sources --example access_host -- SNAPSHOT OWNER...
#![allow(
    clippy::allow_attributes,
    clippy::print_stdout,
    reason = "an example talks"
)]

use std::{
    env,
    error::Error,
    hash::{DefaultHasher, Hash, Hasher},
    io::{BufRead, BufReader, Write},
    net::{TcpListener, TcpStream},
    sync::Arc,
};

use bartizan_access::{
    laboratory::{Death, Laboratory, Living, Size, filled, large},
    name::Login,
    snapshot::Snapshot,
};
use bartizan_formats::hosting::act::{Action, Method};
use serde_json::{Value, json};

/// The largest body of a request.
const LARGEST: usize = 1 << 20;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let state = match arguments.as_slice() {
        [people, teams, repositories] if people.parse::<usize>().is_ok() => large(Size {
            people: people.parse()?,
            teams: teams.parse()?,
            repositories: repositories.parse()?,
        })?,
        [snapshot, owners @ ..] => {
            let (snapshot, _) = Snapshot::read(&std::fs::read(snapshot)?)?;
            let owners: Result<Vec<Login>, _> = owners.iter().map(|it| Login::new(it)).collect();
            filled(snapshot, &owners?)
        }
        [] => return Err("write how many people, teams and repositories, or a snapshot".into()),
    };
    let laboratory = Arc::new((Living::new(Laboratory::new(state.clone())), state));
    let listener = TcpListener::bind("127.0.0.1:0")?;
    println!("http://{}", listener.local_addr()?);
    for stream in listener.incoming() {
        let (stream, laboratory) = (stream?, Arc::clone(&laboratory));
        std::thread::spawn(move || while_it_lasts(&stream, &laboratory));
    }
    Ok(())
}

/// Answers the requests of one connection.
fn while_it_lasts(stream: &TcpStream, laboratory: &(Living, Snapshot)) {
    let mut reader = BufReader::new(stream);
    while let Ok(Some(request)) = request(&mut reader) {
        let Some(reply) = reply(&request, laboratory) else {
            // It died: whoever waits hears nothing.
            println!("died");
            std::thread::park();
            return;
        };
        let mut writer = stream;
        if writer.write_all(&reply).is_err() {
            return;
        }
    }
}

struct Request {
    method: String,
    target: String,
    host: String,
    tag: Option<String>,
    body: Vec<u8>,
}

fn request(reader: &mut impl BufRead) -> std::io::Result<Option<Request>> {
    let mut first = String::new();
    if reader.read_line(&mut first)? == 0 {
        return Ok(None);
    }
    let mut words = first.split(' ').map(str::to_owned);
    let (method, target) = (
        words.next().unwrap_or_default(),
        words.next().unwrap_or_default(),
    );
    let (mut host, mut tag, mut length) = (String::new(), None, 0);
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 || line.trim().is_empty() {
            break;
        }
        let (name, value) = line.split_once(':').unwrap_or_default();
        let value = value.trim();
        match name.to_ascii_lowercase().as_str() {
            "host" => value.clone_into(&mut host),
            "if-none-match" => tag = Some(value.to_owned()),
            "content-length" => length = value.parse().unwrap_or(0).min(LARGEST),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    Ok(Some(Request {
        method,
        target,
        host,
        tag,
        body,
    }))
}

/// The answer to what no host has.
fn beside(parts: &[&str], (laboratory, begin): &(Living, Snapshot)) -> Option<Value> {
    let death = |count: &str, of: fn(usize) -> Death| {
        laboratory.die(count.parse().ok().map(of));
        Some(json!("told"))
    };
    match parts {
        ["asked"] => Some(json!(laboratory.asked())),
        ["state"] => serde_json::from_str(&laboratory.state().to_text()).ok(),
        ["accept"] => {
            laboratory.accept();
            Some(json!("told"))
        }
        ["reset"] => {
            laboratory.reset(begin.clone());
            Some(json!("told"))
        }
        ["die", "before", count] => death(count, Death::Before),
        ["die", "after", count] => death(count, Death::After),
        ["live"] => {
            laboratory.die(None);
            Some(json!("told"))
        }
        _ => None,
    }
}

fn action(request: &Request, parts: &[&str]) -> Option<Action> {
    let method = match request.method.as_str() {
        "PUT" => Method::Put,
        "POST" => Method::Post,
        "PATCH" => Method::Patch,
        "DELETE" => Method::Delete,
        _ => return None,
    };
    Some(Action {
        about: "a change",
        method,
        path: parts.iter().map(|it| (*it).to_owned()).collect(),
        body: serde_json::from_slice(&request.body).ok(),
        permission: "",
    })
}

/// The reply; none where the host dies.
fn reply(request: &Request, host: &(Living, Snapshot)) -> Option<Vec<u8>> {
    let laboratory = &host.0;
    let (path, query) = request
        .target
        .split_once('?')
        .unwrap_or((&request.target, ""));
    let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
    let (status, body, next) = match (beside(&parts, host), parts.as_slice()) {
        (Some(told), _) => (200, told, None),
        (None, ["graphql"]) => {
            let asked: Value = serde_json::from_slice(&request.body).unwrap_or_default();
            let text = asked
                .get("query")
                .and_then(Value::as_str)
                .unwrap_or_default();
            let variables = asked.get("variables").cloned().unwrap_or_default();
            (200, laboratory.graph(text, &variables), None)
        }
        (None, parts) => {
            let answer = match action(request, parts) {
                Some(action) => laboratory.change(&action)?,
                None => laboratory.answer(parts, query),
            };
            (answer.status, answer.body, answer.next)
        }
    };
    let body = if status == 204 {
        String::new()
    } else {
        body.to_string()
    };
    let mut hasher = DefaultHasher::new();
    body.hash(&mut hasher);
    let tag = format!("\"{:x}\"", hasher.finish());
    let is_known = request.tag.as_ref() == Some(&tag) && parts.as_slice() != ["graphql"];
    let (status, body) = if is_known {
        (304, String::new())
    } else {
        (status, body)
    };
    let link = next.map(|next| {
        format!(
            "Link: <http://{}{path}?{next}>; rel=\"next\"\r\n",
            request.host
        )
    });
    let tag = if parts.as_slice() == ["graphql"] {
        String::new()
    } else {
        format!("ETag: {tag}\r\n")
    };
    let reply = format!(
        "HTTP/1.1 {status} Told\r\nContent-Type: application/json\r\nContent-Length: {}\r\n{tag}{}\r\n{body}",
        body.len(),
        link.unwrap_or_default(),
    );
    Some(reply.into_bytes())
}
