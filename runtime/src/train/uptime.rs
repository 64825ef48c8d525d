//! How much time passes.

use std::sync::OnceLock;
use std::time::{Duration, Instant};

/// The time since somebody first asked for it. It stands still where there is no clock: in WebAssembly without an operating
/// system, as browsers run it, `Instant` panics.
pub(super) fn uptime() -> Duration {
    static FIRST: OnceLock<Instant> = OnceLock::new();
    if cfg!(all(target_family = "wasm", target_os = "unknown")) {
        return Duration::ZERO;
    }
    FIRST.get_or_init(Instant::now).elapsed()
}
