//! `/avatar` and `/avatars/…`: pictures that users upload.

use crate::app::App;
use crate::crypto;
use crate::protocol::{Answer, Refusal};
use crate::request::BaseUrl;
use crate::sessions::LiveSession;
use crate::user::describe;
use crate::users;
use axum::Extension;
use axum::body::Bytes;
use axum::extract::multipart::{Multipart, MultipartRejection};
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use std::sync::Arc;

/// Largest picture that is accepted.
pub const MAX_AVATAR_BYTES: usize = 2 * 1024 * 1024;
/// Path of the picture that the simulated WeChat names as its users' avatar.
pub const SIMULATED_AVATAR: &str = "/avatars/simulated.svg";

const PREFIX: &str = "/avatars/";
const DEFAULT_SVG: &str = include_str!("../assets/default-avatar.svg");
const SIMULATED_SVG: &str = include_str!("../assets/simulated-avatar.svg");

/// Picture formats, recognised by their first bytes: what the client says of the type proves nothing.
#[derive(Clone, Copy)]
enum Format {
    Png,
    Jpeg,
    Gif,
    Webp,
}

impl Format {
    const ALL: [Self; 4] = [Self::Png, Self::Jpeg, Self::Gif, Self::Webp];

    fn of(bytes: &[u8]) -> Option<Self> {
        Self::ALL.into_iter().find(|format| match format {
            Self::Png => bytes.starts_with(b"\x89PNG\r\n\x1a\n"),
            Self::Jpeg => bytes.starts_with(b"\xff\xd8\xff"),
            Self::Gif => bytes.starts_with(b"GIF87a") || bytes.starts_with(b"GIF89a"),
            Self::Webp => bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP"),
        })
    }

    fn extension(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Jpeg => "jpg",
            Self::Gif => "gif",
            Self::Webp => "webp",
        }
    }

    fn content_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Gif => "image/gif",
            Self::Webp => "image/webp",
        }
    }
}

/// The name of an uploaded picture: 32 hex digits and the extension of its format. No other name reaches
/// the file system.
fn uploaded(name: &str) -> Option<Format> {
    let (id, extension) = name.split_once('.')?;
    let is_id =
        id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
    Format::ALL.into_iter().find(|format| is_id && format.extension() == extension)
}

/// Stores the picture in form field `avatar` and makes it the user's avatar.
pub async fn upload(
    State(app): State<Arc<App>>,
    Extension(session): Extension<LiveSession>,
    BaseUrl(base_url): BaseUrl,
    form: Result<Multipart, MultipartRejection>,
) -> Result<Answer, Refusal> {
    let form =
        form.map_err(|_| Refusal::bad_request("请用 wx.uploadFile 以 multipart/form-data 上传头像"))?;
    let picture = picture(form).await?;
    if picture.len() > MAX_AVATAR_BYTES {
        return Err(Refusal::Request {
            status: StatusCode::PAYLOAD_TOO_LARGE,
            code: "ERR_TOO_LARGE",
            message: format!("头像超过 {} MB 的上限，请换一张小一些的图片", MAX_AVATAR_BYTES / 1024 / 1024),
        });
    }
    let format = Format::of(&picture).ok_or_else(|| Refusal::Request {
        status: StatusCode::UNSUPPORTED_MEDIA_TYPE,
        code: "ERR_UNSUPPORTED_TYPE",
        message: "头像须是 PNG、JPEG、GIF 或 WebP 图片".to_owned(),
    })?;
    let name = format!("{}.{}", crypto::random_hex::<16>(), format.extension());
    tokio::fs::create_dir_all(&app.avatars).await.map_err(Refusal::internal)?;
    tokio::fs::write(app.avatars.join(&name), &picture).await.map_err(Refusal::internal)?;

    let (path, now_ms) = (format!("{PREFIX}{name}"), app.clock.now_ms());
    let (replaced, user) = app
        .database
        .transaction(move |connection| {
            let replaced = users::find(connection, session.user_id)?.info.avatar_url;
            let user = users::update_profile(connection, session.user_id, None, Some(&path), now_ms)?;
            Ok((replaced, user))
        })
        .await?;
    if let Some(old) = replaced.strip_prefix(PREFIX).filter(|old| uploaded(old).is_some())
        && let Err(error) = tokio::fs::remove_file(app.avatars.join(old)).await
    {
        tracing::warn!(%error, "replaced avatar not removed");
    }
    Ok(describe(user, &base_url))
}

async fn picture(mut form: Multipart) -> Result<Bytes, Refusal> {
    let broken = |_| Refusal::bad_request("上传的表单不完整或格式不对");
    while let Some(field) = form.next_field().await.map_err(broken)? {
        if field.name() == Some("avatar") {
            return field.bytes().await.map_err(broken);
        }
    }
    Err(Refusal::bad_request("表单中缺少名为 avatar 的文件"))
}

/// Serves a picture.
pub async fn download(State(app): State<Arc<App>>, Path(name): Path<String>) -> Result<Response, Refusal> {
    const SVG: &str = "image/svg+xml";
    let path = format!("{PREFIX}{name}");
    let (content_type, bytes) = match uploaded(&name) {
        Some(format) => (format.content_type(), tokio::fs::read(app.avatars.join(&name)).await.ok()),
        None if path == users::DEFAULT_AVATAR => (SVG, Some(DEFAULT_SVG.into())),
        None if path == SIMULATED_AVATAR => (SVG, Some(SIMULATED_SVG.into())),
        None => (SVG, None),
    };
    let bytes = bytes.ok_or_else(|| Refusal::Request {
        status: StatusCode::NOT_FOUND,
        code: "ERR_NOT_FOUND",
        message: "没有这个头像".to_owned(),
    })?;
    // An uploaded picture never changes: a new one gets a new name.
    let headers = [
        (header::CONTENT_TYPE, content_type),
        (header::CACHE_CONTROL, "public, max-age=86400"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    Ok((headers, bytes).into_response())
}
