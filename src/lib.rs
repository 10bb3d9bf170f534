//! Session client for WeChat mini-programs: a state machine ([`core`]) that owns the session lifecycle, and the
//! bindings through which the JS layer drives it.

#[macro_use]
pub mod core;
pub mod codes;

#[cfg(target_arch = "wasm32")]
pub mod bindings;

/// The core allocates little and keeps what it allocated: a free list is enough, and takes a tenth of the bytes of
/// std's own allocator.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: lol_alloc::LockedAllocator<lol_alloc::FreeListAllocator> =
    lol_alloc::LockedAllocator::new(lol_alloc::FreeListAllocator::new());
