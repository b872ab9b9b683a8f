//! What a look has been answered already. A look from several sides at one moment asks the same things again and again:
//! each is asked once, and all sides judge the same answer.

mod packed;

use super::call::{Ask, Call, Resource};
use crate::terms::Obstacle;
use packed::Packed;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::OnceCell;

/// An answer, for one who asked.
pub(super) type Answer = Result<Arc<[u8]>, Obstacle>;

/// The answers of one cluster, by what was asked; those under way are waited for and not asked again.
#[derive(Debug, Default)]
pub(super) struct Memory(Mutex<BTreeMap<String, Asked>>);

/// What was asked, and its answer, once that is there.
type Asked = (Call, Arc<OnceCell<Kept>>);

/// An answer, as it is kept.
type Kept = Result<Packed, Obstacle>;

impl Memory {
    /// Whether a call asks what is there at the moment, and changes nothing.
    pub(super) fn keeps(call: &Call) -> bool {
        match call.ask {
            Ask::One(_) | Ask::Many(..) | Ask::Served => true,
            Ask::Other => false,
        }
    }

    /// Whoever looks now wants news.
    pub(super) fn forget(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Lists of this resource begin anew.
    pub(super) fn forget_of(&self, resource: Resource) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|_, (call, _)| call.resource != resource);
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

    /// Every answer so far, with what was asked.
    pub(super) fn told(&self) -> Vec<(Call, Answer)> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.values().filter_map(|(call, cell)| Some((call.clone(), unpacked(cell.get()?)))).collect()
    }

    fn cell(&self, call: &Call) -> Arc<OnceCell<Kept>> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let key = format!("{:?} {}", call.ask, call.line());
        known.entry(key).or_insert_with(|| (call.clone(), Arc::default())).1.clone()
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
            Ok(Arc::from(name.as_bytes()))
        };
        let call = |name: &str| Call::get(Resource::SERVICES, Some("shop"), name);
        let ask = async |name: &str| memory.recall(&call(name), answer(name)).await;
        let (first, second, other) = futures::join!(ask("web"), ask("web"), ask("api"));
        assert_eq!((first.clone(), asked.get()), (second, 2));
        assert_ne!(first, other);
        memory.forget_of(Resource::PODS);
        let told = memory.told().into_iter().map(|(_, answer)| answer.unwrap().to_vec());
        assert_eq!(told.collect::<Vec<_>>(), [b"api", b"web"]);
        memory.forget_of(Resource::SERVICES);
        assert_eq!((ask("web").await, asked.get()), (first, 3));
    }
}
