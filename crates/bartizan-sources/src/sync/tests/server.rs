//! A loopback server that answers by path, as a bucket of exports does.

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
};

/// What is served at a path.
#[derive(Clone, Default)]
pub(super) struct Page {
    pub(super) body: Vec<u8>,
    pub(super) etag: Option<String>,
    /// How many requests are refused with 500 first.
    pub(super) failures: u32,
    /// How many bytes of the body are sent before the connection ends.
    pub(super) breaks_at: Option<usize>,
}

/// The server: its pages and what was asked for.
#[derive(Clone)]
pub(super) struct Bucket {
    pub(super) address: String,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    pages: BTreeMap<String, Page>,
    asked: Vec<String>,
}

impl Bucket {
    pub(super) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let state = Arc::new(Mutex::new(State::default()));
        let shared = Arc::clone(&state);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let shared = Arc::clone(&shared);
                std::thread::spawn(move || answer(stream.unwrap(), &shared));
            }
        });
        Self { address, state }
    }

    pub(super) fn serve(&self, path: &str, page: Page) {
        self.state
            .lock()
            .unwrap()
            .pages
            .insert(path.to_owned(), page);
    }

    /// Serves a body with an `ETag` made of it.
    pub(super) fn put(&self, path: &str, body: impl AsRef<[u8]>) {
        let body = body.as_ref().to_vec();
        let etag = Some(format!("\"{:08x}\"", crc32fast::hash(&body)));
        self.serve(
            path,
            Page {
                body,
                etag,
                ..Page::default()
            },
        );
    }

    pub(super) fn delete(&self, path: &str) {
        self.state.lock().unwrap().pages.remove(path);
    }

    /// What was asked for since the last call, with the status of each answer, sorted.
    pub(super) fn asked(&self) -> String {
        let mut asked = std::mem::take(&mut self.state.lock().unwrap().asked);
        asked.sort();
        asked.join("\n")
    }
}

fn answer(mut stream: TcpStream, state: &Mutex<State>) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if reader.read_line(&mut head).unwrap_or(0) == 0 {
            return;
        }
    }
    let path = head.split(' ').nth(1).unwrap().to_owned();
    let header = |name: &str| {
        let line = head
            .lines()
            .find(|line| line.to_lowercase().starts_with(name))?;
        Some(line.split_once(": ")?.1.to_owned())
    };
    let mut state = state.lock().unwrap();
    let (status, page) = match state.pages.get_mut(&path) {
        None => ("404 Not Found", Page::default()),
        Some(page) if page.failures > 0 => {
            page.failures -= 1;
            ("500 Internal Server Error", Page::default())
        }
        Some(page) if page.etag.is_some() && header("if-none-match:") == page.etag => {
            ("304 Not Modified", Page::default())
        }
        Some(page) => ("200 OK", page.clone()),
    };
    state
        .asked
        .push(format!("{} {path}", status.split(' ').next().unwrap()));
    drop(state);
    let etag = page
        .etag
        .map(|etag| format!("ETag: {etag}\r\n"))
        .unwrap_or_default();
    let length = page.body.len();
    let head =
        format!("HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {length}\r\n{etag}\r\n");
    let sent = page.breaks_at.unwrap_or(length).min(length);
    stream.write_all(head.as_bytes()).unwrap();
    // The client may have hung up on a body that is too large.
    drop(stream.write_all(&page.body[..sent]));
}
