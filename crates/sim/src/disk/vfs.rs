//! SQLite's file system interface onto a simulated disk: the one file of the house with unsafe code.
//!
//! SQLite calls C functions with pointers it owns; each of them turns its pointers into references, asks
//! [`super::Opened`], and turns the answer into a result code. Nothing here decides anything.
//!
//! What makes it sound: SQLite gives every function the `sqlite3_file` it opened, and none after `xClose`; it uses a
//! connection, and so an open file, from one thread at a time; buffers are as long as it says. The pages of a journal's
//! index are shared memory to SQLite, which orders its own access to them by the locks it takes and by `xShmBarrier`.

#![allow(unsafe_code)]

use std::ffi::{CStr, c_char, c_int, c_void};
use std::path::Path;
use std::sync::atomic::{Ordering, fence};
use std::sync::{Arc, Once};

use rusqlite::ffi;

use super::locks::{Mine, Shared};
use super::{Disk, Opened, Refused, locks};
use crate::dice::Dice;

/// What SQLite calls it.
pub(crate) const NAME: &str = "lianhu-sim";
const NAME_C: &CStr = c"lianhu-sim";
/// The longest path.
const PATH_MAX: usize = 255;

/// A page of a journal's index: memory that stays where it is until it is dropped.
pub(super) struct Page(*mut u8, usize);

// SAFETY: the memory belongs to the page alone; who may read or write it is settled between SQLite's connections.
unsafe impl Send for Page {}

impl Page {
    fn new(length: usize) -> Self {
        // In words of eight bytes, because SQLite keeps integers there.
        let words = vec![0_u64; length.div_ceil(8)].into_boxed_slice();
        let count = words.len();
        Page(Box::into_raw(words).cast(), count)
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        // SAFETY: made of such a box in `new`, and dropped once.
        drop(unsafe { Box::from_raw(std::ptr::slice_from_raw_parts_mut(self.0.cast::<u64>(), self.1)) });
    }
}

/// What SQLite keeps for an open file: its own part first, then ours.
#[repr(C)]
struct Handle {
    base: ffi::sqlite3_file,
    file: *mut Kept,
}

struct Kept {
    opened: Opened,
    level: c_int,
    delete_on_close: bool,
    shared: Option<Arc<Shared>>,
    slots: Mine,
}

/// Makes the file system known to SQLite, once.
pub(super) fn register() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // SAFETY: SQLite initialises itself and gives its default file system, which is there for ever.
        let system = unsafe {
            ffi::sqlite3_initialize();
            ffi::sqlite3_vfs_find(std::ptr::null())
        };
        if system.is_null() {
            return;
        }
        // SAFETY: not null, see above. Time, sleep and dynamic libraries stay the system's; dice do too, since what is
        // kept takes its random bytes from the world.
        let system = unsafe { *system };
        let ours = ffi::sqlite3_vfs {
            iVersion: 1,
            szOsFile: size_of::<Handle>() as c_int,
            mxPathname: PATH_MAX as c_int,
            pNext: std::ptr::null_mut(),
            zName: NAME_C.as_ptr(),
            xOpen: Some(open),
            xDelete: Some(delete),
            xAccess: Some(access),
            xFullPathname: Some(full_pathname),
            ..system
        };
        // SAFETY: the structure lives for ever.
        unsafe { ffi::sqlite3_vfs_register(Box::into_raw(Box::new(ours)), 0) };
    });
}

static METHODS: ffi::sqlite3_io_methods = ffi::sqlite3_io_methods {
    iVersion: 2,
    xClose: Some(close),
    xRead: Some(read),
    xWrite: Some(write),
    xTruncate: Some(truncate),
    xSync: Some(sync),
    xFileSize: Some(file_size),
    xLock: Some(lock),
    xUnlock: Some(unlock),
    xCheckReservedLock: Some(check_reserved_lock),
    xFileControl: Some(file_control),
    xSectorSize: Some(sector_size),
    xDeviceCharacteristics: Some(device_characteristics),
    xShmMap: Some(shm_map),
    xShmLock: Some(shm_lock),
    xShmBarrier: Some(shm_barrier),
    xShmUnmap: Some(shm_unmap),
    xFetch: None,
    xUnfetch: None,
};

fn code(why: Refused, otherwise: c_int) -> c_int {
    match why {
        Refused::Full => ffi::SQLITE_FULL,
        Refused::NotThere | Refused::Down | Refused::Failed => otherwise,
    }
}

unsafe fn kept<'a>(file: *mut ffi::sqlite3_file) -> &'a mut Kept {
    // SAFETY: SQLite gives back the file that `open` filled, and uses it from one thread at a time.
    unsafe { &mut *(*file.cast::<Handle>()).file }
}

unsafe fn path<'a>(name: *const c_char) -> &'a Path {
    // SAFETY: SQLite's names end with a zero byte.
    Path::new(unsafe { CStr::from_ptr(name) }.to_str().unwrap_or_default())
}

