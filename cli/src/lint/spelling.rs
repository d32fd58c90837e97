//! Whether a word is another one, misspelt.

/// How many slips of the keys lie between two words: a letter too much, missing or wrong, or two exchanged. `None`: more
/// than `most`. The words are ASCII, mostly: letters of others count at least once.
pub(super) fn slips(a: &str, b: &str, most: usize) -> Option<usize> {
    let may_be_near = a.len().abs_diff(b.len()) <= most && least(a, b) <= most;
    may_be_near.then(|| strsim::osa_distance(a, b)).filter(|slips| *slips <= most)
}

/// As many slips it takes at least, which is found much faster: one slip brings one letter and takes one away at most.
fn least(a: &str, b: &str) -> usize {
    let mut balance = [0_isize; 32];
    for letter in a.chars() {
        balance[letter as usize % 32] += 1;
    }
    for letter in b.chars() {
        balance[letter as usize % 32] -= 1;
    }
    let brought: isize = balance.iter().filter(|count| **count > 0).sum();
    let taken: isize = balance.iter().filter(|count| **count < 0).sum();
    brought.max(-taken).unsigned_abs()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn slips_are_counted() {
        for (a, b, slips) in [
            ("network.target", "network.target", Some(0)),
            ("netwrok.target", "network.target", Some(1)),
            ("netwok.target", "network.target", Some(1)),
            ("nettwrok.target", "network.target", Some(2)),
            ("sockets.target", "network.target", None),
        ] {
            assert_eq!(super::slips(a, b, 2), slips, "{a} {b}");
        }
    }

    proptest! {
        #[test]
        fn at_least_so_many(a in "[a-cäöü]{0,8}", b in "[a-cäöü]{0,8}") {
            prop_assert!(least(&a, &b) <= strsim::osa_distance(&a, &b));
        }

        #[test]
        fn the_fast_look_leaves_nothing_out(a in "[a-c]{0,8}", b in "[a-c]{0,8}", most in 0_usize..4) {
            let distance = strsim::osa_distance(&a, &b);
            prop_assert_eq!(slips(&a, &b, most), (distance <= most).then_some(distance));
        }
    }
}
