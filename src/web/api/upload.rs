//! The input of a command as a form with files (multipart/form-data): the same fields as in JSON, the files beside them.
//!
//! A file goes to a temporary file as it comes, which has no name and which nobody else may open; it is read only when the
//! whole form is there, so that slow senders take no memory.

use std::fs::File;
use std::io::{Read as _, Seek as _, Write as _};

use axum::body::Bytes;
use axum::extract::multipart::{Field as Part, Multipart, MultipartError};
use axum::extract::{FromRequest as _, Request};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use serde_json::{Value, json};

use super::BODY_LEN_MAX;
use super::problem::RequestFault;
use crate::app::inputs::{self, Field, FieldFault, FieldKind};

/// Bytes of one file.
pub(super) const FILE_LEN_MAX: usize = 32 << 20;
/// Files of one form.
pub(super) const FILES_MAX: usize = 100;
/// Bytes of a field that is no file.
const TEXT_LEN_MAX: usize = 64 << 10;
/// Bytes that are written together.
const BLOCK_LEN: usize = 256 << 10;

/// Reads a form into the input that it says.
///
/// # Errors
/// If it is no form, breaks off, or is too long.
pub(super) async fn input(fields: &[Field], request: Request) -> Result<Value, RequestFault> {
    let (words, files) = parts(request).await?;
    let mut input = inputs::of_words(fields, &words)?;
    for (name, file, bytes) in files {
        put(fields, &mut input, name, json!({ "name": file, "bytes": bytes }))?;
    }
    Ok(input)
}

/// The words of a form by their fields, and its files: field, name and bytes in hexadecimal.
pub(in crate::web) type Parts = (Vec<(String, String)>, Vec<(String, String, String)>);

/// Reads a form, with files or without.
///
/// # Errors
/// If it is no form, breaks off, or is too long.
pub(in crate::web) async fn parts(request: Request) -> Result<Parts, RequestFault> {
    let kind = request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if kind.starts_with("application/x-www-form-urlencoded") {
        let body = Bytes::from_request(request, &()).await;
        let body = body.map_err(|_| RequestFault::TooLong { max_mb: BODY_LEN_MAX >> 20 })?;
        return Ok((form_urlencoded::parse(&body).into_owned().collect(), vec![]));
    }
    let mut form = Multipart::from_request(request, &()).await.map_err(|_| RequestFault::BrokenForm)?;
    let (mut words, mut files) = (vec![], vec![]);
    while let Some(part) = form.next_field().await.map_err(|error| broken(&error))? {
        let name = part.name().unwrap_or_default().to_owned();
        match part.file_name().map(str::to_owned) {
            Some(_) if files.len() == FILES_MAX => return Err(RequestFault::TooManyFiles { max: FILES_MAX }),
            Some(file) => files.push((name, file, kept(part).await?)),
            None => words.push((name, text(part).await?)),
        }
    }
    let mut read_files = Vec::with_capacity(files.len());
    for (field, name, kept) in files {
        read_files.push((field, name, off_the_runtime(move || read(kept)).await?));
    }
    Ok((words, read_files))
}

/// Puts a file where its field has it: alone, or among others.
fn put(fields: &[Field], input: &mut Value, name: String, file: Value) -> Result<(), FieldFault> {
    let Value::Object(said) = input else { return Err(FieldFault::NoFields) };
    let is_among_others =
        fields.iter().any(|field| field.name == name && (field.is_list || field.kind == FieldKind::Files));
    if !is_among_others {
        return match said.insert(name.clone(), file) {
            None => Ok(()),
            Some(_) => Err(FieldFault::Repeated(name)),
        };
    }
    if let Value::Array(others) = said.entry(name).or_insert_with(|| json!([])) {
        others.push(file);
    }
    Ok(())
}

async fn text(mut part: Part<'_>) -> Result<String, RequestFault> {
    let mut bytes = vec![];
    while let Some(chunk) = part.chunk().await.map_err(|error| broken(&error))? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > TEXT_LEN_MAX {
            return Err(RequestFault::TooLong { max_mb: BODY_LEN_MAX >> 20 });
        }
    }
    String::from_utf8(bytes).map_err(|_| RequestFault::BrokenForm)
}

/// Writes a file as it comes.
async fn kept(mut part: Part<'_>) -> Result<File, RequestFault> {
    let mut file = off_the_runtime(tempfile::tempfile).await?;
    let (mut block, mut len) = (Vec::with_capacity(BLOCK_LEN), 0);
    let mut is_over = false;
    while !is_over {
        match part.chunk().await.map_err(|error| broken(&error))? {
            Some(chunk) => block.extend_from_slice(&chunk),
            None => is_over = true,
        }
        if is_over || block.len() >= BLOCK_LEN {
            len += block.len();
            if len > FILE_LEN_MAX {
                return Err(RequestFault::FileTooLong { max_mb: FILE_LEN_MAX >> 20 });
            }
            let whole = std::mem::take(&mut block);
            file = off_the_runtime(move || file.write_all(&whole).map(|()| file)).await?;
        }
    }
    Ok(file)
}

fn read(mut file: File) -> std::io::Result<String> {
    let mut bytes = vec![];
    file.rewind()?;
    file.read_to_end(&mut bytes)?;
    Ok(hex::encode(bytes))
}

/// The disk may take its time.
async fn off_the_runtime<T: Send + 'static>(
    work: impl FnOnce() -> std::io::Result<T> + Send + 'static,
) -> Result<T, RequestFault> {
    match tokio::task::spawn_blocking(work).await {
        Ok(Ok(done)) => Ok(done),
        Ok(Err(_)) | Err(_) => Err(RequestFault::NoRoom),
    }
}

fn broken(error: &MultipartError) -> RequestFault {
    match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => RequestFault::TooLong { max_mb: BODY_LEN_MAX >> 20 },
        _ => RequestFault::BrokenForm,
    }
}
