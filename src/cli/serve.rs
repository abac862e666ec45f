//! The server: pages and API.

use std::net::SocketAddr;
use std::sync::Arc;

use clap::Args;

use gradtrail::app::App;
use gradtrail::text::lang::Lang;
use gradtrail::web;
use gradtrail::web::front::{Front, FrontFault};

use super::{CliError, screen};

/// 打开网页（统计、指标、人员，遮蔽姓名）和接口 /api/v1
#[derive(Args)]
pub struct Serve {
    /// 网页地址 / address
    #[arg(long, default_value = "127.0.0.1:8080", value_name = "ADDRESS")]
    listen: SocketAddr,
    /// 人们输入的地址，如 https://shixi.example.cn / the address that people type
    #[arg(long, env = "GRADTRAIL_PUBLIC_URL", value_name = "URL")]
    public_url: Option<String>,
    /// 允许在没有 https 的局域网中登录，密码不加密传送 / let people sign in without https
    #[arg(long, requires = "public_url")]
    plain_http: bool,
    /// 前面有几层自己的代理 / proxies of our own before the server
    #[arg(long, env = "GRADTRAIL_TRUSTED_HOPS", default_value_t = 0, value_name = "N")]
    trusted_hops: usize,
}

impl Serve {
    pub async fn run(&self, app: App, lang: Lang) -> Result<(), CliError> {
        let front = match &self.public_url {
            None if self.listen.ip().is_loopback() => Front::local(self.listen),
            None => return Err(unnamed(self.listen, lang)),
            Some(url) => {
                Front::public(url, self.plain_http, self.trusted_hops).map_err(|fault| unreachable(&fault, lang))?
            }
        };
        if !self.listen.ip().is_loopback() {
            expect_accounts(&app, lang).await?;
        }
        serve(app, self.listen, front, lang).await
    }
}

/// Serves until Ctrl-C.
pub async fn serve(app: App, listen: SocketAddr, front: Front, lang: Lang) -> Result<(), CliError> {
    let origin = front.origin().to_owned();
    screen::line(&lang.of(format!("网页：{origin}（按 Ctrl-C 结束）"), format!("Pages: {origin} (Ctrl-C ends)")))?;
    if let Some(secret) = app.set_up_secret().await? {
        let address = format!("{origin}/set-up#{}", secret.as_str());
        screen::line(&lang.of(
            format!("还没有账号。初始设置的地址，只能用一次：{address}"),
            format!("There is no account yet. The address of the first set-up, which holds once: {address}"),
        ))?;
    }
    web::serve(Arc::new(app), listen, Arc::new(front)).await.map_err(|error| {
        lang.of(
            format!("不能在 {listen} 打开网页：{error}。可用 --listen 换一个地址"),
            format!("The pages cannot be served at {listen}: {error}. --listen takes another address"),
        )
        .into()
    })
}

/// Other machines reach the server by a name that it has to know.
fn unnamed(listen: SocketAddr, lang: Lang) -> CliError {
    lang.of(
        format!(
            "{listen} 不只本机能打开：请用 --public-url 写明人们输入的地址，如 --public-url https://shixi.example.cn"
        ),
        format!(
            "{listen} is reached from other machines: say by --public-url which address people type, such as --public-url \
             https://internships.example.org"
        ),
    )
    .into()
}

fn unreachable(fault: &FrontFault, lang: Lang) -> CliError {
    match fault {
        FrontFault::NoAddress(url) => lang.of(
            format!("公开地址 {url} 应是 https://主机 或 http://主机:端口，不带路径"),
            format!("The public address {url} is to be https://HOST or http://HOST:PORT, without a path"),
        ),
        FrontFault::Plain(url) => lang.of(
            format!(
                "{url} 不加密，密码和登录会被同一网络中的人看到，所以不开放登录。请办一张证书，用 https 的地址；确知网络可靠的，加 --plain-http"
            ),
            format!(
                "{url} is not encrypted: others on the network would see passwords and sessions, so nobody can sign in. Get a \
                 certificate and use an https address; --plain-http does without, where the network is known to be safe"
            ),
        ),
    }
    .into()
}

/// Beyond the machine only what somebody can sign in to, with a second factor where the role asks for it.
async fn expect_accounts(app: &App, lang: Lang) -> Result<(), CliError> {
    let ways_in = app.ways_in().await?;
    if ways_in.of_demonstration > 0 {
        return Err(lang
            .of(
                "演示账号没有动态码，只能在本机使用：请用 --listen 127.0.0.1:8080；正式使用请换一个数据目录",
                "Accounts of the demonstration have no second factor and serve this machine only: --listen 127.0.0.1:8080; \
                 begin another data folder for real use",
            )
            .into());
    }
    if ways_in.usable == 0 {
        return Err(lang
            .of(
                "还没有可以登录的账号，不对外开放：先在本机运行 gradtrail serve 完成初始设置，或用 gradtrail account create 和 gradtrail account invite 邀请",
                "There is no account that could sign in, so nothing is opened to others: set up the first with gradtrail serve on \
                 this machine, or by gradtrail account create and gradtrail account invite",
            )
            .into());
    }
    Ok(())
}
