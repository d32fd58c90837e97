//! What somebody without rights over the processes is told. One test alone in its program, as it changes
//! the user of the whole process.

#[cfg(test)]
#[expect(dead_code, reason = "the other tests use the rest of it")]
mod linux_support;

use linux_support::{Unit, is_alive, skip};
use nix::errno::Errno;
use nix::unistd::{Uid, setresuid};
use std::path::Path;
use unitctl_executor::linux::process::Handle;
use unitctl_executor::world::World;
use unitctl_parser::value::signal::Signal;

#[test]
fn no_right_to_signal() {
    let Some(mut unit) = Unit::new() else { return };
    let main = unit.actors(&["main"]);
    let mut world = unit.world();
    let handle = Handle::open(main).unwrap();
    let (root, nobody) = (Uid::from_raw(0), Uid::from_raw(65534));
    if setresuid(nobody, nobody, root).is_err() {
        return skip("only root can become nobody");
    }
    let group = Some(Path::new(""));
    let mut listed = Vec::new();
    let read = world.members(Path::new(""), &mut listed);
    let answers = [
        world.signal(main, Signal::TERM, None, group),
        world.signal(main, Signal::TERM, Some(7), None),
        world.signal(main, Signal::KILL, None, group),
        handle.signal(Signal::KILL, None),
    ];
    let killed = world.kill_group(Path::new(""));
    setresuid(root, root, root).unwrap();
    assert_eq!((read, listed), (Ok(()), vec![main]));
    assert_eq!(answers, [Err(Errno::EPERM); 4]);
    assert_eq!(killed, Err(Errno::EACCES));
    assert!(is_alive(main));
}
