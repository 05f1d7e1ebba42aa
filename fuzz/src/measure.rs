//! What an input costs: memory by an allocator that counts, and the thread's own processor time, which other programs do
//! not add to.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

static LIVE: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);
static LARGEST: AtomicUsize = AtomicUsize::new(0);

struct Counting;

#[global_allocator]
static COUNTING: Counting = Counting;

fn grow(bytes: usize, allocation: usize) {
    let live = LIVE.fetch_add(bytes, Relaxed) + bytes;
    PEAK.fetch_max(live, Relaxed);
    LARGEST.fetch_max(allocation, Relaxed);
}

// SAFETY: every call is passed on to the system's allocator as it came; only numbers are kept beside it.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        grow(layout.size(), layout.size());
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        grow(layout.size(), layout.size());
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        LIVE.fetch_sub(layout.size(), Relaxed);
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        grow(size.saturating_sub(layout.size()), size);
        LIVE.fetch_sub(layout.size().saturating_sub(size), Relaxed);
        unsafe { System.realloc(pointer, layout, size) }
    }
}

/// What one piece of work cost.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Cost {
    /// Processor time of the thread.
    pub(crate) nanos: u64,
    /// Bytes of the largest single allocation.
    pub(crate) largest: usize,
    /// Bytes alive at once, above those alive before.
    pub(crate) peak: usize,
}

impl Cost {
    /// The worse of both, figure by figure.
    pub(crate) fn max(self, other: Cost) -> Cost {
        Cost {
            nanos: self.nanos.max(other.nanos),
            largest: self.largest.max(other.largest),
            peak: self.peak.max(other.peak),
        }
    }
}

/// Runs `work` and says what it cost. One thread at a time.
pub(crate) fn measured<T>(work: impl FnOnce() -> T) -> (T, Cost) {
    let before = LIVE.load(Relaxed);
    PEAK.store(before, Relaxed);
    LARGEST.store(0, Relaxed);
    let began = thread_nanos();
    let done = work();
    let nanos = thread_nanos() - began;
    let cost = Cost { nanos, largest: LARGEST.load(Relaxed), peak: PEAK.load(Relaxed).saturating_sub(before) };
    (done, cost)
}

fn thread_nanos() -> u64 {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the pointer is to a live timespec, which the call fills.
    let outcome = unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &mut time) };
    assert_eq!(outcome, 0, "the system has a thread clock");
    time.tv_sec as u64 * 1_000_000_000 + time.tv_nsec as u64
}
