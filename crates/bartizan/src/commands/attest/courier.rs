//! The procedure's way to the services: the network of `bartizan-sources`.

use bartizan_provenance::signing::{Courier, Delivered, Parcel, Undelivered};
use bartizan_sources::signing::{SigningClient, SigningRequest};

use crate::error::chain;

/// Carries requests over the network.
pub(super) struct ByNetwork(pub(super) SigningClient);

impl Courier for ByNetwork {
    fn post(&self, parcel: Parcel<'_>) -> Result<Delivered, Undelivered> {
        let answer = self.0.post(SigningRequest {
            address: parcel.to,
            kind: parcel.kind,
            accept: parcel.accept,
            body: parcel.body,
        });
        match answer {
            Ok((status, body)) => Ok(Delivered { status, body }),
            Err(error) => Err(Undelivered { why: chain(&error) }),
        }
    }
}
