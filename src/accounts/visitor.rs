//! Who stands at the door before it is known who that is: an address and a kind of browser.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// As far as a request tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Visitor {
    /// `None` at the command line.
    pub address: Option<IpAddr>,
    pub agent: &'static str,
}

impl Visitor {
    pub fn new(address: Option<IpAddr>, user_agent: &str) -> Self {
        // An address of the old kind in the new form is the old one.
        let address = address.map(|address| address.to_canonical());
        Self { address, agent: kind_of(user_agent) }
    }

    /// What counts as one visitor: an address of the old kind, or the 56 bits that a provider gives to one customer.
    pub fn counted_as(&self) -> String {
        match self.address {
            None => "local".to_owned(),
            Some(IpAddr::V4(address)) => address.to_string(),
            Some(IpAddr::V6(address)) => network(address, 56).to_string(),
        }
    }

    /// As it is kept: the network, not the machine.
    pub fn shown(&self) -> String {
        match self.address {
            None => "local".to_owned(),
            Some(IpAddr::V4(address)) => {
                let [a, b, c, _] = address.octets();
                format!("{}/24", Ipv4Addr::new(a, b, c, 0))
            }
            Some(IpAddr::V6(address)) => format!("{}/48", network(address, 48)),
        }
    }
}

fn network(address: Ipv6Addr, bits: u32) -> Ipv6Addr {
    Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << (128 - bits)))
}

/// The kind of a browser, by what people call it.
fn kind_of(user_agent: &str) -> &'static str {
    const KINDS: [(&str, &str); 9] = [
        ("MicroMessenger", "WeChat"),
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox", "Firefox"),
        ("Chrome", "Chrome"),
        ("Chromium", "Chrome"),
        ("Safari", "Safari"),
        ("curl", "curl"),
        ("python", "Python"),
    ];
    KINDS.iter().find(|(sign, _)| user_agent.contains(sign)).map_or("other", |(_, kind)| kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_of_an_address_is_its_network() {
        let visitor = |address: &str| Visitor::new(Some(address.parse().unwrap()), "");
        assert_eq!(visitor("192.168.7.9").shown(), "192.168.7.0/24");
        assert_eq!(visitor("192.168.7.9").counted_as(), "192.168.7.9");
        assert_eq!(visitor("::ffff:192.168.7.9").counted_as(), "192.168.7.9");
        assert_eq!(visitor("2001:db8:1:2ff::9").counted_as(), "2001:db8:1:200::");
        assert_eq!(visitor("2001:db8:1:2ff::9").shown(), "2001:db8:1::/48");
        assert_eq!(Visitor::new(None, "").shown(), "local");
    }

    #[test]
    fn a_browser_is_known_by_its_kind_only() {
        let chrome =
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0 Safari/537.36";
        assert_eq!(Visitor::new(None, chrome).agent, "Chrome");
        assert_eq!(Visitor::new(None, &format!("{chrome} Edg/156.0")).agent, "Edge");
        assert_eq!(Visitor::new(None, "张三 <script>").agent, "other");
    }
}
