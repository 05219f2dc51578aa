//! Whether a folder lies on a network share, which does not promise SQLite the locks of a local disk.

#[cfg(any(target_os = "linux", windows))]
use std::fs;
use std::path::Path;

/// The kind of network share on which a folder lies, if it does and the system tells.
#[cfg(target_os = "linux")]
pub(crate) fn network_share(folder: &Path) -> Option<&'static str> {
    // statfs(2), and include/uapi/linux/magic.h
    const SHARES: [(u64, &str); 11] = [
        (0x6969, "NFS"),
        (0x517B, "SMB"),
        (0xFF53_4D42, "CIFS"),
        (0xFE53_4D42, "SMB"),
        (0x6B41_4653, "AFS"),
        (0x5346_414F, "AFS"),
        (0x0102_1997, "9P"),
        (0x00C3_6400, "Ceph"),
        (0x7461_636F, "OCFS2"),
        (0x0116_1970, "GFS2"),
        (0x786F_4256, "VirtualBox"),
    ];
    const FUSE: u64 = 0x6573_5546;
    let kind = rustix::fs::statfs(folder).ok()?.f_type;
    // As wide as the machine's words, and with a sign on some.
    let kind = u64::try_from(kind).unwrap_or_default() & 0xFFFF_FFFF;
    if kind == FUSE {
        use std::io::Read as _;
        use std::os::unix::fs::MetadataExt as _;
        let device = fs::metadata(folder).ok()?.dev();
        let device = (rustix::fs::major(device), rustix::fs::minor(device));
        let mut mounts = Vec::new();
        let file = fs::File::open("/proc/self/mountinfo").ok()?;
        file.take(LONGEST).read_to_end(&mut mounts).ok()?;
        return share_by_program(&String::from_utf8_lossy(&mounts), device);
    }
    SHARES.iter().find(|(magic, _)| *magic == kind).map(|(_, name)| *name)
}

/// The most that is read of the list of mounts.
#[cfg(target_os = "linux")]
const LONGEST: u64 = 4 << 20;

/// What is mounted by a program (FUSE) may be a disk of this computer or a share: its kind tells, in the list
/// of mounts (proc(5), `mountinfo`).
#[cfg(target_os = "linux")]
fn share_by_program(mounts: &str, (major, minor): (u32, u32)) -> Option<&'static str> {
    const SHARES: [(&str, &str); 20] = [
        ("fuse.sshfs", "SSHFS"),
        ("fuse.rclone", "rclone"),
        ("fuse.davfs", "WebDAV"),
        ("fuse.davfs2", "WebDAV"),
        ("fuse.gvfsd-fuse", "GVfs"),
        ("fuse.kio-fuse", "KIO"),
        ("fuse.smbnetfs", "SMB"),
        ("fuse.curlftpfs", "FTP"),
        ("fuse.s3fs", "S3"),
        ("fuse.goofys", "S3"),
        ("fuse.mount-s3", "S3"),
        ("fuse.gcsfuse", "GCS"),
        ("fuse.blobfuse2", "Azure"),
        ("fuse.glusterfs", "GlusterFS"),
        ("fuse.ceph", "Ceph"),
        ("fuse.ceph-fuse", "Ceph"),
        ("fuse.mfs", "MooseFS"),
        ("fuse.juicefs", "JuiceFS"),
        ("fuse.google-drive-ocamlfuse", "Google Drive"),
        ("fuse.vmhgfs-fuse", "VMware"),
    ];
    let device = format!("{major}:{minor}");
    let mount = mounts.lines().find(|line| line.split(' ').nth(2) == Some(&device))?;
    let mut behind = mount.split_once(" - ")?.1.split(' ');
    let (kind, source) = (behind.next()?, behind.next().unwrap_or_default());
    let known = SHARES.iter().find(|(known, _)| *known == kind).map(|(_, name)| *name);
    // davfs2 names no kind of its own, but the server.
    let is_web = kind == "fuse" && ["http://", "https://"].iter().any(|it| source.starts_with(it));
    known.or(is_web.then_some("WebDAV"))
}

/// The kind of network share on which a folder lies: on Windows, if its whole path says so, which is true of a
/// drive letter that stands for a share too.
#[cfg(windows)]
pub(crate) fn network_share(folder: &Path) -> Option<&'static str> {
    use std::path::{Component, Prefix};

    let whole = fs::canonicalize(folder).ok()?;
    match whole.components().next()? {
        Component::Prefix(prefix)
            if matches!(prefix.kind(), Prefix::UNC(..) | Prefix::VerbatimUNC(..)) =>
        {
            Some("SMB")
        }
        _ => None,
    }
}

#[cfg(not(any(target_os = "linux", windows)))]
pub(crate) fn network_share(_: &Path) -> Option<&'static str> {
    None
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn a_share_that_a_program_mounts_is_told_from_a_disk() {
        let mounts = "\
36 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
90 36 0:50 / /home/anna/office rw,nosuid - fuse.sshfs anna@files.example.org:/srv rw,user_id=1000
91 36 0:51 / /mnt/a\\040cloud rw shared:3 master:1 - fuse.rclone cloud: rw,user_id=0
92 36 0:52 / /mnt/dav rw - fuse https://dav.example.org/mailings rw,user_id=1000
93 36 0:53 / /home/anna/private rw - fuse.gocryptfs /home/anna/.private rw
94 36 8:17 / /media/stick rw - fuseblk /dev/sdb1 rw
";
        let kind = |major, minor| share_by_program(mounts, (major, minor));
        assert_eq!(kind(0, 50), Some("SSHFS"));
        assert_eq!(kind(0, 51), Some("rclone"));
        assert_eq!(kind(0, 52), Some("WebDAV"));
        assert_eq!([kind(0, 53), kind(8, 17), kind(8, 1), kind(0, 99)], [None; 4]);
    }
}
