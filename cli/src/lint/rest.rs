//! What is behind a line at which systemd stops reading a file: it has mistakes too, which one wants to hear of at once.

use super::subject::Reading;
use unitctl_parser::diagnostic::FileId;
use unitctl_parser::load::{Loaded, SourceFile};
use unitctl_parser::name::UnitName;
use unitctl_parser::syntax::{self, LineKind};
use unitctl_parser::unit::LoadState;

/// The same file with all lines up to the one at which systemd stops made blank, section headers excepted; every
/// other byte stays where it is. `None` if systemd reads it to its end.
pub(super) fn behind_stop(name: &UnitName, mut file: SourceFile) -> Option<SourceFile> {
    let unit = Reading::of(Loaded::of_files(name, Some(file.clone()), Vec::new())).unit;
    if !matches!(unit.load_state, LoadState::BadSetting | LoadState::Error) {
        return None;
    }
    // What stopped the reading was the last thing said of it.
    let stop = unit.diagnostics.iter().rev().find(|said| said.file == FileId(0))?.line;
    let blanked: Vec<_> = syntax::lines(&file.bytes)
        .take_while(|line| line.number <= stop)
        .filter(|line| line.number == stop || !matches!(line.kind, LineKind::Section(_)))
        .map(|line| line.span)
        .collect();
    for span in blanked {
        for byte in &mut file.bytes[span] {
            if !matches!(byte, b'\n' | b'\r' | 0) {
                *byte = b' ';
            }
        }
    }
    Some(file)
}
