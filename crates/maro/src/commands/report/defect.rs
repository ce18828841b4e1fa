//! `maro report defect|alert|edge-case`: one finding, as somebody or something saw it.

use serde_json::{Value, json};

use super::Ending;
use super::answer::send;
use super::place::Place;
use crate::cli::{ReportDefect, ReportPlace};

/// Sends the defect.
pub(super) async fn run(
    place: ReportPlace,
    kind: &str,
    args: ReportDefect,
) -> anyhow::Result<Ending> {
    let place = Place::find(place)?;
    let key = super::key(args.idempotency_key.as_ref());
    let body = body(&args);
    let sent = send(|| {
        let request = place.post(&format!("api/v1/{kind}"))?;
        Ok(request.header("idempotency-key", &key).json(&body))
    });
    Ok(match sent.await? {
        Ok(answer) => {
            println!("{}", told(&answer));
            Ending::Recorded
        }
        Err(ending) => ending,
    })
}

fn body(args: &ReportDefect) -> Value {
    let mut body = json!({ "title": args.title, "severity": args.severity });
    let given = [
        ("fingerprint", &args.fingerprint),
        ("description", &args.description),
        ("steps", &args.steps),
        ("expected", &args.expected),
        ("actual", &args.actual),
        ("source", &args.source),
    ];
    for (name, value) in given {
        if let Some(value) = value {
            body[name] = value.as_str().into();
        }
    }
    body
}

/// Says what became of it.
fn told(answer: &Value) -> String {
    let id = answer["id"].as_str().unwrap_or_default();
    let count = answer["count"].as_i64().unwrap_or_default();
    match (answer["new"] == true, answer["reopened"] == true) {
        (true, _) => format!("{id} is new"),
        (_, true) => format!("{id} is open again, seen {count} times"),
        _ => format!("{id} was known, seen {count} times"),
    }
}
