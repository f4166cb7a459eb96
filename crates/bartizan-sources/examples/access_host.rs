//! Serves a made-up organisation on loopback as a code host does, for `scripts/access_large.py`: pages, tags of entities, queries. What
//! it was asked is printed when a request for `/asked` comes.
//!
//!     cargo run -p bartizan-sources --example access_host -- PEOPLE TEAMS REPOSITORIES
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

use bartizan_access::laboratory::{Laboratory, Size, large};
use serde_json::{Value, json};

/// The largest body of a request.
const LARGEST: usize = 1 << 20;

fn main() -> Result<(), Box<dyn Error>> {
    let numbers: Result<Vec<usize>, _> = env::args().skip(1).map(|it| it.parse()).collect();
    let [people, teams, repositories] = numbers?[..] else {
        return Err("write how many people, teams and repositories".into());
    };
    let size = Size {
        people,
        teams,
        repositories,
    };
    let laboratory = Arc::new(Laboratory::new(large(size)?));
    let listener = TcpListener::bind("127.0.0.1:0")?;
    println!("http://{}", listener.local_addr()?);
    for stream in listener.incoming() {
        let (stream, laboratory) = (stream?, Arc::clone(&laboratory));
        std::thread::spawn(move || while_it_lasts(&stream, &laboratory));
    }
    Ok(())
}

/// Answers the requests of one connection.
fn while_it_lasts(stream: &TcpStream, laboratory: &Laboratory) {
    let mut reader = BufReader::new(stream);
    while let Ok(Some(request)) = request(&mut reader) {
        let reply = reply(&request, laboratory);
        let mut writer = stream;
        if writer.write_all(&reply).is_err() {
            return;
        }
    }
}

struct Request {
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
    let target = first.split(' ').nth(1).unwrap_or_default().to_owned();
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
        target,
        host,
        tag,
        body,
    }))
}

fn reply(request: &Request, laboratory: &Laboratory) -> Vec<u8> {
    let (path, query) = request
        .target
        .split_once('?')
        .unwrap_or((&request.target, ""));
    let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
    let (status, body, next) = match parts.as_slice() {
        ["asked"] => (200, json!(laboratory.asked()), None),
        ["graphql"] => {
            let asked: Value = serde_json::from_slice(&request.body).unwrap_or_default();
            let text = asked
                .get("query")
                .and_then(Value::as_str)
                .unwrap_or_default();
            let variables = asked.get("variables").cloned().unwrap_or_default();
            (200, laboratory.graph(text, &variables), None)
        }
        parts => {
            let answer = laboratory.answer(parts, query);
            (answer.status, answer.body, answer.next)
        }
    };
    let body = body.to_string();
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
    format!(
        "HTTP/1.1 {status} Told\r\nContent-Type: application/json\r\nContent-Length: {}\r\n{tag}{}\r\n{body}",
        body.len(),
        link.unwrap_or_default(),
    )
    .into_bytes()
}
