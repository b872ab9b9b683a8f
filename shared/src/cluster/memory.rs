//! What a look has been answered already. A look from several sides at one moment asks the same things again and again:
//! each is asked once, and all sides judge the same answer.

mod packed;

use super::call::{Ask, Call, Resource};
use crate::terms::Obstacle;
use packed::Packed;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::OnceCell;

/// A body, for all who asked for it. It is where it was received: a page of large objects has megabytes.
pub(super) type Body = Arc<Vec<u8>>;

/// An answer, for one who asked.
pub(super) type Answer = Result<Body, Obstacle>;

/// The answers of one cluster, by what was asked; those under way are waited for and not asked again.
#[derive(Debug, Default)]
pub(super) struct Memory(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    asked: BTreeMap<String, Asked>,
    /// Whether answers outlive a look, since somebody hears when they grow old.
    is_lasting: bool,
    /// Looks so far.
    look: u64,
}

/// What was asked, its answer, once that is there, and the look that asked for it last.
#[derive(Debug)]
struct Asked {
    call: Call,
    cell: Arc<OnceCell<Kept>>,
    look: u64,
}

/// An answer, as it is kept.
type Kept = Result<Packed, Obstacle>;

/// What was asked, and its answer, which is unpacked for who wants it: all of them at once would take twenty times the room.
#[derive(Debug, Clone)]
pub(super) struct Told {
    pub(super) call: Call,
    cell: Arc<OnceCell<Kept>>,
}

impl Told {
    #[cfg(test)]
    pub(super) fn new(call: Call, answer: &Answer) -> Self {
        let kept = answer.as_ref().map(Packed::of).map_err(Clone::clone);
        Self { call, cell: Arc::new(OnceCell::new_with(Some(kept))) }
    }

    /// What hindered it.
    pub(super) fn obstacle(&self) -> Option<&Obstacle> {
        self.cell.get()?.as_ref().err()
    }

    /// What was answered.
    pub(super) fn body(&self) -> Option<Body> {
        self.cell.get()?.as_ref().ok().map(Packed::body)
    }
}

impl Memory {
    /// Whether a call asks what is there at the moment, and changes nothing.
    pub(super) fn keeps(call: &Call) -> bool {
        match call.ask {
            Ask::One(_) | Ask::Many(..) | Ask::Served | Ask::Version => true,
            Ask::Other => false,
        }
    }

    /// From now on answers outlive a look: whoever wants that says when one has to be asked for again.
    pub(super) fn last(&self) {
        self.known().is_lasting = true;
    }

    /// A look begins. It wants news, unless answers last.
    pub(super) fn begin(&self) {
        let mut known = self.known();
        if known.is_lasting {
            known.look += 1;
        } else {
            known.asked.clear();
        }
    }

    /// A look is over. Of answers that last, those stay that it asked for.
    pub(super) fn end(&self) {
        let mut known = self.known();
        let (is_lasting, look) = (known.is_lasting, known.look);
        known.asked.retain(|_, asked| is_lasting && asked.look == look);
    }

    /// Lists of this resource begin anew.
    pub(super) fn forget_of(&self, resource: Resource) {
        self.known().asked.retain(|_, asked| asked.call.resource != resource);
    }

    /// The answer to a call, which is asked when nobody has asked it before.
    pub(super) async fn recall(&self, call: &Call, ask: impl Future<Output = Answer>) -> Answer {
        // Who asks first need not unpack it.
        let mut fresh = None;
        let heard = async { ask.await.map(|body| Packed::of(fresh.insert(body))) };
        let cell = self.cell(call);
        let kept = cell.get_or_init(|| heard).await;
        match fresh {
            Some(body) => Ok(body),
            None => unpacked(kept),
        }
    }

    /// Lets go of the answers of which this is so.
    pub(super) fn forget_where(&self, is_old: impl Fn(&Call) -> bool) {
        let is_there = |asked: &Asked| asked.cell.get().is_some() && !is_old(&asked.call);
        self.known().asked.retain(|_, asked| is_there(asked));
    }

    /// Every answer so far, with what was asked.
    pub(super) fn told(&self) -> Vec<Told> {
        let known = self.known();
        let told = known.asked.values().filter(|asked| asked.cell.initialized());
        told.map(|asked| Told { call: asked.call.clone(), cell: asked.cell.clone() }).collect()
    }

    fn cell(&self, call: &Call) -> Arc<OnceCell<Kept>> {
        let mut known = self.known();
        let look = known.look;
        let fresh = || Asked { call: call.clone(), cell: Arc::default(), look };
        let asked = known.asked.entry(call.key()).or_insert_with(fresh);
        asked.look = look;
        asked.cell.clone()
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn unpacked(kept: &Kept) -> Answer {
    kept.as_ref().map(Packed::body).map_err(Clone::clone)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    #[tokio::test]
    async fn what_several_ask_at_once_is_asked_once_and_what_differs_is_asked_apart() {
        let (memory, asked) = (Memory::default(), Cell::new(0));
        let answer = async |name: &str| {
            asked.set(asked.get() + 1);
            tokio::task::yield_now().await;
            Ok(Arc::new(name.as_bytes().to_vec()))
        };
        let call = |name: &str| Call::get(Resource::SERVICES, Some("shop"), name);
        let ask = async |name: &str| memory.recall(&call(name), answer(name)).await;
        let (first, second, other) = futures::join!(ask("web"), ask("web"), ask("api"));
        assert_eq!((first.clone(), asked.get()), (second, 2));
        assert_ne!(first, other);
        memory.forget_of(Resource::PODS);
        let told = memory.told().into_iter().map(|told| told.body().unwrap().to_vec());
        assert_eq!(told.collect::<Vec<_>>(), [b"api", b"web"]);
        memory.forget_of(Resource::SERVICES);
        assert_eq!((ask("web").await, asked.get()), (first, 3));
    }

    #[tokio::test]
    async fn what_is_told_takes_no_room_until_somebody_wants_to_read_it() {
        let memory = Memory::default();
        let call = Call::get(Resource::SERVICES, Some("shop"), "web");
        let page = Arc::new(b"{\"metadata\":{}},".repeat(10_000));
        drop(memory.recall(&call, async { Ok(page.clone()) }).await);
        assert_eq!(Arc::strong_count(&page), 1, "what is kept of it is packed");
        let told = memory.told();
        let bodies: Vec<_> = told.iter().filter_map(Told::body).collect();
        assert_eq!(bodies, [page]);
        assert_eq!(Arc::strong_count(&bodies[0]), 1, "nobody but who wanted it has it unpacked");
    }

    #[tokio::test]
    async fn answers_that_last_outlive_a_look_as_long_as_each_look_asks_for_them() {
        let memory = Memory::default();
        let call = |name: &str| Call::get(Resource::SERVICES, Some("shop"), name);
        let answer = async || Ok(Arc::new(b"{}".to_vec()));
        let look = async |names: &[&str]| {
            memory.begin();
            let asked = names.iter().map(async |name| memory.recall(&call(name), answer()).await.is_ok());
            let all = futures::future::join_all(asked).await;
            memory.end();
            (all.contains(&false), memory.told().len())
        };
        assert_eq!(look(&["web", "api"]).await, (false, 0));
        memory.last();
        assert_eq!(look(&["web", "api"]).await, (false, 2));
        assert_eq!(look(&["web"]).await, (false, 1), "what nobody asks for any more is let go");
    }
}
