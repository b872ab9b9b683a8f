use crate::cluster::dial::stand::{Authority, Caller, ask};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nhi";

async fn head(stream: &mut (impl AsyncRead + Unpin)) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.unwrap());
    }
    String::from_utf8(head).unwrap()
}

/// Takes a CONNECT, then answers like the server behind; returns both heads.
async fn tunnels(mut stream: impl AsyncRead + AsyncWrite + Unpin) -> [String; 2] {
    let connect = head(&mut stream).await;
    stream.write_all(b"HTTP/1.1 200 Connected\r\n\r\n").await.unwrap();
    let get = head(&mut stream).await;
    stream.write_all(ANSWER).await.unwrap();
    [connect, get]
}

/// Takes a user and a password by SOCKS5 (RFC 1928 and 1929), then answers like the server behind.
async fn socks(mut stream: TcpStream) -> [String; 2] {
    let mut methods = [0; 2];
    stream.read_exact(&mut methods).await.unwrap();
    stream.read_exact(&mut vec![0; methods[1].into()]).await.unwrap();
    stream.write_all(&[5, 2]).await.unwrap();
    assert_eq!(stream.read_u8().await.unwrap(), 1);
    let (user, password) = (text(&mut stream).await, text(&mut stream).await);
    stream.write_all(&[1, 0]).await.unwrap();
    stream.read_exact(&mut [0; 4]).await.unwrap();
    let host = text(&mut stream).await;
    let port = stream.read_u16().await.unwrap();
    stream.write_all(&[5, 0, 0, 1, 127, 0, 0, 1, 0, 80]).await.unwrap();
    head(&mut stream).await;
    stream.write_all(ANSWER).await.unwrap();
    [format!("{user} {password}"), format!("{host}:{port}")]
}

async fn text(stream: &mut TcpStream) -> String {
    let length = stream.read_u8().await.unwrap();
    let mut text = vec![0; length.into()];
    stream.read_exact(&mut text).await.unwrap();
    String::from_utf8(text).unwrap()
}

/// Asks `http://api.example` through a proxy of this URL; `more` are other fields of the cluster.
async fn through(proxy: &str, more: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let cluster = format!("{{server: 'http://api.example', proxy-url: '{proxy}'{more}}}");
    let dialed = Caller::default().dialer(folder.path(), &cluster, "{}").unwrap().dial().await.unwrap();
    ask(&dialed).await.unwrap()
}

#[tokio::test]
async fn an_http_proxy_gets_the_unescaped_password_and_the_server_none_of_it() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://me:p%40ss@{}", listener.local_addr().unwrap());
    let proxy = async { tunnels(listener.accept().await.unwrap().0).await };
    let (answer, [connect, get]) = tokio::join!(through(&url, ""), proxy);
    assert_eq!(answer, "hi");
    let expected = format!("authorization: basic {}\r\n", STANDARD.encode("me:p@ss").to_lowercase());
    assert!(connect.starts_with("CONNECT api.example:80 "), "{connect}");
    assert!(connect.to_lowercase().contains(&format!("proxy-{expected}")), "{connect}");
    assert!(get.starts_with("GET /version ") && !get.to_lowercase().contains("authorization"), "{get}");
}

#[tokio::test]
async fn an_https_proxy_is_checked_against_the_clusters_authority() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    let authority = Authority::new("ca");
    let serving = authority.issue(&["127.0.0.1"], |_| {}).serving(None);
    let acceptor = tokio_rustls::TlsAcceptor::from(std::sync::Arc::new(serving));
    let proxy = async {
        let stream = listener.accept().await.unwrap().0;
        tunnels(acceptor.accept(stream).await.unwrap()).await
    };
    let data = STANDARD.encode(authority.0.pem());
    let more = format!(", certificate-authority-data: {data}");
    let (answer, [connect, _]) = tokio::join!(through(&url, &more), proxy);
    assert_eq!(answer, "hi");
    assert!(connect.starts_with("CONNECT api.example:80 "), "{connect}");
}

#[tokio::test]
async fn a_socks_proxy_gets_user_and_password_and_resolves_the_name_itself() {
    for scheme in ["socks5", "socks5h"] {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("{scheme}://me:p%40ss@{}", listener.local_addr().unwrap());
        let proxy = async { socks(listener.accept().await.unwrap().0).await };
        let (answer, seen) = tokio::join!(through(&url, ""), proxy);
        assert_eq!((answer.as_str(), seen), ("hi", ["me p@ss".to_owned(), "api.example:80".to_owned()]));
    }
}