unsafe extern "C" fn open(
    _: *mut ffi::sqlite3_vfs,
    name: ffi::sqlite3_filename,
    file: *mut ffi::sqlite3_file,
    flags: c_int,
    out_flags: *mut c_int,
) -> c_int {
    let handle = file.cast::<Handle>();
    // SAFETY: SQLite has set aside `szOsFile` bytes. Without methods it does not close what did not open.
    unsafe { (*handle).base.pMethods = std::ptr::null() };
    let opened = if name.is_null() {
        // A file for one statement, of no machine.
        Arc::new(Disk::empty(Dice::new(0))).open("", true)
    } else {
        // SAFETY: not null.
        match Disk::of(unsafe { path(name) }) {
            Some((disk, name)) => disk.open(&name, flags & ffi::SQLITE_OPEN_CREATE != 0),
            None => Err(Refused::NotThere),
        }
    };
    let Ok(opened) = opened else { return ffi::SQLITE_CANTOPEN };
    let kept = Kept {
        opened,
        level: locks::NONE,
        delete_on_close: flags & ffi::SQLITE_OPEN_DELETEONCLOSE != 0,
        shared: None,
        slots: Mine::default(),
    };
    // SAFETY: as above; `out_flags` may be null.
    unsafe {
        (*handle).file = Box::into_raw(Box::new(kept));
        (*handle).base.pMethods = &METHODS;
        if !out_flags.is_null() {
            *out_flags = flags;
        }
    }
    ffi::SQLITE_OK
}

unsafe extern "C" fn delete(_: *mut ffi::sqlite3_vfs, name: *const c_char, _: c_int) -> c_int {
    // SAFETY: SQLite gives a name.
    let Some((disk, name)) = Disk::of(unsafe { path(name) }) else { return ffi::SQLITE_IOERR_DELETE_NOENT };
    match disk.delete(&name) {
        Ok(()) => ffi::SQLITE_OK,
        Err(Refused::NotThere) => ffi::SQLITE_IOERR_DELETE_NOENT,
        Err(why) => code(why, ffi::SQLITE_IOERR_DELETE),
    }
}

unsafe extern "C" fn access(_: *mut ffi::sqlite3_vfs, name: *const c_char, _: c_int, out: *mut c_int) -> c_int {
    // SAFETY: SQLite gives a name and a place for the answer.
    unsafe { *out = c_int::from(Disk::of(path(name)).is_some_and(|(disk, name)| disk.exists(&name))) };
    ffi::SQLITE_OK
}

unsafe extern "C" fn full_pathname(
    _: *mut ffi::sqlite3_vfs,
    name: *const c_char,
    length: c_int,
    out: *mut c_char,
) -> c_int {
    // SAFETY: SQLite gives a name and a buffer of `length` bytes; paths here are full already.
    unsafe {
        let bytes = CStr::from_ptr(name).to_bytes_with_nul();
        if bytes.len() > usize::try_from(length).unwrap_or_default() {
            return ffi::SQLITE_CANTOPEN;
        }
        std::ptr::copy_nonoverlapping(bytes.as_ptr().cast(), out, bytes.len());
    }
    ffi::SQLITE_OK
}

unsafe extern "C" fn close(file: *mut ffi::sqlite3_file) -> c_int {
    // SAFETY: `open` made this box, and SQLite closes once.
    let mut kept = unsafe { Box::from_raw((*file.cast::<Handle>()).file) };
    if kept.level > locks::NONE {
        kept.opened.locks().lower(kept.level, locks::NONE);
    }
    if let Some(shared) = kept.shared.take() {
        shared.unlock(0, locks::SLOTS, &mut kept.slots);
    }
    if kept.delete_on_close {
        let _ = kept.opened.disk.delete(&kept.opened.name);
    }
    ffi::SQLITE_OK
}

unsafe extern "C" fn read(file: *mut ffi::sqlite3_file, to: *mut c_void, length: c_int, at: i64) -> c_int {
    // SAFETY: SQLite's buffer has `length` bytes.
    let (kept, buffer) = unsafe { (kept(file), std::slice::from_raw_parts_mut(to.cast::<u8>(), length as usize)) };
    match kept.opened.read(at as usize, buffer) {
        Ok(count) if count == buffer.len() => ffi::SQLITE_OK,
        Ok(_) => ffi::SQLITE_IOERR_SHORT_READ,
        Err(why) => code(why, ffi::SQLITE_IOERR_READ),
    }
}

unsafe extern "C" fn write(file: *mut ffi::sqlite3_file, from: *const c_void, length: c_int, at: i64) -> c_int {
    // SAFETY: SQLite's buffer has `length` bytes.
    let (kept, bytes) = unsafe { (kept(file), std::slice::from_raw_parts(from.cast::<u8>(), length as usize)) };
    done(kept.opened.write(at as usize, bytes), ffi::SQLITE_IOERR_WRITE)
}

