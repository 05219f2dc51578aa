use std::io::Write as _;

use super::*;
#[cfg(unix)]
use crate::problem::Cause;

#[test]
fn a_file_appears_whole_or_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("a.csv");
    let mut draft = Draft::begin(&target, Audience::Owner).unwrap();
    draft.write_all(b"half").unwrap();
    assert!(!target.exists());
    drop(draft);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    put(&target, b"whole", Audience::Owner).unwrap();
    put(&target, b"other", Audience::Owner).unwrap();
    assert_eq!(fs::read(&target).unwrap(), b"other");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn what_an_interrupted_run_left_is_swept_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    for name in [".gonets-1-1.part", "gonets.part", "a.part"] {
        fs::write(folder.path().join(name), "x").unwrap();
    }
    draft::sweep(folder.path());
    let mut left: Vec<_> =
        fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    left.sort();
    assert_eq!(left, ["a.part", "gonets.part"]);
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::{MetadataExt as _, symlink};

    use super::*;

    fn cause(done: io::Result<impl Sized>) -> Cause {
        Cause::from(&done.err().unwrap())
    }

    #[test]
    fn nothing_is_written_through_a_link() {
        let folder = tempfile::tempdir().unwrap();
        let precious = folder.path().join("precious");
        fs::write(&precious, "precious").unwrap();
        let link = folder.path().join("link");
        symlink(&precious, &link).unwrap();
        assert_eq!(cause(put(&link, b"other", Audience::Owner)), Cause::IsLink);
        assert_eq!(cause(open_or_create(&link)), Cause::IsLink);
        assert_eq!(cause(open_existing(&link)), Cause::IsLink);
        assert_eq!(fs::read(&precious).unwrap(), b"precious");

        let nowhere = folder.path().join("nowhere");
        symlink(folder.path().join("new"), &nowhere).unwrap();
        assert_eq!(cause(open_or_create(&nowhere)), Cause::IsLink);
        assert!(!folder.path().join("new").exists());
    }

    #[test]
    fn no_folder_of_a_campaign_is_a_link() {
        let folder = tempfile::tempdir().unwrap();
        let campaign = folder.path().join("campaign");
        fs::create_dir_all(folder.path().join("elsewhere")).unwrap();
        fs::create_dir_all(&campaign).unwrap();
        symlink(folder.path().join("elsewhere"), campaign.join("archive")).unwrap();
        for name in ["archive", "archive/2022", "./archive/2022"] {
            assert_eq!(cause(create_folder(&campaign, Path::new(name))), Cause::IsLink, "{name}");
        }
        assert_eq!(fs::read_dir(folder.path().join("elsewhere")).unwrap().count(), 0);
        create_folder(&campaign, Path::new("kept/2022")).unwrap();
        create_folder(&campaign, Path::new("kept/2022")).unwrap();
        create_folder(&campaign, Path::new("../beside")).unwrap();
        assert!(folder.path().join("beside").is_dir());
    }

    #[test]
    fn what_holds_personal_data_is_for_its_owner() {
        let folder = tempfile::tempdir().unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().mode() & 0o777;
        let file = folder.path().join("a");
        put(&file, b"", Audience::Owner).unwrap();
        assert_eq!(mode(&file), 0o600);
        assert_eq!(mode(&create_folder(folder.path(), Path::new("b/c")).unwrap()), 0o700);
        assert_eq!(mode(&folder.path().join("b")), 0o700);
        let path = folder.path().join("d/e");
        create_path(&path).unwrap();
        assert_eq!(mode(&path), 0o700);
    }

    #[test]
    fn a_device_or_pipe_is_not_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let socket = folder.path().join("socket");
        let _listener = std::os::unix::net::UnixListener::bind(&socket).unwrap();
        assert!(put(&socket, b"x", Audience::Owner).is_err());
        assert_eq!(cause(put(folder.path(), b"x", Audience::Owner)), Cause::IsFolder);
    }
}
