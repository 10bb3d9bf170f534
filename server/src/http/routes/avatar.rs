//! `/avatar` and `/avatars/…`: pictures that users upload.

use crate::crypto;
use crate::http::avatars::{Format, PREFIX, is_uploaded};
use crate::http::request::BaseUrl;
use crate::http::routes::user::describe;
use crate::http::state::App;
use crate::protocol::{Answer, Refusal};
use crate::store::LiveSession;
use axum::Extension;
use axum::body::{Body, Bytes};
use axum::extract::multipart::{Multipart, MultipartError, MultipartRejection};
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use std::sync::Arc;
use tower::ServiceExt;
use tower_http::services::ServeFile;

/// Largest picture that is accepted.
pub const MAX_AVATAR_BYTES: usize = 2 * 1024 * 1024;
/// Largest upload: the largest picture and the parts of the form around it.
pub const MAX_UPLOAD_BYTES: usize = MAX_AVATAR_BYTES + 16 * 1024;

/// Stores the picture in form field `avatar` and makes it the user's avatar.
pub async fn upload(
    State(app): State<Arc<App>>,
    Extension(session): Extension<LiveSession>,
    BaseUrl(base_url): BaseUrl,
    form: Result<Multipart, MultipartRejection>,
) -> Result<Answer, Refusal> {
    let form =
        form.map_err(|_| Refusal::bad_request("请用 wx.uploadFile 以 multipart/form-data 上传头像"))?;
    let _uploading = app.avatars.begin_upload(session.user.id)?;
    let picture = picture(form).await?;
    if picture.len() > MAX_AVATAR_BYTES {
        return Err(too_large());
    }
    let format = Format::of(&picture).ok_or_else(|| Refusal::Request {
        status: StatusCode::UNSUPPORTED_MEDIA_TYPE,
        code: "ERR_UNSUPPORTED_TYPE",
        message: "头像须是 PNG、JPEG、GIF 或 WebP 图片".to_owned(),
    })?;
    let name = format!("{}.{}", crypto::random_hex::<16>(), format.extension());
    app.avatars.write(&name, &picture).await.map_err(|error| {
        tracing::error!(%error, "picture not written");
        Refusal::Request {
            status: StatusCode::INSUFFICIENT_STORAGE,
            code: "ERR_STORAGE_FULL",
            message: "服务器存不下这张图片，请稍后再试".to_owned(),
        }
    })?;

    let path = format!("{PREFIX}{name}");
    match app.store.replace_avatar(session.user.id, &name, &path, app.clock.now_ms()).await {
        Ok((user, earlier)) => {
            app.avatars.remove(&earlier).await;
            describe(&app, &user, &base_url)
        }
        Err(error) => {
            app.avatars.remove(&[name]).await;
            Err(error.into())
        }
    }
}

fn too_large() -> Refusal {
    Refusal::Request {
        status: StatusCode::PAYLOAD_TOO_LARGE,
        code: "ERR_TOO_LARGE",
        message: format!("头像超过 {} MB 的上限，请换一张小一些的图片", MAX_AVATAR_BYTES / 1024 / 1024),
    }
}

async fn picture(mut form: Multipart) -> Result<Bytes, Refusal> {
    let broken = |error: MultipartError| {
        if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
            too_large()
        } else {
            Refusal::bad_request("上传的表单不完整或格式不对")
        }
    };
    while let Some(field) = form.next_field().await.map_err(broken)? {
        if field.name() == Some("avatar") {
            return field.bytes().await.map_err(broken);
        }
    }
    Err(Refusal::bad_request("表单中缺少名为 avatar 的文件"))
}

/// Whether the request asks for a single range of bytes, the only kind of range that is answered with a part. Unknown
/// units and several ranges are answered with the whole picture, as HTTP allows; ServeFile would refuse them.
fn is_one_range(headers: &HeaderMap) -> bool {
    let mut ranges = headers.get_all(header::RANGE).iter().map(HeaderValue::as_bytes);
    matches!((ranges.next(), ranges.next()), (Some(range), None) if range.starts_with(b"bytes=") && !range.contains(&b','))
}

/// Serves a picture, whole or in parts, or says that it has not changed.
pub async fn download(
    State(app): State<Arc<App>>,
    name: Result<Path<String>, PathRejection>,
    mut request: Request,
) -> Result<Response, Refusal> {
    let not_found = || Refusal::Request {
        status: StatusCode::NOT_FOUND,
        code: "ERR_NOT_FOUND",
        message: "没有这个头像".to_owned(),
    };
    // A name that is not text cannot be the name of a picture.
    let Path(name) = name.map_err(|_| not_found())?;
    if !is_one_range(request.headers()) {
        request.headers_mut().remove(header::RANGE);
    }
    let mut response = if let Some(svg) = app.avatars.own_picture(&name) {
        ([(header::CONTENT_TYPE, "image/svg+xml")], svg).into_response()
    } else if is_uploaded(&name) {
        let served = ServeFile::new(app.avatars.folder().join(&name)).oneshot(request).await;
        served.map_err(Refusal::internal)?.map(Body::new)
    } else {
        return Err(not_found());
    };
    if response.status() == StatusCode::NOT_FOUND {
        return Err(not_found());
    }
    // An uploaded picture never changes: a new one gets a new name.
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=86400"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    Ok(response)
}
