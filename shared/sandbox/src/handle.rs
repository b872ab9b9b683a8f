//! From a request to an answer: who asks, whether he may, what is there, what is done.

mod discovery;
mod known;
mod log;
mod permit;
mod review;
mod route;

use std::sync::Arc;

use http::header;
use serde_json::Value;

use crate::access::{Asked, User, identify, may};
use crate::cluster::Cluster;
use crate::encode::{self, Encoder, Pieces, Shape};
use crate::kinds::Kind;
use crate::read::{self, Listed, Selection, Watch};
use crate::refusal::Refusal;
use crate::request::{Place, Request, Target, Verb, options};
use crate::state::State;
use crate::write::{self, Act, Gone, Written};

use route::{Route, route};

/// What is answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) code: u16,
    pub(crate) body: Body,
    /// What the server warns of.
    pub(crate) warnings: Vec<String>,
}

/// The body of an answer.
#[derive(Debug)]
pub(crate) enum Body {
    Json(Vec<u8>),
    List(Box<Pieces>),
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
    answer.warnings.extend(age(&request.target));
    answer
}

/// A refusal as an answer.
pub(crate) fn refused(refusal: &Refusal) -> Answer {
    let body = if refusal.plain {
        Body::Text(refusal.message.clone())
    } else {
        Body::Json(encode::bytes(&refusal.status()))
    };
    Answer { code: refusal.code, body, warnings: Vec::new() }
}

fn age(target: &Target) -> Option<String> {
    let text = "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice";
    match target {
        Target::Resource(place) if place.group.is_empty() && place.resource == "endpoints" => {
            Some(text.to_owned())
        }
        Target::Resource(_) | Target::Path(_) => None,
    }
}

fn json(code: u16, value: &Value) -> Answer {
    Answer { code, body: Body::Json(encode::bytes(value)), warnings: Vec::new() }
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
        options::check(request, Verb::Get)?;
        discovery::answer(state, parts, request.header(header::ACCEPT))
    })
}

fn resource(cluster: &Cluster, request: &Request, place: &Place) -> Result<Answer, Refusal> {
    let now = cluster.now();
    cluster.with(|state| {
        let user = identify(state, &request.headers, now)?;
        let verb = request.verb(place)?;
        permit::permit(state, &user, verb, (place, request))?;
        let route = route(state, place, verb)?;
        match &route {
            Route::Log(_) => {}
            Route::Kind(_) | Route::Question => options::check(request, verb)?,
        }
        match route {
            Route::Log(kind) => log::answer(state, request, (&kind, place)),
            Route::Question => review::answer(state, request, place, (&user, now)),
            Route::Kind(kind) => {
                may_make(state, &user, (&kind, place), (verb, request))?;
                serve(state, (cluster, &kind, place), verb, request)
            }
        }
    })
}

/// Whoever would make something by changing it needs the right to make it, too.
fn may_make(
    state: &State,
    user: &User,
    (kind, place): (&Kind, &Place),
    (verb, request): (Verb, &Request),
) -> Result<(), Refusal> {
    let makes = write::makes(kind, verb, request) && read::get(state, kind, place).is_err();
    if makes { permit::permit(state, user, Verb::Create, (place, request)) } else { Ok(()) }
}

fn serve(
    state: &mut State,
    (cluster, kind, place): (&Cluster, &Arc<Kind>, &Place),
    verb: Verb,
    request: &Request,
) -> Result<Answer, Refusal> {
    let now = cluster.now();
    let shape = Shape::accepted(request.header(header::ACCEPT), request.asked("includeObject"))?;
    let encoder = Encoder::new(kind, &place.version, shape, now)?;
    let act = Act {
        kind,
        place,
        manager: manager(request),
        api_version: kind.api_version(&place.version),
        dry: request.is_asked("dryRun"),
        now,
    };
    match verb {
        Verb::Get => {
            read::has_come(&state.store, request.asked("resourceVersion"))?;
            Ok(whole(200, &encoder, &*read::get(state, kind, place)?))
        }
        Verb::List => {
            let listed = read::list(state, kind, &Selection::of(kind, place, request)?, request)?;
            Ok(list(&encoder, listed))
        }
        Verb::Watch => watch(state, encoder, Selection::of(kind, place, request)?, request),
        Verb::Create => written(&encoder, write::create(&act, state, request)),
        Verb::Update => written(&encoder, write::update(&act, state, request)),
        Verb::Patch => written(&encoder, write::patch(&act, state, request)),
        Verb::Delete => write::delete(&act, state, request).map(|gone| match gone {
            Gone::Object(object) => whole(200, &encoder, &object),
            Gone::Status(status) => json(200, &status),
        }),
        Verb::DeleteCollection => {
            let listed = read::list(state, kind, &Selection::of(kind, place, request)?, request)?;
            write::delete_all(&act, state, request, &listed.items)?;
            Ok(list(&encoder, listed))
        }
    }
}

/// Who writes: as the query says, else the user agent up to its first slash.
fn manager(request: &Request) -> String {
    let agent = request.header(header::USER_AGENT);
    let agent = agent.split('/').next().filter(|agent| !agent.is_empty()).unwrap_or("unknown");
    request.asked("fieldManager").unwrap_or(agent).to_owned()
}

fn list(encoder: &Encoder, listed: Listed) -> Answer {
    Answer { code: 200, body: Body::List(Box::new(encoder.list(listed))), warnings: Vec::new() }
}

fn whole(code: u16, encoder: &Encoder, object: &Value) -> Answer {
    Answer { code, body: Body::Json(encoder.object(object)), warnings: Vec::new() }
}

fn written(encoder: &Encoder, written: Result<Written, Refusal>) -> Result<Answer, Refusal> {
    let written = written?;
    let code = if written.created { 201 } else { 200 };
    Ok(Answer { warnings: written.warnings, ..whole(code, encoder, &written.object) })
}

fn watch(state: &State, encoder: Encoder, chosen: Selection, request: &Request) -> Result<Answer, Refusal> {
    let version = read::first_version(request)?;
    let initial = request.asked("sendInitialEvents").map(|_| request.is_asked("sendInitialEvents"));
    let bookmarks = request.is_asked("allowWatchBookmarks");
    let mut watch = Watch::new(&encoder.kind, chosen, version);
    let mut due = Vec::new();
    if initial == Some(true) {
        read::has_come(&state.store, request.asked("resourceVersion"))?;
    }
    if initial.unwrap_or(version.is_none()) {
        for event in watch.begin(state) {
            due.extend(encoder.event(event.word, &event.object));
        }
        if initial.is_some() && bookmarks {
            let event = read::end_of_beginning(state.store.version());
            due.extend(encoder.event(event.word, &event.object));
        }
    } else if version.is_none() {
        watch.skip(state);
    }
    let seconds = request.asked("timeoutSeconds").and_then(|seconds| seconds.parse().ok());
    let streaming =
        Streaming { watch, encoder, due, seconds: seconds.filter(|seconds| *seconds > 0), bookmarks };
    Ok(Answer { code: 200, body: Body::Watch(Box::new(streaming)), warnings: Vec::new() })
}
