//! From a request to an answer: who asks, whether he may, what is there, what is done.

mod discovery;
mod permit;
mod review;

use std::sync::Arc;

use http::header;
use serde_json::Value;

use crate::access::{Asked, identify, may};
use crate::admission::path_problem;
use crate::cluster::Cluster;
use crate::encode::{self, Encoder, Shape};
use crate::kinds::{Found, Kind, Scope};
use crate::read::{self, Selection, Watch};
use crate::refusal::Refusal;
use crate::request::{Place, Request, Target, Verb};
use crate::state::State;
use crate::write::{self, Act, Gone, Written};

/// Subresources that real clusters have and the sandbox does not.
const NOT_DONE: [&str; 10] = [
    "attach",
    "binding",
    "ephemeralcontainers",
    "eviction",
    "exec",
    "finalize",
    "log",
    "portforward",
    "proxy",
    "scale",
];

/// What is answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) code: u16,
    pub(crate) body: Body,
    /// What the server warns of.
    pub(crate) warning: Option<&'static str>,
}

/// The body of an answer.
#[derive(Debug)]
pub(crate) enum Body {
    Json(Vec<u8>),
    Text(String),
    Watch(Box<Streaming>),
}

/// A watch with how its events are written, and the lines that are due at once.
#[derive(Debug)]
pub(crate) struct Streaming {
    pub(crate) watch: Watch,
    pub(crate) encoder: Encoder,
    pub(crate) due: Vec<u8>,
    pub(crate) seconds: Option<u64>,
    pub(crate) bookmarks: bool,
}

/// Answers one request.
pub(crate) fn answer(cluster: &Cluster, request: &Request) -> Answer {
    let done = match &request.target {
        Target::Path(parts) => path(cluster, request, parts),
        Target::Resource(place) => resource(cluster, request, place),
    };
    let mut answer = done.unwrap_or_else(|refusal| refused(&refusal));
    answer.warning = warning(&request.target);
    answer
}

/// A refusal as an answer.
pub(crate) fn refused(refusal: &Refusal) -> Answer {
    let body = if refusal.plain {
        Body::Text(refusal.message.clone())
    } else {
        Body::Json(encode::bytes(&refusal.status()))
    };
    Answer { code: refusal.code, body, warning: None }
}

fn warning(target: &Target) -> Option<&'static str> {
    let text = "299 - \"v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice\"";
    match target {
        Target::Resource(place) if place.group.is_empty() && place.resource == "endpoints" => Some(text),
        Target::Resource(_) | Target::Path(_) => None,
    }
}

fn json(code: u16, value: &Value) -> Answer {
    Answer { code, body: Body::Json(encode::bytes(value)), warning: None }
}

fn path(cluster: &Cluster, request: &Request, parts: &[String]) -> Result<Answer, Refusal> {
    let now = cluster.now();
    cluster.with(|state| {
        let user = identify(state, &request.headers, now)?;
        let verb = request.method.as_str().to_lowercase();
        if !may(state, &user, &Asked { verb: &verb, path: &request.path, ..Asked::default() }) {
            let words = format!("User \"{}\" cannot {verb} path \"{}\"", user.name, request.path);
            return Err(Refusal::forbidden_path(&words));
        }
        discovery::answer(state, parts, request.header(header::ACCEPT))
    })
}

fn resource(cluster: &Cluster, request: &Request, place: &Place) -> Result<Answer, Refusal> {
    let now = cluster.now();
    cluster.with(|state| {
        let user = identify(state, &request.headers, now)?;
        let verb = request.verb(place)?;
        permit::permit(state, &user, verb, (place, request))?;
        if let Some(answer) = review::answer(state, request, place, (&user, now)) {
            return answer;
        }
        let kind = find(state, place)?;
        serve(state, (cluster, &kind, place), verb, request)
    })
}

