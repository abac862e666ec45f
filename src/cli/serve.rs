//! The server: pages and API.

use std::net::SocketAddr;
use std::sync::Arc;

use clap::Args;

use gradtrail::app::App;
use gradtrail::text::lang::Lang;
use gradtrail::web::server::{CannotListen, Server, Serving};

use super::serving::Operation;
use super::{CliError, Place, screen};

/// 打开网页（统计、指标、人员，遮蔽姓名）和接口 /api/v1
#[derive(Args)]
pub struct Serve {
    /// 网页地址 / address
    #[arg(long, env = "GRADTRAIL_LISTEN", default_value = "127.0.0.1:8080", value_name = "ADDRESS")]
    listen: SocketAddr,
    #[command(flatten)]
    operation: Operation,
}

impl Serve {
    pub async fn run(self, place: &Place, lang: Lang) -> Result<(), CliError> {
        // A file that cannot be used is told before a database is made.
        let serving = self.operation.serving(self.listen, place, lang)?;
        serve(place.open(lang).await?, serving, lang).await
    }
}

/// Serves until Ctrl-C.
pub async fn serve(app: App, serving: Serving, lang: Lang) -> Result<(), CliError> {
    let scheme = if serving.certificate.is_some() { "https" } else { "http" };
    let server = Server::bind(Arc::new(app), serving).await.map_err(|refused| cannot_listen(&refused, lang))?;
    let (listen, metrics) = server.addresses();
    screen::line(&lang.of(
        format!("网页：{scheme}://{listen}（按 Ctrl-C 结束）"),
        format!("Pages: {scheme}://{listen} (Ctrl-C ends)"),
    ))?;
    if let Some(metrics) = metrics {
        screen::line(&lang.of(
            format!("运行指标：http://{metrics}/metrics，不要对外开放"),
            format!("Metrics: http://{metrics}/metrics, not for the public"),
        ))?;
    }
    server.run().await;
    Ok(())
}

fn cannot_listen(refused: &CannotListen, lang: Lang) -> CliError {
    let CannotListen { address, is_metrics, reason } = refused;
    let flag = if *is_metrics { "--metrics" } else { "--listen" };
    lang.of(
        format!("不能在 {address} 打开网页：{reason}。可用 {flag} 换一个地址"),
        format!("The pages cannot be served at {address}: {reason}. {flag} takes another address"),
    )
    .into()
}
