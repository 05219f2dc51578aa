//! The program as a whole: the real binary, real files, and servers on this machine.

mod addressing;
mod answers;
mod archive;
mod as_seen;
mod attachments;
mod bad_input;
mod browser;
mod changed_list;
mod connections;
mod corrected;
mod delivery;
mod disk_faults;
mod dns;
mod doctor;
mod doctor_real;
mod documents;
mod escaping;
mod faults;
mod follow;
mod forms;
#[cfg(feature = "postgres")]
mod histories;
mod hostile;
mod identity;
mod imap;
mod imap_server;
mod inbox;
mod kill;
mod last_run;
mod ledger_faults;
mod letters;
mod lists;
mod look;
mod mailing;
mod model;
mod office;
mod outbox;
mod pace;
#[cfg(feature = "pdf")]
mod pdf;
mod poison;
#[cfg(feature = "postgres")]
mod postgres;
mod power_cut;
mod readme;
mod real_imap;
mod real_servers;
mod record;
mod resume;
mod rooms;
mod routes;
mod russian;
mod seal;
mod secrets;
mod server;
mod sessions;
mod settings;
mod signals;
mod simulated;
mod source;
mod spf;
mod support;
mod suppress;
mod tables;
mod templates;
mod tls;
mod trust;
#[cfg(not(feature = "pdf"))]
mod without_pdf;
mod words;
#[cfg(feature = "postgres")]
mod workers;
mod written;