unsafe extern "C" fn truncate(file: *mut ffi::sqlite3_file, size: i64) -> c_int {
    // SAFETY: an open file.
    done(unsafe { kept(file) }.opened.cut(size as usize), ffi::SQLITE_IOERR_TRUNCATE)
}

unsafe extern "C" fn sync(file: *mut ffi::sqlite3_file, _: c_int) -> c_int {
    // SAFETY: an open file.
    done(unsafe { kept(file) }.opened.sync(), ffi::SQLITE_IOERR_FSYNC)
}

fn done(asked: Result<(), Refused>, otherwise: c_int) -> c_int {
    asked.map_or_else(|why| code(why, otherwise), |()| ffi::SQLITE_OK)
}

unsafe extern "C" fn file_size(file: *mut ffi::sqlite3_file, out: *mut i64) -> c_int {
    // SAFETY: an open file, and a place for the answer.
    unsafe {
        match kept(file).opened.len() {
            Ok(length) => *out = length as i64,
            Err(why) => return code(why, ffi::SQLITE_IOERR_FSTAT),
        }
    }
    ffi::SQLITE_OK
}

unsafe extern "C" fn lock(file: *mut ffi::sqlite3_file, level: c_int) -> c_int {
    // SAFETY: an open file.
    let kept = unsafe { kept(file) };
    if kept.level >= level {
        return ffi::SQLITE_OK;
    }
    kept.level = kept.opened.locks().raise(kept.level, level);
    if kept.level >= level { ffi::SQLITE_OK } else { ffi::SQLITE_BUSY }
}

unsafe extern "C" fn unlock(file: *mut ffi::sqlite3_file, level: c_int) -> c_int {
    // SAFETY: an open file.
    let kept = unsafe { kept(file) };
    if kept.level > level {
        kept.opened.locks().lower(kept.level, level);
        kept.level = level;
    }
    ffi::SQLITE_OK
}

unsafe extern "C" fn check_reserved_lock(file: *mut ffi::sqlite3_file, out: *mut c_int) -> c_int {
    // SAFETY: an open file, and a place for the answer.
    unsafe { *out = c_int::from(kept(file).opened.locks().reserved()) };
    ffi::SQLITE_OK
}

unsafe extern "C" fn file_control(_: *mut ffi::sqlite3_file, _: c_int, _: *mut c_void) -> c_int {
    ffi::SQLITE_NOTFOUND
}

unsafe extern "C" fn sector_size(_: *mut ffi::sqlite3_file) -> c_int {
    4096
}

unsafe extern "C" fn device_characteristics(_: *mut ffi::sqlite3_file) -> c_int {
    // As on this machine's own disks: a write does not harm the bytes beside it.
    ffi::SQLITE_IOCAP_POWERSAFE_OVERWRITE
}

unsafe extern "C" fn shm_map(
    file: *mut ffi::sqlite3_file,
    number: c_int,
    length: c_int,
    extend: c_int,
    out: *mut *mut c_void,
) -> c_int {
    // SAFETY: an open file, and a place for the answer.
    unsafe {
        *out = std::ptr::null_mut();
        let kept = kept(file);
        if kept.shared.is_none() {
            match kept.opened.shared() {
                Ok(shared) => kept.shared = Some(shared),
                Err(why) => return code(why, ffi::SQLITE_IOERR_SHMMAP),
            }
        }
        let Some(shared) = &kept.shared else { return ffi::SQLITE_IOERR_SHMMAP };
        let (number, mut pages) = (number as usize, shared.pages());
        while extend != 0 && pages.len() <= number {
            pages.push(Page::new(length as usize));
        }
        if let Some(page) = pages.get(number) {
            *out = page.0.cast();
        }
    }
    ffi::SQLITE_OK
}

unsafe extern "C" fn shm_lock(file: *mut ffi::sqlite3_file, first: c_int, count: c_int, flags: c_int) -> c_int {
    // SAFETY: an open file.
    let kept = unsafe { kept(file) };
    let (first, count) = (first as usize, count as usize);
    let Some(shared) = &kept.shared else { return ffi::SQLITE_IOERR_SHMLOCK };
    if flags & ffi::SQLITE_SHM_UNLOCK != 0 {
        shared.unlock(first, count, &mut kept.slots);
        return ffi::SQLITE_OK;
    }
    let exclusive = flags & ffi::SQLITE_SHM_EXCLUSIVE != 0;
    if shared.lock(first, count, exclusive, &mut kept.slots) { ffi::SQLITE_OK } else { ffi::SQLITE_BUSY }
}

unsafe extern "C" fn shm_barrier(_: *mut ffi::sqlite3_file) {
    fence(Ordering::SeqCst);
}

unsafe extern "C" fn shm_unmap(file: *mut ffi::sqlite3_file, delete: c_int) -> c_int {
    // SAFETY: an open file.
    let kept = unsafe { kept(file) };
    if let Some(shared) = kept.shared.take() {
        shared.unlock(0, locks::SLOTS, &mut kept.slots);
    }
    if delete != 0 {
        kept.opened.forget_shared();
    }
    ffi::SQLITE_OK
}
