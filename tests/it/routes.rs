//! Where the letters of one run go: `send --relay FILE`, `send --outbox`, and the address that a connection
//! comes from.

use std::fs;
use std::path::PathBuf;

use tempfile::TempDir;

use crate::server::Server;
use crate::support::Campaign;
#[cfg(unix)]
use crate::support::{gonets, private, ran};

/// `[smtp]` of a test's server.
fn smtp(server: &Server, more: &str) -> String {
    let port = server.port;
    format!("[smtp]\nhost = \"127.0.0.1\"\nport = {port}\nsecurity = \"none\"\n{more}\n")
}

/// A relay's file outside of any campaign's folder.
fn relay_file(text: &str) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("second.toml");
    fs::write(&path, text).unwrap();
    (folder, path)
}

#[test]
fn a_relay_of_a_file_takes_the_place_of_the_campaigns() {
    let (own, second) = (Server::kind(), Server::kind());
    let campaign = Campaign::new().to(&own).write();
    campaign.run(["preview"]).code(0);
    let (_folder, file) = relay_file(&(smtp(&second, "") + "[pace]\nconnections = 1\n"));
    let seal = campaign.run(["check", "--json"]).code(0).summary()["seal"].clone();
    let file = file.to_str().unwrap();
    let settings = campaign.run(["status", "--settings", "--relay", file]).code(0);
    settings.says(&second.port.to_string()).says(&format!("{file}:3"));
    let dry = campaign.run(["send", "--dry-run", "--relay", file]).code(0);
    let through = format!("the relay 127.0.0.1:{}, of {file}", second.port);
    dry.says(&through).says("the same letters");
    let sent = campaign.run(["send", "--yes", "--json", "--relay", file, "--limit", "2"]).code(7);
    assert_eq!(sent.summary()["seal"], seal);
    assert_eq!((own.counts().len(), second.counts().len()), (0, 2));
    assert_eq!(second.seen.lock().unwrap().connections, 2, "the dry run, and one connection");
    campaign.run(["send", "--yes"]).code(0).says("3 accepted");
    assert_eq!(own.counts().len(), 1);
}

#[test]
fn what_is_wrong_in_the_file_is_told_at_its_place() {
    let campaign = Campaign::new().write();
    let (_folder, file) = relay_file("[smtp]\nhost = \"mail.example.org\"\nprot = 25\n");
    let name = file.to_str().unwrap().to_owned();
    let send = || campaign.run(["send", "--yes", "--relay", &name]);
    let told = |place: &str| format!("{name}{place}");
    send().code(3).says(&told(":3:1")).says("port");
    fs::write(&file, "[smtp]\nhost = \"mail.example.org\"\nsecurity = \"none\"\n").unwrap();
    send().code(3).says(&told(":2:8"));
    fs::write(&file, "[pace]\nconnections = 4\n").unwrap();
    send().code(3).says(&told(":1:1")).says("smtp");
    // Limits are those of all workers together.
    fs::write(&file, "[smtp]\nhost = \"mail.example.org\"\n[pace]\nper_day = 4\n").unwrap();
    send().code(3).says(&told(":4:1")).says("per_day");
    fs::write(&file, "[smtp]\nhost = \"mail.example.org\"\nbind = [\"here\"]\n").unwrap();
    send().code(3).says(&told(":3:9")).says("not an IP address");
    fs::write(&file, "[smtp\n").unwrap();
    send().code(3).says(&told(":1:"));
    fs::remove_file(&file).unwrap();
    send().code(3).says(&name).says("there is no such file");
}

