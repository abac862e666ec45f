//! The server: pages and API.

use std::net::SocketAddr;
use std::sync::Arc;

use clap::Args;

use gradtrail::app::App;
use gradtrail::text::lang::Lang;
use gradtrail::web;

use super::{CliError, screen};

/// 打开网页（统计、指标、人员，遮蔽姓名）和接口 /api/v1
#[derive(Args)]
pub struct Serve {
    /// 网页地址 / address
    #[arg(long, default_value = "127.0.0.1:8080", value_name = "ADDRESS")]
    listen: SocketAddr,
}

impl Serve {
    pub async fn run(&self, app: App, lang: Lang) -> Result<(), CliError> {
        serve(app, self.listen, lang).await
    }
}

/// Serves until Ctrl-C.
pub async fn serve(app: App, listen: SocketAddr, lang: Lang) -> Result<(), CliError> {
    screen::line(
        &lang.of(format!("网页：http://{listen}（按 Ctrl-C 结束）"), format!("Pages: http://{listen} (Ctrl-C ends)")),
    )?;
    web::serve(Arc::new(app), listen).await.map_err(|error| {
        lang.of(
            format!("不能在 {listen} 打开网页：{error}。可用 --listen 换一个地址"),
            format!("The pages cannot be served at {listen}: {error}. --listen takes another address"),
        )
        .into()
    })
}
