//! `[inbox]`: the mailbox to which answers come.

use std::path::Path;

use super::Placed;
use super::smtp::{LOGIN, password, plain_text_stays_here, scheme, security};
use super::table_reader::TableReader;
use crate::delivery::Security;
use crate::inbox::imap::Server;
use crate::secret::PasswordSource;
use crate::smtp::Scheme;

/// `[inbox]`
#[derive(Debug, Clone)]
pub struct InboxTable {
    /// The server, without its login and its certificate authority: these are read when it is used.
    pub server: Server,
    pub username: String,
    /// Asked for at the terminal if `None`.
    pub password: Option<PasswordSource>,
    pub scheme: Scheme,
    /// A PEM file with the certificate authority of the server, beside the system's own.
    pub ca_file: Option<Placed<String>>,
    /// The folders to read; the inbox and the junk folder if there are none.
    pub folders: Vec<String>,
    /// Whether server and login are from files of defaults that are the person's own.
    pub is_own: bool,
}

impl InboxTable {
    /// The account, as the ledger knows it.
    pub fn account(&self) -> String {
        format!("{}@{}:{}", self.username, self.server.host, self.server.port)
    }
}

pub(super) fn read(table: &mut TableReader, folder: &Path) -> Option<InboxTable> {
    let host = table.required_text("host");
    let security = security(table);
    let default_port = match security {
        Security::Tls => 993,
        Security::StartTls | Security::None => 143,
    };
    let port = table.count("port", 65535).and_then(|port| u16::try_from(port).ok());
    let username = table.required_text("username");
    let password = password(table, folder, username.as_deref());
    let ca_file = table.path("ca_file");
    let is_own = table.are_own(&LOGIN);
    let scheme = scheme(table);
    let timeout = table.duration("timeout").unwrap_or(Server::TIMEOUT);
    let folders = table.placed_texts("folders").into_iter().map(|(name, _)| name).collect();
    let host = host?;
    plain_text_stays_here(table, &host, security);
    let server = Server {
        host,
        port: port.unwrap_or(default_port),
        security,
        login: None,
        authority: None,
        timeout,
    };
    Some(InboxTable { server, username: username?, password, scheme, ca_file, folders, is_own })
}
