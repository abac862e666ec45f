//! How the server is reached: the address that people type, as the operator says it, never as a request says.
//!
//! From it follow the name and the marks of the cookie, which hosts are answered, and whose address a visitor's is.

use std::net::{IpAddr, SocketAddr};

use axum::http::HeaderMap;
use axum::http::header::{HOST, USER_AGENT};
use axum::http::uri::{Authority, Uri};

use crate::accounts::visitor::Visitor;

/// Why an address cannot be the one that people type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FrontFault {
    /// It is none of http or https, or says more than a host and a port.
    NoAddress(String),
    /// Passwords and cookies would go over the network as they are.
    Plain(String),
}

/// How the server is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Front {
    /// Scheme, host and port that people type, in small letters.
    origin: String,
    /// The hosts that are answered.
    hosts: Vec<String>,
    is_https: bool,
    is_loopback: bool,
    /// Whether it is the sample city, with which one practises.
    is_practice: bool,
    /// Proxies before the server, each of which adds the address that it was called from.
    trusted_hops: usize,
}

impl Front {
    /// A server that only its own machine reaches, at this address.
    pub fn local(address: SocketAddr, is_https: bool) -> Self {
        let scheme = if is_https { "https" } else { "http" };
        let origin = format!("{scheme}://{address}");
        Self { origin, hosts: vec![], is_https, is_loopback: true, is_practice: false, trusted_hops: 0 }
    }

    /// A server that people reach by this address. Without https, and from other machines, only where that
    /// `may_be_plain`.
    ///
    /// # Errors
    /// If the text is no such address, or passwords would go over the network unencrypted.
    pub fn public(url: &str, may_be_plain: bool, trusted_hops: usize) -> Result<Self, FrontFault> {
        let none = || FrontFault::NoAddress(url.to_owned());
        let uri: Uri = url.parse().map_err(|_| none())?;
        let (scheme, authority) = (uri.scheme_str().ok_or_else(none)?, uri.authority().ok_or_else(none)?);
        let says_more = !matches!(uri.path(), "" | "/") || uri.query().is_some() || authority.as_str().contains('@');
        let is_https = match scheme {
            "https" => true,
            "http" => false,
            _ => return Err(none()),
        };
        if says_more {
            return Err(none());
        }
        let is_loopback = is_loopback(authority.host());
        if !is_https && !is_loopback && !may_be_plain {
            return Err(FrontFault::Plain(url.to_owned()));
        }
        let host = authority.as_str().to_ascii_lowercase();
        let (origin, is_practice) = (format!("{scheme}://{host}"), false);
        Ok(Self { origin, hosts: vec![host], is_https, is_loopback, is_practice, trusted_hops })
    }

    /// The same, of the sample city with which one practises, or not.
    #[must_use]
    pub fn practising(self, is_practice: bool) -> Self {
        Self { is_practice, ..self }
    }

    /// Whether it is the sample city with which one practises, which each page says.
    pub fn is_practice(&self) -> bool {
        self.is_practice
    }

    /// Scheme, host and port that people type.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    pub fn is_https(&self) -> bool {
        self.is_https
    }

    /// Whether passwords go over a network unencrypted, which each page says.
    pub fn is_plain(&self) -> bool {
        !self.is_https && !self.is_loopback
    }

    /// The name of the cookie: over https one that browsers take from this very host only.
    pub fn cookie_name(&self) -> &'static str {
        if self.is_https { "__Host-gradtrail" } else { "gradtrail" }
    }

    /// Whether a request is for this server: by its name, or from the machine itself.
    pub fn is_for_us(&self, headers: &HeaderMap, uri: &Uri) -> bool {
        let named = uri.authority().map(Authority::as_str);
        let named = named.or_else(|| headers.get(HOST).and_then(|host| host.to_str().ok()));
        let Some(named) = named else { return false };
        let named = named.to_ascii_lowercase();
        let is_own = |host: &String| *host == named || without_port(host, self.is_https) == named;
        self.hosts.iter().any(is_own) || named.parse::<Authority>().is_ok_and(|named| is_loopback(named.host()))
    }

    /// Whose request it is: the peer, or what the last of the trusted proxies was called from. What is further left in the
    /// header everybody can write.
    pub fn visitor(&self, headers: &HeaderMap, peer: Option<SocketAddr>) -> Visitor {
        let forwarded = headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok());
        let hops: Vec<&str> = forwarded.flat_map(|value| value.split(',')).map(str::trim).collect();
        let told = hops.len().checked_sub(self.trusted_hops).filter(|_| self.trusted_hops > 0);
        let told = told.and_then(|index| hops.get(index)?.parse::<IpAddr>().ok());
        let agent = headers.get(USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
        Visitor::new(told.or(peer.map(|peer| peer.ip())), agent)
    }
}

