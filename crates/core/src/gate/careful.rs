//! Running automerge on foreign bytes: a panic is an answer, and a deep stack is there if it wants one.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::sync::Once;

thread_local! {
    static QUIET: Cell<bool> = const { Cell::new(false) };
    static ROOMY: Cell<bool> = const { Cell::new(false) };
}

/// The code panicked. The message is not kept: it could repeat a document's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Panicked;

/// Runs `work`; a panic in it becomes an error, and nothing of it is printed. What `work` touched is to be thrown away
/// after a panic. Where panics abort (wasm32), only the scan stands between foreign bytes and the end of the instance.
pub(crate) fn quietly<T>(work: impl FnOnce() -> T) -> Result<T, Panicked> {
    // automerge's panic messages print what they tripped over, and that is personal data. The hook is process-wide, so
    // it asks a flag of the panicking thread and leaves every other panic to whoever was asked before.
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        let before = take_hook();
        set_hook(Box::new(move |info| {
            if !QUIET.try_with(Cell::get).unwrap_or(false) {
                before(info);
            }
        }));
    });
    let outer = QUIET.replace(true);
    let done = catch_unwind(AssertUnwindSafe(work));
    QUIET.set(outer);
    done.map_err(|_| Panicked)
}

/// Says of the current thread that it was started with [`LARGE_STACK_BYTES`](super::LARGE_STACK_BYTES) of stack, or more:
/// [`on_large_stack`] then calls in place. A host whose threads judge again and again starts them so, and spares itself a
/// fresh thread each time. Said of a thread with less, a deep document ends the program.
pub fn this_stack_is_large() {
    ROOMY.set(true);
}

/// Runs `work` on a thread with a large stack and waits for it; on wasm32, and when already on such a thread, it just
/// calls. Hosts that judge many documents in a row wrap the whole row, so that one thread serves all of it.
///
/// A panic of `work` passes through to the caller. When no thread can be had, `work` runs where it is.
pub fn on_large_stack<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    if cfg!(target_arch = "wasm32") || ROOMY.get() {
        return work();
    }
    let mut slot = Some(work);
    let mut result = None;
    let ran = std::thread::scope(|scope| {
        let builder = std::thread::Builder::new().name("gate".to_owned()).stack_size(super::limits::LARGE_STACK_BYTES);
        let (slot, result) = (&mut slot, &mut result);
        let spawned = builder.spawn_scoped(scope, move || {
            ROOMY.set(true);
            *result = slot.take().map(|work| work());
        });
        spawned.map(|thread| thread.join())
    });
    if let Ok(Err(panic)) = ran {
        std::panic::resume_unwind(panic);
    }
    match (result, slot) {
        (Some(result), _) => result,
        (None, Some(work)) => work(),
        (None, None) => unreachable!("work either ran and left a result, or is still there"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_an_error_and_the_next_call_works() {
        assert_eq!(quietly(|| -> u8 { panic!("never printed") }), Err(Panicked));
        assert_eq!(quietly(|| 7), Ok(7));
        assert!(!QUIET.get());
    }

    #[test]
    fn a_large_stack_carries_what_a_small_one_cannot() {
        fn deep(levels: u32) -> u32 {
            let room = std::hint::black_box([1_u8; 4096]);
            if levels == 0 { 0 } else { deep(levels - 1) + u32::from(room[0]) }
        }
        assert_eq!(on_large_stack(|| on_large_stack(|| deep(4_000))), 4_000);
    }

    #[test]
    fn a_thread_that_says_its_stack_is_large_needs_no_other() {
        let here = || std::thread::current().id();
        std::thread::scope(|scope| {
            let ran = scope.spawn(|| {
                let elsewhere = on_large_stack(here) != here();
                this_stack_is_large();
                (elsewhere, on_large_stack(here) == here())
            });
            assert_eq!(ran.join().unwrap(), (true, true));
        });
    }
}
