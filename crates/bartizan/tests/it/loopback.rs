//! Files on a loopback address.

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Write},
    net::{TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

/// What is served, by path: the type and the bytes.
pub(crate) type Files = BTreeMap<String, (&'static str, Vec<u8>)>;

/// A server that answers until the process ends.
pub(crate) struct Served {
    pub(crate) address: String,
    pub(crate) files: Arc<Mutex<Files>>,
    /// How often it was asked.
    pub(crate) asked: Arc<AtomicUsize>,
}

/// Serves files.
pub(crate) fn serve(files: Files) -> Served {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let files = Arc::new(Mutex::new(files));
    let asked = Arc::new(AtomicUsize::new(0));
    let (own, count) = (Arc::clone(&files), Arc::clone(&asked));
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            count.fetch_add(1, Ordering::Relaxed);
            // A client that hangs up early has seen enough.
            drop(answer(&stream, &own));
        }
    });
    Served {
        address,
        files,
        asked,
    }
}

fn answer(mut stream: &TcpStream, files: &Mutex<Files>) -> std::io::Result<()> {
    let mut head = String::new();
    let mut reader = BufReader::new(stream);
    while !head.ends_with("\r\n\r\n") && reader.read_line(&mut head)? > 0 {}
    let path = head.split(' ').nth(1).unwrap_or_default();
    let found = files.lock().unwrap().get(path).cloned();
    let status = if found.is_some() { "200 OK" } else { "404 No" };
    let (kind, body) = found.unwrap_or(("text/plain", Vec::new()));
    let length = body.len();
    let is_head = head.starts_with("HEAD");
    let body = if is_head { Vec::new() } else { body };
    let head = format!(
        "HTTP/1.1 {status}\r\nConnection: close\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n\r\n"
    );
    stream.write_all(&[head.as_bytes(), &body].concat())
}