#[cfg(unix)]
#[test]
fn a_secret_of_the_file_needs_leave_of_its_own() {
    let (own, second) = (Server::kind(), Server::kind());
    let login = "username = \"u\"\npassword = { file = \"secret\" }\n";
    let campaign = Campaign::new().with(&smtp(&own, login)).write();
    private(&campaign.path().join("secret"), "of the campaign");
    let (folder, file) = relay_file(&smtp(&second, login));
    private(&folder.path().join("secret"), "of the file");
    let name = file.to_str().unwrap();
    let refused = campaign.run(["send", "--yes", "--relay", name]).code(3);
    let told = refused.says("the relay's file").says("the password of u at 127.0.0.1");
    let told = told.says(&format!("--relay {name}"));
    assert!(!told.err.contains("of the file"));
    campaign.run(["trust", "--relay", name]).code(0);
    campaign.run(["send", "--yes", "--limit", "1", "--relay", name]).code(7);
    campaign.run(["send", "--yes", "--limit", "1"]).code(7);
    assert_eq!((own.counts().len(), second.counts().len()), (1, 1));
    // The folder's own leave has no part in it, and the file's is for any campaign.
    campaign.run(["trust", "--remove"]).code(0);
    campaign.run(["send", "--yes", "--limit", "1"]).code(3);
    campaign.run(["send", "--yes", "--limit", "1", "--relay", name]).code(0);
    let other = Campaign::new().write();
    other.run(["send", "--yes", "--relay", name]).code(0);
    ran(gonets().args(["trust", "--remove", name]).output().unwrap()).code(0);
    other.run(["send", "--yes", "--relay", name]).code(3);
    // Another server is another need.
    campaign.run(["trust", "--relay", name]).code(0);
    fs::write(&file, smtp(&own, login)).unwrap();
    other.run(["send", "--yes", "--relay", name]).code(3).says("needs permission");
}

#[cfg(unix)]
#[test]
fn a_file_beside_relay_toml_needs_no_leave() {
    let server = Server::kind();
    let settings = tempfile::tempdir().unwrap();
    let folder = settings.path().join("gonets");
    fs::create_dir(&folder).unwrap();
    let file = folder.join("second.toml");
    let login = "username = \"u\"\npassword = { file = \"secret\" }\n";
    private(&file, &smtp(&server, login));
    private(&folder.join("secret"), "hunter2");
    let campaign = Campaign::new().write();
    let send = || {
        let mut command = campaign.command(["send", "--yes", "--relay", file.to_str().unwrap()]);
        ran(command.env("XDG_CONFIG_HOME", settings.path()).output().unwrap())
    };
    // What others can write is not the person's word.
    let open = |mode| {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
    };
    open(0o666);
    send().code(3).says("needs permission");
    open(0o644);
    send().code(0);
    assert_eq!(server.counts().len(), 3);
}

#[test]
fn letters_are_filed_although_a_relay_is_set() {
    let server = Server::kind();
    let campaign = Campaign::new().to(&server).write();
    campaign
        .run(["send", "--outbox"])
        .code(0)
        .says("the outbox folder")
        .says("3 filed")
        .says("--filed send");
    assert_eq!(server.counts().len(), 0);
    assert_eq!(fs::read_dir(campaign.path().join("outbox")).unwrap().count(), 3);
    campaign.run(["send", "--yes", "--filed", "send"]).code(0).says("3 accepted");
    assert_eq!(server.counts().len(), 3);
    campaign.run(["send", "--outbox", "--relay", "x.toml"]).code(2);
}

#[cfg(target_os = "linux")]
#[test]
fn connections_come_from_the_addresses_of_the_pool_in_turn() {
    let server = Server::kind();
    let bind = "bind = [\"127.0.0.2\", \"127.0.0.3\"]\n";
    let campaign = Campaign::new().people(40).with(&smtp(&server, bind));
    let campaign = campaign.with("[pace]\nconnections = 4\n").write();
    campaign.run(["send", "--yes"]).code(0);
    let mut peers = server.seen.lock().unwrap().peers.clone();
    peers.sort();
    peers.dedup();
    let pool: Vec<std::net::IpAddr> =
        ["127.0.0.2", "127.0.0.3"].map(|ip| ip.parse().unwrap()).into();
    assert_eq!(peers, pool);
    // An address that this computer does not have is told with the reason.
    let foreign = Campaign::new().with(&smtp(&server, "bind = \"192.0.2.10\"\n")).impatient();
    foreign.write().run(["send", "--yes"]).code(4).says("192.0.2.10");
}
