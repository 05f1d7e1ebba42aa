//! TLS, with a certificate made on the spot.

use std::io::{Read as _, Write as _};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use rustls::crypto::ring;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

use super::wire::Served;
use crate::{Options, Tls, Town, listen};

fn pem(kind: &str, bytes: &[u8]) -> String {
    let text = data_encoding::BASE64.encode(bytes);
    let lines: Vec<&str> = text.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
    format!("-----BEGIN {kind}-----\n{}\n-----END {kind}-----\n", lines.join("\n"))
}

/// A certificate for `localhost`, written beside its key.
fn certificate(dir: &Path) -> (Tls, CertificateDer<'static>) {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let tls = Tls { certificate: dir.join("cert.pem"), key: dir.join("key.pem") };
    std::fs::write(&tls.certificate, pem("CERTIFICATE", made.cert.der())).unwrap();
    std::fs::write(&tls.key, pem("PRIVATE KEY", &made.signing_key.serialize_der())).unwrap();
    (tls, made.cert.der().clone())
}

fn ask(address: SocketAddr, trusted: CertificateDer<'static>, path: &str) -> Result<String, std::io::Error> {
    let mut roots = RootCertStore::empty();
    roots.add(trusted).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let client = ClientConnection::new(Arc::new(config), ServerName::try_from("localhost").unwrap()).unwrap();
    let mut line = StreamOwned::new(client, std::net::TcpStream::connect(address)?);
    write!(line, "GET {path} HTTP/1.1\r\nhost: lianhu.example\r\nconnection: close\r\n\r\n")?;
    let mut answer = Vec::new();
    // The server closes the connection; some stacks say so as an error after everything was read.
    match line.read_to_end(&mut answer) {
        Err(why) if answer.is_empty() => Err(why),
        _ => Ok(String::from_utf8(answer).unwrap()),
    }
}

#[test]
fn the_office_opens_over_tls_wherever_it_is_called_from() {
    let dir = tempfile::tempdir().unwrap();
    let (tls, certificate) = certificate(dir.path());
    let town = Arc::new(Town::open(&dir.path().join("township")).unwrap());
    let served = Served::with(&town, Options { tls: Some(tls), ..Options::ACCOUNTS });
    let page = ask(served.address, certificate.clone(), "/office/sign-in").unwrap();
    assert!(page.starts_with("HTTP/1.1 200"), "{page}");
    for header in
        ["content-security-policy: default-src 'none'", "x-content-type-options: nosniff", "strict-transport-security:"]
    {
        assert!(page.contains(header), "{header}");
    }
    assert!(ask(served.address, certificate, "/office/v1/session").unwrap().starts_with("HTTP/1.1 401"));
    // Somebody else's certificate is not believed, and plain HTTP is not answered.
    let (_, other) = self::certificate(dir.path());
    assert!(ask(served.address, other, "/healthz").is_err());
    let mut plain = served.connect();
    _ = plain.write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n");
    let mut heard = Vec::new();
    _ = plain.read_to_end(&mut heard);
    assert!(!heard.starts_with(b"HTTP/1.1 200"));
}

#[test]
fn files_that_are_no_certificate_are_an_error_before_anybody_listens() {
    let dir = tempfile::tempdir().unwrap();
    let (tls, _) = certificate(dir.path());
    let town = Arc::new(Town::open(&dir.path().join("township")).unwrap());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let refused = |options| {
        let listening = runtime.block_on(listen(Arc::clone(&town), "127.0.0.1:0".parse().unwrap(), options));
        listening.err().map(|why| why.kind())
    };
    let invalid = Some(std::io::ErrorKind::InvalidInput);
    let swapped = Tls { certificate: tls.key.clone(), key: tls.certificate.clone() };
    assert_eq!(refused(Options { tls: Some(swapped), ..Options::ACCOUNTS }), invalid);
    let nowhere = Tls { certificate: dir.path().join("no"), ..tls };
    assert_eq!(refused(Options { tls: Some(nowhere), ..Options::ACCOUNTS }), invalid);
    let proxied = Options { behind_proxy: Some("127.0.0.1".parse().unwrap()), ..Options::THIS_MACHINE };
    assert_eq!(refused(proxied), invalid);
}
