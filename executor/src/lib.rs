//! The stop and kill procedure of systemd units: the plan, and its carrying out.
