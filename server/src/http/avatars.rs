//! Pictures: the folder of uploaded ones, and the rule which addresses may be shown as somebody's avatar.

use crate::protocol::Refusal;
use crate::store::{Store, StoreError};
use crate::wechat::MAX_URL_CHARS;
use std::collections::HashSet;
use std::io;
use std::path::{Path as FilePath, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};
use tokio::io::AsyncWriteExt;

/// Path of pictures.
pub const PREFIX: &str = "/avatars/";
const DEFAULT_NAME: &str = "default.svg";
const DEFAULT_SVG: &str = include_str!("../../assets/default-avatar.svg");
/// The ending of files that are still being written.
const PART: &str = "part";
/// A file without an owner is not deleted before it is this old: it may belong to an upload that is under way.
const YOUNG: Duration = Duration::from_secs(3600);

/// Picture formats, recognised by their first bytes. The type that the client names proves nothing.
#[derive(Clone, Copy)]
pub enum Format {
    /// PNG.
    Png,
    /// JPEG.
    Jpeg,
    /// GIF.
    Gif,
    /// WebP.
    Webp,
}

impl Format {
    const ALL: [Self; 4] = [Self::Png, Self::Jpeg, Self::Gif, Self::Webp];

    /// The format of a file that begins like this.
    pub fn of(bytes: &[u8]) -> Option<Self> {
        Self::ALL.into_iter().find(|format| match format {
            Self::Png => bytes.starts_with(b"\x89PNG\r\n\x1a\n"),
            Self::Jpeg => bytes.starts_with(b"\xff\xd8\xff"),
            Self::Gif => bytes.starts_with(b"GIF87a") || bytes.starts_with(b"GIF89a"),
            Self::Webp => bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP"),
        })
    }

    /// The ending of the names of such files.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Jpeg => "jpg",
            Self::Gif => "gif",
            Self::Webp => "webp",
        }
    }
}

/// Whether `name` is the name of an uploaded picture: 32 hex digits and the extension of a format. The file system sees
/// no other name.
pub fn is_uploaded(name: &str) -> bool {
    let Some((id, extension)) = name.split_once('.') else { return false };
    id.len() == 32
        && id.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
        && Format::ALL.into_iter().any(|format| format.extension() == extension)
}

/// The most uploads at a time. The server holds each of them in memory until it is whole.
const MAX_UPLOADS: usize = 64;
/// A client that finds no place for its upload is asked to come back after this many seconds.
const BUSY_S: u64 = 2;

/// An upload under way. Its user can begin no other one until this is dropped.
pub struct Uploading<'a> {
    avatars: &'a Avatars,
    user_id: i64,
}

impl Drop for Uploading<'_> {
    fn drop(&mut self) {
        self.avatars.uploading().remove(&self.user_id);
    }
}

/// Pictures: the folder of uploaded ones, and the pictures that are built into the server.
pub struct Avatars {
    folder: PathBuf,
    /// Users whose uploads are under way.
    uploading: Mutex<HashSet<i64>>,
    own: Vec<(&'static str, &'static str)>,
}

