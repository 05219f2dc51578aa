//! A build without the feature `pdf`.

use crate::support::{Campaign, gonets, ran};

#[test]
fn the_table_is_a_clear_error() {
    let campaign = Campaign::new().with("[pdf]\n").write();
    campaign
        .run(["check"])
        .code(3)
        .says("campaign.toml:13:1")
        .says("this build of gonets cannot make PDFs");
}

#[test]
fn a_new_campaign_works_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path().join("new");
    ran(gonets().arg("init").arg(&at).output().unwrap()).code(0);
    ran(gonets().arg("preview").arg(&at).output().unwrap()).code(0);
}
