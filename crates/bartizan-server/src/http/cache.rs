//! Pages that are ready to be sent. What is here was made at the present generation of the store; a change empties it.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
};

use axum::body::Bytes;

/// A page that is ready, around the place of its nonce.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Ready {
    pub(super) media: &'static str,
    pub(super) etag: String,
    pub(super) page: &'static str,
    /// Whether it is for whoever sits at this machine only.
    pub(super) is_near_only: bool,
    /// What stands before the nonce; all of it where there is none.
    pub(super) head: Bytes,
    /// What stands after the nonce.
    pub(super) tail: Option<Bytes>,
}

#[derive(Debug, Default)]
struct Kept {
    pages: HashMap<String, Arc<Ready>>,
    bytes: usize,
}

/// The pages that are ready.
#[derive(Debug, Default)]
pub(super) struct Cache(RwLock<Kept>);

/// Room for pages; when it is full all are forgotten, since what is asked for often is soon back.
const ROOM: usize = 64 << 20;

impl Cache {
    pub(super) fn get(&self, key: &str) -> Option<Arc<Ready>> {
        let kept = self.0.read().unwrap_or_else(PoisonError::into_inner);
        kept.pages.get(key).cloned()
    }

    pub(super) fn put(&self, key: String, ready: &Arc<Ready>) {
        let size = key.len() + ready.head.len() + ready.tail.as_ref().map_or(0, Bytes::len) + 256;
        let mut kept = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if kept.bytes + size > ROOM {
            *kept = Kept::default();
        }
        if size <= ROOM && kept.pages.insert(key, ready.clone()).is_none() {
            kept.bytes += size;
        }
    }

    pub(super) fn clear(&self) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Kept::default();
    }
}
