//! Vouches: one person says in public that another may be trusted in a project.
//!
//! The list is the flat file `VOUCHED.td` that others read too (a line for each, `-` before whom the project denounces);
//! it is whoever writes it. Beside it stand signed statements: who vouches for whom, where, since when and until when.
//! A name in the list alone tells what the project does; only a statement whose signature holds is somebody's word, and
//! only that is given on. What counts and how much is decided here; signatures are verified by the caller.

mod handle;
mod known;
mod list;
mod record;
mod statement;
mod weigh;

pub use self::{
    handle::{Handle, HandleError},
    known::known,
    list::{Entry, LARGEST_LIST, Standing, VouchList},
    record::{LARGEST_RECORDS, Proof, Record, read_records},
    statement::{Deed, LARGEST_STATEMENT, LONGEST_REASON, MOST_DAYS, Statement, StatementError},
    weigh::{Checked, Judged, State, Vouch, Vouches, weigh},
};