/// The host without the port that its scheme has anyway.
fn without_port(host: &str, is_https: bool) -> &str {
    host.strip_suffix(if is_https { ":443" } else { ":80" }).unwrap_or(host)
}

/// Whether a host is the machine itself.
fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost") || address.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect::<HeaderMap>()
    }

    fn is_for(front: &Front, host: &str) -> bool {
        front.is_for_us(&headers(&[("host", host)]), &Uri::from_static("/"))
    }

    #[test]
    fn https_has_a_cookie_of_this_host_only_and_plain_http_beyond_the_machine_is_refused() {
        let front = Front::public("https://Shixi.School.cn", false, 0).unwrap();
        assert_eq!(
            (front.cookie_name(), front.is_plain(), front.origin()),
            ("__Host-gradtrail", false, "https://shixi.school.cn")
        );
        let plain = "http://192.168.1.5:8080";
        assert_eq!(Front::public(plain, false, 0), Err(FrontFault::Plain(plain.to_owned())));
        let allowed = Front::public(plain, true, 0).unwrap();
        assert_eq!((allowed.cookie_name(), allowed.is_plain()), ("gradtrail", true));
        let local = Front::public("http://localhost:8080", false, 0).unwrap();
        assert_eq!((local.cookie_name(), local.is_plain()), ("gradtrail", false));
    }

    #[test]
    fn what_is_no_address_of_a_host_is_refused() {
        for none in
            ["", "school.cn", "ftp://school.cn", "https://school.cn/jiuye", "https://a@school.cn", "https://", "/x"]
        {
            assert_eq!(Front::public(none, true, 0), Err(FrontFault::NoAddress(none.to_owned())), "{none}");
        }
    }

    #[test]
    fn a_request_for_another_host_is_not_for_us() {
        let front = Front::public("https://shixi.school.cn", false, 0).unwrap();
        for ours in ["shixi.school.cn", "SHIXI.school.cn", "localhost:8080", "127.0.0.1:8080", "[::1]:8080"] {
            assert!(is_for(&front, ours), "{ours}");
        }
        for foreign in ["evil.example", "shixi.school.cn.evil.example", "10.0.0.1", "shixi.school.cn:8443", ""] {
            assert!(!is_for(&front, foreign), "{foreign}");
        }
        assert!(!front.is_for_us(&HeaderMap::new(), &Uri::from_static("/")));
        assert!(is_for(&Front::public("https://a.cn:443", false, 0).unwrap(), "a.cn"));
    }

    #[test]
    fn an_address_is_believed_as_far_as_trusted_proxies_wrote_it() {
        let peer = Some("10.0.0.9:5000".parse().unwrap());
        let forged = headers(&[("x-forwarded-for", "1.1.1.1, 2.2.2.2"), ("x-forwarded-for", "3.3.3.3")]);
        let counted = |hops| Front::public("https://a.cn", false, hops).unwrap().visitor(&forged, peer).counted_as();
        assert_eq!(counted(0), "10.0.0.9");
        assert_eq!(counted(1), "3.3.3.3");
        assert_eq!(counted(2), "2.2.2.2");
        // Fewer than there should be: nobody is believed.
        assert_eq!(counted(4), "10.0.0.9");
    }
}
