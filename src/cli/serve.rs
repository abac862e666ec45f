//! The server: pages and API.

use std::net::SocketAddr;
use std::sync::Arc;

use clap::Args;

use gradtrail::app::App;
use gradtrail::text::lang::Lang;
use gradtrail::web::front::{Front, FrontFault};
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
    reach: Reach,
    #[command(flatten)]
    operation: Operation,
}

/// How the server is reached from other machines.
#[derive(Args)]
struct Reach {
    /// 人们输入的地址，如 https://shixi.example.cn / the address that people type
    #[arg(long, env = "GRADTRAIL_PUBLIC_URL", value_name = "URL")]
    public_url: Option<String>,
    /// 允许在没有 https 的局域网中登录，密码不加密传送 / let people sign in without https
    #[arg(long, env = "GRADTRAIL_PLAIN_HTTP", requires = "public_url")]
    plain_http: bool,
    /// 前面有几层自己的代理 / proxies of our own before the server
    #[arg(long, env = "GRADTRAIL_TRUSTED_HOPS", default_value_t = 0, value_name = "N")]
    trusted_hops: usize,
}

impl Serve {
    pub async fn run(self, place: &Place, lang: Lang) -> Result<(), CliError> {
        let Self { listen, reach: Reach { public_url, plain_http, trusted_hops }, operation } = self;
        let is_local = listen.ip().is_loopback();
        // A file or an address that cannot be used is told before a database is made.
        let serving = operation.serving(listen, place, lang)?;
        let front = match public_url {
            Some(url) => {
                Some(Front::public(&url, plain_http, trusted_hops).map_err(|fault| unreachable(&fault, lang))?)
            }
            None if is_local => None,
            None => return Err(unnamed(listen, lang)),
        };
        let app = place.open(lang).await?;
        if !is_local {
            expect_accounts(&app, lang).await?;
        }
        serve(app, Serving { front, ..serving }, lang).await.map(|_| ())
    }
}

/// Serves until Ctrl-C, or until everything is to begin anew, which it says.
pub async fn serve(app: App, serving: Serving, lang: Lang) -> Result<bool, CliError> {
    let app = Arc::new(app);
    let server = Server::bind(Arc::clone(&app), serving).await.map_err(|refused| cannot_listen(&refused, lang))?;
    let (origin, (_, metrics)) = (server.front().origin().to_owned(), server.addresses());
    screen::line(&lang.of(format!("网页：{origin}（按 Ctrl-C 结束）"), format!("Pages: {origin} (Ctrl-C ends)")))?;
    if let Some(metrics) = metrics {
        screen::line(&lang.of(
            format!("运行指标：http://{metrics}/metrics，不要对外开放"),
            format!("Metrics: http://{metrics}/metrics, not for the public"),
        ))?;
    }
    if let Some(secret) = app.set_up_secret().await? {
        let address = format!("{origin}/set-up#{}", secret.as_str());
        screen::line(&lang.of(
            format!("还没有账号。初始设置的地址，只能用一次：{address}"),
            format!("There is no account yet. The address of the first set-up, which holds once: {address}"),
        ))?;
    }
    for name in app.first_invited().await? {
        screen::line(&lang.of(
            format!("还没有人设置好登录。{name} 的邀请码丢了的，在本机运行 gradtrail account invite {name}"),
            format!(
                "Nobody has set up signing in yet. If the invitation of {name} is lost, run on this machine: gradtrail account \
                 invite {name}"
            ),
        ))?;
    }
    Ok(server.run().await)
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
