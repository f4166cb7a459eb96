//! What a signal rests on, in a sentence, and what speaks against it. No sentence names anybody.

use super::{Newcomer, Signal, Structure, window::WINDOW_DAYS};

impl Structure {
    /// What the answer to a question rests on.
    pub fn because(&self, signal: Signal) -> String {
        match signal {
            Signal::Takeover => self.because_of_window(),
            Signal::Revival => match &self.revival {
                Some(it) => format!("after a year of sleep {}", leads(it)),
                None => "no newcomer woke it up after a year of sleep".to_owned(),
            },
            Signal::BackedByOne => self.because_of_backing(),
            Signal::OneAuthor => match self.truck.factor {
                Some(factor) => format!(
                    "{} would have to go before most of {} files have nobody left who knows them",
                    people(factor),
                    self.truck.files
                ),
                None => format!(
                    "{} and too few to tell",
                    counted(self.truck.files, "file", "files")
                ),
            },
            Signal::FewHands | Signal::OneHand => self.because_of_hands(signal),
            Signal::OneReleaser => format!(
                "{} within two years, made by {}; {} claim to be signed, by {}",
                counted(
                    self.releases.by.all,
                    "tag with a message",
                    "tags with a message"
                ),
                people(self.releases.by.by.len()),
                self.releases.signed,
                counted(self.releases.keys, "key", "keys"),
            ),
        }
    }

    /// What speaks against it, where something does.
    pub fn against(&self, signal: Signal) -> Option<String> {
        match signal {
            Signal::Takeover | Signal::Revival => {
                let others = self.window.by.by.len().saturating_sub(1);
                (others > 0).then(|| {
                    let rest = self.window.by.by.iter().skip(1).map(|(_, it)| it);
                    format!(
                        "{} wrote {} of them as well",
                        others_words(others),
                        rest.sum::<usize>()
                    )
                })
            }
            Signal::BackedByOne => {
                let most = self.backing.iter().filter(|it| it.rests_on_one());
                let works = most.map(|it| it.works_before).max()?;
                Some(format!(
                    "{works} of their works had been looked at and taken in before"
                ))
            }
            Signal::OneAuthor | Signal::FewHands => {
                let authors = self.recent.by.len();
                (authors > 1).then(|| format!("{} wrote something within a year", people(authors)))
            }
            Signal::OneHand => {
                let by = self.hands.active()?;
                (by.len() > 1).then(|| bring_in(by.len()))
            }
            Signal::OneReleaser => {
                let active = self.hands.active()?;
                (active.len() > 1).then(|| format!("{} and might release", bring_in(active.len())))
            }
        }
    }

    fn because_of_window(&self) -> String {
        let window = &self.window;
        if !window.is_telling {
            return format!(
                "{} within half a year; the project is too young, or that is too few to tell",
                counted(window.by.all, "work came in", "works came in")
            );
        }
        let hands = self.hands_words();
        match (&window.newcomer, window.by.top()) {
            (Some(it), _) => format!("{}; {hands}", leads(it)),
            (None, Some((_, share))) => format!(
                "whoever wrote most of the last {WINDOW_DAYS} days wrote {} of them and has been known for {} days; {hands}",
                percent(share),
                window.top_known_days.unwrap_or_default()
            ),
            (None, None) => "nobody wrote anything".to_owned(),
        }
    }

    fn because_of_backing(&self) -> String {
        if self.hands.active().is_none() {
            return self.hands_words();
        }
        let resting = self.backing.iter().filter(|it| it.rests_on_one());
        match resting.max_by_key(|it| it.works_before) {
            Some(it) => format!(
                "who came to bring in others' work {} days after their first own had all {} looked at by one person; {} beside them",
                it.days_before,
                it.works_before,
                bring_in(it.others_now)
            ),
            None if self.backing.is_empty() => {
                "nobody came to bring in others' work within two years".to_owned()
            }
            None => format!(
                "{} came to bring in others' work within two years, none of them fast and on one person's word alone",
                people(self.backing.len())
            ),
        }
    }

    fn because_of_hands(&self, signal: Signal) -> String {
        match self.hands.top() {
            Some((_, share)) if signal == Signal::OneHand => {
                format!(
                    "{} of what came in within a year came by one hand",
                    percent(share)
                )
            }
            _ => self.hands_words(),
        }
    }

    /// Who brings work in, as far as it is known.
    fn hands_words(&self) -> String {
        match self.hands.active() {
            Some(active) => bring_in(active.len()),
            None if self.recent.all == 0 => "nothing came in within a year".to_owned(),
            None => format!(
                "of {} of {} works within a year the history does not say who brought them in",
                self.hands.unnamed, self.recent.all
            ),
        }
    }
}

fn leads(newcomer: &Newcomer) -> String {
    format!(
        "{} of the {} works of the last half year are by somebody whose work has been taken in for {} days",
        percent(newcomer.share()),
        newcomer.of,
        newcomer.known_days
    )
}

fn percent(share: f64) -> String {
    format!("{:.0} %", (share * 100.0).floor())
}

fn people(count: usize) -> String {
    counted(count, "person", "people")
}

fn bring_in(count: usize) -> String {
    format!(
        "{} work in",
        if count == 1 {
            "1 person brings".to_owned()
        } else {
            format!("{} bring", people(count))
        }
    )
}

fn others_words(count: usize) -> String {
    counted(count, "other", "others")
}

fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}
