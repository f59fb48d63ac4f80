//! The state of the token: pure decisions on instants, no I/O.

use std::time::Duration;

use http::HeaderValue;
use tokio::sync::watch;
use tokio::time::Instant;

use super::Landed;

/// A refused login is not tried again for so long, doubling up to the longest.
const FIRST_PENALTY: Duration = Duration::from_secs(5);
const LONGEST_PENALTY: Duration = Duration::from_secs(60);
/// A token younger than this is not renewed because of a 403: the refusal was about an older one, or is lasting.
const YOUNG: Duration = Duration::from_secs(1);
const UNREACHABLE_PAUSE: Duration = Duration::from_secs(1);

#[derive(Clone, Debug)]
pub(crate) struct Token {
    /// Marked sensitive, so that no log shows it.
    pub(crate) header: HeaderValue,
    pub(crate) generation: u64,
    obtained: Instant,
    renew_at: Instant,
    expires_at: Instant,
}

pub(super) enum Plan {
    Use(Token),
    Anonymous,
    Wait(watch::Receiver<Option<Landed>>),
    /// Log in; meanwhile, or if no server answers, the old token still serves.
    Login(watch::Sender<Option<Landed>>, Option<Token>),
}

#[derive(Debug, Default)]
pub(super) struct State {
    token: Option<Token>,
    generation: u64,
    flight: Option<watch::Receiver<Option<Landed>>>,
    refusal: Option<String>,
    refusals: u32,
    not_before: Option<Instant>,
    old_path: bool,
}

impl State {
    pub(super) fn plan(&mut self, now: Instant, refused: Option<u64>) -> Plan {
        let blocked = self.not_before.is_some_and(|until| until > now);
        if let Some(token) = self.token.as_ref().filter(|token| token.expires_at > now) {
            let is_refused = refused == Some(token.generation);
            let due = if is_refused {
                token.obtained + YOUNG <= now
            } else {
                token.renew_at <= now
            };
            if !is_refused && (!due || blocked || self.flight.is_some()) {
                return Plan::Use(token.clone());
            }
            if is_refused && (!due || blocked) {
                return Plan::Use(token.clone());
            }
            let fallback = (!is_refused).then(|| token.clone());
            return self.join_or_login(fallback);
        }
        if self.refusal.is_some() && blocked {
            return Plan::Anonymous;
        }
        self.join_or_login(None)
    }

    fn join_or_login(&mut self, fallback: Option<Token>) -> Plan {
        if let Some(flight) = &self.flight {
            return Plan::Wait(flight.clone());
        }
        let (sender, receiver) = watch::channel(None);
        self.flight = Some(receiver);
        Plan::Login(sender, fallback)
    }

    pub(super) fn landed(&mut self) {
        self.flight = None;
    }

    pub(super) fn granted(&mut self, now: Instant, token: String, ttl: Duration, old_path: bool) {
        let Ok(mut header) = HeaderValue::try_from(token) else {
            self.refused(now, "the token cannot be sent in a header".to_owned());
            return;
        };
        header.set_sensitive(true);
        self.generation += 1;
        // Between a fifteenth and a tenth of its life ahead of expiry, so that many clients do not come at once.
        let ahead = ttl.mul_f64(1.0 / 15.0 + fastrand::f64() * (1.0 / 10.0 - 1.0 / 15.0));
        self.token = Some(Token {
            header,
            generation: self.generation,
            obtained: now,
            renew_at: now + ttl.saturating_sub(ahead),
            expires_at: now + ttl,
        });
        self.old_path = old_path;
        self.refusal = None;
        self.refusals = 0;
        self.not_before = None;
    }

    pub(super) fn refused(&mut self, now: Instant, text: String) {
        self.token = None;
        self.refusal = Some(text);
        self.penalise(now);
    }

    pub(super) fn renewal_was_useless(&mut self, now: Instant) {
        self.penalise(now);
    }

    pub(super) fn unreachable(&mut self, now: Instant) {
        self.not_before = Some(now + UNREACHABLE_PAUSE);
    }

    fn penalise(&mut self, now: Instant) {
        let penalty = FIRST_PENALTY
            .saturating_mul(2_u32.saturating_pow(self.refusals))
            .min(LONGEST_PENALTY);
        self.refusals = self.refusals.saturating_add(1);
        self.not_before = Some(now + penalty);
    }

    pub(super) fn refusal(&self) -> Option<&str> {
        self.refusal.as_deref()
    }

    pub(super) fn old_path(&self) -> bool {
        self.old_path
    }

    pub(super) fn summary(&self, now: Instant) -> String {
        match (&self.token, &self.refusal) {
            (Some(token), _) if token.expires_at > now => {
                format!("valid for {} s", (token.expires_at - now).as_secs())
            }
            (_, Some(refusal)) => format!("login refused: {refusal}"),
            (Some(_), None) => "expired".to_owned(),
            (None, None) => "none yet".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn granted(ttl: u64) -> (State, Instant) {
        let now = Instant::now();
        let mut state = State::default();
        state.granted(now, "t".to_owned(), Duration::from_secs(ttl), false);
        (state, now)
    }

    #[tokio::test(start_paused = true)]
    async fn a_token_is_renewed_ahead_of_expiry_by_one_caller_while_the_others_go_on() {
        let (mut state, start) = granted(100);
        assert!(matches!(
            state.plan(start + Duration::from_secs(89), None),
            Plan::Use(_)
        ));
        let late = start + Duration::from_secs(95);
        let Plan::Login(_sender, fallback) = state.plan(late, None) else {
            panic!("renewal is due")
        };
        assert!(fallback.is_some());
        assert!(matches!(state.plan(late, None), Plan::Use(_)));
    }

    #[tokio::test(start_paused = true)]
    async fn an_expired_token_makes_everyone_wait_for_one_login() {
        let (mut state, start) = granted(10);
        let late = start + Duration::from_secs(11);
        let Plan::Login(_sender, None) = state.plan(late, None) else {
            panic!("login is due")
        };
        assert!(matches!(state.plan(late, None), Plan::Wait(_)));
        state.landed();
        assert!(matches!(state.plan(late, None), Plan::Login(..)));
    }

    #[tokio::test(start_paused = true)]
    async fn a_refused_login_is_not_repeated_until_its_penalty_is_over() {
        let mut state = State::default();
        let start = Instant::now();
        state.refused(start, "wrong".to_owned());
        assert!(matches!(
            state.plan(start + Duration::from_secs(4), None),
            Plan::Anonymous
        ));
        let Plan::Login(_sender, None) = state.plan(start + Duration::from_secs(6), None) else {
            panic!("due")
        };
        state.landed();
        state.refused(start + Duration::from_secs(6), "wrong".to_owned());
        assert!(matches!(
            state.plan(start + Duration::from_secs(15), None),
            Plan::Anonymous
        ));
    }

    #[tokio::test(start_paused = true)]
    async fn a_403_renews_an_older_token_only() {
        let (mut state, start) = granted(1000);
        assert!(matches!(state.plan(start, Some(1)), Plan::Use(_)));
        assert!(matches!(
            state.plan(start + Duration::from_secs(2), Some(1)),
            Plan::Login(_, None)
        ));
        state.landed();
        state.renewal_was_useless(start + Duration::from_secs(2));
        assert!(matches!(
            state.plan(start + Duration::from_secs(3), Some(1)),
            Plan::Use(_)
        ));
    }
}
