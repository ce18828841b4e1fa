//! One connection: hello, pings, envelopes one way and acknowledgements the other, the end.

use std::{collections::BTreeMap, pin::pin, sync::Arc, time::Duration};

use axum::{
    body::Bytes,
    extract::{
        Query, State, WebSocketUpgrade,
        ws::{Message, WebSocket},
    },
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};
use tokio::{
    sync::mpsc::{UnboundedReceiver, unbounded_channel},
    time::{Instant, MissedTickBehavior, interval_at, sleep, timeout},
};

use super::{settings::SocketSettings, state::Order};
use crate::{
    slack::APP,
    state::{SandboxState, lock},
};

/// What `debug_reconnects` makes of a connection's life.
const BRIEF: Duration = Duration::from_mins(6);
/// How many pings in a row may stay unanswered.
const PINGS: u32 = 3;
/// The name of the machine that a connection ends on, as Slack tells it.
const HOST: &str = "applink-sandbox";

/// `GET /slack/socket?ticket=…`
pub(super) async fn connect(
    State(state): State<Arc<SandboxState>>,
    Query(query): Query<BTreeMap<String, String>>,
    upgrade: WebSocketUpgrade,
) -> Response {
    let ticket = query.get("ticket").map_or("", String::as_str);
    let taken = lock(&state.socket).take(ticket, state.clock.now());
    let Some(brief) = taken else {
        return (StatusCode::UNAUTHORIZED, "the ticket is not valid").into_response();
    };
    let tasks = state.tasks.clone();
    upgrade.on_upgrade(move |socket| tasks.track_future(serve(state, socket, brief)))
}

async fn serve(state: Arc<SandboxState>, mut socket: WebSocket, brief: bool) {
    let settings = lock(&state.settings).socket.clone();
    if let Some(reason) = refusal(&state, &settings) {
        disconnect(&mut socket, reason, &settings).await;
        return;
    }
    if settings.mute {
        state.shutdown.cancelled().await;
        return;
    }
    sleep(Duration::from_millis(settings.hello_delay_ms)).await;
    let (orders, receiver) = unbounded_channel();
    let (id, open) = {
        let mut socket = lock(&state.socket);
        (socket.enter(orders, state.clock.now()), socket.open())
    };
    state.changed();
    let life = if brief {
        BRIEF
    } else {
        Duration::from_millis(settings.connection_ms)
    };
    let hello = json!({
        "type": "hello", "num_connections": open,
        "debug_info": { "host": HOST, "build_number": 1, "approximate_connection_time": life.as_secs() },
        "connection_info": { "app_id": APP },
    });
    if say(&mut socket, &hello).await {
        lock(&state.socket).hand_on();
        tokio::select! {
            () = state.shutdown.cancelled() => {}
            () = talk(&state, &mut socket, id, receiver, (life, &settings)) => {}
        }
    }
    lock(&state.socket).leave(id);
    state.changed();
}

/// Why a connection is not taken, if it is not.
fn refusal(state: &SandboxState, settings: &SocketSettings) -> Option<&'static str> {
    if !settings.enabled {
        return Some("link_disabled");
    }
    let open = lock(&state.socket).open();
    (open >= settings.connections).then_some("too_many_websockets")
}

/// Carries texts until the connection ends for one reason or another.
async fn talk(
    state: &SandboxState,
    socket: &mut WebSocket,
    id: u64,
    mut orders: UnboundedReceiver<Order>,
    (life, settings): (Duration, &SocketSettings),
) {
    let warning = life.saturating_sub(Duration::from_millis(settings.warning_ms));
    let (mut warn, mut refresh) = (pin!(sleep(warning)), pin!(sleep(life)));
    let (mut warned, mut unanswered) = (false, 0);
    let every = Duration::from_millis(settings.ping_ms.max(1));
    let mut pings = interval_at(Instant::now() + every, every);
    pings.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        let order = tokio::select! {
            order = orders.recv() => order.unwrap_or(Order::Drop),
            () = &mut warn, if !warned => Order::Warn,
            () = &mut refresh => Order::Disconnect("refresh_requested"),
            _ = pings.tick() => {
                unanswered += 1;
                let ping = Bytes::from(format!("Ping from {HOST}"));
                if unanswered > PINGS || socket.send(Message::Ping(ping)).await.is_err() {
                    return;
                }
                continue;
            }
            heard = socket.recv() => match heard {
                Some(Ok(message)) => {
                    unanswered = 0;
                    hear(state, id, &message);
                    continue;
                }
                _ => return,
            },
        };
        warned |= matches!(order, Order::Warn);
        if matches!(order, Order::Stall) {
            return stall(&mut orders, every * (PINGS + 1)).await;
        }
        if !obey(socket, order, settings).await {
            return;
        }
    }
}

/// Does what it is told; `false` when that ends the connection.
async fn obey(socket: &mut WebSocket, order: Order, settings: &SocketSettings) -> bool {
    match order {
        Order::Send(text) => socket.send(Message::text(text)).await.is_ok(),
        Order::Warn => say(socket, &ending("warning")).await,
        Order::Disconnect(reason) => {
            disconnect(socket, reason, settings).await;
            false
        }
        Order::Drop | Order::Stall => false,
    }
}

/// Nothing is read or written any more, until Slack itself notices that nobody answers its pings.
async fn stall(orders: &mut UnboundedReceiver<Order>, patience: Duration) {
    let dropped = async {
        while orders
            .recv()
            .await
            .is_some_and(|order| !matches!(order, Order::Drop))
        {}
    };
    // Dropped or noticed: the connection is gone in both cases.
    let _ = timeout(patience, dropped).await;
}

/// Takes what the client sent, if it is an acknowledgement.
fn hear(state: &SandboxState, id: u64, message: &Message) {
    let Message::Text(text) = message else { return };
    let Ok(mut told) = serde_json::from_str::<Value>(text) else {
        return;
    };
    let payload = told["payload"].take();
    if let Some(envelope_id) = told["envelope_id"].as_str() {
        let now = state.clock.now();
        lock(&state.socket).acknowledge(id, envelope_id, payload, now);
        state.changed();
    }
}

/// Says why, closes, and keeps the line for a while as Slack does.
async fn disconnect(socket: &mut WebSocket, reason: &str, settings: &SocketSettings) {
    if say(socket, &ending(reason)).await && socket.send(Message::Close(None)).await.is_ok() {
        let linger = Duration::from_millis(settings.linger_ms);
        let gone = async { while let Some(Ok(_)) = socket.recv().await {} };
        // Either the client has gone or it is left alone now.
        let _ = timeout(linger, gone).await;
    }
}

fn ending(reason: &str) -> Value {
    json!({ "type": "disconnect", "reason": reason, "debug_info": { "host": HOST } })
}

async fn say(socket: &mut WebSocket, told: &Value) -> bool {
    socket.send(Message::text(told.to_string())).await.is_ok()
}
