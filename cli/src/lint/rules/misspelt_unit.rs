//! `misspelt-unit`: a unit is nearly called like one of systemd's own.

use super::super::spelling::slips;
use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "misspelt-unit",
    severity: Severity::Warning,
    summary: "a unit is nearly called like one of systemd's own",
    rationale: "A dependency on a unit that is not there is dropped without a word if it is a `Wants=`, a \
                `Before=` or an `After=`, and `systemctl enable` makes a link for it that nothing follows: \
                the service is never started with the system, or not in the order that was meant.",
    bad: example!("misspelt-unit", "bad.service"),
    good: example!("misspelt-unit", "good.service"),
    check,
};

/// The units that are described in systemd.special(7).
pub(super) const SPECIAL: &[&str] = &[
    "basic.target", "boot-complete.target", "bluetooth.target", "cryptsetup-pre.target", "cryptsetup.target",
    "default.target", "emergency.target", "exit.target", "factory-reset.target", "final.target", "first-boot-complete.target",
    "getty-pre.target", "getty.target", "graphical-session-pre.target", "graphical-session.target", "graphical.target",
    "halt.target", "hibernate.target", "hybrid-sleep.target", "imports-pre.target", "imports.target", "initrd-fs.target",
    "initrd-root-device.target", "initrd-root-fs.target", "initrd-switch-root.target", "initrd-usr-fs.target", "initrd.target",
    "integritysetup-pre.target", "integritysetup.target", "kbrequest.target", "kexec.target", "local-fs-pre.target",
    "local-fs.target", "machines.target", "multi-user.target", "network-online.target", "network-pre.target", "network.target",
    "nss-lookup.target", "nss-user-lookup.target", "paths.target", "poweroff.target", "printer.target", "reboot.target",
    "remote-cryptsetup.target", "remote-fs-pre.target", "remote-fs.target", "remote-integritysetup.target",
    "remote-veritysetup.target", "rescue.target", "rpcbind.target", "runlevel0.target",
    "runlevel1.target",
    "runlevel2.target", "runlevel3.target",
    "runlevel4.target", "runlevel5.target",
    "runlevel6.target", "shutdown.target", "sigpwr.target", "sleep.target", "slices.target",
    "smartcard.target", "sockets.target", "soft-reboot.target", "sound.target", "ssh-access.target", "storage-target-mode.target",
    "suspend-then-hibernate.target", "suspend.target", "swap.target", "sysinit.target", 
    "system-update-pre.target", "system-update.target", "time-set.target", "time-sync.target", "timers.target", "tpm2.target",
    "umount.target", "usb-gadget.target", "user.slice", "system.slice", "machine.slice", "veritysetup-pre.target",
    "veritysetup.target", "xdg-desktop-autostart.target",    
];

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for named in subject.named_units() {
        let Some(name) = named.word.as_str() else { continue };
        if let Some(meant) = meant(name) {
            let place = subject.place_in(named.entry, named.word.span.clone());
            let finding = findings.say(place.clone(), format!("systemd has no {name}"));
            finding.help(format!("did you mean {meant}?"));
            if !named.word.quoted {
                finding.fix(place.span, meant);
            }
        }
    }
}

/// The special unit that is spelt nearly so: one slip, such as two letters exchanged.
fn meant(name: &str) -> Option<&'static str> {
    if ![".target", ".slice"].iter().any(|suffix| name.ends_with(suffix)) {
        return None;
    }
    if SPECIAL.contains(&name) || name.contains(['%', '@']) {
        return None;
    }
    let near = |special: &&'static str| {
        // Short names are too near to others.
        let most = if special.len() > 16 { 2 } else { usize::from(special.len() > 11) };
        Some((slips(name, special, most)?, *special))
    };
    let (_, found) = SPECIAL.iter().filter_map(near).min_by_key(|(slips, _)| *slips)?;
    // Names of one family are no misspelling of each other: remote-fs and remotes-fs.
    let digits = |text: &str| text.bytes().any(|byte| byte.is_ascii_digit());
    (digits(name) == digits(found)).then_some(found)
}
