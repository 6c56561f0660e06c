//! The server on a real socket: callers that are slow, and a server that is told to stop.

use std::net::SocketAddr;
use std::time::Duration;

use astralis_server::app;
use astralis_server::http::{ServeLimits, serve};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::site::Site;

/// No answer may take longer, however busy the machine is.
const DEADLINE: Duration = Duration::from_secs(20);

struct Serving {
    caller: TcpStream,
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    server: JoinHandle<std::io::Result<()>>,
}

impl Serving {
    /// A server, and a caller who is connected.
    async fn start(header: Duration, request: Duration) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let limits = ServeLimits {
            header,
            request,
            drain: DEADLINE,
        };
        let (stop, stopped) = oneshot::channel();
        let site = Site::open().await;
        let server = tokio::spawn(async move {
            let stopped = async {
                stopped.await.ok();
            };
            serve(listener, app(site.state), limits, stopped).await
        });
        Self {
            caller: TcpStream::connect(address).await.unwrap(),
            address,
            stop: Some(stop),
            server,
        }
    }

    async fn say(&mut self, text: &str) {
        self.caller.write_all(text.as_bytes()).await.unwrap();
    }

    /// Waits until the server takes no more callers: then it has heard that it is to stop.
    async fn takes_nobody(&self) {
        let refused = async {
            while TcpStream::connect(self.address).await.is_ok() {
                tokio::task::yield_now().await;
            }
        };
        timeout(DEADLINE, refused).await.unwrap();
    }

    /// Everything the server says until it hangs up.
    async fn heard(&mut self) -> String {
        let mut text = String::new();
        let read = self.caller.read_to_string(&mut text);
        timeout(DEADLINE, read).await.unwrap().unwrap();
        text
    }
}

#[tokio::test]
async fn a_caller_who_never_ends_the_head_of_a_request_is_cut_off() {
    let mut serving = Serving::start(Duration::from_millis(50), DEADLINE).await;

    serving
        .say("GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: ")
        .await;

    let heard = serving.heard().await;
    assert!(!heard.contains("200 OK"), "{heard}");
}

#[tokio::test]
async fn a_caller_who_never_ends_the_body_of_a_request_is_told_so() {
    let mut serving = Serving::start(DEADLINE, Duration::from_millis(50)).await;

    serving
        .say("POST /api/book HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{")
        .await;

    let heard = serving.heard().await;
    assert!(heard.starts_with("HTTP/1.1 408"), "{heard}");
    assert!(heard.contains("\"code\":\"timeout\""), "{heard}");
    assert!(heard.contains("content-security-policy"), "{heard}");
}

#[tokio::test]
async fn a_server_that_is_told_to_stop_ends_the_request_it_is_in() {
    let mut serving = Serving::start(DEADLINE, DEADLINE).await;
    serving
        .say("POST /api/book HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n")
        .await;
    // The server asks for the body: the request is being answered.
    let mut asked = [0; 25];
    serving.caller.read_exact(&mut asked).await.unwrap();
    assert_eq!(&asked, b"HTTP/1.1 100 Continue\r\n\r\n");

    serving.stop.take().unwrap().send(()).unwrap();
    serving.takes_nobody().await;
    assert!(!serving.server.is_finished(), "it waits for the request");
    serving.say("{}").await;

    let heard = serving.heard().await;
    assert!(heard.starts_with("HTTP/1.1 400"), "{heard}");
    timeout(DEADLINE, serving.server)
        .await
        .unwrap()
        .unwrap()
        .unwrap();
}
