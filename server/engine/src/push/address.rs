//! Where push services may be: at public addresses, since an endpoint is whatever somebody's browser says.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use http::Uri;

/// Characters of an endpoint; those of today's push services have some hundred.
const LONGEST: usize = 1000;

/// An endpoint of a push service.
pub(super) struct Endpoint(Uri);

impl Endpoint {
    /// The endpoint that is written so; none where it is no https address outside. `anywhere`: one without TLS
    /// and within will do.
    pub(super) fn parse(text: &str, anywhere: bool) -> Option<Self> {
        let uri: Uri = (text.len() <= LONGEST).then(|| text.parse().ok())??;
        let authority = uri.authority()?;
        let tls = uri.scheme_str() == Some("https");
        if authority.as_str().contains('@') || authority.host().is_empty() || !(tls || anywhere) {
            return None;
        }
        let endpoint = Self(uri);
        let outside = match endpoint.host().parse::<IpAddr>() {
            Ok(ip) => is_public(ip),
            // A name without a dot is one of this network.
            Err(_) => endpoint.host().contains('.'),
        };
        let port = endpoint.0.port_u16().is_none_or(|port| port == 443);
        (anywhere || (outside && port)).then_some(endpoint)
    }

    /// Is it asked over TLS?
    pub(super) fn tls(&self) -> bool {
        self.0.scheme_str() == Some("https")
    }

    /// Its name or number, without the brackets of the latter.
    pub(super) fn host(&self) -> &str {
        self.0.host().unwrap_or_default().trim_start_matches('[').trim_end_matches(']')
    }

    /// Name and port as they are written.
    pub(super) fn authority(&self) -> &str {
        self.0.authority().map_or("", |authority| authority.as_str())
    }

    /// Scheme, name and port.
    pub(super) fn origin(&self) -> String {
        format!("{}://{}", self.0.scheme_str().unwrap_or("https"), self.authority())
    }

    /// What is asked for there.
    pub(super) fn path(&self) -> &str {
        self.0.path_and_query().map_or("/", |path| path.as_str())
    }

    /// The address to connect to: one that was looked at, whatever its name is answered with next.
    ///
    /// # Errors
    /// There is none, or none outside.
    pub(super) async fn resolve(&self, anywhere: bool) -> anyhow::Result<SocketAddr> {
        let port = self.0.port_u16().unwrap_or(if self.tls() { 443 } else { 80 });
        let mut found = tokio::net::lookup_host((self.host(), port)).await?;
        let address = found.find(|address| anywhere || is_public(address.ip()));
        address.ok_or_else(|| anyhow::anyhow!("the push service is at no public address"))
    }
}

/// Is this an address of the public internet?
fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_4(ip),
        IpAddr::V6(ip) => is_public_6(ip),
    }
}

fn is_public_4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    let special = ip.is_private()
        || ip.is_loopback()
        || ip.is_link_local()
        || ip.is_documentation()
        || a == 0
        // 224.0.0.0 and all above: groups, reserved, everybody.
        || a >= 224
        // Networks behind providers, protocols, measurements.
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 192 && b == 88 && c == 99)
        || (a == 198 && (18..20).contains(&b));
    !special
}

fn is_public_6(ip: Ipv6Addr) -> bool {
    let parts = ip.segments();
    // Only 2000::/3 is given to anybody; of it tunnels lead to addresses that are not looked at here.
    let global = parts[0] & 0xe000 == 0x2000;
    let tunnel = parts[0] == 0x2002 || (parts[0] == 0x2001 && parts[1] < 0x0200);
    let documentation = (parts[0] == 0x2001 && parts[1] == 0x0db8) || (parts[0] == 0x3fff && parts[1] < 0x1000);
    global && !tunnel && !documentation
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn push_services_are_outside_and_asked_over_tls() {
        for good in [
            "https://fcm.googleapis.com/fcm/send/abc:def",
            "https://updates.push.services.mozilla.com:443/wpush/v2/x?y=z",
            "https://web.push.apple.com/Q",
            "https://8.8.8.8/x",
            "https://[2606:4700::1111]/x",
        ] {
            assert!(Endpoint::parse(good, false).is_some(), "{good}");
        }
        let long = format!("https://example.com/{}", "x".repeat(LONGEST));
        for bad in [
            "",
            "/x",
            "ftp://example.com/x",
            "http://example.com/x",
            "https://user@example.com/x",
            "https://example.com:8443/x",
            "https://localhost/x",
            "https://redis/x",
            "https://127.0.0.1/x",
            "https://10.0.0.1/x",
            "https://172.31.0.1/x",
            "https://192.168.1.1/x",
            "https://169.254.169.254/latest/meta-data/",
            "https://100.64.0.1/x",
            "https://0.0.0.0/x",
            "https://255.255.255.255/x",
            "https://[::1]/x",
            "https://[::]/x",
            "https://[fd00::1]/x",
            "https://[fe80::1]/x",
            "https://[::ffff:127.0.0.1]/x",
            "https://[64:ff9b::7f00:1]/x",
            "https://[2002:7f00:1::]/x",
            &long,
        ] {
            assert!(Endpoint::parse(bad, false).is_none(), "{bad}");
        }
        let here = Endpoint::parse("http://127.0.0.1:4000/x?y", true).unwrap();
        assert_eq!((here.origin().as_str(), here.path(), here.tls()), ("http://127.0.0.1:4000", "/x?y", false));
    }

    #[tokio::test]
    async fn a_name_that_leads_within_is_not_followed() {
        let endpoint = Endpoint("https://localhost/x".parse().unwrap());
        assert!(endpoint.resolve(false).await.is_err());
        assert!(endpoint.resolve(true).await.unwrap().ip().is_loopback());
    }
}
