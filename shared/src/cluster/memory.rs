//! What a look has been answered already. A look from several sides at one moment asks the same things again and again:
//! each is asked once, and all sides judge the same answer.

use super::call::{Ask, Call, Resource};
use crate::terms::Obstacle;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::OnceCell;

/// An answer, shared by everybody who asked.
pub(super) type Answer = Result<Arc<[u8]>, Obstacle>;

/// The answers of one cluster, by what was asked; those under way are waited for and not asked again.
#[derive(Debug, Default)]
pub(super) struct Memory(Mutex<BTreeMap<String, Asked>>);

/// What was asked, and its answer, once that is there.
type Asked = (Call, Arc<OnceCell<Answer>>);

impl Memory {
    /// Whether a call asks what is there at the moment, and changes nothing.
    pub(super) fn keeps(call: &Call) -> bool {
        match call.ask {
            Ask::One(_) | Ask::Many(..) | Ask::Served | Ask::Version => true,
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
        self.cell(call).get_or_init(|| ask).await.clone()
    }

    /// Every answer so far, with what was asked.
    pub(super) fn told(&self) -> Vec<(Call, Answer)> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.values().filter_map(|(call, cell)| Some((call.clone(), cell.get()?.clone()))).collect()
    }

    fn cell(&self, call: &Call) -> Arc<OnceCell<Answer>> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let key = format!("{:?} {}", call.ask, call.line());
        known.entry(key).or_insert_with(|| (call.clone(), Arc::default())).1.clone()
    }
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
