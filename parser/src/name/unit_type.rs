//! The types of units.

use std::fmt;

/// What a unit stands for: the suffix of its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "systemd's own words")]
pub enum UnitType {
    Service,
    Socket,
    Timer,
    Mount,
    Swap,
    Path,
    Slice,
    Scope,
    Target,
    Automount,
    Device,
}

impl UnitType {
    /// Every type.
    pub const ALL: [Self; 11] = [
        Self::Service,
        Self::Socket,
        Self::Timer,
        Self::Mount,
        Self::Swap,
        Self::Path,
        Self::Slice,
        Self::Scope,
        Self::Target,
        Self::Automount,
        Self::Device,
    ];

    /// The suffix without its dot, as in `service`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Service => "service",
            Self::Socket => "socket",
            Self::Timer => "timer",
            Self::Mount => "mount",
            Self::Swap => "swap",
            Self::Path => "path",
            Self::Slice => "slice",
            Self::Scope => "scope",
            Self::Target => "target",
            Self::Automount => "automount",
            Self::Device => "device",
        }
    }

    /// The type that a suffix without its dot names.
    pub fn from_suffix(suffix: &[u8]) -> Option<Self> {
        Self::ALL.into_iter().find(|t| t.as_str().as_bytes() == suffix)
    }

    /// Whether a link may give a unit of this type a second name.
    pub const fn may_alias(self) -> bool {
        matches!(self, Self::Service | Self::Socket | Self::Target | Self::Device | Self::Timer | Self::Path)
    }
}

impl fmt::Display for UnitType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