fn find(state: &State, place: &Place) -> Result<Arc<Kind>, Refusal> {
    let kind = match state.kinds.find(&place.group, &place.version, &place.resource) {
        Found::Kind(kind) => kind,
        Found::NotServed => return Err(Refusal::not_served()),
        Found::NoPage => return Err(Refusal::no_page()),
    };
    let version = kind.version(&place.version);
    let subresource = place.subresource.as_str();
    if NOT_DONE.contains(&subresource) {
        return Err(Refusal::not_done(&format!("{}/{subresource}", place.resource)));
    }
    let known = subresource.is_empty()
        || (subresource == "status" && version.is_some_and(|version| version.has_status));
    if !known {
        return Err(Refusal::not_served());
    }
    if let Some(why) = path_problem(&place.name) {
        return Err(Refusal::bad_request(format!("Name parameter invalid: \"{}\": {why}", place.name)));
    }
    Ok(kind)
}

fn serve(
    state: &mut State,
    (cluster, kind, place): (&Cluster, &Arc<Kind>, &Place),
    verb: Verb,
    request: &Request,
) -> Result<Answer, Refusal> {
    let now = cluster.now();
    let shape = Shape::accepted(request.header(header::ACCEPT))?;
    let encoder = Encoder { kind: Arc::clone(kind), version: place.version.clone(), shape, now };
    let act = Act {
        kind,
        place,
        manager: manager(request),
        api_version: kind.api_version(&place.version),
        dry: request.is_dry(),
        now,
    };
    if kind.scope == Scope::Namespaced
        && place.namespace.is_empty()
        && !matches!(verb, Verb::List | Verb::Watch)
    {
        return Err(Refusal::not_served());
    }
    match verb {
        Verb::Get => Ok(whole(200, &encoder, &*read::get(state, kind, place)?)),
        Verb::List => {
            let listed = read::list(state, kind, &Selection::of(kind, place, request)?, request)?;
            Ok(Answer { code: 200, body: Body::Json(encoder.list(&listed)), warning: None })
        }
        Verb::Watch => watch(state, encoder, Selection::of(kind, place, request)?, request),
        Verb::Create => written(&encoder, write::create(&act, state, &request.body)),
        Verb::Update => written(&encoder, write::update(&act, state, &request.body)),
        Verb::Patch => written(&encoder, write::patch(&act, state, request)),
        Verb::Delete => write::delete(&act, state, request).map(|gone| match gone {
            Gone::Object(object) => whole(200, &encoder, &object),
            Gone::Status(status) => json(200, &status),
        }),
        Verb::DeleteCollection => {
            let listed = read::list(state, kind, &Selection::of(kind, place, request)?, request)?;
            write::delete_all(&act, state, request, &listed.items)?;
            Ok(Answer { code: 200, body: Body::Json(encoder.list(&listed)), warning: None })
        }
    }
}

/// Who writes: as the query says, else the user agent up to its first slash.
fn manager(request: &Request) -> String {
    let agent = request.header(header::USER_AGENT);
    let agent = agent.split('/').next().filter(|agent| !agent.is_empty()).unwrap_or("unknown");
    request.asked("fieldManager").unwrap_or(agent).to_owned()
}

fn whole(code: u16, encoder: &Encoder, object: &Value) -> Answer {
    Answer { code, body: Body::Json(encoder.object(object)), warning: None }
}

fn written(encoder: &Encoder, written: Result<Written, Refusal>) -> Result<Answer, Refusal> {
    let written = written?;
    Ok(whole(if written.created { 201 } else { 200 }, encoder, &written.object))
}

fn watch(state: &State, encoder: Encoder, chosen: Selection, request: &Request) -> Result<Answer, Refusal> {
    let version = read::first_version(request)?;
    let mut watch = Watch::new(&encoder.kind, chosen, version);
    let mut due = Vec::new();
    if version.is_none() {
        for event in watch.begin(state) {
            due.extend(encoder.event(event.word, &event.object));
        }
    }
    let streaming = Streaming {
        watch,
        encoder,
        due,
        seconds: request.asked("timeoutSeconds").and_then(|seconds| seconds.parse().ok()),
        bookmarks: request.is_asked("allowWatchBookmarks"),
    };
    Ok(Answer { code: 200, body: Body::Watch(Box::new(streaming)), warning: None })
}
