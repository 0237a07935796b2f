//! Which address a request comes from, when proxies stand between.

use std::{net::IpAddr, str::FromStr};

use anyhow::{Context, Result, ensure};
use axum::http::HeaderMap;

/// The proxies whose word on the client's address is taken.
#[derive(Clone, Debug, Default)]
pub struct TrustedProxies(Vec<Network>);

#[derive(Clone, Copy, Debug)]
struct Network {
    address: IpAddr,
    bits: u8,
}

impl TrustedProxies {
    /// The client's address: the peer's, or the newest of `X-Forwarded-For` that no trusted proxy
    /// has, when the peer is one.
    pub fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let hops: Vec<&str> = headers
            .get_all("x-forwarded-for")
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .collect();
        let mut client = peer.to_canonical();
        for hop in hops.into_iter().rev() {
            if !self.trusts(client) {
                break;
            }
            let Ok(address) = hop.trim().parse::<IpAddr>() else { break };
            client = address.to_canonical();
        }
        client
    }

    fn trusts(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.holds(address))
    }
}

impl Network {
    fn holds(self, address: IpAddr) -> bool {
        match (self.address, address) {
            (IpAddr::V4(network), IpAddr::V4(address)) => {
                (network.to_bits() ^ address.to_bits()).checked_shr(32 - u32::from(self.bits)).unwrap_or(0) == 0
            }
            (IpAddr::V6(network), IpAddr::V6(address)) => {
                (network.to_bits() ^ address.to_bits()).checked_shr(128 - u32::from(self.bits)).unwrap_or(0) == 0
            }
            _ => false,
        }
    }
}

impl FromStr for TrustedProxies {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self> {
        text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(str::parse).collect::<Result<_>>().map(Self)
    }
}

impl FromStr for Network {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self> {
        let (address, bits) = text.split_once('/').unzip();
        let address: IpAddr =
            address.unwrap_or(text).parse().with_context(|| format!("{text} is no address or network"))?;
        let all = if address.is_ipv4() { 32 } else { 128 };
        let bits = match bits {
            Some(bits) => bits.parse().with_context(|| format!("{text} has no number after its /"))?,
            None => all,
        };
        ensure!(bits <= all, "{text}: the number after the / is at most {all}");
        Ok(Self { address, bits })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(trusted: &str, peer: &str, forwarded: &str, client: &str) {
        let headers = HeaderMap::from_iter([("x-forwarded-for".parse().unwrap(), forwarded.parse().unwrap())]);
        let found = trusted.parse::<TrustedProxies>().unwrap().client(peer.parse().unwrap(), &headers);
        assert_eq!(found.to_string(), client, "trusting {trusted:?}, from {peer}, forwarded for {forwarded:?}");
    }

    #[test]
    fn a_stranger_s_word_on_addresses_is_not_taken() {
        check("", "9.9.9.9", "1.1.1.1", "9.9.9.9");
        check("10.0.0.0/8", "9.9.9.9", "1.1.1.1", "9.9.9.9");
    }

    #[test]
    fn the_newest_address_that_is_no_proxy_s_counts() {
        check("10.0.0.0/8", "10.1.2.3", "1.1.1.1", "1.1.1.1");
        check("10.0.0.0/8", "10.1.2.3", "6.6.6.6, 1.1.1.1, 10.9.9.9", "1.1.1.1");
        check("10.0.0.0/8, ::1", "::1", "1.1.1.1, 10.0.0.1", "1.1.1.1");
        check("127.0.0.1", "::ffff:127.0.0.1", "2001:db8::7", "2001:db8::7");
        check("0.0.0.0/0", "10.1.2.3", "nonsense", "10.1.2.3");
    }

    #[test]
    fn a_list_with_an_error_is_refused() {
        for text in ["localhost", "10.0.0.0/33", "10.0.0.0/x", "::/129"] {
            assert!(text.parse::<TrustedProxies>().is_err(), "{text}");
        }
    }
}
