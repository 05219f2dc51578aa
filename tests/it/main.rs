//! The program as a whole: the real binary, real files, and servers on this machine.

mod archive;
mod attachments;
mod bad_input;
mod browser;
mod connections;
mod delivery;
mod disk_faults;
mod dns;
mod faults;
mod forms;
mod hostile;
mod kill;
mod ledger_faults;
mod letters;
mod lists;
mod look;
mod model;
mod office;
mod outbox;
mod pace;
#[cfg(feature = "pdf")]
mod pdf;
mod poison;
mod power_cut;
mod readme;
mod real_servers;
mod record;
mod resume;
mod rooms;
mod russian;
mod seal;
mod secrets;
mod server;
mod sessions;
mod signals;
mod simulated;
mod source;
mod support;
mod suppress;
mod tables;
mod templates;
mod tls;
#[cfg(not(feature = "pdf"))]
mod without_pdf;
mod words;
mod written;
