//! The instance on loopback.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    ops::Deref,
    sync::Arc,
};

use crate::{Instance, Request};

/// An instance that answers on loopback until the process ends.
#[derive(Clone)]
pub struct Served {
    instance: Arc<Instance>,
    /// Its address.
    pub address: String,
}

impl Deref for Served {
    type Target = Instance;

    fn deref(&self) -> &Instance {
        &self.instance
    }
}

impl Instance {
    /// A new instance on a free port of loopback.
    pub fn serve() -> Served {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let instance = Arc::new(Self::new(&address));
        let answering = Arc::clone(&instance);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let instance = Arc::clone(&answering);
                // A client that goes away has seen enough.
                std::thread::spawn(move || drop(instance.converse(&stream)));
            }
        });
        Served { instance, address }
    }

    fn converse(&self, mut stream: &TcpStream) -> std::io::Result<()> {
        let mut reader = BufReader::new(stream);
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let mut words = line.split(' ');
        let (method, path) = (
            words.next().unwrap_or_default(),
            words.next().unwrap_or_default(),
        );
        let (mut length, mut authorization) = (0, String::new());
        loop {
            let mut header = String::new();
            reader.read_line(&mut header)?;
            let Some((name, value)) = header.trim_end().split_once(':') else {
                break;
            };
            match name.to_ascii_lowercase().as_str() {
                "content-length" => length = value.trim().parse().unwrap_or(0),
                "authorization" => value.trim().clone_into(&mut authorization),
                _ => {}
            }
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body)?;
        let (status, reply) = self.answer(Request {
            method,
            path,
            authorization: &authorization,
            body: &body,
        });
        let head = format!(
            "HTTP/1.1 {status} X\r\nConnection: close\r\nLocation: /issuer/elsewhere\r\nContent-Length: {}\r\n\r\n",
            reply.len()
        );
        stream.write_all(head.as_bytes())?;
        stream.write_all(&reply)
    }
}
