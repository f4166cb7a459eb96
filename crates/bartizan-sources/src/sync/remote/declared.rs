//! Declared feeds at an address: an archive, or a file; signed or not.

use super::{
    super::{
        error::SyncError,
        feeds::address,
        gather::{Extent, Gather},
        progress::Progress,
        reader::Reader,
        signed::Signed,
        spool::SpoolFile,
        state::{FeedState, SyncState},
    },
    Export, Fetching, LARGEST_EXPORT, Remote, Stop, part_path,
};
use crate::http::Address;

/// Reads a declared feed: an archive, or a file. Returns its address where it could not be had.
pub(in crate::sync) fn gather_feed<S: SpoolFile>(
    fetching: &Fetching<'_>,
    (text, signed): (&str, Option<Signed<'_>>),
    state: &mut SyncState,
    (gather, progress): (&mut Gather<S>, &mut dyn Progress),
) -> Result<Option<String>, SyncError> {
    let address = address(text)?;
    let mut remote = Remote {
        fetching,
        state,
        reader: Reader { gather, progress },
    };
    let export = Export {
        directory: address.clone(),
        whole: address,
    };
    let mut missed = Vec::new();
    remote.note(&export.whole, &mut missed, |remote| {
        let known = remote.known(&export.whole).unwrap_or_default();
        match signed {
            Some(signed) => remote.signed(&export.whole, &known, signed),
            None => remote.whole(&export, &known),
        }
    })?;
    Ok(missed.pop())
}

impl<S: SpoolFile> Remote<'_, S> {
    /// Fetches a signed feed.
    fn signed(
        &mut self,
        address: &Address,
        feed: &FeedState,
        mut signed: Signed<'_>,
    ) -> Result<(), Stop> {
        let text = address.to_string();
        let known = feed.whole.validators();
        let Some((part, validators)) = self.download(address, &known, LARGEST_EXPORT)? else {
            self.reader.gather.input(&text, Extent::Unchanged);
            return Ok(());
        };
        let path = part_path(self.fetching.directory, address);
        let read = signed.read(&path, &text, &mut self.reader);
        let holds = read.map_err(self.cannot_spool())?;
        part.discard();
        if !holds {
            return Err(Stop::Refused);
        }
        let feed = FeedState {
            whole: validators.into(),
            imported: Some(self.fetching.now),
            ..FeedState::default()
        };
        self.state.set(&text, feed);
        Ok(())
    }
}
