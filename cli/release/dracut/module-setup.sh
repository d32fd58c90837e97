#!/bin/bash
# Puts unitctl into the initramfs, for the shell that opens when booting fails.
# A binary that needs no library may be named: UNITCTL=/path dracut ...

check() {
	require_binaries "${UNITCTL:-/usr/bin/unitctl}" || return 1
	return 0
}

depends() {
	return 0
}

install() {
	inst_binary "${UNITCTL:-/usr/bin/unitctl}" /usr/bin/unitctl
}