impl Avatars {
    /// Uses `folder`, which is created if it is missing. `own` are the pictures that are built in: names and SVG texts.
    pub fn new(folder: PathBuf, own: &[(&'static str, &'static str)]) -> io::Result<Self> {
        let mut builder = std::fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&folder)?;
        let own = [(DEFAULT_NAME, DEFAULT_SVG)].into_iter().chain(own.iter().copied()).collect();
        Ok(Self { folder, uploading: Mutex::default(), own })
    }

    /// Admits an upload, if its user has no other under way and there are not too many.
    pub fn begin_upload(&self, user_id: i64) -> Result<Uploading<'_>, Refusal> {
        let mut uploading = self.uploading();
        if uploading.len() >= MAX_UPLOADS || !uploading.insert(user_id) {
            return Err(Refusal::Busy { retry_after_s: BUSY_S });
        }
        Ok(Uploading { avatars: self, user_id })
    }

    fn uploading(&self) -> MutexGuard<'_, HashSet<i64>> {
        self.uploading.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Where the files are.
    pub fn folder(&self) -> &FilePath {
        &self.folder
    }

    /// The built-in picture of this name.
    pub fn own_picture(&self, name: &str) -> Option<&'static str> {
        self.own.iter().find(|(own, _)| *own == name).map(|(_, svg)| *svg)
    }

    /// Whether an address that WeChat vouched for may be shown to others; `url` is as the database would hold it.
    /// WeChat never names a picture of this server, apart from the built-in ones.
    pub fn check_vouched(&self, url: &str) -> Result<(), String> {
        let acceptable = match url.strip_prefix(PREFIX) {
            Some(name) => self.own_picture(name).is_some(),
            None => url.is_empty() || url.starts_with('/') || is_web_address(url),
        };
        if acceptable && is_printable(url) {
            Ok(())
        } else {
            Err("用户数据中的 avatarUrl 不能使用".to_owned())
        }
    }

    /// Whether the user may name this address as their avatar. Other schemes (`javascript:`, `wxfile:`) would be
    /// useless or harmful to those who see it. A picture of this server must be the user's own, or a built-in one.
    pub async fn check_chosen(&self, store: &Store, user_id: i64, url: &str) -> Result<(), Refusal> {
        let acceptable = match url.strip_prefix(PREFIX) {
            Some(name) => self.own_picture(name).is_some() || store.owns_avatar(user_id, name).await?,
            None => is_web_address(url),
        };
        if acceptable && is_printable(url) {
            return Ok(());
        }
        Err(Refusal::bad_request("头像须是 http 或 https 地址；临时文件请先上传到 /avatar"))
    }

    /// Writes a picture whole or not at all.
    pub async fn write(&self, name: &str, picture: &[u8]) -> io::Result<()> {
        let (path, part) = (self.folder.join(name), self.folder.join(format!("{name}.{PART}")));
        let written = async {
            let mut file = tokio::fs::File::create(&part).await?;
            file.write_all(picture).await?;
            // Tells whether the write failed; sync_all would not.
            file.flush().await?;
            // Otherwise, a machine that loses its power may find the new name and nothing in the file.
            file.sync_all().await?;
            tokio::fs::rename(&part, &path).await
        };
        let result = written.await;
        if result.is_err() {
            let _ = tokio::fs::remove_file(&part).await;
        }
        result
    }

    /// Removes pictures that no longer belong to anybody.
    pub async fn remove(&self, names: &[String]) {
        for name in names.iter().filter(|name| is_uploaded(name)) {
            if let Err(error) = tokio::fs::remove_file(self.folder.join(name)).await {
                tracing::warn!(%error, "picture not removed");
            }
        }
    }

    /// Removes files of uploads that were cut short when a server ended. Answers how many files it removed.
    pub async fn sweep(&self, store: &Store, now: SystemTime) -> Result<usize, StoreError> {
        let mut removed = 0;
        let mut entries = tokio::fs::read_dir(&self.folder).await?;
        while let Some(entry) = entries.next_entry().await? {
            let name = entry.file_name().to_string_lossy().into_owned();
            let ours = is_uploaded(name.strip_suffix(&format!(".{PART}")).unwrap_or(&name));
            let age = entry.metadata().await?.modified()?;
            let old = now.duration_since(age).is_ok_and(|age| age > YOUNG);
            if ours && old && !store.knows_avatar(&name).await? {
                tokio::fs::remove_file(entry.path()).await?;
                removed += 1;
            }
        }
        Ok(removed)
    }
}

fn is_web_address(url: &str) -> bool {
    url.starts_with("https://") || url.starts_with("http://")
}

fn is_printable(url: &str) -> bool {
    url.chars().count() <= MAX_URL_CHARS
        && !url.chars().any(|letter| letter.is_control() || letter.is_whitespace())
}
