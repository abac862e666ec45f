//! A wire between us and PostgreSQL that is cut at a chosen request, before the server sees it or after it did.
//!
//! A request is what a client sends up to the message that asks for an answer (`Q` or `S`); an answer ends with `Z`.

use std::sync::Arc;
use std::sync::Mutex;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};

/// Where the wire is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// The server never sees the request.
    Before,
    /// The server sees half of it.
    Within,
    /// The server has done it; nobody hears the answer.
    After,
    /// Half of the answer is heard.
    WithinAnswer,
}

impl Cut {
    pub const ALL: [Self; 4] = [Self::Before, Self::Within, Self::After, Self::WithinAnswer];
}

#[derive(Default)]
struct Plan {
    /// Requests still let through, and how the one after them is cut.
    next: Option<(u32, Cut)>,
    /// After a cut no new connection gets through.
    stays_cut: bool,
    is_down: bool,
}

#[derive(Clone)]
pub struct Proxy {
    plan: Arc<Mutex<Plan>>,
    port: u16,
}

impl Proxy {
    /// A wire to the server of this address.
    pub async fn to(url: &str) -> (Self, String) {
        let (user, rest) = url.split_once('@').unwrap();
        let (server, database) = rest.split_once('/').unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let proxy = Self { plan: Arc::default(), port };
        let (plan, server) = (proxy.plan.clone(), server.to_owned());
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                if plan.lock().unwrap().is_down {
                    continue;
                }
                let upstream = TcpStream::connect(&server).await.unwrap();
                tokio::spawn(carry(client, upstream, plan.clone()));
            }
        });
        // Plain text, so that the messages can be told apart.
        (proxy.clone(), format!("{user}@127.0.0.1:{}/{database}?sslmode=disable", proxy.port))
    }

    /// After so many more requests, on whatever connection, one is cut.
    pub fn cut(&self, after: u32, cut: Cut) {
        self.plan.lock().unwrap().next = Some((after, cut));
    }

    /// The same, and after it nobody gets through until `mend`.
    pub fn cut_for_good(&self, after: u32, cut: Cut) {
        *self.plan.lock().unwrap() = Plan { next: Some((after, cut)), stays_cut: true, is_down: false };
    }

    /// Cuts nothing more; says whether the planned cut was made.
    pub fn mend(&self) -> bool {
        std::mem::take(&mut *self.plan.lock().unwrap()).next.is_none()
    }
}

impl Plan {
    /// One more request comes: how it is cut, if it is.
    fn strike(&mut self) -> Option<Cut> {
        match self.next {
            Some((0, cut)) => {
                self.next = None;
                self.is_down = self.stays_cut;
                Some(cut)
            }
            Some((left, cut)) => {
                self.next = Some((left - 1, cut));
                None
            }
            None => None,
        }
    }
}

/// Carries requests and answers in turn until either side or the plan ends it.
async fn carry(client: TcpStream, server: TcpStream, plan: Arc<Mutex<Plan>>) -> Option<()> {
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let length = from_client.read_u32().await.ok()?;
    let mut startup = vec![0; length as usize - 4];
    from_client.read_exact(&mut startup).await.ok()?;
    to_server.write_u32(length).await.ok()?;
    to_server.write_all(&startup).await.ok()?;
    // Trust: the server greets and is ready, nothing else is asked.
    to_client.write_all(&until(&mut from_server, b"Z").await?).await.ok()?;
    loop {
        let request = until(&mut from_client, b"QSX").await?;
        let cut = plan.lock().unwrap().strike();
        exchange(&request, cut, &mut to_server, &mut from_server, &mut to_client).await?;
    }
}

/// One request and its answer; `None` when the wire is cut.
async fn exchange(
    request: &[u8],
    cut: Option<Cut>,
    to_server: &mut OwnedWriteHalf,
    from_server: &mut OwnedReadHalf,
    to_client: &mut OwnedWriteHalf,
) -> Option<()> {
    match cut {
        Some(Cut::Before) => return None,
        Some(Cut::Within) => {
            to_server.write_all(&request[..request.len() / 2]).await.ok()?;
            return None;
        }
        Some(Cut::After | Cut::WithinAnswer) | None => to_server.write_all(request).await.ok()?,
    }
    let answer = until(from_server, b"Z").await?;
    match cut {
        None => to_client.write_all(&answer).await.ok(),
        Some(Cut::WithinAnswer) => {
            to_client.write_all(&answer[..answer.len() / 2]).await.ok()?;
            None
        }
        Some(_) => None,
    }
}

/// Messages up to one of these types.
async fn until(stream: &mut OwnedReadHalf, last: &[u8]) -> Option<Vec<u8>> {
    let mut messages = vec![];
    loop {
        let kind = stream.read_u8().await.ok()?;
        let length = stream.read_u32().await.ok()?;
        messages.push(kind);
        messages.extend(length.to_be_bytes());
        let begin = messages.len();
        messages.resize(begin + length as usize - 4, 0);
        stream.read_exact(&mut messages[begin..]).await.ok()?;
        if last.contains(&kind) {
            return Some(messages);
        }
    }
}
